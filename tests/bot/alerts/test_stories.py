"""What on-call sees: whole stories in virtual time, through real sweeps and a real store."""

from datetime import timedelta

import pytest

from bot.alerts.model import Condition, Phase
from bot.alerts.reasons import Stage
from bot.alerts.records import GroupState
from bot.alerts.routes import Escalation, Route
from bot.alerts.rules import BUILT_IN, Rule
from bot.alerts.service import Result, SilenceRefusedError
from bot.message import Urgency
from bot.severity import Severity
from bot.store import Store
from tests.bot.tower import CHANNEL, Cloud, Tower
from tests.clock import VirtualClock
from vendors.errors import VendorAuthError, VendorRateLimitedError, VendorUnreachableError
from vendors.models import Connectivity, Ref, Status, Vendor

DOWN = VendorUnreachableError(Vendor.SPIRII, "timed out")


async def test_the_first_start_on_a_fleet_with_dead_chargers_pages_nobody(
    store: Store, clock: VirtualClock
):
    """What was bad before is one list, not 37 alerts."""
    tower = Tower(store, clock, Cloud("dk", clock))
    tower.add_many(100)
    tower.offline(*(f"ch{n:05}" for n in range(37)))

    await tower.run(60)

    (message,) = await tower.messages("baseline")
    assert (message.subject, message.destination) == ("dk", CHANNEL)
    assert len((await tower.alerts.baseline("dk")).alerts) == 37
    assert await tower.messages() == []
    assert await tower.alerts.untold() == len(await tower.alerts.firing()) == 37


async def test_what_was_dead_at_the_start_and_comes_back_is_not_news(
    store: Store, clock: VirtualClock
):
    tower = Tower(store, clock, Cloud("dk", clock))
    tower.add_many(5)
    tower.offline("ch00000")
    await tower.run(5)
    tower.online("ch00000")
    await tower.run(5)

    assert await tower.open_alerts() == []
    assert await tower.messages() == []


async def test_a_danger_pages_even_at_the_start(store: Store, clock: VirtualClock):
    tower = Tower(store, clock, Cloud("dk", clock))
    tower.add_many(5)
    tower.fault("ch00000", "GroundFailure")

    await tower.sweep()

    (message,) = await tower.messages()
    assert message.urgency is Urgency.CRITICAL


async def test_one_charger_goes_and_comes_back_in_one_message(tower: Tower):
    tower.offline("ch00000")
    await tower.run(5)
    early = await tower.messages()
    await tower.run(2)
    (group,) = await tower.groups()
    tower.online("ch00000")
    await tower.run(3)

    (message,) = await tower.messages()
    record = await tower.alerts.group(group.group.id)
    assert early == []
    assert group.state is GroupState.FIRING
    assert group.firing[0].alert.severity is Severity.HIGH
    assert record is not None
    assert record.state is GroupState.RESOLVED
    assert record.resolved[0].alert.phase is Phase.RESOLVED
    assert message.wanted > 1
    assert await tower.pings() == ["ALL_RESOLVED"]


async def test_a_hiccup_between_two_polls_is_never_told(tower: Tower):
    tower.offline("ch00000")
    await tower.run(1)
    tower.online("ch00000")
    await tower.run(30)

    assert await tower.messages() == []
    assert await tower.of("ch00000") == []


async def test_one_good_poll_is_no_recovery(tower: Tower):
    tower.offline("ch00000")
    await tower.run(8)
    tower.online("ch00000")
    await tower.run(1)
    tower.offline("ch00000")
    await tower.run(2)

    (group,) = await tower.groups()
    assert group.state is GroupState.FIRING
    assert len(await tower.messages()) == 1


async def test_a_connectors_fault_is_told_at_once_with_plain_words(tower: Tower):
    tower.fault("ch00000", "HighTemperature")
    await tower.run(2)

    (group,) = await tower.groups()
    (member,) = group.firing
    assert member.alert.connector == "1"
    assert member.words.meaning.startswith("It is too hot")
    assert group.restartable == ()


