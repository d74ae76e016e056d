"""Reports, the digest and the replay, from what really happened to a small fleet."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.model import Condition
from bot.alerts.reports import Reports, outages_csv
from bot.alerts.rules import BUILT_IN, Rule
from bot.severity import Severity
from bot.store import Store
from tests.bot.tower import CHANNEL, POLL, Cloud, Tower
from tests.clock import VirtualClock
from vendors.errors import VendorAuthError
from vendors.models import Connectivity, Status, Vendor


@pytest.fixture
def reports(tower: Tower) -> Reports:
    return Reports(tower.store, tower.clock, polls={"dk": POLL}, zone=ZoneInfo("UTC"))


async def one_bad_hour(tower: Tower) -> None:
    tower.offline("ch00000")
    await tower.run(10)
    (group,) = await tower.groups()
    await tower.alerts.acknowledge(group.group.id, by="U1")
    await tower.run(20)
    tower.online("ch00000")
    await tower.run(30)


async def test_a_report_tells_how_long_people_and_repairs_took(tower: Tower, reports: Reports):
    await one_bad_hour(tower)

    report = await reports.report(1)

    assert report.alerts == 1
    assert report.mtta.median == timedelta(minutes=4)
    assert report.mttr.median == timedelta(minutes=31)
    assert [outage.ref.id for outage in report.outages] == ["ch00000"]
    assert report.outages[0].evidence.startswith("sweep ")
    assert report.sites[0].site.id == "S0"
    assert report.figures.lenient == pytest.approx(1 - 30 / 60 / 40, abs=0.001)


async def test_who_has_several_alerts_is_a_repeat_offender(tower: Tower, reports: Reports):
    for _ in range(2):
        await one_bad_hour(tower)

    (offender,) = (await reports.report(1)).offenders

    assert (offender.charger, offender.alerts) == ("CH00000", 2)


async def test_the_digest_is_posted_once_a_day(tower: Tower, reports: Reports):
    await reports.post_digest(CHANNEL)
    await reports.post_digest(CHANNEL)

    (message,) = await tower.messages("digest")
    assert message.subject == "2026-01-10"


async def test_a_digest_that_was_due_while_nobody_ran_is_made_up_for_once(
    tower: Tower, reports: Reports
):
    """An upgrade at eight, or a crash, must not cost it."""
    await tower.run(1)
    await reports.make_up_digest(CHANNEL, time(8))
    assert await tower.messages("digest") == []
    await tower.clock.advance(timedelta(hours=7))

    for _ in range(2):
        await reports.make_up_digest(CHANNEL, time(8))

    assert [message.subject for message in await tower.messages("digest")] == ["2026-01-10"]


async def test_whoever_installs_the_bot_after_eight_has_missed_no_digest(
    tower: Tower, reports: Reports
):
    await tower.run(1)

    await reports.make_up_digest(CHANNEL, time(1))

    assert await tower.messages("digest") == []


async def test_a_replay_shows_what_other_rules_would_have_done(tower: Tower, reports: Reports):
    await one_bad_hour(tower)
    patient = Rule("rules[0]", Condition.OFFLINE, timedelta(hours=2), Severity.LOW)

    (usual,) = await reports.replay(1, BUILT_IN, tower.routes)
    changed = await reports.replay(1, (patient, *BUILT_IN), tower.routes)

    assert (usual.alerts, usual.pages) == (1, 1)
    assert changed == []


async def test_every_minute_that_counts_as_down_stands_in_the_table_with_its_proof(
    tower: Tower, reports: Reports
):
    """A subsidy office asks which minutes, and how we know."""
    await one_bad_hour(tower)

    report = await reports.report(1)
    head, row = outages_csv(report).splitlines()

    assert sum(outage.seconds for outage in report.outages) == report.figures.down > 0
    cells = dict(zip(head.split(","), row.split(","), strict=True))
    assert (cells["charger"], cells["connector"], cells["connectivity"]) == (
        "CH00000",
        "1",
        "offline",
    )
    assert float(cells["minutes_counted"]) == report.figures.down / 60
    assert cells["evidence"].startswith("sweep ")


async def test_what_kept_no_car_from_charging_was_not_repaired(tower: Tower, reports: Reports):
    """A box that is wired up after ten days, or a warning, would drown the real repairs."""
    soon = Rule("rules[0]", Condition.NEVER_CONNECTED, timedelta(minutes=5), Severity.LOW)
    tower.rules = (soon, *BUILT_IN)
    tower.start()
    await one_bad_hour(tower)
    tower.add("new", connectivity=Connectivity.NEVER_SEEN)
    tower.fault("ch00001", "WeakSignal", status=Status.AVAILABLE)
    await tower.run(10)
    tower.online("new")
    tower.mend("ch00001")
    await tower.run(3)

    report = await reports.report(1)

    assert report.alerts == 3
    assert report.mttr.number == 1


async def test_chargers_without_a_site_are_one_line_and_named_so(tower: Tower, reports: Reports):
    """`nl/` is no name; and a site that we may not list is called what its chargers call it."""
    tower.add("alone", site_id=None, site_name=None)
    await tower.run(5)

    names = {one.site.id: one.name for one in (await reports.report(1)).sites}

    assert names[""] == ""
    assert names["S0"] == "Site 0"


async def test_the_digest_begins_with_the_widest_and_the_worst(store: Store, clock: VirtualClock):
    """What has been dead for weeks must not push last night's danger out of sight."""
    tower = Tower(store, clock, Cloud("dk", clock))
    tower.add_many(40, sites=20)
    tower.offline("ch00000")
    await tower.run(2)
    tower.fault("ch00001", "WeakSignal")
    await tower.run(2)
    tower.fault("ch00002", "GroundFailure")
    await tower.run(2)
    tower.cloud.failure = VendorAuthError(Vendor.SPIRII)
    await tower.run(3)

    digest = await Reports(store, clock, polls={"dk": POLL}, zone=ZoneInfo("UTC")).digest()

    assert [alert.condition for alert in digest.firing] == [
        Condition.ACCOUNT_REJECTED,
        Condition.FAULT,
        Condition.FAULT,
        Condition.OFFLINE,
    ]
    assert [alert.is_safety for alert in digest.firing] == [False, True, False, False]
