"""How available ports were, from the history and the sweeps alone; no minute without its evidence.

The formula is that of 23 CFR 680.116(b): up minutes over all minutes, per port. What no complete
and trusted sweep covers is unknown: strict figures count it as down, lenient ones leave it out.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.store.history import Span, State
from bot.store.sweeps import Sweep
from vendors.models import Connectivity, Ref, Status

DOWN_STATUSES = (Status.FAULTED, Status.UNAVAILABLE, Status.REMOVED)
OUT_OF_SERVICE = (Status.PLANNED,)
GAP_IN_POLLS = 3
"""Two sweeps further apart than so many polls prove nothing of the time between."""


class Use(Enum):
    """What a state means for who wants to charge."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"
    OUT = "out"
    """Not in service yet: counted nowhere."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds of ports, added up."""

    up: float = 0.0
    down: float = 0.0
    unknown: float = 0.0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.up + other.up, self.down + other.down, self.unknown + other.unknown)

    @property
    def total(self) -> float:
        """All that was in service."""
        return self.up + self.down + self.unknown

    @property
    def strict(self) -> float | None:
        """Share that was up, where unknown counts as down; `None` where nothing was in service."""
        return self.up / self.total if self.total else None

    @property
    def lenient(self) -> float | None:
        """Share that was up of what is known; `None` where nothing is known."""
        return self.up / (self.up + self.down) if self.up + self.down else None

    @property
    def coverage(self) -> float | None:
        """Share that is known."""
        return (self.up + self.down) / self.total if self.total else None


class Outage(NamedTuple):
    """A time in which a port was down for certain, and which rows of the history say so."""

    ref: Ref
    connector: str
    began: datetime
    ended: datetime
    seconds: float
    """How much of it sweeps prove; only that is counted."""
    state: State
    evidence: str


class Coverage:
    """The times of an account that two neighbouring sweeps prove."""

    def __init__(self, sweeps: Sequence[Sweep], max_gap: timedelta) -> None:
        self._ends: list[float] = []
        self._sums: list[float] = []
        total = 0.0
        self._starts: list[float] = []
        for start, end in _proven(sweeps, max_gap):
            self._starts.append(start)
            self._ends.append(end)
            self._sums.append(total)
            total += end - start

    def seconds(self, start: datetime, end: datetime) -> float:
        """How much of a time is proven."""
        return self._until(end.timestamp()) - self._until(start.timestamp())

    def _until(self, moment: float) -> float:
        position = bisect_right(self._starts, moment) - 1
        if position < 0:
            return 0.0
        inside = min(moment, self._ends[position]) - self._starts[position]
        return self._sums[position] + inside


def use_of(state: State) -> Use:
    """What a state means; a vendor that tells no connectivity is believed on its status."""
    if state.connectivity == Connectivity.NEVER_SEEN or state.status in OUT_OF_SERVICE:
        return Use.OUT
    if state.connectivity == Connectivity.OFFLINE:
        return Use.DOWN
    if state.status in DOWN_STATUSES:
        return Use.DOWN
    if state.connectivity == Connectivity.ONLINE:
        return Use.UP
    return Use.UNKNOWN if state.status in ("", Status.UNKNOWN) else Use.UP


def ports(spans: Iterable[Span]) -> list[Span]:
    """The spans of connectors, and of the box where a charger tells of no connectors."""
    kept = list(spans)
    with_connectors = {span.ref for span in kept if span.connector}
    return [span for span in kept if span.connector or span.ref not in with_connectors]


def by_site_and_day(
    spans: Iterable[Span],
    coverage: Mapping[str, Coverage],
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
) -> dict[Ref, dict[date, Figures]]:
    """Figures of every site (account and site id) for every local day of the period."""
    found: dict[Ref, dict[date, Figures]] = defaultdict(lambda: defaultdict(Figures))
    for span in ports(spans):
        use = use_of(span.state)
        if use is Use.OUT:
            continue
        site = found[Ref(span.account, span.site_id)]
        for day, began, ended in _days(span, start, end, zone):
            known = coverage[span.account].seconds(began, ended)
            site[day] += _figures(use, (ended - began).total_seconds(), known)
    return {site: dict(days) for site, days in found.items()}


def outages(
    spans: Iterable[Span], coverage: Mapping[str, Coverage], start: datetime, end: datetime
) -> list[Outage]:
    """The times in which a port was down, as far as sweeps prove them, each with its rows."""
    found = []
    for span in ports(spans):
        began, ended = max(span.began, start), min(span.ended or end, end)
        if use_of(span.state) is not Use.DOWN or ended <= began:
            continue
        if known := coverage[span.account].seconds(began, ended):
            place = (span.ref, span.connector)
            found.append(Outage(*place, began, ended, known, span.state, span.evidence))
    return found


def _proven(sweeps: Sequence[Sweep], max_gap: timedelta) -> Iterator[tuple[float, float]]:
    """Stretches between complete sweeps, joined where they touch."""
    good = [s for s in sweeps if s.is_complete and s.ended_at is not None]
    start = end = None
    for before, after in pairwise(good):
        if before.ended_at is None or after.ended_at is None or not after.is_trusted:
            continue
        if after.ended_at - before.ended_at > max_gap:
            continue
        began, ended = before.ended_at.timestamp(), after.ended_at.timestamp()
        if end == began:
            end = ended
            continue
        if start is not None and end is not None:
            yield start, end
        start, end = began, ended
    if start is not None and end is not None:
        yield start, end


def _figures(use: Use, seconds: float, known: float) -> Figures:
    if use is Use.UP:
        return Figures(up=known, unknown=seconds - known)
    if use is Use.DOWN:
        return Figures(down=known, unknown=seconds - known)
    return Figures(unknown=seconds)


def _days(
    span: Span, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[tuple[date, datetime, datetime]]:
    """A span cut to the period and at each local midnight."""
    began, ended = max(span.began, start), min(span.ended or end, end)
    while began < ended:
        local = began.astimezone(zone)
        midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), zone)
        until = min(ended, midnight.astimezone(began.tzinfo))
        yield local.date(), began, until
        began = until
