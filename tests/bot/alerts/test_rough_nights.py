"""Nights in which several things happen to one alert: who is called, and who is left asleep."""

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from bot.alerts import observe
from bot.alerts.model import Condition, Phase
from bot.alerts.routes import Escalation, Route, routes_from
from bot.alerts.rules import BUILT_IN, Rule
from bot.alerts.service import Result
from bot.config import RouteSettings
from bot.jobs import FULL_SWEEP
from bot.severity import Severity
from bot.store import Store
from tests.bot.tower import CHANNEL, Cloud, PickyCloud, Tower
from tests.clock import VirtualClock
from vendors.errors import VendorRateLimitedError, VendorUnreachableError
from vendors.models import Connector, Fault, Ref, Status, Vendor

DOWN = VendorUnreachableError(Vendor.SPIRII, "timed out")
ONCALL, LEADS = ("S0ONCALL",), ("S0LEADS",)
ROUTE = Route(
    "default", CHANNEL, mention=ONCALL, escalate=(Escalation(timedelta(minutes=15), LEADS),)
)


class Said(NamedTuple):
    """A line of a thread: why, to whom, and how long after the beginning."""

    reason: str
    mention: tuple[str, ...] = ()


@pytest.fixture
async def night(store: Store, clock: VirtualClock) -> Tower:
    """Four chargers on one site, and a route that calls on-call and then the leads."""
    tower = Tower(store, clock, Cloud("dk", clock), routes=(ROUTE,))
    tower.add_many(6, sites=1)
    await tower.sweep()
    return tower


async def said(tower: Tower) -> list[Said]:
    groups = [message.subject for message in await tower.messages()]
    return [
        Said(line.reason.name, line.mention)
        for group in groups
        for line in await tower.store.read(lambda t, g=group: t.alerts.lines(g))
    ]


async def acknowledged(tower: Tower, by: str = "U1") -> None:
    (group,) = await tower.groups()
    await tower.alerts.acknowledge(group.group.id, by=by)


async def silenced(tower: Tower, charger: str, minutes: float) -> None:
    ends = tower.clock.now() + timedelta(minutes=minutes)
    await tower.alerts.silence({"charger": (charger,)}, by="U1", reason="works", ends_at=ends)


async def test_a_newcomer_to_what_somebody_has_is_given_its_time_before_the_leads_are_called(
    night: Tower,
):
    """The first notice was hours ago, but nobody has heard of this one yet."""
    night.fault("ch00000", "HighTemperature")
    await night.run(5)
    await acknowledged(night)
    await night.run(60)
    night.fault("ch00001", "HighTemperature")
    await night.run(10)
    early = await said(night)
    await night.run(10)

    assert early == [Said("ACKNOWLEDGED"), Said("NEW_ALERTS", ONCALL)]
    assert await said(night) == [*early, Said("ESCALATED", LEADS)]


async def test_after_a_silence_on_call_is_told_before_the_leads(night: Tower):
    night.fault("ch00000", "HighTemperature")
    await night.run(2)
    await silenced(night, "ch00000", minutes=60)
    await night.run(65)
    early = await said(night)
    await night.run(15)

    assert early == [Said("SILENCED"), Said("HEARD_AGAIN", ONCALL)]
    assert await said(night) == [*early, Said("ESCALATED", LEADS)]


async def test_a_silence_that_ends_over_what_somebody_has_calls_nobody(night: Tower):
    night.fault("ch00000", "HighTemperature")
    await night.run(2)
    await acknowledged(night)
    await silenced(night, "ch00000", minutes=60)
    await night.run(90)

    assert await said(night) == [Said("ACKNOWLEDGED"), Said("SILENCED"), Said("HEARD_AGAIN")]


async def test_a_vendor_that_hiccups_does_not_tell_known_alerts_anew(night: Tower):
    """Else each of its bad minutes would call people for everything that was open before."""
    night.offline("ch00000")
    await night.run(25)
    night.cloud.failure = DOWN
    await night.run(8)
    night.cloud.failure = None
    await night.run(4)

    assert await said(night) == [Said("ESCALATED", LEADS), Said("ALL_RESOLVED")]


