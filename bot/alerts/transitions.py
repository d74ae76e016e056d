"""What each event does to an alert: one table, every phase by every event.

A step never looks at a clock, a store or another alert; whoever calls it says what happened.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from bot.alerts.model import Alert, Condition, Confirmation, Mute, MuteKind, Phase
from bot.alerts.reasons import Reason
from bot.severity import Severity

POLLS_TO_RECOVER = 2
POLLS_TO_CONFIRM = 2
LOOK_AGAIN = timedelta(minutes=5)
"""A test alert is over after that; an unstable one is looked at anew."""


class Event(StrEnum):
    """What can happen to an alert."""

    BAD = "observed bad"
    GOOD = "observed good"
    UNKNOWN = "observed unknown"
    REMOVED = "removed"
    CONFIRMED = "confirmed"
    TIME_PASSED = "time passed"
    ACKNOWLEDGE = "acknowledge"
    UNACKNOWLEDGE = "un-acknowledge"
    SILENCE_BEGINS = "silence begins"
    SILENCE_ENDS = "silence ends"
    INHIBITED = "inhibited"
    RELEASED = "released"
    FLAP_BEGINS = "flap begins"
    FLAP_ENDS = "flap ends"
    ESCALATE = "escalate"
    REPEAT = "repeat"
    RESTART = "restart of the bot"


@dataclass(frozen=True, slots=True)
class Happening:
    """An event with what belongs to it."""

    event: Event
    at: datetime
    poll: str = ""
    """Of an observation: the sweep; two looks within one sweep count once."""
    by: str = ""
    """Of an acknowledgement: the person."""
    confirmation: Confirmation = Confirmation.SECOND_POLL
    is_certain: bool = False
    """Of a good observation: it needs no second look."""
    is_gone: bool = False
    """Of a good observation: what was bad is no longer there, so nobody repaired it."""
    mute: Mute | None = None
    severity: Severity | None = None
    """Of a bad observation: what it amounts to now; `NONE` where it is only watched."""
    rule: str = ""
    """Of a bad observation: the rule that says so."""
    hold: timedelta | None = None
    """Of a bad observation: how long that rule wants it to last."""
    is_warning: bool = False
    is_safety: bool = False
    info: str = ""
    """Of a bad observation: the vendor's own words, which may tell of a danger only now."""
    sight_gap: timedelta = timedelta(minutes=5)
    """Of a bad observation: evidence older than this does not count towards `hold`."""
    is_account_unseen: bool = False
    """Of time passing: whether the account answers nobody, so that nothing may fire."""


class Effect(StrEnum):
    """What whoever made the step has to see to."""

    NONE = "none"
    SHOW = "show"
    """What is told of it has changed."""
    WORSE = "worse"
    """So bad now that others may have to hear of it."""
    FIRED = "fired"
    ENDED = "ended"
    TELL = "tell"
    """People may be pinged."""


class Step(NamedTuple):
    """An alert after an event."""

    alert: Alert
    reason: Reason
    effect: Effect = Effect.NONE


Rule = Callable[[Alert, Happening], Step]


def _stay(reason: Reason) -> Rule:
    return lambda alert, _: Step(alert, reason)


def _pending_bad(alert: Alert, what: Happening) -> Step:
    if what.severity is Severity.NONE:
        return _over(alert, what, Phase.CLEARED, Reason.WATCHED_ONLY)
    hold = alert.hold if what.hold is None else what.hold
    seen = replace(_seen_bad(alert, what), rule=what.rule or alert.rule, hold=hold)
    if what.at - alert.seen_at > what.sight_gap:
        seen = replace(seen, counting_from=what.at, bad_polls=1, confirmed=None)
        return Step(_scheduled(seen), Reason.SUSPECTED)
    if what.poll != alert.poll:
        seen = replace(seen, bad_polls=alert.bad_polls + 1)
    return Step(_scheduled(seen), _certainty(seen))


def _certainty(alert: Alert) -> Reason:
    """How sure we are of a suspicion."""
    if alert.confirmed is Confirmation.DIRECT_READ:
        return Reason.READ_DIRECTLY
    return Reason.SEEN_AGAIN if alert.bad_polls >= POLLS_TO_CONFIRM else Reason.SUSPECTED


def _firing_bad(alert: Alert, what: Happening) -> Step:
    """Only news is worth a write: an alert may fire for weeks, and is seen each minute.

    What was told once is told to its end, also where rules of now would only watch it.
    """
    seen = _seen_bad(alert, what)
    if seen.severity.rank < alert.severity.rank:
        return Step(seen, Reason.WORSE, Effect.WORSE)
    if _shown(seen) != _shown(alert):
        return Step(seen, Reason.STILL_BAD, Effect.SHOW)
    return Step(seen if alert.good_polls else alert, Reason.STILL_BAD)


