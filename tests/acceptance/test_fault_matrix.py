"""Every trouble that Slack and a vendor can make: what people see, and that the rest keeps working.

A minute takes about a second, and each sweep is asked for, so that nothing waits without need.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.app import Parts, running
from bot.approvals.request import Outcome
from bot.operations.base import Operation
from bot.operations.create_station_model import CreateStationModel
from bot.operations.register_charger import RegisterCharger
from bot.outbox import Pace
from bot.sandbox import installation
from bot.sandbox.people import Person
from bot.sandbox.sandbox import surroundings
from bot.sandbox.slack.faults import FaultKind
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.vendors.api_faults import ApiFault, ApiTrouble
from bot.sandbox.vendors.cloud import VendorCloud
from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.entities import Vendor
from bot.sweeps import SweepResult
from tests.acceptance.hurry import HurriedClock
from tests.acceptance.test_secrets import STATION_MODEL, Desk
from vendors.models import NewCharger

PATIENCE = 10.0
SPEED = 50.0
READ_TIMEOUT_S = 0.1
VENDORS = {
    "nl": (Vendor.PLUGCHOICE, "NL-AMS-0001"),
    "legacy": (Vendor.VOLTTIME, "VT_40010001"),
    "dk": (Vendor.SPIRII, "DK.SPI.000001"),
    "us": (Vendor.LYNKWELL, "US-BOS-0001"),
}
"""The account, whose cloud it is at, and a charger of it that is well."""
WITNESSES = {"nl": ("dk", "DK.SPI.000002"), "dk": ("nl", "NL-AMS-0002")}
"""An account in which all goes on as ever, and a charger of it that goes offline meanwhile."""
RULES = """
[[alerts.rules]]
condition = "account_unreachable"
for = "1m"
severity = "high"
[[alerts.rules]]
condition = "account_stale"
for = "0s"
severity = "medium"
[[alerts.rules]]
condition = "offline"
for = "1m"
severity = "high"
[[alerts.routes]]
channel = "C0ALERTS"
group_wait = "0s"
"""


@dataclass(frozen=True)
class Trouble:
    """What goes wrong at a vendor, and what people see of it."""

    fault: ApiFault
    alert: str
    """What on-call is told of the account; empty: nothing."""
    on_card: str | None
    """What the card of a charger says instead of "Read just now"; `None`: it was read."""


UNREACHABLE, REJECTED, OLD = "Vendor does not answer", "Credential rejected", "Data is getting old"
TROUBLES = {
    "slow": Trouble(ApiFault(ApiTrouble.SLOW, seconds=0.02), "", None),
    "timeout": Trouble(ApiFault(ApiTrouble.SLOW, seconds=0.3), UNREACHABLE, "no answer"),
    "429": Trouble(ApiFault(ApiTrouble.RATE_LIMITED, seconds=90), OLD, ""),
    "500": Trouble(ApiFault(ApiTrouble.ERROR), UNREACHABLE, "Server Error"),
    "401": Trouble(ApiFault(ApiTrouble.UNAUTHORISED), REJECTED, "Unauthenticated"),
    "garbage": Trouble(ApiFault(ApiTrouble.GARBAGE), OLD, "Invalid JSON"),
    "truncated": Trouble(ApiFault(ApiTrouble.TRUNCATED), UNREACHABLE, "no answer"),
    "reset": Trouble(ApiFault(ApiTrouble.RESET), UNREACHABLE, "no answer"),
    "empty-list": Trouble(ApiFault(ApiTrouble.EMPTY_LIST), OLD, None),
    "lost-answer": Trouble(ApiFault(ApiTrouble.LOST_ANSWER), UNREACHABLE, "no answer"),
}
IMMUNE = {("nl", "empty-list")}
"""Plugchoice's troubled chargers are read one by one before any of them counts as well."""
NEVER_READ_LIVE = {"us"}
"""Lynkwell has no address for one charger: a card shows the newest sweep, and its age."""