async def test_a_silence_that_ends_while_the_vendor_is_silent_is_not_forgotten(night: Tower):
    """What was shown before it is told again once nothing else hides it."""
    night.offline("ch00000")
    await night.run(18)
    await silenced(night, "ch00000", minutes=10)
    night.cloud.failure = DOWN
    await night.run(20)
    quiet = await said(night)
    night.cloud.failure = None
    await night.run(6)

    assert quiet == [Said("SILENCED")]
    assert Said("HEARD_AGAIN", ONCALL) in await said(night)


async def test_a_route_put_before_the_others_takes_over_none_of_their_messages(night: Tower):
    """Routes have no names, and a place in a file is none: their number may mean another now."""
    night.fault("ch00000", "HighTemperature")
    await night.run(5)
    depot = Route("routes[0]", "C0DEPOT", {"code": ("InternalError",)}, mention=("U0DEPOT",))
    night.routes = (depot, replace(ROUTE, name="routes[1]"), Route("default", CHANNEL))
    night.start()
    night.fault("ch00001", "InternalError")
    await night.run(15)

    shown = {r.group.channel: [m.alert.code for m in r.firing] for r in await night.groups()}
    assert shown == {CHANNEL: ["HighTemperature"], "C0DEPOT": ["InternalError"]}
    assert await said(night) == [Said("ESCALATED", LEADS)]


async def test_who_is_called_is_up_to_the_configuration_of_now(night: Tower):
    """A new colleague in the escalation is called for what was open before, too."""
    night.fault("ch00000", "HighTemperature")
    await night.run(5)
    night.routes = (replace(ROUTE, escalate=(Escalation(timedelta(minutes=15), ("U0NEW",)),)),)
    night.start()
    await night.run(15)

    assert await said(night) == [Said("ESCALATED", ("U0NEW",))]


def test_routes_that_differ_only_in_their_pager_are_not_one():
    one = RouteSettings.model_validate({"channel": CHANNEL, "continue": True})
    first, second, default = routes_from(
        [one, one], alerts_channel=CHANNEL, timezone=ZoneInfo("UTC")
    )

    assert len({first.key, second.key, default.key}) == 3


@pytest.mark.parametrize(
    ("hold", "severity", "phases"),
    [
        pytest.param(60, Severity.NONE, [], id="watched-only"),
        pytest.param(60, Severity.HIGH, [Phase.PENDING], id="more-patient"),
        pytest.param(2, Severity.HIGH, [Phase.FIRING], id="less-patient"),
    ],
)
async def test_what_has_not_fired_yet_goes_by_the_rules_of_now(
    night: Tower, hold: float, severity: Severity, phases: list[Phase]
):
    """Else a rule that was made to end the noise would be late by a day."""
    night.rules = (
        Rule("rules[0]", Condition.OFFLINE, timedelta(minutes=20), Severity.LOW),
        *BUILT_IN,
    )
    night.start()
    night.offline("ch00000")
    await night.run(3)
    rule = Rule("rules[0]", Condition.OFFLINE, timedelta(minutes=hold), severity)
    night.rules = (rule, *BUILT_IN)
    night.start()
    await night.run(30)

    alerts = await night.of("ch00000")
    assert [alert.phase for alert in alerts] == phases
    assert all(alert.rule == "rules[0]" for alert in alerts)


async def test_a_warning_that_becomes_a_fault_is_heard_of_by_who_is_called_for_faults(
    store: Store, clock: VirtualClock
):
    """It was told as a trifle to those who see to trifles."""
    worst = Route("routes[0]", "C0NIGHT", {"severity": ("critical", "high")}, mention=ONCALL)
    night = Tower(store, clock, Cloud("dk", clock), routes=(worst, Route("default", CHANNEL)))
    night.add("ch00000")
    await night.sweep()
    night.fault("ch00000", "InternalError", status=Status.AVAILABLE)
    await night.run(2)
    as_warning = [message.destination for message in await night.messages()]
    night.fault("ch00000", "InternalError")
    await night.run(2)

    assert as_warning == [CHANNEL]
    assert [message.destination for message in await night.messages()] == [CHANNEL, "C0NIGHT"]
    assert await said(night) == [Said("WORSE")]


async def test_a_danger_that_is_named_late_is_a_danger(night: Tower):
    """Before, the code was one of the maker's own, and a restart was offered."""
    plug = Connector(number=1, status=Status.FAULTED, fault=Fault(code="OtherError"))
    night.set("ch00000", connectors=(plug,))
    await night.run(2)
    fault = Fault(code="OtherError", info="Tilt sensor: enclosure open")
    night.set("ch00000", connectors=(plug.model_copy(update={"fault": fault}),))
    await night.run(1)

    (group,) = await night.groups()
    assert group.is_safety
    assert group.severity is Severity.CRITICAL
    assert "enclosure open" in group.firing[0].words.meaning
    assert await said(night) == [Said("WORSE", ONCALL)]


