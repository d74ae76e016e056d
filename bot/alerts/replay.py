"""What rules would have done: runs them over the stored history, without telling anybody."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.alerts.codes import canonical, is_nothing
from bot.alerts.findings import Finding
from bot.alerts.model import Condition, Subject, labels
from bot.alerts.pipeline import severity_of
from bot.alerts.rules import Rule, rule_for
from bot.severity import Severity
from bot.store.history import Span
from vendors.models import Connectivity, Ref, Status


class Replayed(NamedTuple):
    """An alert that there would have been."""

    condition: Condition
    subject: Subject
    severity: Severity
    rule: str
    fired_at: datetime
    ended_at: datetime | None

    @property
    def group(self) -> tuple[str, str, str]:
        """What shares its message."""
        return self.subject.account, self.subject.site_id, self.condition.family


class Day(NamedTuple):
    """A day of the replay."""

    day: date
    alerts: int
    pages: int
    """First messages: what joins an open message pages nobody."""


def replay(
    spans: Iterable[Span],
    subjects: Mapping[Ref, Subject],
    rules: Sequence[Rule],
    *,
    start: datetime,
    end: datetime,
) -> list[Replayed]:
    """The alerts of a period, by what the history says; an unknown charger has no site."""
    found = []
    for span in spans:
        for finding in _findings(span, subjects.get(span.ref)):
            alert = _alert(finding, span, rules)
            lasted = alert.fired_at < (span.ended or end)
            if lasted and start <= alert.fired_at < end and alert.severity is not Severity.NONE:
                found.append(alert)
    return sorted(found, key=lambda alert: alert.fired_at)


def by_day(alerts: Sequence[Replayed], zone: ZoneInfo) -> list[Day]:
    """Alerts and first messages for each day on which there were any."""
    open_until: dict[tuple[str, str, str], datetime | None] = {}
    fired: Counter[date] = Counter()
    pages: Counter[date] = Counter()
    for alert in alerts:
        day = alert.fired_at.astimezone(zone).date()
        fired[day] += 1
        until = open_until.get(alert.group, alert.fired_at)
        if until is not None and until <= alert.fired_at:
            pages[day] += 1
        open_until[alert.group] = _later(until, alert.ended_at)
    return [Day(day, fired[day], pages[day]) for day in sorted(fired)]


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later end; `None` has no end."""
    return None if one is None or other is None else max(one, other)


def _findings(span: Span, subject: Subject | None) -> Iterator[Finding]:
    subject = subject or Subject(
        span.account, "", site_id=span.site_id, charger_id=span.charger_id, charger=span.charger_id
    )
    state = span.state
    if span.connector == "" and state.connectivity == Connectivity.OFFLINE:
        yield Finding(Condition.OFFLINE, subject)
    if span.connector == "" and state.connectivity == Connectivity.NEVER_SEEN:
        yield Finding(Condition.NEVER_CONNECTED, subject)
    is_heard = state.connectivity in (Connectivity.ONLINE, Connectivity.UNKNOWN)
    is_faulted = state.status == Status.FAULTED
    if is_heard and (is_faulted or state.vendor_code or not is_nothing(state.code)):
        yield Finding(
            Condition.FAULT,
            subject,
            connector=span.connector,
            code=canonical(state.code),
            vendor_code=state.vendor_code,
            is_warning=not is_faulted,
        )


def _alert(finding: Finding, span: Span, rules: Sequence[Rule]) -> Replayed:
    asked = labels(
        finding.subject,
        condition=finding.condition,
        code=finding.code,
        vendor_code=finding.vendor_code,
    )
    rule = rule_for(finding.condition, asked, rules)
    is_safety = finding.condition is Condition.FAULT and finding.words.is_safety
    return Replayed(
        condition=finding.condition,
        subject=finding.subject,
        severity=severity_of(finding, rule),
        rule=rule.name,
        fired_at=span.began if is_safety else span.began + rule.hold,
        ended_at=span.ended,
    )
