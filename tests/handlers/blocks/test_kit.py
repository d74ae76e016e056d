"""The pieces, at their limits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.blocks import kit, tables, words
from tests.handlers.blocks.slack_check import assert_slack_takes

NOW = datetime(2026, 1, 10, 8, 0, tzinfo=UTC)


@given(st.text(max_size=400), st.integers(min_value=1, max_value=300))
def test_clipping_keeps_the_limit_and_breaks_no_entity(text, limit):
    clipped = kit.clip(kit.escape(text), limit)

    assert len(clipped) <= limit
    head = clipped.removesuffix("…")
    assert all(part.startswith(("amp;", "lt;", "gt;")) for part in head.split("&")[1:])


@given(st.text(max_size=300))
def test_whatever_people_type_fits_in_every_piece(text):
    message = kit.message(
        kit.inline(text),
        [
            kit.header(text),
            kit.section(f"{kit.inline(text)} {kit.strong(text)} {kit.code(text)}"),
            kit.section(kit.quote(text)),
            *kit.fields([(kit.inline(text), kit.inline(text))]),
            tables.table((text, "b"), [(text, text)] * 200),
            *kit.actions(kit.button(text, "a", "v", label=text)),
            kit.context(kit.inline(text)),
        ],
    )

    assert_slack_takes(message)


def test_a_link_cut_in_two_is_left_out():
    assert kit.clip("see <https://example.net|this page>", 20) == "see …"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x", "https://a|b", "https://a b"])
def test_only_web_addresses_become_links(url):
    assert kit.link(url, "label") == "label"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59, "59 s"), (61, "1 min"), (3_660, "1 h 1 min"), (90_061, "1 d 1 h")],
)
def test_lengths_of_time_are_short(seconds, said):
    assert kit.seconds(seconds) == said


def test_moments_are_shown_in_the_readers_zone():
    assert kit.when(NOW) == (
        "<!date^1768032000^{date_short_pretty} at {time}|2026-01-10 08:00 UTC>"
    )
    assert kit.ago(NOW - timedelta(minutes=14), NOW) == "14 min ago"
    assert kit.ago(NOW, NOW) == "just now"


def test_a_message_with_too_many_blocks_says_that_something_is_missing():
    message = kit.message("x", [kit.section(str(n)) for n in range(80)])

    assert_slack_takes(message)
    assert len(message["blocks"]) == kit.MESSAGE_BLOCKS
    assert message["blocks"][-1] == kit.context("Not everything fits here.")


def test_a_message_is_never_longer_than_slack_takes_in_sum():
    message = kit.message("x", [kit.section("y" * 2_900) for _ in range(10)])

    assert_slack_takes(message)
    assert len(message["blocks"]) < 6


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("last_heartbeat_at", "Last heartbeat"),
        ("max_current_a", "Max current"),
        ("id", "ID"),
        ("site_id", "Site ID"),
        ("max_power_w", "Max power"),
    ],
)
def test_field_names_become_labels(name, label):
    assert words.label(name) == label


def test_numbers_carry_their_unit():
    assert words.with_unit("max_power_w", 22_000) == "22 kW"
    assert words.with_unit("max_current_a", 16.5) == "16.5 A"
    assert words.power(None) is None
