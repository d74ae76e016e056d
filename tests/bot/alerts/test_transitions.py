"""The table of an alert's life, and what must hold however its events are interleaved."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerts.model import Alert, Condition, Confirmation, Mute, MuteKind, Phase, Subject
from bot.alerts.reasons import Reason
from bot.alerts.transitions import TABLE, Effect, Event, Happening, step
from bot.severity import Severity

NOW = datetime(2026, 1, 10, tzinfo=UTC)
HOLD = timedelta(minutes=5)
MUTES = (
    Mute(MuteKind.SILENCE, "silence:1", NOW, NOW + timedelta(hours=1)),
    Mute(MuteKind.INHIBITION, "alr_site", NOW, None),
    Mute(MuteKind.FLAPPING, "alr_unstable", NOW, None),
)


def pending(**changes: object) -> Alert:
    alert = Alert(
        id="alr_1",
        fingerprint="offline:dk/1",
        condition=Condition.OFFLINE,
        phase=Phase.PENDING,
        subject=Subject("dk", "spirii", charger_id="1", charger="One"),
        severity=Severity.HIGH,
        rule="built-in offline dc",
        hold=HOLD,
        since=NOW,
        counting_from=NOW,
        seen_at=NOW,
        poll="sweep 1",
    )
    return replace(alert, **changes)


def firing(**changes: object) -> Alert:
    fired = {"phase": Phase.FIRING, "fired_at": NOW, "confirmed": Confirmation.SECOND_POLL}
    return pending(**{**fired, **changes})


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("event", Event)
def test_the_table_answers_every_event_in_every_phase(phase: Phase, event: Event):
    what = Happening(event, NOW, mute=MUTES[0], by="U1")

    after = step(pending(phase=phase), what)

    assert isinstance(after.reason, Reason)
    assert set(TABLE[phase]) == set(Event)


@pytest.mark.parametrize("phase", [Phase.RESOLVED, Phase.REMOVED, Phase.CLEARED])
@pytest.mark.parametrize("event", Event)
def test_nothing_brings_back_what_is_over(phase: Phase, event: Event):
    """What is bad again is a new alert; an acknowledgement never un-resolves."""
    alert = firing(phase=phase, ended_at=NOW)

    after = step(alert, Happening(event, NOW, mute=MUTES[0], by="U1"))

    assert (after.alert, after.effect) == (alert, Effect.NONE)


def test_two_looks_in_one_sweep_are_one_look():
    once = step(pending(), Happening(Event.BAD, NOW, poll="sweep 1")).alert
    twice = step(once, Happening(Event.BAD, NOW, poll="sweep 2")).alert

    assert (once.bad_polls, twice.bad_polls) == (1, 2)


def test_an_alert_that_is_not_confirmed_does_not_fire_however_long_it_lasts():
    after = step(pending(), Happening(Event.TIME_PASSED, NOW + timedelta(days=1)))

    assert (after.alert.phase, after.reason) == (Phase.PENDING, Reason.NOT_CONFIRMED)


def test_it_fires_when_it_has_lasted_and_not_before():
    alert = step(pending(), Happening(Event.CONFIRMED, NOW)).alert

    early = step(alert, Happening(Event.TIME_PASSED, NOW + HOLD - timedelta(seconds=1)))
    in_time = step(alert, Happening(Event.TIME_PASSED, NOW + HOLD))

    assert alert.next_at == NOW + HOLD
    assert (early.alert.phase, early.reason) == (Phase.PENDING, Reason.HOLDING)
    assert (in_time.alert.phase, in_time.effect) == (Phase.FIRING, Effect.FIRED)


def test_nothing_fires_for_a_charger_of_an_account_that_does_not_answer():
    alert = step(pending(), Happening(Event.CONFIRMED, NOW)).alert
    what = Happening(Event.TIME_PASSED, NOW + HOLD, is_account_unseen=True)

    after = step(alert, what)

    assert (after.alert.phase, after.reason) == (Phase.PENDING, Reason.ACCOUNT_UNSEEN)


def test_time_in_which_nobody_looked_does_not_count():
    later = NOW + timedelta(hours=1)

    after = step(pending(bad_polls=2), Happening(Event.BAD, later, poll="sweep 9")).alert

    assert (after.counting_from, after.bad_polls, after.since) == (later, 1, NOW)


def test_it_takes_two_good_polls_in_a_row_to_recover():
    one = step(firing(), Happening(Event.GOOD, NOW, poll="sweep 2"))
    bad = step(one.alert, Happening(Event.BAD, NOW, poll="sweep 3"))
    again = step(bad.alert, Happening(Event.GOOD, NOW, poll="sweep 4"))
    two = step(again.alert, Happening(Event.GOOD, NOW, poll="sweep 5"))

    assert [s.alert.phase for s in (one, bad, again, two)] == [Phase.FIRING] * 3 + [Phase.RESOLVED]


def test_a_clock_that_is_set_back_delays_nothing():
    """Else an alert would come an hour late, since its first look lies an hour ahead."""
    earlier = NOW - timedelta(hours=1)

    after = step(pending(), Happening(Event.BAD, earlier, poll="sweep 2")).alert

    assert after.fires_at == earlier + HOLD


def test_unknown_is_neither_good_nor_bad():
    alert = firing(good_polls=1)

    assert step(alert, Happening(Event.UNKNOWN, NOW, poll="sweep 7")).alert == alert


def test_the_second_acknowledgement_does_not_replace_the_first():
    first = step(firing(), Happening(Event.ACKNOWLEDGE, NOW, by="U1")).alert

    second = step(first, Happening(Event.ACKNOWLEDGE, NOW, by="U2"))

    assert (second.alert.acknowledged_by, second.reason) == ("U1", Reason.ALREADY_ACKNOWLEDGED)


@pytest.mark.parametrize("event", [Event.ESCALATE, Event.REPEAT])
@pytest.mark.parametrize(
    "alert",
    [
        pytest.param(firing(mutes=MUTES[:1]), id="silenced"),
        pytest.param(firing(acknowledged_by="U1", acknowledged_at=NOW), id="acknowledged"),
        pytest.param(firing(known_at_start=True), id="known-at-start"),
        pytest.param(pending(), id="pending"),
    ],
)
def test_nobody_is_pinged_about_what_is_quiet(alert: Alert, event: Event):
    assert step(alert, Happening(event, NOW)).effect is Effect.NONE


def test_an_alert_with_two_mutes_is_heard_only_when_both_are_over():
    alert = firing(mutes=MUTES[:2])

    one = step(alert, Happening(Event.SILENCE_ENDS, NOW, mute=MUTES[0]))
    both = step(one.alert, Happening(Event.RELEASED, NOW, mute=MUTES[1]))

    assert (one.effect, both.effect) == (Effect.SHOW, Effect.TELL)


happenings = st.builds(
    Happening,
    event=st.sampled_from(Event),
    at=st.integers(0, 600).map(lambda n: NOW + timedelta(seconds=n)),
    poll=st.integers(1, 9).map(lambda n: f"sweep {n}"),
    by=st.sampled_from(["U1", "U2"]),
    mute=st.sampled_from(MUTES),
    is_account_unseen=st.booleans(),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(happenings, min_size=30, max_size=60))
def test_however_events_interleave_the_invariants_hold(events: list[Happening]):
    """More than 10,000 steps: ends are final, unknown changes nothing, mutes end with the alert."""
    alert = pending()
    for what in events:
        after = step(alert, what)
        if not alert.phase.is_open:
            assert after.alert == alert
        if what.event is Event.UNKNOWN:
            assert after.alert == alert
        if what.event in (Event.ACKNOWLEDGE, Event.UNACKNOWLEDGE):
            assert after.alert.phase is alert.phase
        if after.effect is Effect.FIRED:
            assert alert.confirmed is not None
            assert what.at >= alert.fires_at
            assert not what.is_account_unseen
        if after.effect is Effect.TELL:
            assert not after.alert.mutes
        if not after.alert.phase.is_open:
            assert after.alert.ended_at is not None
            assert after.alert.mutes == ()
            assert after.alert.next_at is None
        alert = after.alert
