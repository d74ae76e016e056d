"""Durations, hours of the week and the like."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.values import format_duration, parse_digest, parse_duration, parse_hours

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@given(st.integers(min_value=0, max_value=10**7))
def test_a_duration_is_read_back_as_it_was_written(seconds):
    duration = timedelta(seconds=seconds)

    assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize("text", ["", "5", "m", "-5m", "5 parsecs", "1.5h", 5, None])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="write one such as 30s"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("hours", "local", "inside"),
    [
        pytest.param("Mon-Fri 08:00-18:00", "2026-11-20T08:00", True, id="friday-on-the-dot"),
        pytest.param("Mon-Fri 08:00-18:00", "2026-11-20T18:00", False, id="friday-end"),
        pytest.param("Mon-Fri 08:00-18:00", "2026-11-21T12:00", False, id="saturday"),
        pytest.param("Sat-Mon 08:00-18:00", "2026-11-22T12:00", True, id="over-the-week"),
        pytest.param("Fri 22:00-06:00", "2026-11-21T05:59", True, id="over-midnight"),
        pytest.param("Fri 22:00-06:00", "2026-11-20T05:59", False, id="not-the-night-before"),
        pytest.param("Mon 08:00-10:00, Sat 10:00-14:00", "2026-11-21T11:00", True, id="second"),
    ],
)
def test_hours_are_read_in_the_zone_of_the_configuration(hours, local, inside):
    moment = datetime.fromisoformat(local).replace(tzinfo=AMSTERDAM).astimezone(UTC)

    assert parse_hours(hours).contains(moment, AMSTERDAM) is inside


@pytest.mark.parametrize("text", ["always", "Mon 8-18", "Mun 08:00-18:00", "Mon 08:00-25:00"])
def test_what_is_no_time_of_the_week_is_refused(text):
    with pytest.raises(ValueError, match="write it such as"):
        parse_hours(text)


def test_an_empty_digest_is_off():
    assert parse_digest("") is None
