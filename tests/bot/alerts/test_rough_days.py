"""What nobody plans for: clocks that jump, chargers that move, a configuration that changes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.model import Condition, Phase
from bot.alerts.records import GroupState
from bot.alerts.routes import Route
from bot.alerts.rules import BUILT_IN, Rule
from bot.config.values import parse_hours
from bot.scheduler import daily
from bot.severity import Severity
from bot.store import Store
from tests.bot.tower import CHANNEL, Cloud, PickyCloud, Tower
from tests.clock import VirtualClock
from vendors.errors import ForbiddenError, VendorUnreachableError
from vendors.models import Connectivity, Ref, Vendor

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


async def test_an_account_that_is_watched_no_more_takes_its_alerts_with_it(tower: Tower):
    """Else they would be repeated and escalated for ever: no sweep can end them."""
    tower.offline("ch00000", "ch00001")
    await tower.run(8)
    (group, _) = await tower.groups()
    tower.clouds = (Cloud("nl", tower.clock),)
    tower.cloud = tower.clouds[0]
    tower.start()
    await tower.run(1)

    record = await tower.alerts.group(group.group.id)
    assert record is not None
    assert [member.alert.phase for member in record.members] == [Phase.REMOVED]
    assert await tower.groups() == []


@pytest.mark.parametrize(
    ("severity", "of_old"),
    [
        pytest.param(Severity.LOW, [Severity.LOW], id="milder"),
        pytest.param(Severity.NONE, [Severity.HIGH], id="watched-only"),
    ],
)
async def test_rules_that_changed_over_a_restart_hold_from_then_on(
    tower: Tower, severity: Severity, of_old: list[Severity]
):
    """What was told already is seen to its end, also where the new rules would not tell it."""
    tower.offline("ch00000")
    await tower.run(8)
    tower.rules = (Rule("rules[0]", Condition.OFFLINE, timedelta(), severity), *BUILT_IN)
    tower.start()
    tower.offline("ch00001")
    await tower.run(3)
    old = [alert.severity for alert in await tower.of("ch00000")]
    new = [alert.severity for alert in await tower.of("ch00001")]
    tower.online("ch00000", "ch00001")
    await tower.run(3)

    assert old == of_old
    assert new == ([] if severity is Severity.NONE else [severity])
    assert await tower.groups() == []


async def test_a_route_that_is_gone_still_ends_what_it_told(store: Store, clock: VirtualClock):
    tower = Tower(
        store,
        clock,
        Cloud("dk", clock),
        routes=(Route("routes[0]", "C0NIGHT"), Route("default", CHANNEL)),
    )
    tower.add_many(5)
    await tower.sweep()
    tower.offline("ch00000")
    await tower.run(8)
    (group,) = await tower.groups()
    tower.routes = (Route("default", CHANNEL),)
    tower.start()
    tower.online("ch00000")
    await tower.run(3)

    record = await tower.alerts.group(group.group.id)
    assert record is not None
    assert record.state is GroupState.RESOLVED
    assert [message.destination for message in await tower.messages()] == ["C0NIGHT"]


@pytest.mark.parametrize("hours", [-3, -1, 1, 3])
async def test_a_clock_that_is_set_neither_doubles_nor_loses(tower: Tower, hours: int):
    tower.offline("ch00000")
    await tower.run(3)
    tower.clock.jump(timedelta(hours=hours))
    await tower.run(60 * max(0, -hours) + 10)
    (group,) = await tower.groups()
    tower.clock.jump(timedelta(hours=-hours))
    tower.online("ch00000")
    await tower.run(4)

    assert [member.alert.subject.charger_id for member in group.firing] == ["ch00000"]
    assert len(await tower.messages()) == 1
    assert await tower.groups() == []


async def test_a_charger_that_moves_to_another_site_keeps_its_one_alert(tower: Tower):
    tower.offline("ch00000")
    await tower.run(8)
    tower.set("ch00000", site_id="S7", site_name="Site 7")
    await tower.run(10)
    during = await tower.groups()
    tower.online("ch00000")
    await tower.run(3)

    assert [len(record.firing) for record in during] == [1]
    assert len(await tower.messages()) == 1
    assert await tower.groups() == []


async def test_a_charger_that_is_deleted_and_registered_anew_is_another_story(tower: Tower):
    tower.offline("ch00000")
    await tower.run(8)
    row = tower.cloud.rows.pop("ch00000")
    await tower.run(3)
    gone = await tower.groups()
    tower.cloud.rows["ch00000"] = row
    await tower.run(8)

    (group,) = await tower.groups()
    assert gone == []
    assert [member.alert.phase for member in group.members] == [Phase.FIRING]
    assert len(await tower.messages()) == 2


async def test_half_a_listing_makes_nobody_vanish_and_nobody_recover(tower: Tower):
    tower.offline("ch00000", "ch00030")
    await tower.run(8)
    before = {a.subject.charger_id for a in await tower.open_alerts()}
    tower.cloud.failure = VendorUnreachableError(Vendor.SPIRII, "timed out")
    tower.cloud.fails_after_pages = 1
    tower.online("ch00030")
    await tower.run(4)

    after = {a.subject.charger_id for a in await tower.open_alerts()}
    assert before == {"ch00000", "ch00030"}
    assert after == before


async def test_access_to_one_charger_that_lapses_leaves_its_alert_as_it_is(
    store: Store, clock: VirtualClock
):
    """Unknown neither ends nor begins anything."""
    tower = Tower(store, clock, PickyCloud("nl", clock))
    tower.add_many(5)
    await tower.sweep()
    tower.offline("ch00000")
    await tower.run(8)
    tower.online("ch00000")
    tower.cloud.read_failure = ForbiddenError(Vendor.PLUGCHOICE)
    await tower.run(5)
    lapsed = await tower.of("ch00000")
    tower.cloud.read_failure = None
    await tower.run(3)

    assert [alert.phase for alert in lapsed] == [Phase.FIRING]
    assert await tower.of("ch00000") == []


async def test_the_same_identity_in_two_accounts_is_two_chargers(store: Store, clock: VirtualClock):
    dk, nl = Cloud("dk", clock), Cloud("nl", clock)
    tower = Tower(store, clock, dk, nl)
    tower.add("same")
    tower.add("same", nl)
    for cloud in (dk, nl):
        await tower.sweep(cloud.account)
    tower.offline("same")
    await tower.run(8)

    (group,) = await tower.groups()
    assert [member.alert.subject.account for member in group.firing] == ["dk"]
    assert await tower.alerts.of_charger(Ref("nl", "same")) == []


async def test_an_account_without_chargers_is_quiet(store: Store, clock: VirtualClock):
    tower = Tower(store, clock, Cloud("dk", clock))
    await tower.run(40)

    assert await tower.messages() == []
    assert await tower.messages("baseline") == []


async def test_a_fleet_that_is_listed_as_empty_at_once_is_two_polls_from_gone(tower: Tower):
    """One empty answer of a vendor is a vendor's mistake, more likely than forty removals."""
    rows, tower.cloud.rows = tower.cloud.rows, {}
    await tower.run(1)
    tower.cloud.rows = rows
    await tower.run(3)

    assert (await tower.inventory.chargers(limit=1)).total == 40
    assert await tower.messages() == []


