"""Availability: only what sweeps prove counts, and every minute has its row."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.availability import Coverage, Figures, by_site_and_day, outages
from bot.store.history import Span, State
from bot.store.sweeps import Sweep, SweepKind
from vendors.models import Ref

START = datetime(2026, 1, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
UTC_ZONE = ZoneInfo("UTC")


def at(minutes: float) -> datetime:
    return START + minutes * MINUTE


def sweeps(*minutes: float, untrusted: tuple[float, ...] = ()) -> list[Sweep]:
    return [
        Sweep(n, "dk", SweepKind.FULL, at(m), at(m), True, m not in untrusted, 1, 0, None)
        for n, m in enumerate(minutes)
    ]


def span(
    connectivity: str, began: float, ended: float | None, status: str = "available", plug: str = "1"
) -> Span:
    until = None if ended is None else at(ended)
    state = State(connectivity, status)
    return Span("dk", "c1", plug, "S1", state, at(began), until, "sweep 7")


def figures(spans: list[Span], seen: list[Sweep], minutes: float = 60) -> Figures:
    coverage = {"dk": Coverage(seen, 3 * MINUTE)}
    found = by_site_and_day(spans, coverage, START, at(minutes), UTC_ZONE)
    return sum(found[Ref("dk", "S1")].values(), Figures())


EVERY_MINUTE = sweeps(*range(61))


def test_a_port_that_was_up_all_the_time_is_fully_available():
    found = figures([span("online", 0, None)], EVERY_MINUTE)

    assert (found.strict, found.lenient, found.coverage) == (1.0, 1.0, 1.0)


def test_offline_and_inoperative_minutes_are_down():
    spans = [
        span("online", 0, 30),
        span("offline", 30, 45),
        span("online", 45, None, status="faulted"),
    ]

    found = figures(spans, EVERY_MINUTE)

    assert (found.strict, found.lenient) == (0.5, 0.5)


def test_what_nobody_saw_is_unknown_not_down():
    """The vendor was silent from minute 10 to minute 40."""
    seen = sweeps(*range(11), *range(40, 61))

    found = figures(
        [span("online", 0, 10), span("offline", 10, 40), span("online", 40, None)], seen
    )

    assert found.lenient == 1.0
    assert found.coverage == found.strict == pytest.approx(0.5)


def test_a_sweep_that_is_not_trusted_proves_nothing():
    seen = sweeps(*range(61), untrusted=tuple(range(10, 20)))

    found = figures([span("online", 0, 9), span("offline", 9, 19), span("online", 19, None)], seen)

    assert found.down == 0
    assert found.unknown == 600


def test_a_port_that_never_connected_is_not_in_service():
    spans = [span("never_seen", 0, 30), span("online", 30, None)]

    assert figures(spans, EVERY_MINUTE).total == 30 * 60


def test_the_box_counts_only_where_it_has_no_connectors():
    spans = [span("offline", 0, None, plug=""), span("online", 0, None, plug="1")]

    assert figures(spans, EVERY_MINUTE).strict == 1.0


def test_a_night_is_shared_between_its_two_days():
    seen = sweeps(*range(0, 48 * 60, 2))
    coverage = {"dk": Coverage(seen, 3 * MINUTE)}
    down = span("offline", 23 * 60, 25 * 60)

    found = by_site_and_day([down], coverage, START, START + 48 * HOUR, UTC_ZONE)

    assert {day: f.down for day, f in found[Ref("dk", "S1")].items()} == {
        date(2026, 1, 10): 3600,
        date(2026, 1, 11): 3600,
    }


def test_every_outage_names_the_row_that_proves_it():
    coverage = {"dk": Coverage(EVERY_MINUTE, 3 * MINUTE)}

    (outage,) = outages([span("offline", 30, 45)], coverage, START, at(60))

    assert (outage.began, outage.ended, outage.evidence) == (at(30), at(45), "sweep 7")
