"""What a period was like: availability, how fast people and repairs were, who repeats."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from statistics import median, quantiles
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot import topics
from bot.alerts.availability import (
    GAP_IN_POLLS,
    Coverage,
    Figures,
    Outage,
    by_site_and_day,
    outages,
)
from bot.alerts.episodes import Fleet
from bot.alerts.findings import subject_of
from bot.alerts.model import Alert, Condition, Level, Phase
from bot.alerts.picture import picture
from bot.alerts.replay import Day, Watch, by_day, replay
from bot.alerts.routes import Route
from bot.alerts.rules import Rule
from bot.clock import Clock
from bot.spreadsheet import to_csv
from bot.store import Store, Tables
from bot.store.history import Span
from vendors.models import Ref

MOST_OFFENDERS = 5
REPEATS = 2
SIGHT_GAP = timedelta(minutes=5)


class Durations(NamedTuple):
    """How long something took."""

    number: int
    median: timedelta | None
    p90: timedelta | None


class Offender(NamedTuple):
    """A charger with more than one alert."""

    ref: Ref
    charger: str
    alerts: int


@dataclass(frozen=True, slots=True)
class SiteReport:
    """One site, day by day."""

    site: Ref
    name: str
    figures: Figures
    days: Mapping[date, Figures]


@dataclass(frozen=True, slots=True)
class Report:
    """A period at a glance."""

    start: datetime
    end: datetime
    figures: Figures
    sites: tuple[SiteReport, ...]
    """The least available first."""
    alerts: int
    mtta: Durations
    """From firing to acknowledgement."""
    mttr: Durations
    """From the first bad reading to confirmed recovery, of what kept cars from charging."""
    offenders: tuple[Offender, ...]
    outages: tuple[Outage, ...]
    """Each counted outage with the row of the history that proves it."""
    names: Mapping[Ref, str] = field(default_factory=dict)
    """What people call the chargers that had outages."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Yesterday, and what is still open."""

    report: Report
    firing: tuple[Alert, ...]
    """First what is told, then what is known from the start; the widest and the worst first."""
    silences_ending: int


class Reports:
    """Puts reports together from the store."""

    def __init__(
        self, store: Store, clock: Clock, *, polls: Mapping[str, timedelta], zone: ZoneInfo
    ) -> None:
        self._store = store
        self._clock = clock
        self._polls = polls
        self._zone = zone

    async def report(self, days: int) -> Report:
        """The last so many days, until now."""
        end = self._clock.now()
        start = end - timedelta(days=days)
        return await self._store.read(lambda tables: self._report(tables, start, end))

    async def digest(self) -> Digest:
        """The last 24 hours, and what is still open."""
        end = self._clock.now()
        tomorrow = end + timedelta(days=1)

        def work(tables: Tables) -> Digest:
            ending = [s for s in tables.silences.active(end) if s.ends_at <= tomorrow]
            report = self._report(tables, end - timedelta(days=1), end)
            return Digest(report, tuple(sorted(tables.alerts.firing(), key=_weight)), len(ending))

        return await self._store.read(work)

    async def post_digest(self, channel: str) -> None:
        """Have today's digest posted, once however often this is called."""
        now = self._clock.now()
        day = now.astimezone(self._zone).date()
        await self._store.write(lambda tables: _say_digest(tables, channel, day, now))

    async def make_up_digest(self, channel: str, at: time) -> None:
        """Post today's digest where its time has come while the bot did not run.

        Not on the first day: whoever installs it at noon has missed nothing.
        """
        now = self._clock.now()
        day = now.astimezone(self._zone).date()
        due = datetime.combine(day, at, self._zone).astimezone(UTC)

        def work(tables: Tables) -> None:
            begun = [tables.sweeps.baseline_at(account) for account in self._polls]
            if any(moment is not None and moment < due for moment in begun):
                _say_digest(tables, channel, day, now)

        if now >= due:
            await self._store.write(work)

    async def picture(self, report: Report) -> bytes:
        """A PNG of a report; raises `bot.alerts.picture.PictureError`."""
        rows = [(f"{one.name or 'no site'} ({one.site.account})", one.days) for one in report.sites]
        first, last = (
            moment.astimezone(self._zone).date() for moment in (report.start, report.end)
        )
        return await picture(rows, first, last)

    async def replay(self, days: int, rules: Sequence[Rule], routes: Sequence[Route]) -> list[Day]:
        """What these rules and routes would have done over the last so many days."""
        end = self._clock.now()
        start = end - timedelta(days=days)

        def work(tables: Tables) -> list[Day]:
            spans = list(tables.history.between(start, end))
            watches = {
                account: _watch(tables, account, poll, start, end)
                for account, poll in self._polls.items()
            }
            fleet = _fleet(tables, spans)
            alerts = replay(spans, watches, fleet, rules, start=start, end=end)
            return by_day(alerts, routes, self._zone)

        return await self._store.read(work)

    def _report(self, tables: Tables, start: datetime, end: datetime) -> Report:
        spans = [s for s in tables.history.between(start, end) if s.account in self._polls]
        coverage = {
            account: Coverage(tables.sweeps.between(account, start, end), GAP_IN_POLLS * poll)
            for account, poll in self._polls.items()
        }
        sites = _site_reports(tables, by_site_and_day(spans, coverage, start, end, self._zone))
        alerts = [a for a in tables.alerts.fired_between(start, end) if not a.is_test]
        found = outages(spans, coverage, start, end)
        return Report(
            start=start,
            end=end,
            figures=sum((site.figures for site in sites), Figures()),
            sites=sites,
            alerts=len(alerts),
            mtta=_durations(_until_acknowledged(alerts)),
            mttr=_durations(_until_repaired(alerts)),
            offenders=_offenders(alerts),
            outages=tuple(found),
            names=_names(tables, {outage.ref for outage in found}),
        )