def _shown(alert: Alert) -> tuple[Severity, bool, bool]:
    """What a message tells that may change while it fires."""
    return alert.severity, alert.is_warning, alert.is_safety


def _seen_bad(alert: Alert, what: Happening) -> Alert:
    return replace(
        alert,
        # A first look that lies ahead of us means that the clock was set back since.
        counting_from=min(alert.counting_from, what.at),
        seen_at=what.at,
        poll=what.poll or alert.poll,
        good_polls=0,
        severity=alert.severity if what.severity in (None, Severity.NONE) else what.severity,
        is_warning=what.is_warning,
        is_safety=alert.is_safety or what.is_safety,
        info=what.info if what.is_safety and not alert.is_safety else alert.info,
    )


def _pending_good(alert: Alert, what: Happening) -> Step:
    return _over(alert, what, Phase.CLEARED, Reason.CLEARED)


def _firing_good(alert: Alert, what: Happening) -> Step:
    if what.poll == alert.poll and what.poll and not what.is_certain:
        return Step(alert, Reason.GOOD_ONCE)
    good = replace(alert, good_polls=alert.good_polls + 1, poll=what.poll)
    if good.good_polls < POLLS_TO_RECOVER and not what.is_certain:
        return Step(good, Reason.GOOD_ONCE)
    if what.is_gone:
        return _over(good, what, Phase.REMOVED, Reason.GONE)
    return _over(good, what, Phase.RESOLVED, Reason.RECOVERED)


def _pending_removed(alert: Alert, what: Happening) -> Step:
    return _over(alert, what, Phase.CLEARED, Reason.REMOVED)


def _firing_removed(alert: Alert, what: Happening) -> Step:
    return _over(alert, what, Phase.REMOVED, Reason.REMOVED)


def _over(alert: Alert, what: Happening, phase: Phase, reason: Reason) -> Step:
    ended = replace(alert, phase=phase, ended_at=what.at, next_at=None, mutes=())
    return Step(ended, reason, Effect.ENDED if phase is not Phase.CLEARED else Effect.NONE)


def _confirm(alert: Alert, what: Happening) -> Step:
    by_read = what.confirmation is Confirmation.DIRECT_READ
    confirmation = alert.confirmed or what.confirmation
    confirmed = replace(alert, confirmed=confirmation, next_at=alert.fires_at)
    return Step(confirmed, Reason.READ_DIRECTLY if by_read else Reason.SEEN_AGAIN)


def _mature(alert: Alert, what: Happening) -> Step:
    """Fire where the alert is certain and has lasted; unknown is never offline."""
    if what.at < alert.fires_at:
        return Step(_scheduled(alert), Reason.HOLDING)
    if alert.confirmed is None:
        return Step(replace(alert, next_at=None), Reason.NOT_CONFIRMED)
    if what.is_account_unseen and alert.condition.level > 0:
        return Step(replace(alert, next_at=None), Reason.ACCOUNT_UNSEEN)
    fired = replace(alert, phase=Phase.FIRING, fired_at=what.at)
    return Step(_to_be_looked_at(fired, what.at), Reason.FIRED, Effect.FIRED)


def _firing_time_passed(alert: Alert, what: Happening) -> Step:
    return Step(_to_be_looked_at(alert, what.at), Reason.STILL_BAD)


def _to_be_looked_at(alert: Alert, now: datetime) -> Alert:
    """No observation ends a test or an unstable alert: the rule clock must look."""
    needs_clock = alert.is_test or alert.condition is Condition.UNSTABLE
    return replace(alert, next_at=now + LOOK_AGAIN if needs_clock else None)


def _scheduled(alert: Alert) -> Alert:
    return replace(alert, next_at=alert.fires_at if alert.confirmed else None)


def _acknowledge(alert: Alert, what: Happening) -> Step:
    if alert.is_acknowledged:
        return Step(alert, Reason.ALREADY_ACKNOWLEDGED)
    taken = replace(alert, acknowledged_by=what.by, acknowledged_at=what.at)
    return Step(taken, Reason.ACKNOWLEDGED, Effect.SHOW)


def _unacknowledge(alert: Alert, _: Happening) -> Step:
    if not alert.is_acknowledged:
        return Step(alert, Reason.NOT_ACKNOWLEDGED)
    released = replace(alert, acknowledged_by="", acknowledged_at=None)
    return Step(released, Reason.UNACKNOWLEDGED, Effect.SHOW)


_BEGINNINGS = {
    MuteKind.SILENCE: Reason.SILENCED,
    MuteKind.INHIBITION: Reason.INHIBITED,
    MuteKind.FLAPPING: Reason.FLAPPING,
}
_ENDINGS = {
    MuteKind.SILENCE: Reason.SILENCE_OVER,
    MuteKind.INHIBITION: Reason.RELEASED,
    MuteKind.FLAPPING: Reason.STEADY,
}


