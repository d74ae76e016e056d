"""Tell people or not, and why: one pure function over a group, its members and the time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.alerts.groups import Group, Member
from bot.alerts.model import Alert
from bot.alerts.reasons import Reason
from bot.alerts.routes import Route, Timing, worst
from bot.severity import Severity


class Notice(StrEnum):
    """What is to be done about a group's message."""

    NOTHING = "nothing"
    POST = "post"
    DROP = "drop"
    """Close the group without a word: it was over before anybody was told."""
    CLOSE = "close"
    """Turn the message green."""
    ANNOUNCE = "announce"
    ESCALATE = "escalate"
    REPEAT = "repeat"
    REMIND = "remind"
    UNACKNOWLEDGE = "unacknowledge"


class Decision(NamedTuple):
    """What to do now, why, whom to mention, and when to look again."""

    notice: Notice
    reason: Reason
    mention: tuple[str, ...] = ()
    at: datetime | None = None
    """Of `NOTHING`: when something is due, if nothing changes before."""


class _Due(NamedTuple):
    at: datetime
    decision: Decision


def decide(group: Group, members: Sequence[Member], route: Route, now: datetime) -> Decision:
    """What a group needs now. A `NOTHING` says when to ask again, and what it will be then."""
    firing = [member for member in members if member.alert.is_firing]
    timing = route.timing(worst(member.alert for member in firing))
    if group.posted_at is None:
        return _before_first_notice(group, firing, route, timing, now)
    if not firing:
        return Decision(Notice.CLOSE, Reason.ALL_RESOLVED)
    due = min(_dues(group, firing, route, timing), default=None, key=lambda one: one.at)
    if due is None:
        is_hidden = not any(member.alert.is_audible for member in firing)
        return Decision(Notice.NOTHING, Reason.HIDDEN if is_hidden else Reason.NOTHING_NEW)
    if due.at > now:
        return Decision(Notice.NOTHING, due.decision.reason, at=due.at)
    return due.decision


def unacknowledged(members: Sequence[Member]) -> list[Alert]:
    """Those that people must hear of and that nobody has."""
    alerts = (member.alert for member in members)
    return [alert for alert in alerts if alert.is_audible and not alert.is_acknowledged]


def is_waiting(members: Sequence[Member]) -> bool:
    """Whether people were told of something that nobody has; only then the next one is called."""
    return bool(unacknowledged([member for member in members if member.told_at is not None]))


def _before_first_notice(
    group: Group, firing: Sequence[Member], route: Route, timing: Timing, now: datetime
) -> Decision:
    if not firing:
        return Decision(Notice.DROP, Reason.OVER_BEFORE_NOTICE)
    if not any(member.alert.is_audible for member in firing):
        return Decision(Notice.NOTHING, Reason.HIDDEN)
    is_test = all(
        member.alert.is_test for member in firing
    )  # somebody waits for it, and it is brief
    due = group.opened_at if is_test else group.opened_at + timing.group_wait
    if now < due:
        return Decision(Notice.NOTHING, Reason.WAITING_FOR_COMPANY, at=due)
    return Decision(Notice.POST, Reason.FIRST_NOTICE, route.mention)


def _dues(group: Group, firing: Sequence[Member], route: Route, timing: Timing) -> Iterator[_Due]:
    yield from _announcements(group, firing, route, timing)
    if is_waiting(firing):
        yield from _pings(group, route, timing)
    elif not unacknowledged(firing):
        yield from _acknowledgement_checks(group, firing, timing, route)


def _announcements(
    group: Group, firing: Sequence[Member], route: Route, timing: Timing
) -> Iterator[_Due]:
    """What people have not heard of, or not since it was hidden.

    Newcomers wait for the group's interval and wake nobody, unless one is critical or worse than
    all that was told, or all that was told is in somebody's hands. What somebody has already wakes
    nobody again.
    """
    untold = [m for m in firing if m.told_at is None and m.alert.is_audible]
    if not untold:
        return
    joined = min(member.joined_at for member in untold)
    told = group.told_at or joined
    known = [member.alert for member in firing if member.told_at is not None]
    severity = worst(member.alert for member in untold)
    is_critical = severity is Severity.CRITICAL
    is_worse = severity.rank < worst(known).rank
    is_had = all(alert.is_acknowledged for alert in known)
    reason = Reason.HEARD_AGAIN if joined < told else Reason.NEW_ALERTS
    wakes = is_critical or is_worse or is_had or reason is Reason.HEARD_AGAIN
    wakes = wakes and bool(unacknowledged(untold))
    at = joined if is_critical else max(joined, told + timing.group_interval)
    yield _Due(at, Decision(Notice.ANNOUNCE, reason, route.mention if wakes else ()))


def _pings(group: Group, route: Route, timing: Timing) -> Iterator[_Due]:
    if group.told_at is not None:
        repeat = Decision(Notice.REPEAT, Reason.REPEATED, route.mention)
        yield _Due(group.told_at + timing.repeat_interval, repeat)
    if group.escalating_from is not None and group.steps_done < len(route.escalate):
        step = route.escalate[group.steps_done]
        escalate = Decision(Notice.ESCALATE, Reason.ESCALATED, step.mention)
        yield _Due(group.escalating_from + step.after, escalate)


def had_since(group: Group, members: Sequence[Member]) -> datetime | None:
    """When somebody last said that they have it; `None` where nobody did."""
    heard = (member.alert for member in members if member.alert.is_audible)
    said = [alert.acknowledged_at for alert in heard if alert.acknowledged_at is not None]
    if said and group.kept_at is not None:
        said.append(group.kept_at)
    return max(said, default=None)


def is_asked(group: Group, members: Sequence[Member]) -> bool:
    """Whether who has it was asked, and has not answered yet."""
    since = had_since(group, members)
    return since is not None and group.reminded_at is not None and group.reminded_at >= since


def _acknowledgement_checks(
    group: Group, firing: Sequence[Member], timing: Timing, route: Route
) -> Iterator[_Due]:
    since = had_since(group, firing)
    if since is None:
        return
    if not is_asked(group, firing) or group.reminded_at is None:
        taken = [m.alert for m in firing if m.alert.is_acknowledged and m.alert.is_audible]
        owners = tuple(dict.fromkeys(alert.acknowledged_by for alert in taken))
        remind = Decision(Notice.REMIND, Reason.ACKNOWLEDGEMENT_STALE, owners)
        yield _Due(since + timing.remind_after, remind)
    else:
        take_back = Decision(Notice.UNACKNOWLEDGE, Reason.UNACKNOWLEDGED, route.mention)
        yield _Due(group.reminded_at + timing.unacknowledge_after, take_back)
