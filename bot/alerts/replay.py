"""What rules would have done: runs them over the stored history, without telling anybody."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.alerts.episodes import Episode, Fleet, episodes, fires_at
from bot.alerts.inhibition import hides, holds
from bot.alerts.model import Condition, Subject, labels
from bot.alerts.pipeline import severity_of
from bot.alerts.routes import Route, routes_for
from bot.alerts.rules import Labels, Rule, rule_for
from bot.severity import Severity
from bot.store.history import Span


class Replayed(NamedTuple):
    """An alert that there would have been."""

    condition: Condition
    subject: Subject
    severity: Severity
    rule: str
    labels: Labels
    fired_at: datetime
    ended_at: datetime | None
    told_at: datetime | None = None
    """When it would have come through; `None` where something wider hid it to its end."""

    def is_firing(self, moment: datetime) -> bool:
        """Whether it was true then."""
        return self.fired_at <= moment and (self.ended_at is None or moment < self.ended_at)


class Watch(NamedTuple):
    """How an account was looked at."""

    looks: Sequence[datetime]
    """When each complete sweep ended."""
    gap: timedelta
    """Looks further apart prove nothing of the time between."""
    began: datetime | None
    """The end of the first look at all of it: what began before was known at the start."""
    untrusted: frozenset[str] = frozenset()
    """The looks at which the vendor said that half of its fleet went away at once."""


class Day(NamedTuple):
    """A day of the replay."""

    day: date
    alerts: int
    pages: int
    """First messages: what joins an open message pages nobody."""


def replay(
    spans: Sequence[Span],
    watches: Mapping[str, Watch],
    fleet: Fleet,
    rules: Sequence[Rule],
    *,
    start: datetime,
    end: datetime,
) -> list[Replayed]:
    """The alerts of a period, in the order in which they would have fired."""
    watched = [span for span in spans if span.account in watches]
    untrusted = frozenset[str]().union(*(watch.untrusted for watch in watches.values()))
    found = [
        alert
        for episode in episodes(watched, fleet, untrusted)
        if (alert := _alert(episode, watches[episode.finding.subject.account], rules))
    ]
    found.sort(key=lambda alert: (alert.fired_at, alert.condition.level))
    wide: dict[str, list[Replayed]] = defaultdict(list)
    for alert in found:
        if alert.condition in _HIDERS:
            wide[alert.subject.account].append(alert)
    told = [a._replace(told_at=_told_at(a, wide[a.subject.account])) for a in found]
    return [alert for alert in told if start <= alert.fired_at < end]


def by_day(alerts: Iterable[Replayed], routes: Sequence[Route], zone: ZoneInfo) -> list[Day]:
    """Alerts and first messages for each day on which there were any."""
    fired: Counter[date] = Counter()
    pages: Counter[date] = Counter()
    open_until: dict[tuple[str, ...], datetime | None] = {}
    for alert in alerts:
        fired[alert.fired_at.astimezone(zone).date()] += 1
    told = [(alert.told_at, alert) for alert in alerts if alert.told_at is not None]
    for moment, alert in sorted(told, key=lambda pair: pair[0]):
        day = moment.astimezone(zone).date()
        for route in routes_for(alert.labels, routes, moment):
            subject = alert.subject
            group = (route.name, subject.account, subject.site_id, alert.condition.family)
            wait = route.timing(alert.severity).group_wait
            if alert.ended_at is not None and alert.ended_at <= moment + wait:
                continue
            until = open_until.get(group, moment)
            pages[day] += until is not None and until <= moment
            open_until[group] = _later(until, alert.ended_at)
    return [Day(day, fired[day], pages[day]) for day in sorted(fired.keys() | pages.keys())]


_HIDERS = (Condition.UNSTABLE, Condition.SITE_OFFLINE, Condition.ACCOUNT_OFFLINE)


def _alert(episode: Episode, watch: Watch, rules: Sequence[Rule]) -> Replayed | None:
    finding = episode.finding
    rule = rule_for(finding.condition, _labels(episode), rules)
    severity = severity_of(finding, rule)
    is_safety = finding.condition is Condition.FAULT and finding.words.is_safety
    was_known = watch.began is not None and episode.began <= watch.began
    if severity is Severity.NONE or (was_known and not is_safety):
        return None
    hold = timedelta() if is_safety else rule.hold
    moment = fires_at(episode, watch.looks, hold, watch.gap)
    if moment is None:
        return None
    asked = {**_labels(episode), "severity": (severity,)}
    return Replayed(
        finding.condition, finding.subject, severity, rule.name, asked, moment, episode.ended
    )


def _labels(episode: Episode) -> Labels:
    finding = episode.finding
    return labels(
        finding.subject,
        condition=finding.condition,
        code=finding.code,
        vendor_code=finding.vendor_code,
    )


def _told_at(alert: Replayed, wide: Sequence[Replayed]) -> datetime | None:
    """When nothing wider hid it any more; `None` where that was never."""
    moment: datetime | None = alert.fired_at
    while moment is not None and alert.is_firing(moment):
        hider = next((w for w in wide if _hides(w, alert, moment)), None)
        if hider is None:
            return moment
        moment = hider.ended_at
    return None


def _hides(wider: Replayed, narrower: Replayed, moment: datetime) -> bool:
    return wider.is_firing(moment) and (hides(wider, narrower) or holds(wider, narrower))


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later end; `None` has no end."""
    return None if one is None or other is None else max(one, other)