async def test_a_warning_beside_a_working_status_is_milder(tower: Tower):
    tower.fault("ch00000", "HighTemperature", status=Status.CHARGING)
    await tower.run(2)

    (group,) = await tower.groups()
    (member,) = group.firing
    assert (member.alert.is_warning, member.alert.severity) == (True, Severity.MEDIUM)
    assert member.is_charging


async def test_a_fault_neither_ends_nor_fires_anew_while_its_charger_is_offline(tower: Tower):
    """The last word of a charger out of reach is old."""
    tower.fault("ch00000", "HighTemperature")
    await tower.run(2)
    tower.offline("ch00000")
    tower.mend("ch00000")
    await tower.run(10)
    (fault,) = [a for a in await tower.of("ch00000") if a.condition is Condition.FAULT]
    tower.online("ch00000")
    await tower.run(3)

    assert fault.is_firing
    assert await tower.of("ch00000") == []


async def test_a_safety_code_is_critical_at_once_and_forbids_a_restart(tower: Tower):
    tower.fault("ch00000", "PowerSwitchFailure", status=Status.AVAILABLE)
    await tower.sweep()

    (group,) = await tower.groups()
    assert (group.severity, group.is_safety, group.restartable) == (Severity.CRITICAL, True, ())
    assert group.group.posted_at == tower.clock.now()
    assert await tower.alerts.endangers(Ref("dk", "ch00000")) is not None


async def test_a_site_without_power_is_one_alert_and_resolves_as_one(tower: Tower):
    tower.offline("ch00000", "ch00020")
    await tower.run(8)
    (group,) = await tower.groups()
    tower.online("ch00000", "ch00020")
    await tower.run(4)

    (message,) = await tower.messages()
    record = await tower.alerts.group(group.group.id)
    assert [m.alert.condition for m in group.firing if not m.is_attached] == [
        Condition.SITE_OFFLINE
    ]
    assert sum(member.is_attached for member in group.firing) == 2
    assert record is not None
    assert record.state is GroupState.RESOLVED
    assert message.subject == group.group.id


async def test_who_stays_dead_when_its_site_is_back_is_told_then(tower: Tower):
    """Inhibition has an end."""
    tower.add("third", site_id="S0", site_name="Site 0")
    await tower.sweep()
    tower.offline("ch00000", "ch00020", "third")
    await tower.run(8)
    tower.online("ch00020", "third")
    await tower.run(10)

    (group,) = await tower.groups()
    assert [m.alert.subject.charger_id for m in group.firing] == ["ch00000"]
    assert "HEARD_AGAIN" in await tower.pings()


async def test_a_vendor_that_is_down_is_one_alert_and_no_chargers(tower: Tower):
    tower.offline("ch00000")
    await tower.run(2)
    tower.cloud.failure = DOWN
    await tower.run(60)
    (during,) = await tower.groups()
    told = await tower.messages()
    tower.cloud.failure = None
    tower.online("ch00000")
    await tower.run(3)

    assert [m.alert.condition for m in during.members] == [Condition.ACCOUNT_UNREACHABLE]
    assert len(told) == 1
    assert await tower.groups() == []
    assert len(await tower.messages()) == 1


async def test_offline_time_that_nobody_could_see_does_not_count(tower: Tower):
    """Unknown is not offline: the hold begins anew when the vendor is back."""
    tower.offline("ch00000")
    await tower.run(2)
    tower.cloud.failure = DOWN
    await tower.run(60)
    tower.cloud.failure = None
    await tower.run(4)
    early = await tower.of("ch00000")
    await tower.run(5)
    late = await tower.of("ch00000")

    assert [alert.phase for alert in early] == [Phase.PENDING]
    assert [alert.phase for alert in late] == [Phase.FIRING]


async def test_recoveries_still_come_through_while_a_vendor_limps(tower: Tower):
    tower.offline("ch00000")
    await tower.run(8)
    tower.cloud.failure = DOWN
    tower.cloud.fails_after_pages = 1
    await tower.run(10)
    tower.online("ch00000")
    await tower.run(3)

    assert await tower.of("ch00000") == []


