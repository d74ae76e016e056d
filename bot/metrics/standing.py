"""How things stand at the moment somebody asks, read from the store."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from bot.alerts.ticking import STALE_AFTER_POLLS
from bot.store import Tables
from bot.store.chargers import Counts
from bot.store.messages import Depth


@dataclass(frozen=True)
class Standing:
    """What the store holds."""

    alerts: Mapping[tuple[str, str], int]
    requests: Mapping[str, int]
    outcomes: Mapping[str, int]
    outbox: Depth
    chargers: Mapping[str, Counts]
    swept_at: Mapping[str, datetime]
    """When all of an account was last seen; it is missing where that never was so."""


def standing_of(tables: Tables, accounts: Iterable[str]) -> Standing:
    """Read it, in one look."""
    newest = ((account, tables.sweeps.newest(account)) for account in accounts)
    return Standing(
        alerts=tables.figures.alerts(),
        requests=tables.figures.requests(),
        outcomes=tables.figures.outcomes(),
        outbox=tables.messages.depth(),
        chargers=tables.chargers.counts(),
        swept_at={account: one.ended_at for account, one in newest if one and one.ended_at},
    )


def standing_metrics(
    standing: Standing, polls: Mapping[str, timedelta], now: datetime
) -> Iterator[Metric]:
    """The same for Prometheus; `polls` names the accounts that are watched."""
    yield _gauge(
        "alerts",
        "Open alerts: pending, firing, acknowledged or hidden.",
        ("condition", "state"),
        standing.alerts.items(),
    )
    yield _gauge(
        "approvals",
        "Approval requests by what people decided.",
        ("state",),
        (((state,), number) for state, number in standing.requests.items()),
    )
    yield _gauge(
        "operations",
        "Operations by how they ended, or running.",
        ("outcome",),
        (((outcome,), number) for outcome, number in standing.outcomes.items()),
    )
    yield from _outbox_metrics(standing.outbox, now)
    yield from _account_metrics(standing, polls, now)


def _outbox_metrics(outbox: Depth, now: datetime) -> Iterator[Metric]:
    oldest = (now - outbox.oldest).total_seconds() if outbox.oldest else 0.0
    yield _single("outbox_depth", "Messages that wait to be sent.", outbox.waiting)
    yield _single("outbox_oldest_seconds", "How long the oldest of them has waited.", oldest)
    yield _single("outbox_refused", "Messages that Slack will not take.", outbox.refused)


def _account_metrics(
    standing: Standing, polls: Mapping[str, timedelta], now: datetime
) -> Iterator[Metric]:
    ages = {account: (now - then) for account, then in standing.swept_at.items()}
    yield _gauge(
        "chargers",
        "Chargers by connectivity, as last seen.",
        ("account", "connectivity"),
        (
            ((account, word), getattr(counts, word))
            for account, counts in standing.chargers.items()
            for word in ("online", "offline", "never_seen", "unknown")
        ),
    )
    yield _gauge(
        "chargers_faulted",
        "Chargers with a fault, as last seen.",
        ("account",),
        (((account,), counts.faulted) for account, counts in standing.chargers.items()),
    )
    yield _gauge(
        "account_age_seconds",
        "Since when all of an account was last seen.",
        ("account",),
        (((account,), age.total_seconds()) for account, age in ages.items()),
    )
    yield _gauge(
        "account_stale",
        f"Whether that was more than {STALE_AFTER_POLLS} polls ago, or never.",
        ("account",),
        (
            ((account,), ages.get(account, timedelta.max) > STALE_AFTER_POLLS * poll)
            for account, poll in polls.items()
        ),
    )


def _gauge(
    name: str,
    text: str,
    labels: tuple[str, ...],
    values: Iterable[tuple[tuple[str, ...], float]],
) -> Metric:
    family = GaugeMetricFamily(f"chargehand_{name}", text, labels=labels)
    for own, value in values:
        family.add_metric(own, value)
    return family


def _single(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"chargehand_{name}", text, value=value)