async def test_an_account_that_was_never_seen_whole_is_not_passed_over(
    store: Store, clock: VirtualClock
):
    """From its first day on a page of it cannot be read: silence would look like peace."""
    night = Tower(store, clock, Cloud("dk", clock), routes=(ROUTE,))
    night.add_many(30, sites=30)
    night.cloud.failure = VendorRateLimitedError(Vendor.SPIRII, retry_after=60)
    night.cloud.fails_after_pages = 1
    await night.run(25)

    (group,) = await night.groups()
    assert [m.alert.condition for m in group.firing] == [Condition.ACCOUNT_STALE]


async def test_what_breaks_before_all_was_seen_is_news(store: Store, clock: VirtualClock):
    """It was well when we first saw it, so it was not so when watching began."""
    night = Tower(store, clock, Cloud("dk", clock), routes=(ROUTE,))
    night.add_many(30, sites=30)
    night.offline("ch00001")
    night.cloud.failure = VendorRateLimitedError(Vendor.SPIRII, retry_after=60)
    night.cloud.fails_after_pages = 1
    await night.run(5)
    night.offline("ch00000")
    await night.run(8)

    (group,) = await night.groups()
    assert [m.alert.subject.charger_id for m in group.firing] == ["ch00000"]
    assert [alert.known_at_start for alert in await night.of("ch00001")] == [True]


async def test_looking_only_at_the_troubled_is_no_look_at_the_account(
    store: Store, clock: VirtualClock
):
    """New chargers, lost ones and codes are found by full sweeps alone."""
    night = Tower(store, clock, PickyCloud("dk", clock), routes=(ROUTE,))
    night.add_many(3)
    await night.sweep()
    await night.run(1)
    clock.jump(observe.WHOLE_WITHIN)
    await night.run(20)
    (group,) = await night.groups()
    await night.sweeper.full("dk")
    await night.sweeper.full("dk")

    assert [m.alert.condition for m in group.firing] == [Condition.ACCOUNT_STALE]
    assert await night.groups() == []


def test_three_full_sweeps_make_a_whole_account_old():
    assert 3 * FULL_SWEEP == observe.WHOLE_WITHIN


async def test_a_code_that_is_read_late_was_known_at_the_start_too(
    store: Store, clock: VirtualClock
):
    """Of what was faulted at the start the direct read failed at first."""
    night = Tower(store, clock, PickyCloud("dk", clock), routes=(ROUTE,))
    night.add_many(3)
    plug = Connector(number=1, status=Status.FAULTED, fault=Fault(code="InternalError"))
    night.set("ch00000", status=Status.FAULTED, connectors=(plug,))
    night.cloud.read_failure = DOWN
    await night.sweep()
    nameless = [(alert.code, alert.known_at_start) for alert in await night.of("ch00000")]
    night.cloud.read_failure = None
    await night.run(5)

    assert nameless == [("", True)]
    assert [(a.code, a.known_at_start) for a in await night.of("ch00000")] == [
        ("InternalError", True)
    ]
    assert await night.messages() == []


async def test_what_a_site_without_power_explains_is_no_storm(store: Store, clock: VirtualClock):
    """The next alert elsewhere would else be told as a summary of one."""
    night = Tower(store, clock, Cloud("dk", clock), routes=(ROUTE,))
    night.add_many(25, sites=1)
    for n in range(30):
        night.add(f"other{n}", site_id="S9", site_name="Elsewhere")
    await night.sweep()
    night.offline(*(f"ch{n:05}" for n in range(25)))
    await night.run(7)
    night.fault("other0", "HighTemperature")
    await night.run(2)

    groups = [(record.group.is_storm, len(record.firing)) for record in await night.groups()]
    assert sorted(groups) == [(False, 1), (False, 26)]


async def test_a_vendor_that_comes_and_goes_makes_no_charger_unstable(tower: Tower):
    """It was the vendor each time; else every charger of it would be told one by one."""
    chargers = [f"ch{n:05}" for n in range(30)]
    for _ in range(3):
        tower.offline(*chargers)
        await tower.run(7)
        tower.online(*chargers)
        await tower.run(4)

    assert len(await tower.messages()) == 3
    assert await tower.open_alerts() == []