class Street:
    """Two accounts, the bot, and minutes that pass when they are asked to."""

    def __init__(
        self, slack: SlackServer, clouds: VendorClouds, bot: Parts, clock: HurriedClock
    ) -> None:
        self.slack = slack
        self.clouds = clouds
        self.bot = bot
        self._clock = clock

    def person(self, name: str) -> Person:
        """Somebody at the screen."""
        return Person(self.slack, name, patience=PATIENCE)

    def cloud(self, account: str) -> VendorCloud:
        """The cloud of an account."""
        return self.clouds.by_vendor[VENDORS[account][0]]

    async def minutes(self, number: int) -> list[SweepResult]:
        """Each with a sweep of every account at the same time, and what follows from them."""
        results: list[SweepResult] = []
        accounts = self.bot.services.fleet.accounts
        for _ in range(number):
            self._clock.skip(timedelta(minutes=1))
            results += await asyncio.gather(*map(self.bot.sweeper.troubled, accounts))
            await self.bot.services.alerts.tick()
            await self.bot.outbox.drain()
        return results

    def told(self, *words: str) -> list[str]:
        """The messages in the alerts channel with all these words."""
        reader = self.person("on-call")
        texts = map(reader.text_of, reader.messages("alerts"))
        return [text for text in texts if all(word in text for word in words)]


@asynccontextmanager
async def street(database: Path, *accounts: str) -> AsyncIterator[Street]:
    """Everything has been seen once."""
    clock = HurriedClock(SPEED)
    async with surroundings(clock=clock, rate_limits=False) as (slack, clouds):
        for cloud in clouds.by_vendor.values():
            cloud._sleep = asyncio.sleep  # a slow API is slow by our own clock
        settings = installation.settings(
            slack.workspace,
            slack.api_url,
            [clouds.account(name) for name in accounts],
            database=database,
            poll="60s",
            rules=RULES,
        )
        async with running(settings, clock=clock, pace=Pace.unlimited(), scheduled=False) as bot:
            one = Street(slack, clouds, bot, clock)
            await one.minutes(1)
            yield one


def on_card(account: str, trouble: Trouble) -> tuple[str, ...]:
    """How a charger's card says where its facts are from."""
    if account in NEVER_READ_LIVE:
        return (f"As {account} said",)
    if trouble.on_card is None:
        return (f"Read from {account} just now",)
    return (f"As {account} said", trouble.on_card)


def witness_of(account: str) -> tuple[str, str]:
    return WITNESSES.get(account, WITNESSES["nl"])


@pytest.mark.parametrize("name", TROUBLES)
@pytest.mark.parametrize("account", VENDORS)
async def test_what_people_see_of_a_vendors_trouble(tmp_path, monkeypatch, account, name):
    """One message about the account, none about its chargers, and all as ever elsewhere."""
    if name == "timeout":
        monkeypatch.setattr("vendors.http.TIMEOUT", httpx.Timeout(5.0, read=READ_TIMEOUT_S))
    trouble = TROUBLES[name]
    alert = "" if (account, name) in IMMUNE else trouble.alert
    witness, box = witness_of(account)
    async with street(tmp_path / "chargehand.db", account, witness) as here:
        here.cloud(account).faults.add(trouble.fault)
        here.clouds.breakdowns.charger_offline(box)
        await here.minutes(4)

        assert len(here.told(box, "Firing")) == 1
        firing = [text.splitlines()[0] for text in here.told("Firing", f"account {account}")]
        assert firing == ([f"{alert}: account {account}"] if alert else [])
        assert len(here.told("Firing")) == 1 + bool(alert)
        assert not here.told("removed")
        support = here.person("support")
        await support.command("support", f"/charger show {VENDORS[account][1]}")
        await support.sees("support", *on_card(account, trouble))
        await support.command("support", f"/charger show {box}")
        await support.sees("support", box, f"Read from {witness} just now")

        here.cloud(account).faults.clear()
        await here.minutes(3)

        assert not here.told("Firing", f"account {account}")
        assert len(here.told("Resolved", f"account {account}")) == bool(alert)


@pytest.mark.parametrize("account", VENDORS)
async def test_a_vendor_that_hangs_holds_up_nobody_else(tmp_path, account):
    """Neither the sweep of another account nor a person who asks about it."""
    witness, box = witness_of(account)
    async with street(tmp_path / "chargehand.db", account, witness) as here:
        here.cloud(account).faults.add(ApiFault(ApiTrouble.SLOW, seconds=3600))
        hanging = asyncio.create_task(here.bot.sweeper.full(account))

        result = await here.bot.sweeper.full(witness)
        support = here.person("support")
        await support.command("support", f"/charger show {box}")
        await support.sees("support", box, f"Read from {witness} just now")

        assert result.is_complete
        assert not hanging.done()
        hanging.cancel()
        await asyncio.gather(hanging, return_exceptions=True)


async def register_at(here: Street, account: str) -> Operation:
    """Something new at an account: a charger, or where it takes none a station model."""
    if account == "us":
        return CreateStationModel(account="us", station_model=STATION_MODEL)
    inventory = here.bot.services.inventory
    site, *_ = await inventory.sites(account=account)
    if account == "dk":
        model, *_ = (await inventory.station_models(account="dk")).items
        new = NewCharger(serial_number="SN-NEW-1", site_id=site.id, station_model_id=model.id)
    else:
        new = NewCharger(identity="NL-NEW-0001", site_id=site.id)
    return RegisterCharger(account=account, charger=new)


