"""Operations from the first key to the last message, with what goes wrong in between."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.app import Parts, running
from bot.clock import SystemClock
from bot.outbox import Pace
from bot.sandbox import installation
from bot.sandbox.people import Person
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.vendors.api_faults import ApiFault, ApiTrouble
from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.entities import Vendor
from bot.sandbox.vendors.seed import NEIGHBOURS_CHARGER, NEIGHBOURS_PINCODE, seeded_world
from handlers.files import SENT

IMPORT_AT_ONCE = """
[[approvals.policies]]
operations = ["import_chargers"]
approvals_needed = 0
reason = "optional"
"""
ASK_FOR_EVERYTHING = """
[[approvals.policies]]
operations = ["set_reference", "restart_charger", "attach_charger"]
approvals_needed = 1
reason = "optional"
"""
QUIET_HOUR = datetime(2026, 1, 10, 8, 0, tzinfo=UTC)
"""When no car comes of itself to the charger of these stories, which come and go by the clock."""
REGISTRATION = ("POST", "/chargers")
RESTART = ("POST", "/chargers/{charger}/actions/restart")
ATTACH = ("POST", "/sites/{site}/chargers")
PATIENCE = 20.0
"""Seconds for what takes a few; an idle machine needs less than one."""


class SettableClock(SystemClock):
    """The wall's clock, which can be set ahead."""

    ahead = timedelta()

    def now(self) -> datetime:
        """Wall time, as it was set."""
        return super().now() + self.ahead


@dataclass
class Turnstile:
    """A slow API that answers one request each time it is told to."""

    passes: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    arrived: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def sleep(self, _seconds: float) -> None:
        """What a slow API does."""
        self.arrived.release()
        await self.passes.acquire()

    async def waits(self) -> None:
        """Until the next request stands there."""
        async with asyncio.timeout(PATIENCE):
            await self.arrived.acquire()


@dataclass
class Town:
    """Slack and the vendors, against which the bot can be started more than once."""

    slack: SlackServer
    clouds: VendorClouds
    clock: SettableClock
    turnstile: Turnstile
    database: Path

    @asynccontextmanager
    async def bot(self, extra: str = "") -> AsyncIterator[Parts]:
        """The bot with these policies, on the same store each time."""
        settings = installation.settings(
            self.slack.workspace,
            self.slack.api_url,
            self.clouds.accounts,
            database=self.database,
            extra=extra,
        )
        pace = Pace.unlimited()
        async with running(
            settings, clock=self.clock, pace=pace, scheduled=False, settling=timedelta()
        ) as parts:
            for account in parts.services.fleet.accounts:
                await parts.sweeper.full(account)
            yield parts

    def person(self, name: str) -> Person:
        """Somebody at the screen."""
        return Person(self.slack, name, patience=PATIENCE)

    def slow_registrations(self) -> None:
        """From now on each of them has to pass the turnstile."""
        self.clouds.plugchoice.faults.add(ApiFault(ApiTrouble.SLOW, "POST /chargers"))

    def written(self, kind: tuple[str, str]) -> list[Any]:
        """The bodies of the writes of this kind that reached the vendor, in order."""
        calls = self.clouds.plugchoice.calls.writes()
        return [each.body for each in calls if (each.method, each.template) == kind]

    def registered(self) -> list[str]:
        """The identities for which a registration reached the vendor, in order."""
        return [body["identity"] for body in self.written(REGISTRATION)]

    async def knows(self, identity: str) -> None:
        """Until the vendor has carried out a registration."""
        fleet = self.clouds.world.shares[Vendor.PLUGCHOICE].by_identity
        async with asyncio.timeout(PATIENCE):
            while identity not in fleet:  # noqa: ASYNC110  # the vendor tells nobody
                await asyncio.sleep(0.01)

    def newest_file(self, person: Person) -> str:
        """What stands in the last file that the bot has sent them."""
        files = [file for each in person.messages(person.bot_messages) for file in each.files]
        content = self.slack.workspace.files.find(files[-1]["id"]).content
        assert content is not None
        return content.decode()


@pytest.fixture
async def town(tmp_path: Path, monkeypatch) -> AsyncIterator[Town]:
    monkeypatch.setattr(app, "LAST_WORDS_S", 0.0)  # ended like a process that is killed
    clock, turnstile = SettableClock(), Turnstile()
    clock.ahead = QUIET_HOUR - clock.now()
    slack = SlackServer(installation.workspace(clock=clock), rate_limits=False)
    clouds = VendorClouds(
        seeded_world(clock.now()), clock.now, sleep=turnstile.sleep, limited=False
    )
    async with clouds:
        await slack.start()
        yield Town(slack, clouds, clock, turnstile, tmp_path / "chargehand.db")
        await slack.stop()


async def look_at_rows(person: Person, *identities: str) -> None:
    await person.command("support", "/charger import")
    await person.modal("One charger a row")
    await person.fill("Rows", "\n".join(identities))
    await person.submit()
    await person.modal("would be registered")