async def test_duplicate_rows_in_a_listing_count_once(tower: Tower):
    """A page that shifts while it is read shows a charger twice."""
    tower.cloud.rows["ch00000"] |= {"connectivity": Connectivity.OFFLINE}
    for _ in range(2):
        await tower.sweep()  # at the same moment: no time has passed between them
    early = [alert.phase for alert in await tower.of("ch00000")]
    await tower.run(8)

    assert early == [Phase.PENDING]
    assert len(await tower.of("ch00000")) == 1


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        pytest.param(datetime(2026, 3, 27, 17, 30, tzinfo=UTC), False, id="winter-18:30"),
        pytest.param(datetime(2026, 3, 27, 16, 30, tzinfo=UTC), True, id="winter-17:30"),
        pytest.param(datetime(2026, 3, 30, 16, 30, tzinfo=UTC), False, id="summer-18:30"),
        pytest.param(datetime(2026, 3, 30, 6, 30, tzinfo=UTC), True, id="summer-08:30"),
    ],
)
def test_the_hours_of_a_route_are_those_on_the_wall(moment: datetime, is_open: bool):
    hours = parse_hours("Mon-Fri 08:00-18:00")

    assert Route("routes[0]", CHANNEL, hours=hours, timezone=AMSTERDAM).is_open(moment) is is_open


@pytest.mark.parametrize(
    ("at", "night"),
    [
        pytest.param(time(8), datetime(2026, 3, 28, 12, tzinfo=UTC), id="spring"),
        pytest.param(time(8), datetime(2026, 10, 24, 12, tzinfo=UTC), id="autumn"),
        pytest.param(time(2, 30), datetime(2026, 3, 28, 12, tzinfo=UTC), id="the-missing-hour"),
        pytest.param(time(2, 30), datetime(2026, 10, 24, 12, tzinfo=UTC), id="the-doubled-hour"),
    ],
)
def test_no_day_is_without_its_digest(at: time, night: datetime):
    """A clock change takes an hour away or gives one; a second call of a day posts nothing."""
    trigger = daily(at, AMSTERDAM)
    days, before, now = set(), None, night
    while len(days) < 4:
        before = trigger.get_next_fire_time(before, now)
        now = before.astimezone(UTC) + timedelta(milliseconds=5)
        days.add(before.astimezone(AMSTERDAM).date())

    assert max(days) - min(days) == timedelta(days=3)