async def test_a_vendor_that_says_half_its_fleet_is_gone_is_not_believed(tower: Tower):
    tower.offline(*(f"ch{n:05}" for n in range(30)))
    await tower.run(10)
    (during,) = await tower.groups()
    newest = await tower.store.read(lambda tables: tables.sweeps.newest("dk"))
    tower.online(*(f"ch{n:05}" for n in range(30)))
    await tower.run(5)

    assert [m.alert.condition for m in during.members] == [Condition.ACCOUNT_OFFLINE]
    assert during.severity is Severity.CRITICAL
    assert newest is not None
    assert not newest.is_trusted
    assert await tower.groups() == []
    assert len(await tower.messages()) == 1


async def test_who_is_still_offline_after_the_vendor_is_back_is_told(tower: Tower):
    tower.offline(*(f"ch{n:05}" for n in range(30)))
    await tower.run(20)
    tower.online(*(f"ch{n:05}" for n in range(1, 30)))
    await tower.run(20)

    (group,) = await tower.groups()
    assert [m.alert.subject.charger_id for m in group.firing] == ["ch00000"]


async def test_a_rejected_credential_is_critical_after_the_second_time(tower: Tower):
    tower.cloud.failure = VendorAuthError(Vendor.SPIRII)
    await tower.sweep()
    once = await tower.groups()
    await tower.run(1)

    (group,) = await tower.groups()
    assert once == []
    assert group.firing[0].alert.condition is Condition.ACCOUNT_REJECTED


async def test_an_account_that_answers_and_is_never_seen_whole_is_stale(tower: Tower):
    tower.cloud.failure = VendorRateLimitedError(Vendor.SPIRII, retry_after=60)
    await tower.run(25)

    (group,) = await tower.groups()
    assert group.firing[0].alert.condition is Condition.ACCOUNT_STALE


async def test_a_charger_that_comes_and_goes_is_one_unstable_alert(tower: Tower):
    for _ in range(5):
        tower.offline("ch00000")
        await tower.run(3)
        tower.online("ch00000")
        await tower.run(3)
    (group,) = await tower.groups()
    told = len(await tower.messages())
    tower.offline("ch00000")
    await tower.run(10)
    during = await tower.groups()
    tower.online("ch00000")
    await tower.run(75)

    assert [m.alert.condition for m in group.firing] == [Condition.UNSTABLE]
    assert len(during) == 1
    assert told == 1
    assert await tower.groups() == []
    assert len(await tower.messages()) == 1


async def test_a_storm_is_one_summary_with_a_live_counter(store: Store, clock: VirtualClock):
    tower = Tower(store, clock, Cloud("dk", clock))
    tower.add_many(600)
    await tower.sweep()
    for n in range(500):
        tower.fault(f"ch{n:05}", "HighTemperature")
    await tower.run(3)

    (message,) = await tower.messages()
    (group,) = await tower.groups()
    assert group.group.is_storm
    assert len(group.firing) == 500
    assert message.wanted >= 1


async def test_a_storm_delays_no_first_critical_notice(store: Store, clock: VirtualClock):
    tower = Tower(store, clock, Cloud("dk", clock))
    tower.add_many(600)
    await tower.sweep()
    for n in range(500):
        tower.fault(f"ch{n:05}", "HighTemperature")
    await tower.run(1)
    tower.fault("ch00550", "GroundFailure")
    await tower.sweep()

    critical = [m for m in await tower.messages() if m.urgency is Urgency.CRITICAL]
    groups = {record.group.id: record.group for record in await tower.groups()}
    assert [m.created_at for m in critical] == [tower.clock.now()]
    assert not groups[critical[0].subject].is_storm


async def test_a_silence_hides_new_alerts_and_lets_a_shown_one_resolve(tower: Tower):
    tower.offline("ch00000")
    await tower.run(8)
    now = tower.clock.now()
    silence = await tower.alerts.silence(
        {"account": ("dk",)}, by="U1", reason="works", ends_at=now + timedelta(hours=1)
    )
    tower.offline("ch00001")
    await tower.run(10)
    (during,) = await tower.groups()
    tower.online("ch00000")
    await tower.run(3)
    resolved = await tower.groups()
    await tower.alerts.end_silence(silence.id, by="U1")
    trail = await tower.store.read(lambda tables: tables.audit.of(f"silence:{silence.id}"))
    (after,) = await tower.groups()

    assert during.firing[0].silence_ends_at == silence.ends_at
    assert [(row.actor, row.action) for row in trail] == [
        ("U1", "silence.made"),
        ("U1", "silence.ended"),
    ]
    assert [m.alert.subject.charger_id for m in during.members] == ["ch00000"]
    assert resolved == []
    assert [m.alert.subject.charger_id for m in after.members] == ["ch00001"]


