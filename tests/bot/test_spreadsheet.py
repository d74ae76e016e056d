"""What people open in a spreadsheet."""

import pytest

from bot.spreadsheet import neutral, to_csv


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff20"])
def test_no_cell_becomes_a_formula(start: str):
    """A reason of `=HYPERLINK(...)` must not run in an auditor's spreadsheet."""
    assert neutral(f"{start}1+1") == f"'{start}1+1"
    assert neutral("plain") == "plain"
    assert neutral(None) == ""


def test_cells_with_commas_and_line_breaks_stay_one_cell():
    assert to_csv(("a", "b"), [("1,2", "x\ny")]) == 'a,b\r\n"1,2","x\ny"\r\n'
