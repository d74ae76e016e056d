"""What a message about alerts needs to know, put together from the store at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from bot.alerts.decide import is_asked
from bot.alerts.findings import Finding
from bot.alerts.groups import Group, Line
from bot.alerts.model import Alert, Condition, MuteKind
from bot.alerts.reasons import Reason
from bot.alerts.routes import worst
from bot.alerts.silences import Silence
from bot.alerts.words import Words, words_of
from bot.severity import Severity
from bot.store import Tables
from bot.store.verdicts import Verdict
from vendors.models import Charger, Ref


class GroupState(StrEnum):
    """The colour of a message."""

    FIRING = "firing"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Reach(NamedTuple):
    """How much of a site is affected."""

    offline: int
    chargers: int


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """An alert as a message shows it."""

    alert: Alert
    words: Words
    charger: Charger | None
    """As last mirrored; `None` where it is about a site or an account, or is forgotten."""
    seen_at: datetime | None
    """The age of what is known of the charger."""
    is_attached: bool
    """Explained by the site's alert in the same message."""
    silence_ends_at: datetime | None
    reach: Reach | None
    """Of a site's alert: how many of its chargers are offline now, told or not yet."""

    @property
    def connectors(self) -> int:
        """How many plugs it has."""
        return len(self.charger.connectors) if self.charger else 0

    @property
    def is_charging(self) -> bool:
        """Whether a car was charging when last seen."""
        return self.charger is not None and self.charger.is_charging


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """All that the message of a group shows."""

    group: Group
    state: GroupState
    severity: Severity
    """The worst that fires; of a resolved group the worst that did."""
    members: tuple[MemberRecord, ...]
    """Firing first; of those the widest, then what is not hidden, then the worst and oldest."""
    hidden_children: int
    """How many alerts a site's or account's alert in it hides elsewhere."""
    mention: tuple[str, ...]
    """Whom the first notice wakes."""
    audience: frozenset[str]
    """Who, besides support, may acknowledge and silence."""
    lines: tuple[Line, ...]
    next_at: datetime | None
    """What the bot will do by itself, and when; `None`: nothing until something changes."""
    next_reason: Reason
    is_asked: bool = False
    """Whether who has it was asked if they still do, and has not answered."""

    @property
    def firing(self) -> tuple[MemberRecord, ...]:
        """Those that are true now."""
        return tuple(one for one in self.members if one.alert.is_firing)

    @property
    def resolved(self) -> tuple[MemberRecord, ...]:
        """Those that are over."""
        return tuple(one for one in self.members if not one.alert.is_firing)

    @property
    def is_safety(self) -> bool:
        """Whether there is danger: the warning comes first, and no restart is offered."""
        return any(one.alert.is_safety for one in self.firing)

    @property
    def restartable(self) -> tuple[Ref, ...]:
        """Chargers that a restart may help, and no danger speaks against."""
        if self.is_safety:
            return ()
        helped = (one.alert.subject.ref for one in self.firing if one.words.may_restart)
        return tuple(dict.fromkeys(ref for ref in helped if ref is not None))

    @property
    def acknowledged_by(self) -> tuple[str, ...]:
        """Who has it."""
        return tuple(
            dict.fromkeys(
                one.alert.acknowledged_by for one in self.firing if one.alert.is_acknowledged
            )
        )

    @property
    def acknowledged_at(self) -> datetime | None:
        """When the newest acknowledgement came."""
        times = [t for one in self.firing if (t := one.alert.acknowledged_at) is not None]
        return max(times, default=None)


