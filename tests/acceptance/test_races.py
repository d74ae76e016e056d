"""Many clicks at once, doubled, late, forbidden: each gets an answer, and one write is made."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import Parts, running
from bot.config import Settings
from bot.config.settings import ApprovalSettings, PolicySettings
from bot.outbox import Pace
from bot.sandbox import installation
from bot.sandbox.people import Person
from bot.sandbox.sandbox import surroundings
from bot.sandbox.slack.blocks import placed_elements
from bot.sandbox.slack.faults import FaultKind
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.vendors.clouds import VendorClouds
from tests.clock import VirtualClock

CROWD = 50
PATIENCE = 20.0
REASON = "No longer sold."
BOT_IS_AWAY = "This app isn't responding. Try again?"


@dataclass
class Office:
    """A workspace with fifty approvers, the clouds, and a bot that can be stopped and started."""

    slack: SlackServer
    clouds: VendorClouds
    settings: Settings
    clock: VirtualClock

    def bot(self) -> AbstractAsyncContextManager[Parts]:
        """The bot, for as long as the block lasts; its jobs run when a test says so."""
        return running(
            self.settings,
            clock=self.clock,
            pace=Pace.unlimited(),
            scheduled=False,
            settling=timedelta(0),
        )

    def person(self, name: str) -> Person:
        """Somebody at the screen."""
        return Person(self.slack, name, patience=PATIENCE)

    @property
    def crowd(self) -> list[Person]:
        """The fifty."""
        return [self.person(f"lead-{number}") for number in range(CROWD)]

    @property
    def writes(self) -> int:
        """How often a vendor was asked to change something."""
        return sum(len(cloud.calls.writes()) for cloud in self.clouds.by_vendor.values())

    async def card(self, person: Person, *words: str) -> Message:
        """The request as a person sees it in the approvals channel."""
        return await person.sees("approvals", "Archive station model", *words)

    async def asked(self, *, by: str = "support") -> Message:
        """A request to archive a station model, before the approvers."""
        person = self.person(by)
        await person.command("support", "/model archive GC-40")
        await person.modal("Reason", title="Archive station model")
        await person.fill("Reason", REASON)
        await person.submit()
        return await self.card(person, "Waiting for a decision")

    async def answer(self, person: Person, number: int = 1) -> str:
        """The words of the `number`th answer that a person alone sees."""

        def look() -> str | None:
            private = [m for m in person.messages("approvals") if m.visible_to == person.id]
            return person.text_of(private[number - 1]) if len(private) >= number else None

        return await self.slack.workspace.changes.until(look, PATIENCE)


@pytest.fixture
async def office(tmp_path: Path, clock: VirtualClock) -> AsyncIterator[Office]:
    async with surroundings(clock=clock, rate_limits=False) as (slack, clouds):
        workspace = slack.workspace
        leads = [workspace.add_user(f"lead-{number}") for number in range(CROWD)]
        for group in ("S0APPROVERS", "S0SUPPORT"):
            workspace.user_groups[group].members += [lead.id for lead in leads]
        workspace.channel_named("approvals").members += [lead.id for lead in leads]
        settings = installation.settings(
            workspace, slack.api_url, clouds.accounts, database=tmp_path / "chargehand.db"
        )
        office = Office(slack, clouds, settings, clock)
        async with office.bot() as bot:
            await bot.sweeper.full("us")
        yield office


async def approve(person: Person, card: Message) -> None:
    await person.press("Approve", on=card)


async def test_fifty_approvers_at_once_make_one_write_and_all_are_answered(office):
    async with office.bot():
        card = await office.asked()

        await asyncio.gather(*(approve(person, card) for person in office.crowd))

        answers = [await office.answer(person) for person in office.crowd]
        await office.card(office.person("approver"), "Done")
    assert office.writes == 1
    assert len([answer for answer in answers if "You approved it" in answer]) == 1
    assert len([answer for answer in answers if "already" in answer.lower()]) == CROWD - 1


async def test_approvals_and_rejections_at_once_come_to_one_decision(office):
    """Whoever is first decides; nobody hears that they decided when they did not."""
    async with office.bot():
        card = await office.asked()
        friends, foes = office.crowd[:25], office.crowd[25:]
        for person in foes:
            await person.press("Reject…", on=card)
            await person.modal("Reason")
            await person.fill("Reason", "we still order it")

        await asyncio.gather(
            *(approve(person, card) for person in friends), *(person.submit() for person in foes)
        )

        said = [await office.answer(person) for person in friends]
        said += [person.text_of(await person.modal()) for person in foes]
        decided = [text for text in said if "You approved" in text or "You rejected" in text]
        assert len(decided) == 1
        assert len([text for text in said if "already" in text.lower()]) == CROWD - 1
        word = "Done" if "You approved" in decided[0] else "Rejected"
        await office.card(office.person("approver"), word)
    assert office.writes == (word == "Done")


async def test_one_person_who_presses_twice_is_one_of_two(office):
    """However quickly they press, and whoever else does."""
    policy = PolicySettings(
        operations=("archive_station_model",), approvals_needed=2, approvers=("S0APPROVERS",)
    )
    policies = ApprovalSettings(policies=(policy,))
    office.settings = office.settings.model_copy(update={"approvals": policies})
    first, second = office.crowd[:2]
    async with office.bot():
        card = await office.asked()

        await asyncio.gather(*(approve(first, card) for _ in range(10)))

        answers = {await office.answer(first, number) for number in range(1, 11)}
        assert answers == {"Your approval counts. 1 more approval needed."}
        await office.card(first, "1 of 2 approvals", "Waiting for a decision")
        assert office.writes == 0
        await asyncio.gather(approve(first, card), approve(second, card))
        await office.card(second, "Done")
    assert office.writes == 1


@pytest.fixture
def doubled(office: Office) -> Iterator[None]:
    """Slack delivers everything twice at once, as it may where an answer was late."""
    delivery = office.slack.interactions.submissions._delivery
    once = delivery.ask

    async def twice(*what: object, **how: object) -> object:
        first, _ = await asyncio.gather(once(*what, **how), once(*what, **how))
        return first

    delivery.ask = twice
    yield
    delivery.ask = once


@pytest.mark.usefixtures("doubled")
async def test_what_slack_delivers_twice_happens_once(office):
    """The command, the form, the click and the events: each in two copies."""
    office.slack.events.copies = 2
    approver = office.person("approver")
    async with office.bot() as bot:
        card = await office.asked()
        await approve(approver, card)
        await office.card(approver, "Done")

        assert "You approved it" in await office.answer(approver)
        assert "You approved it" in await office.answer(approver, 2)
        assert (await bot.services.approvals.history()).total == 1
    assert office.writes == 1


async def test_a_decided_card_decides_nothing_more(office):
    """The card that somebody still sees may be older than the decision."""
    first, second = office.crowd[:2]
    async with office.bot():
        card = await office.asked()
        stale = Message(card.ts, card.channel, card.user, blocks=card.blocks)
        await second.press("Reject…", on=card)
        await second.modal("Reason")
        await second.fill("Reason", "too late")
        await approve(first, card)
        await office.card(first, "Done")

        await second.submit()
        await second.modal("lready")
        await second.close()
        await approve(second, stale)
        assert "already" in (await office.answer(second)).lower()
        await second.press("Reject…", on=stale)
        assert "already" in (await office.answer(second, 2)).lower()
        assert second.top_modal is None
        await office.card(first, "Done")
    assert office.writes == 1


async def test_an_expired_card_decides_nothing(office):
    """Between the end of its time and the edit that shows it."""
    approver = office.person("approver")
    async with office.bot() as bot:
        card = await office.asked()
        office.clock.jump(timedelta(hours=25))

        await approve(approver, card)

        assert "expired" in (await office.answer(approver)).lower()
        await bot.services.approvals.tick()
        await office.card(approver, "Expired")
    assert office.writes == 0


async def test_a_card_that_is_not_ours_decides_nothing(office):
    """Somebody restored an older database: the card is in the channel, the request is not."""
    approver = office.person("approver")
    async with office.bot():
        card = await office.asked()
        for _, element in placed_elements(card.every_block):
            element["value"] = "999"

        await approve(approver, card)

        assert "no such request" in await office.answer(approver)
    assert office.writes == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [("support", "own request"), ("on-call", "may not"), ("visitor", "Guests")],
    ids=["requester", "no approver", "guest"],
)
async def test_whoever_may_not_decide_is_told_so(office, name, words):
    async with office.bot():
        card = await office.asked()
        person = office.person(name)

        await approve(person, card)

        assert words in await office.answer(person)
        await office.card(person, "Waiting for a decision")
    assert office.writes == 0


async def test_an_approver_does_not_approve_their_own_request(office):
    """Others can."""
    asker, other = office.person("approver"), office.person("second-approver")
    async with office.bot():
        card = await office.asked(by="approver")

        await asyncio.gather(approve(asker, card), approve(other, card))

        assert "own request" in await office.answer(asker)
        assert "You approved it" in await office.answer(other)
        await office.card(other, "Done")
    assert office.writes == 1


async def test_a_right_that_was_taken_away_a_moment_ago_counts_no_more(office):
    """They have clicked before, so their right was read; now it is read afresh."""
    leaver, stays = office.crowd[:2]
    async with office.bot():
        card = await office.asked()
        await leaver.press("Details", on=card)
        await leaver.modal(REASON)
        group = office.slack.workspace.user_groups["S0APPROVERS"]
        office.slack.administration.set_members(group, [stays.user])

        await asyncio.gather(*(approve(person, card) for person in office.crowd))

        assert "may not" in await office.answer(leaver)
        assert "You approved it" in await office.answer(stays)
        await office.card(stays, "Done")
    assert office.writes == 1


@pytest.mark.parametrize("kind", [k for k in FaultKind if k is not FaultKind.SLOW])
async def test_without_an_answer_about_rights_nothing_is_decided(office, kind):
    """Neither let in on what was true a minute ago, nor left without a word."""
    person = office.crowd[0]
    async with office.bot():
        card = await office.asked()
        office.slack.faults.add(kind, "usergroups.users.list", times=None)
        await asyncio.gather(*(approve(each, card) for each in office.crowd))
        assert "rights" in await office.answer(person)
        assert office.writes == 0
        await office.card(person, "Waiting for a decision")

        office.slack.recover()
        await approve(person, card)

        assert "You approved it" in await office.answer(person, 2)
        await office.card(person, "Done")
    assert office.writes == 1


async def test_the_bot_is_restarted_between_the_clicks(office):
    """A click that reaches nobody counts for nothing, and Slack says so; later ones are ours."""
    first, second, third = office.crowd[:3]
    async with office.bot():
        card = await office.asked()

    await approve(first, card)
    assert (await first.told()).text == BOT_IS_AWAY

    async with office.bot():
        await asyncio.gather(approve(first, card), approve(second, card))
        await office.card(first, "Done")
    async with office.bot():
        stale = Message(card.ts, card.channel, card.user, blocks=_approvable(card))
        await approve(third, stale)
        assert "already" in (await office.answer(third)).lower()
    assert office.writes == 1


def _approvable(card: Message) -> list[dict[str, object]]:
    button = {
        "type": "button",
        "action_id": "approve",
        "text": {"type": "plain_text", "text": "Approve"},
        "value": "1",
    }
    return [*card.blocks, {"type": "actions", "block_id": "old", "elements": [button]}]
