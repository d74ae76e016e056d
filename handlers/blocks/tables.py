"""Tables: rows under headings in messages, and the same as lines where no table is allowed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from handlers.blocks import kit
from handlers.blocks.kit import Block, Element

ROWS: Final = 100
COLUMNS: Final = 20
CELL: Final = 200
"""The first two: Slack docs, table block; the last is ours."""


def table(columns: Sequence[str], rows: Sequence[Sequence[str | datetime]]) -> Block:
    """Rows under headings, in messages only and once in a message; at most 99 rows are shown.

    A moment is shown in each reader's own zone.
    """
    cells = [_cells(columns), *(_cells(row) for row in rows[: ROWS - 1])]
    wrapped = [{"is_wrapped": True}] * min(len(columns), COLUMNS)
    return {"type": "table", "rows": cells, "column_settings": wrapped}


def _cells(contents: Sequence[str | datetime]) -> list[Element]:
    return [
        _moment_cell(content) if isinstance(content, datetime) else _text_cell(content)
        for content in contents[:COLUMNS]
    ]


def _text_cell(text: str) -> Element:
    return {
        "type": "raw_text",
        "text": kit.clip(kit.HIDDEN.sub("", text).strip(), CELL) or kit.NOTHING,
    }


def _moment_cell(moment: datetime) -> Element:
    date = {
        "type": "date",
        "timestamp": int(moment.timestamp()),
        "format": kit.MOMENT,
        "fallback": kit.in_utc(moment),
    }
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [date]}],
    }


def as_lines(blocks: Sequence[Block]) -> list[Block]:
    """The same for dialogs, which take no table: each row is a line of its own."""
    shown: list[Block] = []
    for block in blocks:
        shown += _as_lines(block["rows"]) if block["type"] == "table" else [block]
    return shown


def _as_lines(rows: Sequence[Sequence[Element]]) -> list[Block]:
    headings = [_cell_text(cell) for cell in rows[0]]
    lines = [_as_line(headings, [_cell_text(cell) for cell in row]) for row in rows[1:]]
    return [kit.section("\n".join(lines[at : at + 10])) for at in range(0, len(lines), 10)]


def _as_line(headings: Sequence[str], cells: Sequence[str]) -> str:
    said = zip(headings, cells, strict=True)
    facts = [f"{name} {text}" for name, text in said if text != kit.NOTHING]
    return f"• {' · '.join(facts)}"


def _cell_text(cell: Element) -> str:
    if cell["type"] == "raw_text":
        return kit.inline(cell["text"])
    (date,) = cell["elements"][0]["elements"]
    return kit.when(datetime.fromtimestamp(date["timestamp"], UTC))
