"""Dates in words."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.sandbox.page.dates import ago, day_name, long_date, ordinal, short_date, slack_date

NOW = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (13, "13th"), (22, "22nd")],
)
def test_days_are_ordinals(number, words):
    assert ordinal(number) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 1, 10), "Today"),
        (date(2026, 1, 9), "Yesterday"),
        (date(2026, 1, 5), "Monday, January 5th"),
    ],
)
def test_days_between_messages_have_names(day, words):
    assert day_name(day, NOW.date()) == words


def test_the_year_is_left_out_while_it_is_near():
    assert long_date(NOW - timedelta(days=60), NOW) == "November 11th"
    assert long_date(NOW - timedelta(days=300), NOW) == "March 16th, 2025"


def test_short_dates_have_no_ordinals():
    """As Slack's own example: Feb 18, 2014."""
    assert short_date(NOW - timedelta(days=300), NOW) == "Mar 16, 2025"
    assert slack_date("1768046400", "{date_short_pretty}", UTC, NOW) == "today"
    assert slack_date("1767700800", "{date_short_pretty}", UTC, NOW) == "Jan 6"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW, "now"),
        (NOW - timedelta(seconds=1), "1 second ago"),
        (NOW - timedelta(hours=5), "5 hours ago"),
        (NOW + timedelta(days=2), "in 2 days"),
    ],
)
def test_times_ago_are_rounded_down(at, words):
    assert ago(at, NOW) == words


def test_unknown_tokens_are_not_guessed():
    assert slack_date("1768046400", "{date_num}", UTC, NOW) == "2026-01-10"
    assert slack_date("1768046400", "{whatever}", UTC, NOW) is None