@dataclass(frozen=True, slots=True)
class BaselineRecord:
    """What was already bad when an account was first seen whole."""

    account: str
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one alert was told, or not, and what comes next."""

    alert: Alert
    verdicts: tuple[Verdict, ...]
    groups: tuple[Group, ...]
    """The open messages that show it."""
    next_at: datetime | None
    next_reason: Reason


class Watched(NamedTuple):
    """Something wrong that is never told, and the rule that says so."""

    finding: Finding
    rule: str


@dataclass(frozen=True, slots=True)
class Why:
    """The whole answer to `/alerts why`."""

    ref: Ref
    charger: Charger | None
    seen_at: datetime | None
    account_trouble: tuple[Alert, ...]
    """What hides everything of the account now."""
    silences: tuple[Silence, ...]
    """That would hide an alert of this charger now."""
    explanations: tuple[Explanation, ...]
    """Open alerts first, then the newest that are over."""
    last_sweep_at: datetime | None
    watched: tuple[Watched, ...] = ()


class Preview(NamedTuple):
    """What a silence would hide."""

    firing: tuple[Alert, ...]
    chargers: int
    last_week: int
    """How many alerts of the last seven days it would have hidden."""


class LineRecord(NamedTuple):
    """A line of a thread with the group it belongs to, and the alerts it is about."""

    line: Line
    group: Group
    alerts: tuple[Alert, ...]


def group_record(
    tables: Tables, group: Group, *, mention: Sequence[str], audience: frozenset[str]
) -> GroupRecord:
    """A group as its message shows it now."""
    members = tables.alerts.members(group.id)
    shown = [member.alert for member in members if member.alert.fired_at is not None]
    records = sorted(_member_records(tables, shown), key=_weight)
    firing = [one for one in records if one.alert.is_firing]
    over = [one for one in records if not one.alert.is_firing]
    return GroupRecord(
        group=group,
        state=_state([one.alert for one in firing]),
        severity=worst(one.alert for one in firing or over),
        members=(*firing, *over),
        hidden_children=_hidden_children(tables, [one.alert for one in firing], shown),
        mention=tuple(mention),
        audience=audience,
        lines=tuple(tables.alerts.lines(group.id)),
        next_at=group.next_at,
        next_reason=group.next_reason,
        is_asked=is_asked(group, members),
    )


def _weight(member: MemberRecord) -> tuple[int, bool, int, datetime]:
    """What explains the others comes first."""
    alert = member.alert
    return alert.condition.level, bool(alert.mutes), alert.severity.rank, alert.since


def _reach(tables: Tables, alert: Alert) -> Reach | None:
    if alert.condition is not Condition.SITE_OFFLINE:
        return None
    place = (alert.subject.account, alert.subject.site_id)
    return Reach(tables.chargers.offline(*place), tables.chargers.total(*place))


def _state(firing: Sequence[Alert]) -> GroupState:
    """Yellow only where somebody has all that people would otherwise be told of."""
    if not firing:
        return GroupState.RESOLVED
    open_ = [alert for alert in firing if alert.is_audible] or firing
    is_had = all(alert.is_acknowledged for alert in open_)
    return GroupState.ACKNOWLEDGED if is_had else GroupState.FIRING


def _member_records(tables: Tables, alerts: Sequence[Alert]) -> list[MemberRecord]:
    mirrored = _mirrored(tables, alerts)
    here = {alert.id for alert in alerts}
    records = []
    for alert in alerts:
        charger, seen_at = mirrored.get(alert.subject.ref, (None, None))
        ends = [m.until for m in alert.mutes if m.kind is MuteKind.SILENCE and m.until]
        records.append(
            MemberRecord(
                alert=alert,
                words=words_of(alert),
                charger=charger,
                seen_at=seen_at,
                is_attached=any(mute.source in here for mute in alert.mutes),
                silence_ends_at=max(ends, default=None),
                reach=_reach(tables, alert),
            )
        )
    return records


def _mirrored(
    tables: Tables, alerts: Sequence[Alert]
) -> Mapping[Ref | None, tuple[Charger | None, datetime | None]]:
    by_account: dict[str, list[str]] = {}
    for alert in alerts:
        if alert.subject.charger_id:
            by_account.setdefault(alert.subject.account, []).append(alert.subject.charger_id)
    return {
        row.charger.ref: (row.charger, row.seen_at)
        for account, ids in by_account.items()
        for row in tables.chargers.of(account, ids).values()
    }


def _hidden_children(tables: Tables, firing: Sequence[Alert], shown: Sequence[Alert]) -> int:
    wide = {alert.id for alert in firing if alert.condition.level < 2}
    if not wide:
        return 0
    here = {alert.id for alert in shown}
    accounts = {alert.subject.account for alert in firing}
    others = (alert for account in accounts for alert in tables.alerts.firing(account))
    return sum(
        alert.id not in here and any(mute.source in wide for mute in alert.mutes)
        for alert in others
    )


def line_record(tables: Tables, line: Line) -> LineRecord | None:
    """A line with what it is about; `None` where its group is no longer kept."""
    group = tables.alerts.group(line.group_id)
    if group is None:
        return None
    facts: Mapping[str, Any] = line.facts
    alerts = (tables.alerts.alert(alert_id) for alert_id in facts.get("alerts", ()))
    return LineRecord(line, group, tuple(alert for alert in alerts if alert is not None))
