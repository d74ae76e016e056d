"""Silences: what people do not want to hear of for a time. Each has an author, a reason, an end."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
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
    """Active silences, laid out so that asking costs the same with one or with a thousand."""

    def __init__(self, active: Iterable[Silence]) -> None:
        self._exact: dict[tuple[str, str], list[Silence]] = defaultdict(list)
        self._rest: list[Silence] = []
        for silence in active:
            self._add(silence)

    def hiding(self, alert: Alert) -> list[Silence]:
        """Those that hide the alert."""
        return [one for one in self._candidates(alert.labels) if one.hides(alert)]

    def _add(self, silence: Silence) -> None:
        for key in _INDEXED:
            values = silence.match.get(key, ())
            if values and not any(_is_glob(value) for value in values):
                for value in values:
                    self._exact[key, value.casefold()].append(silence)
                return
        self._rest.append(silence)

    def _candidates(self, labels: Labels) -> list[Silence]:
        found = list(self._rest)
        for key in _INDEXED:
            for value in {value.casefold() for value in labels[key]}:
                found += self._exact.get((key, value), ())
        return list({silence.id: silence for silence in found}.values())


def _is_glob(value: str) -> bool:
    return any(character in value for character in "*?[")