def _mute(alert: Alert, what: Happening) -> Step:
    if what.mute is None or any(mute.source == what.mute.source for mute in alert.mutes):
        return Step(alert, Reason.NOTHING_NEW)
    muted = replace(alert, mutes=(*alert.mutes, what.mute))
    return Step(muted, _BEGINNINGS[what.mute.kind], Effect.SHOW)


def _unmute(alert: Alert, what: Happening) -> Step:
    source = what.mute.source if what.mute else ""
    left = tuple(mute for mute in alert.mutes if mute.source != source)
    if what.mute is None or len(left) == len(alert.mutes):
        return Step(alert, Reason.NOT_MUTED)
    heard = replace(alert, mutes=left)
    return Step(heard, _ENDINGS[what.mute.kind], Effect.SHOW if left else Effect.TELL)


def _ping(reason: Reason) -> Rule:
    def step(alert: Alert, _: Happening) -> Step:
        if alert.mutes:
            return Step(alert, Reason.HIDDEN)
        if alert.is_acknowledged:
            return Step(alert, Reason.ALREADY_ACKNOWLEDGED)
        if alert.known_at_start:
            return Step(alert, Reason.KNOWN_AT_START)
        return Step(alert, reason, Effect.TELL)

    return step


_NOT_YET = _stay(Reason.NOT_FIRING)
_NO_EVIDENCE = _stay(Reason.NO_EVIDENCE)
_CARRY_ON = _stay(Reason.CARRIED_ON)

_PENDING: Mapping[Event, Rule] = {
    Event.BAD: _pending_bad,
    Event.GOOD: _pending_good,
    Event.UNKNOWN: _NO_EVIDENCE,
    Event.REMOVED: _pending_removed,
    Event.CONFIRMED: _confirm,
    Event.TIME_PASSED: _mature,
    Event.ACKNOWLEDGE: _NOT_YET,
    Event.UNACKNOWLEDGE: _NOT_YET,
    Event.SILENCE_BEGINS: _NOT_YET,
    Event.SILENCE_ENDS: _NOT_YET,
    Event.INHIBITED: _NOT_YET,
    Event.RELEASED: _NOT_YET,
    Event.FLAP_BEGINS: _NOT_YET,
    Event.FLAP_ENDS: _NOT_YET,
    Event.ESCALATE: _NOT_YET,
    Event.REPEAT: _NOT_YET,
    Event.RESTART: _CARRY_ON,
}
_FIRING: Mapping[Event, Rule] = {
    Event.BAD: _firing_bad,
    Event.GOOD: _firing_good,
    Event.UNKNOWN: _NO_EVIDENCE,
    Event.REMOVED: _firing_removed,
    Event.CONFIRMED: _stay(Reason.STILL_BAD),
    Event.TIME_PASSED: _firing_time_passed,
    Event.ACKNOWLEDGE: _acknowledge,
    Event.UNACKNOWLEDGE: _unacknowledge,
    Event.SILENCE_BEGINS: _mute,
    Event.SILENCE_ENDS: _unmute,
    Event.INHIBITED: _mute,
    Event.RELEASED: _unmute,
    Event.FLAP_BEGINS: _mute,
    Event.FLAP_ENDS: _unmute,
    Event.ESCALATE: _ping(Reason.ESCALATED),
    Event.REPEAT: _ping(Reason.REPEATED),
    Event.RESTART: _CARRY_ON,
}
_OVER: Mapping[Event, Rule] = dict.fromkeys(Event, _stay(Reason.ALREADY_OVER))

TABLE: Mapping[Phase, Mapping[Event, Rule]] = MappingProxyType(
    {
        Phase.PENDING: _PENDING,
        Phase.FIRING: _FIRING,
        Phase.RESOLVED: _OVER,
        Phase.REMOVED: _OVER,
        Phase.CLEARED: _OVER,
    }
)
"""Once an alert is over nothing brings it back: what is bad again is a new alert."""


def step(alert: Alert, what: Happening) -> Step:
    """The alert after the event, why, and what must follow from it."""
    return TABLE[alert.phase][what.event](alert, what)


_CERTAIN_AT_ONCE = (
    Condition.FAULT,
    Condition.NEVER_CONNECTED,
    Condition.UNSTABLE,
    Condition.ACCOUNT_STALE,
)


def is_confirmed_by_polls(alert: Alert) -> bool:
    """Whether it needs no second look, or has had it."""
    is_certain = alert.is_test or alert.condition in _CERTAIN_AT_ONCE
    return is_certain or alert.bad_polls >= POLLS_TO_CONFIRM