def outcomes(sheet: str) -> list[tuple[str, str]]:
    return [(row["identity"], row["outcome"]) for row in csv.DictReader(io.StringIO(sheet))]


async def test_an_import_is_followed_stopped_and_told_row_by_row(town: Town):
    """Also where no approver has a card of it."""
    async with town.bot(IMPORT_AT_ONCE):
        support = town.person("support")
        town.slow_registrations()
        await look_at_rows(support, *(f"NL-IMP-000{number}" for number in range(4)))
        await support.submit()
        await town.turnstile.waits()

        own = await support.sees(support.bot_messages, "Import 4 chargers", "Running", "Stop")
        town.turnstile.passes.release()
        await town.turnstile.waits()
        await support.press("Stop", on=own)
        await support.sees(support.bot_messages, "stops after the row")
        town.turnstile.passes.release()

        told = await support.sees(support.bot_messages, "2 of 4 done, 2 not run", "was stopped")
        await support.press("Results as CSV", on=told)
        await support.sees(support.bot_messages, SENT)

        assert outcomes(town.newest_file(support)) == [
            ("NL-IMP-0000", "done"),
            ("NL-IMP-0001", "done"),
            ("NL-IMP-0002", "not run"),
            ("NL-IMP-0003", "not run"),
        ]
        assert town.registered() == ["NL-IMP-0000", "NL-IMP-0001"]


async def test_an_import_goes_on_where_a_killed_bot_left_it(town: Town):
    """The row whose answer nobody was there to hear is read back and not sent again."""
    rows = [f"NL-IMP-000{number}" for number in range(4)]
    town.slow_registrations()
    async with town.bot(IMPORT_AT_ONCE):
        support = town.person("support")
        await look_at_rows(support, *rows)
        await support.submit()
        await town.turnstile.waits()
        town.turnstile.passes.release()
        await town.turnstile.waits()
    town.turnstile.passes.release()
    await town.knows(rows[1])
    town.clouds.plugchoice.faults.clear()

    async with town.bot(IMPORT_AT_ONCE):
        told = await support.sees(support.bot_messages, "4 of 4 done")
        await support.press("Results as CSV", on=told)
        await support.sees(support.bot_messages, SENT)

        assert outcomes(town.newest_file(support)) == [(row, "done") for row in rows]
        assert town.registered() == rows


async def test_rows_that_were_looked_at_outlive_a_restart(town: Town):
    """Nobody has to paste them again."""
    async with town.bot(IMPORT_AT_ONCE):
        support = town.person("support")
        await look_at_rows(support, "NL-IMP-0000", "NL-IMP-0001")

    async with town.bot(IMPORT_AT_ONCE):
        await support.submit()

        await support.sees(support.bot_messages, "2 of 2 done")
        assert town.registered() == ["NL-IMP-0000", "NL-IMP-0001"]


async def test_what_somebody_changed_meanwhile_does_not_run(town: Town):
    """What was approved is what was shown, however quick the approver was."""
    async with town.bot(ASK_FOR_EVERYTHING):
        support, approver = town.person("support"), town.person("approver")
        charger = town.clouds.world.charger("NL-AMS-0001")
        await support.command("support", "/charger reference NL-AMS-0001 Gate 7")
        await support.modal(title="Set a reference")
        await support.submit()
        card = await approver.sees("approvals", "Gate 7", "Approve")
        charger.reference = "Gate 8"

        await approver.press("Approve", on=card)

        refused = await approver.sees("approvals", "Reference changed meanwhile", "Gate 8")
        assert refused.ts == card.ts
        assert charger.reference == "Gate 8"
        told = await support.sees(support.bot_messages, "Refused", "changed")
        await support.press("Ask again", on=told)
        told = await support.sees(support.bot_messages, "Refused", "Asked again as #2")
        assert "Ask again" not in support.text_of(told)
        anew = await approver.sees("approvals", "#2", "Gate 8 → Gate 7", "again after #1")
        await approver.press("Approve", on=anew)
        await approver.sees("approvals", "#2", "Done")
        assert charger.reference == "Gate 7"


async def test_a_car_that_came_since_it_was_asked_keeps_its_session(town: Town):
    """Until the approver says that they know."""
    async with town.bot(ASK_FOR_EVERYTHING):
        support, approver = town.person("support"), town.person("approver")
        await support.command("support", "/charger restart NL-AMS-0001")
        await support.modal(title="Restart a charger")
        await support.submit()
        card = await approver.sees("approvals", "Restart charger", "Approve")
        assert town.clouds.breakdowns.start_session("NL-AMS-0001")
        town.clock.ahead += timedelta(minutes=2)
        town.clouds.advance()

        await approver.press("Approve", on=card)

        question = await approver.sees("approvals", "A car is charging on it")
        assert town.written(RESTART) == []
        await approver.press("Approve and end the session", on=question)
        await approver.sees("approvals", "Restart charger", "Done")
        assert len(town.written(RESTART)) == 1


