"""Tables, and what stands in their place where none is allowed."""

from datetime import UTC, datetime

from handlers.blocks import kit, tables
from tests.handlers.blocks.slack_check import LONG, assert_slack_takes

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHOWN = tables.table(("Charger", "Started", "Energy"), [("A-1", NOON, "3 kWh"), ("B-2", NOON, "")])


def test_a_moment_in_a_cell_is_shown_in_each_readers_zone():
    """Slack renders a date element for whoever looks; a text is the same for all."""
    (cell,) = SHOWN["rows"][1][1]["elements"][0]["elements"]

    assert (cell["type"], cell["timestamp"]) == ("date", int(NOON.timestamp()))
    assert cell["fallback"] == "2026-03-01 12:00 UTC"
    assert_slack_takes({"text": "x", "blocks": [SHOWN]})


def test_in_a_dialog_each_row_is_a_line_that_says_what_is_what():
    """A table there would make Slack refuse the whole dialog."""
    title = kit.section("Sessions")

    shown = tables.as_lines([title, SHOWN])

    assert shown[0] == title
    first, second = shown[1]["text"]["text"].splitlines()
    assert first == f"• Charger A-1 · Started {kit.when(NOON)} · Energy 3 kWh"
    assert second == f"• Charger B-2 · Started {kit.when(NOON)}"


def test_a_long_table_in_a_dialog_is_taken():
    blocks = tables.as_lines([tables.table(("A", "B"), [(LONG, NOON)] * 200)])

    assert_slack_takes(kit.modal("T", blocks, callback_id="c"))
