"""What goes into a column comes out the same, and sorts like what it means."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.codec import (
    to_facts,
    to_json_text,
    to_text,
    to_text_or_none,
    to_time,
    to_time_or_none,
)

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(MOMENTS, MOMENTS)
def test_times_survive_and_sort(one, other):
    assert to_time(to_text(one)) == one
    assert (to_text(one) < to_text(other)) == (one < other)


def test_times_are_written_in_utc_with_microseconds():
    amsterdam = timezone(timedelta(hours=1))

    text = to_text(datetime(2026, 1, 10, 2, 14, 32, tzinfo=amsterdam))

    assert text == "2026-01-10T01:14:32.000000+00:00"


def test_a_time_without_a_zone_is_a_mistake():
    with pytest.raises(ValueError, match="without a zone"):
        to_text(datetime(2026, 1, 10))  # noqa: DTZ001 - that is the mistake


def test_a_missing_time_stays_missing():
    assert to_text_or_none(None) is None
    assert to_time_or_none(None) is None


def test_facts_survive():
    facts = {"name": "Laadpaal Oost <!channel>", "count": 3, "of": [1, None, {"deep": True}]}

    assert to_facts(to_json_text(facts)) == facts