def _say_digest(tables: Tables, channel: str, day: date, now: datetime) -> None:
    tables.messages.say(
        key=f"digest:{day.isoformat()}",
        destination=channel,
        topic=topics.DIGEST,
        subject=day.isoformat(),
        now=now,
    )


def outages_csv(report: Report) -> str:
    """Every outage that the figures count, with the row that proves it, for a spreadsheet."""
    header = (
        *("account", "charger", "charger_id", "connector", "began", "ended", "minutes_counted"),
        *("connectivity", "status", "code", "vendor_code", "evidence"),
    )
    rows = (
        (
            *(one.ref.account, report.names.get(one.ref, ""), one.ref.id, one.connector),
            *(one.began.isoformat(), one.ended.isoformat(), f"{one.seconds / 60:.1f}"),
            *one.state,
            one.evidence,
        )
        for one in report.outages
    )
    return to_csv(header, rows)


def _weight(alert: Alert) -> tuple[bool, int, int, datetime]:
    return alert.known_at_start, alert.condition.level, alert.severity.rank, alert.since


def _names(tables: Tables, refs: Iterable[Ref]) -> dict[Ref, str]:
    known = ((ref, tables.chargers.known(ref)) for ref in refs)
    return {ref: row.charger.label for ref, row in known if row is not None}


def _watch(tables: Tables, account: str, poll: timedelta, start: datetime, end: datetime) -> Watch:
    sweeps = tables.sweeps.between(account, start, end)
    return Watch(
        looks=[sweep.ended_at for sweep in sweeps if sweep.ended_at is not None],
        untrusted=frozenset(f"sweep {sweep.id}" for sweep in sweeps if not sweep.is_trusted),
        gap=max(SIGHT_GAP, GAP_IN_POLLS * poll),
        began=tables.sweeps.baseline_at(account),
    )


def _fleet(tables: Tables, spans: Iterable[Span]) -> Fleet:
    """What rules may ask of chargers, by what the mirror knows of them now."""
    refs = {span.ref for span in spans}
    known = ((ref, tables.chargers.known(ref)) for ref in refs)
    subjects = {ref: subject_of(row.charger) for ref, row in known if row is not None}
    accounts = {ref.account for ref in refs}
    sites = {Ref(span.account, span.site_id) for span in spans if span.site_id}
    return Fleet(
        subjects=subjects,
        chargers={account: tables.chargers.total(account) for account in accounts},
        chargers_at={site: tables.chargers.total(site.account, site.id) for site in sites},
        vendors={subject.account: subject.vendor for subject in subjects.values()},
    )


def _site_name(tables: Tables, site: Ref) -> str:
    """As people call it; empty for the chargers that are on no site."""
    if not site.id:
        return ""
    if known := tables.sites.known(site):
        return known.name
    where = {"account": site.account, "site_id": site.id}
    rows, _ = tables.chargers.listed(where, troubled=False, offset=0, limit=1)
    return (rows[0].charger.site_name if rows else None) or site.id


def _site_reports(
    tables: Tables, figures: Mapping[Ref, Mapping[date, Figures]]
) -> tuple[SiteReport, ...]:
    reports = [
        SiteReport(site, _site_name(tables, site), sum(days.values(), Figures()), days)
        for site, days in figures.items()
    ]
    return tuple(sorted(reports, key=lambda r: (r.figures.lenient or 0.0, r.site)))


def _until_acknowledged(alerts: Sequence[Alert]) -> list[timedelta]:
    return [
        alert.acknowledged_at - alert.fired_at
        for alert in alerts
        if alert.acknowledged_at is not None and alert.fired_at is not None
    ]


def _until_repaired(alerts: Sequence[Alert]) -> list[timedelta]:
    """Of chargers and sites; what was removed, or never was in service, was not repaired."""
    return [
        alert.ended_at - alert.since
        for alert in alerts
        if alert.phase is Phase.RESOLVED
        and alert.ended_at is not None
        and alert.condition.level is not Level.ACCOUNT
        and alert.condition not in (Condition.UNSTABLE, Condition.NEVER_CONNECTED)
        and not alert.is_warning
    ]


def _durations(times: Sequence[timedelta]) -> Durations:
    if not times:
        return Durations(0, None, None)
    seconds = [time.total_seconds() for time in times]
    ninth = quantiles(seconds, n=10, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
    return Durations(len(times), timedelta(seconds=median(seconds)), timedelta(seconds=ninth))


def _offenders(alerts: Sequence[Alert]) -> tuple[Offender, ...]:
    names = {ref: alert.subject.charger for alert in alerts if (ref := alert.subject.ref)}
    counts = Counter(ref for alert in alerts if (ref := alert.subject.ref))
    return tuple(
        Offender(ref, names[ref], number)
        for ref, number in counts.most_common(MOST_OFFENDERS)
        if number >= REPEATS
    )