async def test_a_shown_alert_is_told_again_when_its_silence_ends(tower: Tower):
    tower.offline("ch00000")
    await tower.run(8)
    ends = tower.clock.now() + timedelta(minutes=60)
    await tower.alerts.silence({"charger": ("ch00000",)}, by="U1", reason="works", ends_at=ends)
    await tower.run(50)
    quiet = await tower.pings()
    warning = await tower.messages("silence_warning")
    await tower.run(12)

    assert quiet == ["SILENCED"]
    assert [message.destination for message in warning] == ["U1"]
    assert await tower.pings() == ["SILENCED", "HEARD_AGAIN"]


async def test_a_silence_needs_a_match_a_reason_and_an_end(tower: Tower):
    with pytest.raises(SilenceRefusedError) as refused:
        await tower.alerts.silence({}, by="U1", reason=" ", ends_at=tower.clock.now())

    assert [field for field, _ in refused.value.mistakes] == ["match", "reason", "ends_at"]
    assert await tower.alerts.silences() == []


async def test_an_acknowledgement_stops_repeats_and_escalation(store: Store, clock: VirtualClock):
    route = Route(
        "default",
        CHANNEL,
        mention=("S0ONCALL",),
        escalate=(Escalation(timedelta(minutes=15), ("S0LEADS",)),),
        repeat_interval=timedelta(hours=1),
    )
    tower = Tower(store, clock, Cloud("dk", clock), routes=(route,))
    tower.add_many(5)
    await tower.sweep()
    tower.offline("ch00000")
    await tower.run(30)
    escalated = await tower.pings()
    (group,) = await tower.groups()
    first = await tower.alerts.acknowledge(group.group.id, by="U1")
    second = await tower.alerts.acknowledge(group.group.id, by="U2")
    await tower.run(120)

    assert escalated == ["ESCALATED"]
    assert first.result is Result.DONE
    assert (second.result, second.by) == (Result.ALREADY, ("U1",))
    assert await tower.pings() == ["ESCALATED", "ACKNOWLEDGED"]


async def test_a_stale_acknowledgement_is_asked_about_and_then_taken_back(tower: Tower):
    tower.offline("ch00000")
    await tower.run(8)
    (group,) = await tower.groups()
    await tower.alerts.acknowledge(group.group.id, by="U1")
    await tower.run(4 * 60 + 35)

    (after,) = await tower.groups()
    assert await tower.pings() == ["ACKNOWLEDGED", "ACKNOWLEDGEMENT_STALE", "UNACKNOWLEDGED"]
    assert after.state is GroupState.FIRING


async def test_an_acknowledgement_that_loses_to_the_resolve_changes_nothing(tower: Tower):
    tower.offline("ch00000")
    await tower.run(8)
    (group,) = await tower.groups()
    tower.online("ch00000")
    await tower.run(3)

    answer = await tower.alerts.acknowledge(group.group.id, by="U1")

    record = await tower.alerts.group(group.group.id)
    assert answer.result is Result.OVER
    assert record is not None
    assert record.state is GroupState.RESOLVED
    assert record.acknowledged_by == ()


async def test_a_charger_that_is_gone_is_removed_not_recovered(tower: Tower):
    tower.offline("ch00000")
    await tower.run(8)
    (group,) = await tower.groups()
    del tower.cloud.rows["ch00000"]
    await tower.run(3)

    record = await tower.alerts.group(group.group.id)
    assert record is not None
    assert [m.alert.phase for m in record.members] == [Phase.REMOVED]


