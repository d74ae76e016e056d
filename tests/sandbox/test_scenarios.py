"""What each scenario's sentence promises is seen in Slack, by the unchanged bot's own messages."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.clock import SystemClock
from bot.outbox import Pace
from bot.sandbox import installation
from bot.sandbox.people import Person
from bot.sandbox.sandbox import Sandbox, fleet_of_size, opened
from bot.sandbox.vendors.scenarios import SCENARIOS
from bot.sandbox.vendors.seed import seeded_world
from tests.acceptance.night import night
from tests.clock import VirtualClock

pytestmark = pytest.mark.slow

PATIENCE_S = 30.0
Act = Callable[[Sandbox, Person], Awaitable[None]]


class Told(NamedTuple):
    """The one alert that a scenario leads to: in which account, with and without which words."""

    account: str
    minutes: float
    words: tuple[str, ...]
    never: tuple[str, ...] = ()


TOLD = {
    "charger-offline": Told("nl", 0.6, ("Offline: NL-AMS-0008", "high", "@oncall")),
    "connector-fault": Told("dk", 0.4, ("DK.SPI.000005", "InternalError", "E-0417", "Restart…")),
    "safety-fault": Told(
        "nl", 0.4, ("NL-UTR-0004", "critical", "not to touch"), never=("Restart…",)
    ),
    "warning": Told("dk", 0.4, ("DK.SPI.000101", "medium", "HighTemperature", "74 C", "warning")),
    "flapping": Told("nl", 1.2, ("NL-UTR-0005", "Unstable connection")),
    "site-power-cut": Told(
        "dk",
        0.6,
        ("Site offline: Ørestad Syd", *(f"DK.SPI.00000{number}" for number in range(1, 7))),
    ),
    "vendor-api-down": Told(
        "dk", 0.6, ("Vendor does not answer: account dk", "count as unknown"), never=("DK.SPI",)
    ),
    "vendor-says-half-offline": Told(
        "nl", 0.6, ("Account offline: account nl", "at least half"), never=("NL-",)
    ),
    "account-rejected": Told("legacy", 0.6, ("account legacy", "critical"), never=("VT_",)),
    "garbage": Told("legacy", 1.6, ("Data is getting old: account legacy",), never=("VT_",)),
}


@pytest.mark.parametrize("name", TOLD)
async def test_the_alerts_channel_shows_what_the_sentence_says_and_nothing_else(
    name: str, tmp_path: Path, clock: VirtualClock
):
    told = TOLD[name]
    async with _demo_night(tmp_path, clock, told.account) as one:
        await one.run(0.3)
        before = {message.ts for message in one.messages()}

        SCENARIOS[name].begin(one.clouds)
        await one.run(told.minutes)

        (alert,) = [message for message in one.messages() if message.ts not in before]
        text = one.text(alert)
        assert [word for word in told.words if word not in text] == []
        assert [word for word in told.never if word in text] == []


def _demo_night(folder: Path, clock: VirtualClock, *accounts: str):
    return night(
        folder / "chargehand.db",
        seeded_world(clock.now()),
        clock,
        accounts=accounts,
        rules=installation.DEMO_RULES,
        poll="2s",
    )


async def test_a_charger_that_never_calls_is_told_of_at_low_severity(
    tmp_path: Path, clock: VirtualClock
):
    async with _demo_night(tmp_path, clock, "nl") as one:
        await one.run(0.3)
        SCENARIOS["never-connects"].begin(one.clouds)
        await _register(one.person("support"))
        await clock.settle()

        await one.run(4)

        assert one.one("NL-NEW-0001", "low", "never connected")


@asynccontextmanager
async def _demo(folder: Path, name: str) -> AsyncIterator[Sandbox]:
    """The demo as `--scenario NAME` starts it, in real time and without waiting for turns."""
    scenario = SCENARIOS[name]
    async with opened(
        folder / "chargehand.db",
        world=fleet_of_size(None, SystemClock()),
        rate_limits=False,
        pace=Pace.unlimited(),
        settling=timedelta(0),
        poll="1s",
        from_before=scenario,
    ) as sandbox:
        for job in sandbox.bot.jobs:
            if job.name.startswith("sweep"):
                await sandbox.bot.scheduler.hand_over(job)
        await sandbox.person("support").sees("alerts", "at nl when I began", timeout=PATIENCE_S)
        if not scenario.is_from_before:
            scenario.begin(sandbox.clouds)
        yield sandbox


async def _dead_from_before(sandbox: Sandbox, person: Person) -> None:
    listing = await person.sees("alerts", "at nl when I began watching", "NL-AMS-0005")
    text = person.text_of(listing)
    assert all(f"NL-AMS-000{number}" in text for number in (1, 3, 4, 5))
    assert "@oncall" not in text
    await person.sees("alerts", "at legacy when I began watching", "VT_40010002")
    assert not [m for m in person.messages("alerts") if "Firing" in person.text_of(m)]


async def _register(person: Person) -> None:
    await person.command("support", "/charger register")
    await person.modal("Identity", title="Register a charger")
    await person.fill("Identity", "NL-NEW-0001")
    await person.submit()


async def _answer_lost(sandbox: Sandbox, person: Person) -> None:
    await _register(person)
    await person.modal("Done", "NL-NEW-0001 is at nl")
    assert sandbox.clouds.world.charger("NL-NEW-0001")
    assert len(_registrations(sandbox)) == 1


async def _request_lost(sandbox: Sandbox, person: Person) -> None:
    await _register(person)
    await person.modal("NL-NEW-0001 is not at nl", "Nothing was done")
    with pytest.raises(KeyError):
        sandbox.clouds.world.charger("NL-NEW-0001")
    assert len(_registrations(sandbox)) == 1


def _registrations(sandbox: Sandbox) -> list[str]:
    return [c.path for c in sandbox.clouds.plugchoice.calls.writes() if c.path == "/chargers"]


async def _limited(sandbox: Sandbox, person: Person) -> None:
    await person.command("support", "/charger show NL-AMS-0001")
    await person.sees("support", "NL-AMS-0001", "Online")
    assert not [m for m in person.messages("alerts") if "Firing" in person.text_of(m)]


async def _slow(sandbox: Sandbox, person: Person) -> None:
    began = sandbox.slack.workspace.clock.monotonic()
    await person.command("support", "/charger show US-BOS-0001")
    acknowledged = sandbox.slack.workspace.clock.monotonic()
    await person.sees("support", "Granite Charge", "Lynkwell")
    assert acknowledged - began < sandbox.slack.sockets.ack_seconds
    assert person.notices == []


async def _restart_refused(sandbox: Sandbox, person: Person) -> None:
    await person.command("support", "/charger restart NL-AMS-0004")
    await person.modal("NL-AMS-0004")
    await person.submit()
    await person.modal("Refused", "the charger rejected it")


ACTED: dict[str, Act] = {
    "first-start-with-dead-chargers": _dead_from_before,
    "lost-answer": _answer_lost,
    "lost-request": _request_lost,
    "rate-limited": _limited,
    "slow-vendor": _slow,
    "restart-refused": _restart_refused,
}


@pytest.mark.parametrize("name", ACTED)
async def test_a_person_meets_what_the_sentence_says(name: str, tmp_path: Path):
    async with _demo(tmp_path, name) as sandbox:
        await ACTED[name](sandbox, sandbox.person("support", patience=PATIENCE_S))


def test_every_scenario_is_looked_at():
    """One without a test would promise what nobody has seen."""
    assert TOLD.keys() | ACTED.keys() | {"never-connects"} == SCENARIOS.keys()
    assert not TOLD.keys() & ACTED.keys()
