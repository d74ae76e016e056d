"""Comma separated values for people who open them in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

WIDE: Final = ("\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The same signs in the width of a Chinese letter, which some spreadsheets take for them."""
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", *WIDE)


def neutral(cell: object) -> str:
    """The cell as text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def to_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A whole file, every cell of the rows made neutral."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return text.getvalue()