@pytest.mark.parametrize("minutes", [0.5, 1.5, 3, 5.2, 6, 8])
async def test_a_restart_at_any_moment_neither_loses_nor_doubles(tower: Tower, minutes: float):
    tower.offline("ch00000")
    await tower.run(minutes)
    tower.start()
    await tower.run(10 - minutes)
    (group,) = await tower.groups()
    tower.start()
    tower.online("ch00000")
    await tower.run(3)

    assert len(await tower.messages()) == 1
    assert await tower.groups() == []
    assert group.state is GroupState.FIRING


async def test_a_new_charger_that_never_connects_is_told_after_a_day(tower: Tower):
    tower.add("new", connectivity=Connectivity.NEVER_SEEN)
    watch = await tower.alerts.watch(Ref("dk", "new"), by="U1")
    for _ in range(24 * 60 + 2):
        await tower.clock.advance(60)
    await tower.alerts.tick()
    await tower.sweep()
    late = await tower.messages("first_connection")
    tower.online("new")
    await tower.sweep()

    assert [m.key for m in late] == [f"first_connection:{watch.id}:late"]
    assert [m.key for m in await tower.messages("first_connection")][1:] == [
        f"first_connection:{watch.id}"
    ]


async def test_why_tells_what_every_stage_said_and_what_comes_next(tower: Tower):
    tower.cloud.failure = None
    tower.offline("ch00000")
    await tower.run(3)

    answer = await tower.alerts.why(Ref("dk", "ch00000"))

    (explanation,) = answer.explanations
    assert explanation.next_at == explanation.alert.fires_at
    assert {v.rule for v in explanation.verdicts} == {"built-in offline dc"}
    assert answer.last_sweep_at == tower.clock.now()


async def test_why_names_what_hid_an_alert(tower: Tower):
    """Of all that is not told people ask first who or what kept it from them."""
    tower.offline("ch00000", "ch00020")
    await tower.run(7)
    ends = tower.clock.now() + timedelta(hours=1)
    silence = await tower.alerts.silence(
        {"charger": ("ch00000",)}, by="U1", reason="works", ends_at=ends
    )

    answer = await tower.alerts.why(Ref("dk", "ch00000"))

    (own,) = [one for one in answer.explanations if one.alert.subject.charger_id]
    rules = {verdict.stage: verdict.rule for verdict in own.verdicts}
    assert rules[Stage.INHIBIT] == "site_offline"
    assert rules[Stage.SILENCE] == silence.source


async def test_why_names_the_rule_by_which_nobody_is_told(tower: Tower):
    tower.rules = (Rule("rules[0]", Condition.OFFLINE, timedelta(), Severity.NONE), *BUILT_IN)
    tower.start()
    tower.offline("ch00000")
    await tower.run(3)

    answer = await tower.alerts.why(Ref("dk", "ch00000"))

    assert answer.explanations == ()
    assert [(one.finding.condition, one.rule) for one in answer.watched] == [
        (Condition.OFFLINE, "rules[0]")
    ]


async def test_a_rule_of_severity_none_is_watched_and_never_told(store: Store, clock: VirtualClock):
    quiet = Rule("rules[0]", Condition.OFFLINE, timedelta(), Severity.NONE)
    tower = Tower(store, clock, Cloud("dk", clock), rules=(quiet, *BUILT_IN))
    tower.add_many(5)
    await tower.sweep()
    tower.offline("ch00000")
    await tower.run(30)

    assert await tower.messages() == []


async def test_a_test_alert_goes_the_real_way_and_ends_by_itself(tower: Tower):
    record = await tower.alerts.test(by="U1")
    await tower.run(7)

    (message,) = await tower.messages()
    after = await tower.alerts.group(record.group.id)
    assert message.destination == CHANNEL
    assert after is not None
    assert after.state is GroupState.RESOLVED


async def test_an_alert_is_told_once_on_every_route_that_lets_it_continue(
    store: Store, clock: VirtualClock
):
    routes = (
        Route("routes[0]", "C0A", continues=True),
        Route("routes[1]", "C0B"),
        Route("default", CHANNEL),
    )
    tower = Tower(store, clock, Cloud("dk", clock), routes=routes)
    tower.add_many(5)
    await tower.sweep()
    tower.offline("ch00000")
    await tower.run(8)

    assert sorted(m.destination for m in await tower.messages()) == ["C0A", "C0B"]