async def test_nobody_is_called_steady_while_nobody_looks(night: Tower):
    """An hour in which the vendor was silent is no quiet hour."""
    for _ in range(3):
        night.offline("ch00000")
        await night.run(2)
        night.online("ch00000")
        await night.run(2)
    night.cloud.failure = DOWN
    await night.run(70)
    night.cloud.failure = None
    await night.run(10)
    back = [m.alert.condition for record in await night.groups() for m in record.firing]
    await night.run(55)

    assert back == [Condition.UNSTABLE]
    assert await night.groups() == []


async def test_chargers_that_were_dead_from_the_start_keep_no_vendor_gone(
    store: Store, clock: VirtualClock
):
    """A third was dead for weeks; when all the others are back, the vendor is."""
    night = Tower(store, clock, Cloud("dk", clock), routes=(ROUTE,))
    night.add_many(40, sites=20)
    night.offline(*(f"ch{n:05}" for n in range(18)))
    await night.run(2)
    night.offline(*(f"ch{n:05}" for n in range(18, 40)))
    await night.run(10)
    (during,) = await night.groups()
    night.online(*(f"ch{n:05}" for n in range(22, 40)))
    await night.run(8)

    assert [m.alert.condition for m in during.firing] == [Condition.ACCOUNT_OFFLINE]
    conditions = {m.alert.condition for r in await night.groups() for m in r.firing}
    assert Condition.ACCOUNT_OFFLINE not in conditions
    assert Condition.OFFLINE in conditions


async def test_who_is_asked_may_say_that_they_still_have_it(night: Tower):
    """To give it back and take it again would call everybody in between."""
    night.fault("ch00000", "GroundFailure")
    await night.run(1)
    await acknowledged(night)
    before = await night.alerts.acknowledge((await night.groups())[0].group.id, by="U1")
    await night.run(61)
    (asked,) = await night.groups()
    other = await night.alerts.acknowledge(asked.group.id, by="U2")
    answer = await night.alerts.acknowledge(asked.group.id, by="U1")
    await night.run(20)
    (kept,) = await night.groups()

    assert (before.result, other.result, answer.result) == (
        Result.ALREADY,
        Result.ALREADY,
        Result.DONE,
    )
    assert (asked.is_asked, kept.is_asked) == (True, False)
    assert kept.acknowledged_at == asked.acknowledged_at
    assert await said(night) == [
        Said("ACKNOWLEDGED"),
        Said("ACKNOWLEDGEMENT_STALE", ("U1",)),
        Said("KEPT"),
    ]


async def test_what_is_wide_goes_by_the_rules_of_now_too(night: Tower):
    night.cloud.failure = DOWN
    await night.run(3)
    quiet = Rule("rules[0]", Condition.ACCOUNT_UNREACHABLE, timedelta(), Severity.NONE)
    night.rules = (quiet, *BUILT_IN)
    night.start()
    await night.run(8)

    assert await night.open_alerts() == []


async def test_a_fault_of_a_connector_that_is_no_longer_there_has_an_end(night: Tower):
    """The unit was swapped for one with other plugs; the alert would be repeated for ever."""
    night.fault("ch00000", "GroundFailure")
    await night.run(2)
    other = Connector(number=7, status=Status.AVAILABLE)
    night.set("ch00000", connectors=())
    await night.run(3)
    silent = await night.of("ch00000")
    night.set("ch00000", connectors=(other,))
    await night.run(3)

    (message,) = await night.messages()
    record = await night.alerts.group(message.subject)
    assert [alert.phase for alert in silent] == [Phase.FIRING]
    assert [m.alert.phase for m in record.members] == [Phase.REMOVED]


async def test_nobody_is_told_that_a_charger_that_is_online_has_not_connected(night: Tower):
    """It came online between the vendor's answer to its registration and the first look."""
    watch = await night.alerts.watch(Ref("dk", "ch00000"), by="U1")
    await night.run(2)
    night.clock.jump(timedelta(hours=24))
    await night.alerts.tick()

    (message,) = await night.messages("first_connection")
    known = await night.alerts.watch_by_id(watch.id)
    assert message.destination == "U1"
    assert known.connected_at is not None