async def test_a_pincode_is_asked_for_once_it_can_be_used_and_not_when_it_cannot(town: Town):
    """Only from the requester; an old button takes none for nothing."""
    async with town.bot(ASK_FOR_EVERYTHING) as bot:
        support, approver = town.person("support"), town.person("approver")
        await bot.sweeper.full("nl")
        await support.command("support", "/charger attach")
        await support.modal(title="Attach a charger")
        await support.pick("Site", "P+R Sloterdijk")
        await support.fill("Identity", NEIGHBOURS_CHARGER)
        await support.submit()
        card = await approver.sees("approvals", "Attach", "Approve")
        await approver.press("Approve", on=card)
        asked = await support.sees(support.bot_messages, "I need the pincode")

        await support.press("Enter pincode and run", on=asked)
        await support.modal("kept in memory")
        await support.fill("Pincode", NEIGHBOURS_PINCODE)
        await support.submit()
        await support.modal("It runs now")
        await support.close()
        await approver.sees("approvals", "Attach", "Done")

        await support.press("Enter pincode and run", on=asked)
        await support.sees(support.bot_messages, "nothing to do about it any more", "Done")
        assert support.top_modal is None
        assert len(town.written(ATTACH)) == 1


async def test_nobody_restarts_a_charger_that_is_dangerous(town: Town):
    """The alert opened while the request waited; no approver can override it."""
    async with town.bot(ASK_FOR_EVERYTHING) as bot:
        support, approver = town.person("support"), town.person("approver")
        await support.command("support", "/charger restart NL-AMS-0001")
        await support.modal(title="Restart a charger")
        await support.submit()
        card = await approver.sees("approvals", "Restart charger", "Approve")
        town.clouds.breakdowns.connector_fault("NL-AMS-0001", "GroundFailure")
        await bot.sweeper.full("nl")
        await bot.services.alerts.tick()

        await approver.press("Approve", on=card)

        refused = await approver.sees("approvals", "Restart charger", "safety alert is open")
        assert refused.ts == card.ts
        assert town.written(RESTART) == []


async def test_details_show_what_is_sent_and_the_evidence_how_it_went(town: Town):
    async with town.bot(ASK_FOR_EVERYTHING):
        support, approver = town.person("support"), town.person("approver")
        charger = town.clouds.world.charger("NL-AMS-0001")
        charger.reference = "Gate 6"
        await support.command("support", "/charger reference NL-AMS-0001 Gate 7")
        await support.modal(title="Set a reference")
        await support.submit()
        card = await approver.sees("approvals", "Gate 7", "Approve")

        await approver.press("Details", on=card)
        page = approver.text_of(await approver.modal("How things stand now", "SHA-256"))
        await approver.close()
        await approver.press("Approve", on=card)
        done = await approver.sees("approvals", "Gate 7", "Done")
        await approver.press("Details", on=done)
        await approver.modal("Evidence as JSON")
        await approver.press("Evidence as JSON")
        await approver.modal(SENT)
        evidence = json.loads(town.newest_file(approver))

    assert "Reference: Gate 6" in page
    assert evidence["hash"] in page
    assert evidence["hash_holds"] is True
    assert evidence["request"]["precheck"]["state"]["reference"] == "Gate 6"
    assert [each["by"] for each in evidence["request"]["decisions"]] == [approver.id]
    assert evidence["executions"][0]["answer"]["reference"] == "Gate 7"
    posted = {each["topic"]: each for each in evidence["messages"]}
    assert posted.keys() == {"request_card", "request_line", "request_outcome"}
    assert posted["request_card"]["link"].endswith(f"/p{card.ts.replace('.', '')}")


async def test_every_request_is_found_again(town: Town):
    """`/approvals` in its four forms."""
    async with town.bot(ASK_FOR_EVERYTHING):
        support, approver = town.person("support"), town.person("approver")
        for name in ("Gate 7", "Gate 8"):
            await support.command("support", f"/charger reference NL-AMS-0001 {name}")
            await support.modal(title="Set a reference")
            await support.submit()
            await support.modal("waits for a decision")
            await support.close()
        card = await approver.sees("approvals", "#1", "Approve")
        await approver.press("Reject…", on=card)
        await approver.modal("Reason")
        await approver.fill("Reason", "<!channel> the wrong gate")
        await approver.submit()
        await approver.close()

        await approver.command("support", "/approvals list")
        waiting = await approver.sees("support", "Waiting for a decision", "#2")
        assert "#1" not in approver.text_of(waiting)
        await approver.command("support", "/approvals mine")
        await approver.sees("support", "You have not asked for anything yet")
        await support.command("support", "/approvals history")
        await support.sees("support", "#1", "#2", "Rejected")
        await support.command("support", "/approvals show 1")
        shown = await support.sees("support", "#1", "Rejected", "the wrong gate")
        assert "<!channel>" not in json.dumps(shown.blocks)