@pytest.mark.parametrize("account", VENDORS)
async def test_a_write_whose_answer_is_lost_is_looked_for_and_not_repeated(tmp_path, account):
    """People read that it is done, since the vendor has it; it was sent once."""
    async with street(tmp_path / "chargehand.db", account) as here:
        cloud = here.cloud(account)
        cloud.faults.add(ApiFault(ApiTrouble.LOST_ANSWER, "POST *charg*", count=1))
        operation = await register_at(here, account)

        ended = await Desk(here.bot.services.approvals).done(operation)

        assert ended.outcome is Outcome.DONE
        assert [call.fault for call in cloud.calls.writes()] == ["lost_answer"]
        support = here.person("support")
        await support.sees(support.bot_messages, "Done")


NOBODY_KNOWS_YOU = "Slack does not tell me your rights just now. Please press again."
NOT_OF_THE_GROUP = "You may not do this."
ALL_BUT_ANSWERS = "[!r]*"
"""Every method of Slack's Web API; what a person is answered goes to a `response_url`."""


@dataclass(frozen=True)
class SlackTrouble:
    """What goes wrong at Slack, and what a person reads who asks for a charger meanwhile."""

    begin: Callable[[SlackServer], object]
    answer: str
    end: Callable[[SlackServer], object] = lambda slack: slack.faults.clear()


def failing(kind: FaultKind, *, seconds: float = 1.0) -> Callable[[SlackServer], object]:
    """Have every call to the Web API fail in this way."""
    return lambda slack: slack.faults.add(kind, ALL_BUT_ANSWERS, times=None, seconds=seconds)


def token_taken_away(slack: SlackServer) -> None:
    slack.workspace.app.bot_token += "-renewed"


def token_given_back(slack: SlackServer) -> None:
    app = slack.workspace.app
    app.bot_token = app.bot_token.removesuffix("-renewed")


def group_emptied(slack: SlackServer) -> None:
    slack.workspace.user_groups["S0SUPPORT"].members.clear()


SLACK_TROUBLES = {
    "slow": SlackTrouble(failing(FaultKind.SLOW, seconds=0.05), "Read from dk just now"),
    "timeout": SlackTrouble(failing(FaultKind.SLOW, seconds=0.6), NOBODY_KNOWS_YOU),
    "429": SlackTrouble(failing(FaultKind.RATE_LIMITED, seconds=30), NOBODY_KNOWS_YOU),
    "500": SlackTrouble(failing(FaultKind.SERVER_ERROR), NOBODY_KNOWS_YOU),
    "401": SlackTrouble(token_taken_away, NOBODY_KNOWS_YOU, token_given_back),
    "garbage": SlackTrouble(failing(FaultKind.GARBAGE), NOBODY_KNOWS_YOU),
    "truncated": SlackTrouble(failing(FaultKind.TRUNCATED), NOBODY_KNOWS_YOU),
    "reset": SlackTrouble(failing(FaultKind.DROP_BEFORE), NOBODY_KNOWS_YOU),
    "empty-list": SlackTrouble(group_emptied, NOT_OF_THE_GROUP),
    "lost-answer": SlackTrouble(failing(FaultKind.DROP_AFTER), NOBODY_KNOWS_YOU),
}
"""The one list that Slack gives us is who is in a user group: an empty one lets nobody in."""


@pytest.mark.parametrize("name", SLACK_TROUBLES)
async def test_what_people_see_of_slacks_trouble(tmp_path, monkeypatch, name):
    """The alert comes once, when it can; a person is told at once; the chargers are watched on."""
    trouble, box = SLACK_TROUBLES[name], "DK.SPI.000002"
    if name == "timeout":
        monkeypatch.setattr("handlers.notifier.REQUEST_TIMEOUT_S", 0.2)
    async with street(tmp_path / "chargehand.db", "dk") as here:
        trouble.begin(here.slack)
        here.clouds.breakdowns.charger_offline(box)
        results = await here.minutes(3)
        support = here.person("support")
        await support.command("support", "/charger show DK.SPI.000001")

        await support.sees("support", trouble.answer)
        assert support.notices == []
        assert {result.is_complete for result in results} == {True}

        trouble.end(here.slack)
        await here.person("on-call").sees("alerts", box, "Firing")
        await here.minutes(2)
        assert len(here.told(box, "Firing")) == 1
