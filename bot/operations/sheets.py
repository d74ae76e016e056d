"""An import as a sheet: the rows that people paste or upload, and the results they get back."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.approvals.execution import Execution
from bot.operations.import_chargers import ImportChargers
from bot.operations.new_charger import IDENTITY, SERIAL_NUMBER, SITE, STATION_MODEL, complaints
from bot.spreadsheet import to_csv
from vendors.models import Need, NewCharger, Registration

HEADINGS: Final = {
    IDENTITY: ("identity", "charger", "chargeboxidentity"),
    SERIAL_NUMBER: ("serialnumber", "serial"),
    SITE: ("site", "siteid", "location", "locationid"),
    STATION_MODEL: ("model", "modelid", "stationmodel"),
}
"""What people call the columns, in small letters and without blanks."""
MOST_ROWS: Final = 1000


@dataclass(frozen=True)
class SheetRow:
    """One row as it was read, and what is wrong with it."""

    line: int
    """As an editor counts: from 1, a heading included."""
    charger: NewCharger
    complaints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """What a paste or a file comes to."""

    rows: tuple[SheetRow, ...] = ()
    complaint: str | None = None
    """What is wrong with the whole; then there are no rows."""

    @property
    def good(self) -> tuple[NewCharger, ...]:
        """The chargers of the rows with which nothing is wrong."""
        return tuple(row.charger for row in self.rows if not row.complaints)


@dataclass(frozen=True)
class Names:
    """What the names of sites and station models stand for, in small letters."""

    sites: Mapping[str, str]
    station_models: Mapping[str, str]

    def resolve(self, field: str, value: str) -> str:
        """The id behind a name; what is no name is taken as an id."""
        known = {SITE: self.sites, STATION_MODEL: self.station_models}.get(field, {})
        return known.get(value.casefold(), value)


NO_NAMES: Final = Names({}, {})


def columns(wanted: Registration) -> list[str]:
    """The fields that this vendor takes, in the order of a sheet without a heading."""
    needs = {
        IDENTITY: wanted.identity,
        SERIAL_NUMBER: wanted.serial_number,
        SITE: wanted.site,
        STATION_MODEL: wanted.station_model,
    }
    order = (Need.REQUIRED, Need.OPTIONAL)
    return [field for need in order for field in needs if needs[field] is need]


def read_sheet(text: str, wanted: Registration, names: Names = NO_NAMES) -> Sheet:
    """Read comma, semicolon or tab separated rows, with or without a heading."""
    lines = csv.reader(io.StringIO(text.lstrip("\ufeff")), dialect=_dialect(text))
    trimmed = [[cell.strip() for cell in cells] for cells in lines]
    rows = [(number, cells) for number, cells in enumerate(trimmed, 1) if any(cells)]
    if not rows:
        return Sheet(complaint="There are no rows.")
    fields = _fields_of(rows[0][1])
    if fields is not None:
        rows = rows[1:]
    if len(rows) > MOST_ROWS:
        return Sheet(complaint=f"There are {len(rows)} rows; at most {MOST_ROWS} go at once.")
    read = [_read(number, cells, fields or columns(wanted), names) for number, cells in rows]
    return Sheet(tuple(_judged(read, wanted)))


def results(operation: ImportChargers, executions: Sequence[Execution]) -> str:
    """What came of every row, as CSV; no cell can be taken for a formula."""
    known = {execution.step: execution for execution in executions}
    return to_csv(
        ("row", "identity", "serial_number", "site", "station_model", "outcome", "what"),
        [
            (
                number + 1,
                row.identity,
                row.serial_number,
                row.site_id,
                row.station_model_id,
                known[number].outcome if number in known else "not run",
                known[number].summary if number in known else "",
            )
            for number, row in enumerate(operation.rows)
        ],
    )


def _dialect(text: str) -> type[csv.Dialect]:
    first = text.lstrip().splitlines()[0] if text.strip() else ""
    counts = {mark: first.count(mark) for mark in ("\t", ";", ",")}
    best = max(counts, key=lambda mark: counts[mark])
    return type("Sniffed", (csv.excel,), {"delimiter": best if counts[best] else ","})


def _fields_of(heading: Sequence[str]) -> list[str] | None:
    """The fields that a heading names; `None` where the first row is no heading."""
    wanted = [cell.casefold().replace(" ", "").replace("_", "") for cell in heading]
    fields = [
        next((field for field, names in HEADINGS.items() if cell in names), "") for cell in wanted
    ]
    return fields if any(fields) else None


def _read(number: int, cells: Sequence[str], fields: Sequence[str], names: Names) -> SheetRow:
    values = {
        field: names.resolve(field, cell)
        for field, cell in zip(fields, cells, strict=False)
        if field and cell
    }
    extra = [cell for cell in cells[len(fields) :] if cell]
    wrong = (f"There are {len(extra)} cells too many.",) if extra else ()
    return SheetRow(number, NewCharger(**values), wrong)


def _judged(rows: Sequence[SheetRow], wanted: Registration) -> list[SheetRow]:
    first_line: dict[tuple[str | None, str | None], int] = {}
    judged = []
    for row in rows:
        key = (row.charger.identity, row.charger.serial_number)
        earlier = first_line.setdefault(key, row.line)
        repeats = (f"It is the same as in line {earlier}.",) if earlier != row.line else ()
        wrong = (*row.complaints, *complaints(row.charger, wanted).values(), *repeats)
        judged.append(SheetRow(row.line, row.charger, wrong))
    return judged
