"""Account hides site hides charger; and when a whole site or account counts as gone.

Inhibition hides what is told, never what is watched; it keeps new notices back, never a resolve.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.alerts.model import Alert, Condition, Family, Level, Mute, MuteKind, Subject

WINDOW = timedelta(minutes=5)
SHARE = 0.5
SITE_AT_LEAST = 2
ACCOUNT_AT_LEAST = 10
FLAPS_TO_BEGIN = 4
FLAPS_TO_STAY = 2
FLAP_WINDOW = timedelta(minutes=60)

ACCOUNT_UNSEEN = (
    Condition.ACCOUNT_OFFLINE,
    Condition.ACCOUNT_UNREACHABLE,
    Condition.ACCOUNT_REJECTED,
)
"""While one of these is open, the chargers of the account are unknown."""


class About(Protocol):
    """An alert, as far as it matters here."""

    @property
    def condition(self) -> Condition:
        """What is wrong."""
        ...

    @property
    def subject(self) -> Subject:
        """With what."""
        ...


def hides(wider: About, narrower: About) -> bool:
    """Whether one alert makes another not worth telling.

    Faults stay heard whatever is offline: a fault was reported, not inferred from silence. Only
    what is itself about being offline is explained by a wider outage.
    """
    if wider.subject.account != narrower.subject.account:
        return False
    if narrower.condition.family is not Family.CONNECTIVITY:
        return False
    if wider.condition in ACCOUNT_UNSEEN:
        return narrower.condition.level > Level.ACCOUNT
    return (
        wider.condition is Condition.SITE_OFFLINE
        and narrower.condition.level is Level.CHARGER
        and wider.subject.site_id == narrower.subject.site_id
    )


def holds(unstable: About, other: About) -> bool:
    """Whether a charger's unstable alert keeps its coming and going quiet."""
    return (
        unstable.condition is Condition.UNSTABLE
        and other.condition is Condition.OFFLINE
        and unstable.subject.ref == other.subject.ref
    )


def mutes_by_alerts(alert: Alert, others: Iterable[Alert], now: datetime) -> tuple[Mute, ...]:
    """What the other open alerts of the account do to this one; safety is never hidden."""
    if alert.is_safety or alert.is_test:
        return ()
    found = []
    for other in others:
        if other.is_test or not other.is_firing:
            continue
        if holds(other, alert):
            found.append(Mute(MuteKind.FLAPPING, other.id, now, None))
        elif hides(other, alert):
            found.append(Mute(MuteKind.INHIBITION, other.id, now, None))
    return tuple(found)


def site_went_offline(since: Sequence[datetime], chargers: int) -> bool:
    """Whether two or more, and half of a site, went offline inside five minutes."""
    return _together(since) >= max(SITE_AT_LEAST, chargers * SHARE)


def site_is_offline(offline: int, chargers: int) -> bool:
    """Whether a site that went offline still is."""
    return offline >= max(SITE_AT_LEAST, chargers * SHARE)


def account_went_offline(since: Sequence[datetime], chargers: int) -> bool:
    """Whether ten or more, and half of an account, went offline inside five minutes."""
    return _together(since) >= max(ACCOUNT_AT_LEAST, chargers * SHARE)


def account_is_offline(offline: int, chargers: int) -> bool:
    """Whether an account whose chargers went offline at once still counts as gone."""
    return offline >= max(ACCOUNT_AT_LEAST, chargers * SHARE)


def is_flapping(transitions: int, *, already: bool) -> bool:
    """Whether a charger comes and goes: four times an hour to begin, below two to end."""
    return transitions >= (FLAPS_TO_STAY if already else FLAPS_TO_BEGIN)


def _together(since: Sequence[datetime]) -> int:
    """The most that happened inside one window."""
    moments = sorted(since)
    best = start = 0
    for end, moment in enumerate(moments):
        while moment - moments[start] > WINDOW:
            start += 1
        best = max(best, end - start + 1)
    return best
