"""Rows that people paste, and results that they get."""

import csv
import io

import pytest

from bot.approvals.execution import Execution
from bot.approvals.request import Outcome
from bot.operations.import_chargers import ImportChargers
from bot.operations.sheets import MOST_ROWS, Names, columns, read_sheet, results
from tests.clock import START
from vendors.models import Need, NewCharger, Registration

BY_IDENTITY = Registration(identity=Need.REQUIRED, identity_max=45, site=Need.OPTIONAL)
BY_SERIAL = Registration(
    identity=Need.OPTIONAL,
    serial_number=Need.REQUIRED,
    site=Need.REQUIRED,
    station_model=Need.REQUIRED,
)


def test_the_columns_are_those_that_the_vendor_takes():
    assert columns(BY_IDENTITY) == ["identity", "site_id"]
    assert columns(BY_SERIAL) == ["serial_number", "site_id", "station_model_id", "identity"]


def test_a_bare_list_of_identities_is_a_sheet():
    sheet = read_sheet("AB1\nAB2\n\n", BY_IDENTITY)

    assert [charger.identity for charger in sheet.good] == ["AB1", "AB2"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_heading_puts_the_columns_in_any_order(mark: str):
    text = mark.join(("Site ID", "Identity")) + "\r\n" + mark.join(("si1", "AB1"))

    sheet = read_sheet(f"\ufeff{text}", BY_IDENTITY)

    assert sheet.good == (NewCharger(identity="AB1", site_id="si1"),)


def test_names_of_sites_and_models_stand_for_their_ids():
    names = Names.of([("12", "Depot")], [("7", "Autel Maxi")])

    sheet = read_sheet("SN1,depot,Autel Maxi", BY_SERIAL, names)

    assert sheet.good == (NewCharger(serial_number="SN1", site_id="12", station_model_id="7"),)
    assert sheet.site_names == {"12": "Depot"}


def test_a_name_that_two_sites_have_is_no_id():
    """The vendors take two of the same name, and a charger must not land at the wrong one."""
    names = Names.of([("12", "Depot"), ("13", "depot"), ("14", "Quay")])

    twice, once, by_id = read_sheet("AB1,Depot\nAB2,Quay\nAB3,13", BY_IDENTITY, names).rows

    assert twice.complaints == ("2 are called Depot; write the site's id.",)
    assert (once.complaints, once.charger.site_id) == ((), "14")
    assert (by_id.complaints, by_id.charger.site_id) == ((), "13")


def test_every_bad_row_is_named_with_its_line_and_the_good_ones_stay():
    sheet = read_sheet("AB1\nA B\nAB1\nAB2,si1,x\n", BY_IDENTITY)

    wrong = {row.line: row.complaints for row in sheet.rows if row.complaints}
    assert wrong == {
        2: ("An identity has no spaces and no slashes in it.",),
        3: ("Line 1 has this identity too.",),
        4: ("There are 1 cells too many.",),
    }
    assert [charger.identity for charger in sheet.good] == ["AB1"]


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_sheet_says_so(text: str):
    assert read_sheet(text, BY_IDENTITY).complaint == "There are no rows."


def test_a_sheet_has_an_end():
    text = "\n".join(f"AB{number}" for number in range(10_000))

    sheet = read_sheet(text, BY_IDENTITY)

    assert sheet.complaint == f"There are 10000 rows; at most {MOST_ROWS} go at once."
    assert sheet.rows == ()


def test_the_lines_are_those_of_an_editor():
    """Also behind blank lines and behind a cell that goes on for two."""
    sheet = read_sheet('AB1\n\n"AB2\r\nAB3"\nA 4\n', BY_IDENTITY)

    assert [row.line for row in sheet.rows] == [1, 3, 5]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("AB1\rAB2\r", id="lines of an old Mac"),
        pytest.param("sep=;\r\nsite;identity\r\n;AB1\r\n;AB2\r\n", id="separator said"),
        pytest.param('="AB1"\n"=""AB2"""\n', id="formulas that are texts"),
        pytest.param("Row,Identity,What\n1,AB1,done\n2,AB2,refused\n", id="results of before"),
        pytest.param("Serial;Identity\n;AB1\n;AB2\n", id="an empty column"),
    ],
)
def test_what_spreadsheets_make_of_a_list_is_read_as_meant(text: str):
    assert [charger.identity for charger in read_sheet(text, BY_IDENTITY).good] == ["AB1", "AB2"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x" * 200_000, "cannot be read as CSV"),
        ('AB1\n"AB2' + "\nAB3" * 50_000, "Is a quotation mark open?"),
        ("Identity;Site;Charger\nAB1;si1;AB2", "Two columns are for the identity"),
    ],
)
def test_a_sheet_that_cannot_be_read_says_why(text: str, words: str):
    sheet = read_sheet(text, BY_IDENTITY)

    assert words in (sheet.complaint or "")


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("4.0010003E+7", "rounded 4.0010003E+7"),
        ("4,0010003E+7", "rounded"),
        ("AB1,si1", "separator of the first"),
        ("AB\u200b1", "invisible"),
        ("AB\x001", "invisible"),
        ('A"B', "quotation mark"),
    ],
)
def test_what_no_charger_is_called_is_complained_about(cell: str, words: str):
    """What a vendor would take all the same, and nobody could ever find again."""
    (row,) = read_sheet(f"identity;site\n{cell};si1", BY_IDENTITY).rows

    assert words in " ".join(row.complaints)


def test_columns_that_nobody_asked_for_are_named():
    """A misspelt heading would lose its column without a word."""
    sheet = read_sheet("Identity,Sight,\nAB1,si1,\n", BY_IDENTITY)

    assert sheet.ignored == ("Sight",)


@pytest.mark.parametrize("identity", ["=AB1", "-AB1", "@AB1", "+AB1"])
def test_the_results_can_be_mended_and_imported_again(identity: str):
    """What was made harmless for the spreadsheet is what it was before."""
    rows = (NewCharger(identity=identity, site_id="si1"),)

    again = read_sheet(results(ImportChargers(account="nl", rows=rows), []), BY_IDENTITY)

    assert again.good == rows


def test_the_results_name_every_row_and_no_cell_is_a_formula():
    rows = (NewCharger(identity="=AB1"), NewCharger(identity="AB2"))
    ended = Execution(1, 0, START, Outcome.DONE, START, "It is registered.")

    text = results(ImportChargers(account="nl", rows=rows), [ended])

    first, second = csv.DictReader(io.StringIO(text))
    assert (first["identity"], first["outcome"], first["what"]) == (
        "'=AB1",
        "done",
        "It is registered.",
    )
    assert (second["identity"], second["outcome"]) == ("AB2", "not run")


def test_what_is_registered_already_is_left_out_before_anybody_is_asked():
    """As after an earlier import: its first row would be refused, and stop all others."""
    sheet = read_sheet("AB1\nAB2", BY_IDENTITY)

    assert sheet.names == ["AB1", "AB2"]
    again = sheet.without(frozenset({"AB1"}))
    assert [row.complaints for row in again.rows] == [("It is registered here already.",), ()]
    assert again.good == (NewCharger(identity="AB2"),)
