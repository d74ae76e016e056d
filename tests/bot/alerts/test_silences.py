"""Silences: derived from their times, found quickly, never without an end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alerts.silences import Silence, SilenceIndex, SilenceState, mistakes, warning_is_due
from tests.bot.alerts.test_transitions import NOW, firing

HOUR = timedelta(hours=1)


def silence(silence_id: int = 1, **match: tuple[str, ...]) -> Silence:
    return Silence(silence_id, match, "U1", "works", NOW, NOW + HOUR, NOW)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (-HOUR, SilenceState.PENDING),
        (timedelta(), SilenceState.ACTIVE),
        (HOUR - timedelta(seconds=1), SilenceState.ACTIVE),
        (HOUR, SilenceState.EXPIRED),
    ],
)
def test_its_state_follows_from_the_time(after, expected):
    assert silence().state(NOW + after) is expected


@pytest.mark.parametrize(
    "match",
    [
        {"charger": ("One",)},
        {"charger": ("on*",)},
        {"account": ("DK",)},
        {"condition": ("offline",), "severity": ("high",)},
    ],
)
def test_the_index_finds_what_a_plain_search_finds(match):
    others = [silence(n, charger=(f"other{n}",)) for n in range(2, 50)]
    wanted = silence(1, **match)

    found = SilenceIndex([*others, wanted]).hiding(firing())

    assert found == [one for one in [*others, wanted] if one.hides(firing())] == [wanted]


def test_a_test_alert_is_never_silenced():
    assert not silence(account=("dk",)).hides(replace(firing(), is_test=True))


def test_a_silence_for_everything_is_refused():
    found = mistakes({}, "works", NOW, NOW + HOUR, NOW)

    assert [field for field, _ in found] == ["match"]


@pytest.mark.parametrize(
    ("before_end", "expected"), [(16, False), (15, True), (1, True), (0, False)]
)
def test_the_author_is_warned_a_quarter_of_an_hour_before_the_end(before_end, expected):
    at = NOW + HOUR - timedelta(minutes=before_end)

    assert warning_is_due(silence(), at) is expected


def test_nobody_is_warned_of_a_short_silence():
    short = silence()._replace(ends_at=NOW + timedelta(minutes=20))

    assert not warning_is_due(short, NOW + timedelta(minutes=10))
