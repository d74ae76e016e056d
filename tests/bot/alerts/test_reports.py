"""Reports, the digest and the replay, from what really happened to a small fleet."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.model import Condition
from bot.alerts.reports import Reports
from bot.alerts.rules import BUILT_IN, Rule
from bot.severity import Severity
from tests.bot.tower import CHANNEL, POLL, Tower


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


async def test_a_replay_shows_what_other_rules_would_have_done(tower: Tower, reports: Reports):
    await one_bad_hour(tower)
    patient = Rule("rules[0]", Condition.OFFLINE, timedelta(hours=2), Severity.LOW)

    (usual,) = await reports.replay(1, BUILT_IN, tower.routes)
    changed = await reports.replay(1, (patient, *BUILT_IN), tower.routes)

    assert (usual.alerts, usual.pages) == (1, 1)
    assert changed == []
