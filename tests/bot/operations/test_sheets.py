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
    names = Names({"depot": "12"}, {"autel maxi": "7"})

    sheet = read_sheet("SN1,Depot,Autel Maxi", BY_SERIAL, names)

    assert sheet.good == (NewCharger(serial_number="SN1", site_id="12", station_model_id="7"),)


def test_every_bad_row_is_named_with_its_line_and_the_good_ones_stay():
    sheet = read_sheet("AB1\nA B\nAB1\nAB2,si1,x\n", BY_IDENTITY)

    wrong = {row.line: row.complaints for row in sheet.rows if row.complaints}
    assert wrong == {
        2: ("An identity has no spaces and no slashes in it.",),
        3: ("It is the same as in line 1.",),
        4: ("There are 1 cells too many.",),
    }
    assert [charger.identity for charger in sheet.good] == ["AB1"]


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_sheet_says_so(text: str):
    assert read_sheet(text, BY_IDENTITY).complaint == "There are no rows."


def test_a_sheet_has_an_end():
    text = "\n".join(f"AB{number}" for number in range(MOST_ROWS + 1))

    assert read_sheet(text, BY_IDENTITY).complaint is not None


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
