"""The replay finds in the history what was found live; what it cannot know is in docs/alerts.md."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.model import Condition
from bot.alerts.reports import Reports
from bot.alerts.routes import Route
from bot.alerts.rules import BUILT_IN, Rule
from bot.severity import Severity
from tests.bot.tower import CHANNEL, POLL, Tower
from vendors.errors import VendorUnreachableError
from vendors.models import Vendor

Day = Callable[[Tower], Awaitable[None]]


async def one_charger(tower: Tower) -> None:
    tower.offline("ch00000")
    await tower.run(20)
    tower.online("ch00000")
    await tower.run(10)


async def a_hiccup(tower: Tower) -> None:
    tower.offline("ch00000")
    await tower.run(1)
    tower.online("ch00000")
    await tower.run(10)


async def a_site(tower: Tower) -> None:
    tower.offline("ch00000", "ch00020")
    await tower.run(20)
    tower.online("ch00000", "ch00020")
    await tower.run(10)


async def half_the_account(tower: Tower) -> None:
    some = [f"ch{n:05}" for n in range(30)]
    tower.offline(*some)
    await tower.run(20)
    tower.online(*some)
    await tower.run(10)


async def half_the_account_again_and_again(tower: Tower) -> None:
    some = [f"ch{n:05}" for n in range(30)]
    for _ in range(3):
        tower.offline(*some)
        await tower.run(7)
        tower.online(*some)
        await tower.run(4)


async def coming_and_going(tower: Tower) -> None:
    for _ in range(5):
        tower.offline("ch00000")
        await tower.run(3)
        tower.online("ch00000")
        await tower.run(3)
    await tower.run(90)


async def a_danger_and_a_warning(tower: Tower) -> None:
    tower.fault("ch00000", "GroundFailure")
    tower.fault("ch00001", "WeakSignal")
    await tower.run(10)
    tower.mend("ch00000")
    tower.mend("ch00001")
    await tower.run(10)


async def an_hour_without_sight(tower: Tower) -> None:
    tower.offline("ch00000")
    await tower.run(2)
    tower.cloud.failure = VendorUnreachableError(Vendor.SPIRII, "timed out")
    await tower.run(60)
    tower.cloud.failure = None
    tower.online("ch00000")
    await tower.run(10)


def reports_of(tower: Tower) -> Reports:
    return Reports(tower.store, tower.clock, polls={"dk": POLL}, zone=ZoneInfo("UTC"))


@pytest.mark.parametrize(
    "day",
    [
        one_charger,
        a_hiccup,
        a_site,
        half_the_account,
        half_the_account_again_and_again,
        coming_and_going,
        a_danger_and_a_warning,
        an_hour_without_sight,
    ],
)
async def test_a_replay_calls_people_as_often_as_they_were_called(tower: Tower, day: Day):
    """Of what the history knows: that a vendor did not answer is not in it."""
    await day(tower)
    live = [
        message
        for message in await tower.messages()
        if (record := await tower.alerts.group(message.subject))
        and record.members[0].alert.condition is not Condition.ACCOUNT_UNREACHABLE
    ]

    replayed = await reports_of(tower).replay(1, BUILT_IN, tower.routes)

    assert sum(each.pages for each in replayed) == len(live)


async def test_what_was_so_at_the_start_is_not_replayed(tower: Tower):
    tower.cloud.rows.clear()
    tower.cloud.account = "fresh"
    tower.start()
    tower.add_many(5)
    tower.offline("ch00000")
    await tower.run(30)

    reports = Reports(tower.store, tower.clock, polls={"fresh": POLL}, zone=ZoneInfo("UTC"))
    assert await reports.replay(1, BUILT_IN, tower.routes) == []


async def test_each_route_that_takes_an_alert_is_a_page(tower: Tower):
    await one_charger(tower)
    both = (Route("routes[0]", "C0A", continues=True), Route("routes[1]", "C0B"), *tower.routes)

    (day,) = await reports_of(tower).replay(1, BUILT_IN, both)

    assert (day.alerts, day.pages) == (1, 2)


async def test_a_rule_of_severity_none_replays_to_nothing(tower: Tower):
    await one_charger(tower)
    quiet = Rule("rules[0]", Condition.OFFLINE, timedelta(), Severity.NONE)

    assert await reports_of(tower).replay(1, (quiet, *BUILT_IN), (Route("default", CHANNEL),)) == []
