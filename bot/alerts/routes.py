"""Routes: in which channel an alert is told, to whom, and how often."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.alerts.model import Alert
from bot.alerts.rules import Labels, matches
from bot.config import Hours, Match, RouteSettings
from bot.severity import Severity


class Escalation(NamedTuple):
    """Whom to mention when nobody acknowledged for so long after the first notice."""

    after: timedelta
    mention: tuple[str, ...]


class Timing(NamedTuple):
    """How patient a message is."""

    group_wait: timedelta
    group_interval: timedelta
    repeat_interval: timedelta
    remind_after: timedelta
    """How long an acknowledgement may stand before it is asked about."""
    unacknowledge_after: timedelta
    """How long after that it is taken back."""


ORDINARY = Timing(
    group_wait=timedelta(seconds=30),
    group_interval=timedelta(minutes=5),
    repeat_interval=timedelta(hours=4),
    remind_after=timedelta(hours=4),
    unacknowledge_after=timedelta(minutes=30),
)
CRITICAL = Timing(
    group_wait=timedelta(),
    group_interval=timedelta(minutes=5),
    repeat_interval=timedelta(hours=1),
    remind_after=timedelta(hours=1),
    unacknowledge_after=timedelta(minutes=15),
)


@dataclass(frozen=True, slots=True)
class Route:
    """One way to people; mentions are users, user groups, with `oncall` already looked up."""

    name: str
    channel: str
    match: Match = field(default_factory=dict)
    mention: tuple[str, ...] = ()
    escalate: tuple[Escalation, ...] = ()
    group_wait: timedelta | None = None
    group_interval: timedelta | None = None
    repeat_interval: timedelta | None = None
    hours: Hours | None = None
    timezone: ZoneInfo | None = None
    webhook_url: SecretStr | None = None
    continues: bool = False
    nth: int = 0
    """Of several with the same channel, match and hours: which."""
    key: str = field(init=False)
    """By what it takes and where: the same wherever it stands in the configuration, so that open
    messages stay with their route when others are put before it."""

    def __post_init__(self) -> None:
        """Name what makes it this route and no other."""
        wanted = (f"{key}={','.join(values)}" for key, values in sorted(self.match.items()))
        hours = self.hours.text if self.hours else ""
        nth = f"#{self.nth}" if self.nth else ""
        parts = (self.channel, *wanted, hours, nth)
        object.__setattr__(self, "key", " ".join(part for part in parts if part))

    def is_open(self, now: datetime) -> bool:
        """Whether its hours include this moment."""
        return self.hours is None or self.hours.contains(now, self.timezone or ZoneInfo("UTC"))

    def timing(self, severity: Severity) -> Timing:
        """What was configured, and for the rest what fits the worst member."""
        usual = CRITICAL if severity is Severity.CRITICAL else ORDINARY
        wanted = {
            "group_wait": self.group_wait,
            "group_interval": self.group_interval,
            "repeat_interval": self.repeat_interval,
        }
        return usual._replace(**{key: value for key, value in wanted.items() if value is not None})

    @property
    def audience(self) -> frozenset[str]:
        """Everybody whom it may mention."""
        return frozenset(self.mention).union(*(step.mention for step in self.escalate))


def routes_from(
    settings: Iterable[RouteSettings],
    *,
    alerts_channel: str,
    oncall: Sequence[str] = (),
    timezone: ZoneInfo,
) -> tuple[Route, ...]:
    """The configured routes in their order, and last the one to `alerts_channel`."""

    def people(mention: Iterable[str]) -> tuple[str, ...]:
        named = (who for one in mention for who in (oncall if one == "oncall" else (one,)))
        return tuple(dict.fromkeys(named))

    configured = (
        Route(
            name=f"routes[{n}]",
            channel=one.channel,
            match=one.match,
            mention=people(one.mention),
            escalate=tuple(Escalation(s.after, people(s.mention)) for s in one.escalate),
            group_wait=one.group_wait,
            group_interval=one.group_interval,
            repeat_interval=one.repeat_interval,
            hours=one.hours,
            timezone=timezone,
            webhook_url=one.webhook_url,
            continues=one.continues,
        )
        for n, one in enumerate(settings)
    )
    return _distinct((*configured, Route("default", alerts_channel)))


def _distinct(routes: Iterable[Route]) -> tuple[Route, ...]:
    """Number those that differ only in whom they call."""
    earlier = Counter[str]()
    found = []
    for route in routes:
        found.append(replace(route, nth=earlier[route.key]))
        earlier[route.key] += 1
    return tuple(found)


def routes_for(labels: Labels, routes: Sequence[Route], now: datetime) -> list[Route]:
    """First match wins, and those it lets continue to; the default takes what nobody wants."""
    *configured, default = routes
    chosen: list[Route] = []
    for route in configured:
        if route.is_open(now) and matches(route.match, labels):
            chosen.append(route)
            if not route.continues:
                return chosen
    return chosen or [default]


def worst(alerts: Iterable[Alert]) -> Severity:
    """The worst severity among them; `NONE` where there is none."""
    return min((alert.severity for alert in alerts), key=lambda s: s.rank, default=Severity.NONE)
