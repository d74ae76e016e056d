"""Silences: what people do not want to hear of for a time. Each has an author, a reason, an end."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.alerts.model import Alert, Mute, MuteKind
from bot.alerts.rules import Labels, matches
from bot.config import Match

WARNING_BEFORE_END = timedelta(minutes=15)
KEYS = ("account", "site", "charger", "condition", "severity")
_INDEXED = ("charger", "site", "account")


class SilenceState(StrEnum):
    """Derived from start, end and now; nothing has to expire it."""

    PENDING = "pending"
    ACTIVE = "active"
    EXPIRED = "expired"


class Silence(NamedTuple):
    """Hides the alerts that match, from start to end."""

    id: int
    match: Match
    author: str
    reason: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    ended_by: str = ""
    """Who ended it early."""

    @property
    def source(self) -> str:
        """Its name in an alert's mutes."""
        return f"silence:{self.id}"

    def state(self, now: datetime) -> SilenceState:
        """Whether it hides anything now."""
        if now >= self.ends_at:
            return SilenceState.EXPIRED
        return SilenceState.ACTIVE if now >= self.starts_at else SilenceState.PENDING

    def mute(self) -> Mute:
        """What it does to an alert."""
        return Mute(MuteKind.SILENCE, self.source, self.starts_at, self.ends_at)

    def hides(self, alert: Alert) -> bool:
        """Whether the alert is one of those; a test alert never is."""
        return not alert.is_test and matches(self.match, alert.labels)


def mistakes(
    match: Mapping[str, tuple[str, ...]],
    reason: str,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> list[tuple[str, str]]:
    """What is wrong with a wanted silence: the field and a sentence each."""
    found = []
    if not any(match.values()):
        found.append(
            ("match", "Say what to silence: an account, a site, a charger or a condition.")
        )
    found += [
        ("match", f"A silence cannot ask for {key}; it can for {', '.join(KEYS)}.")
        for key in sorted(set(match) - set(KEYS))
    ]
    if not reason.strip():
        found.append(("reason", "Say why, so that others can judge."))
    if ends_at <= max(starts_at, now):
        found.append(("ends_at", "The end must lie in the future and after the start."))
    return found


def warning_is_due(silence: Silence, now: datetime) -> bool:
    """Whether to tell the author that the end is near; pointless where it was short anyway."""
    is_long = silence.ends_at - silence.starts_at > 2 * WARNING_BEFORE_END
    in_time = silence.ends_at - WARNING_BEFORE_END <= now < silence.ends_at
    return is_long and in_time


class SilenceIndex:
    """Active silences, laid out so that asking costs the same with one or with a thousand.

    Each is filed under the narrowest thing it names. What globs is compared once per value: many
    alerts share a site.
    """

    def __init__(self, active: Iterable[Silence]) -> None:
        self._exact: dict[tuple[str, str], list[Silence]] = defaultdict(list)
        self._globbing: dict[str, list[Silence]] = defaultdict(list)
        self._compared: dict[tuple[str, str], list[Silence]] = {}
        self._rest: list[Silence] = []
        for silence in active:
            self._file(silence)

    def hiding(self, alert: Alert) -> list[Silence]:
        """Those that hide the alert, the oldest first."""
        found = {one.id: one for one in self._candidates(alert.labels) if one.hides(alert)}
        return [found[silence_id] for silence_id in sorted(found)]

    def _file(self, silence: Silence) -> None:
        key = next((key for key in _INDEXED if silence.match.get(key)), None)
        if key is None:
            self._rest.append(silence)
        elif any(_is_glob(value) for value in silence.match[key]):
            self._globbing[key].append(silence)
        else:
            for value in silence.match[key]:
                self._exact[key, value.casefold()].append(silence)

    def _candidates(self, labels: Labels) -> Iterator[Silence]:
        yield from self._rest
        for key in _INDEXED:
            for value in labels[key]:
                yield from self._exact.get((key, value.casefold()), ())
                yield from self._globs_on(key, value)

    def _globs_on(self, key: str, value: str) -> list[Silence]:
        if key not in self._globbing:
            return []
        if (key, value) not in self._compared:
            self._compared[key, value] = [
                one
                for one in self._globbing[key]
                if matches({key: one.match[key]}, {key: (value,)})
            ]
        return self._compared[key, value]


def _is_glob(value: str) -> bool:
    return any(character in value for character in "*?[")
