"""An import as a sheet: the rows that people paste or upload, and the results they get back."""

import csv
import io
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self

from bot.approvals.execution import Execution
from bot.operations.import_chargers import ImportChargers
from bot.operations.new_charger import (
    IDENTITY,
    NAMES,
    SERIAL_NUMBER,
    SITE,
    STATION_MODEL,
    complaints,
)
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
SEPARATOR_SAID: Final = re.compile(r"sep=(.)\s*$", re.IGNORECASE)
"""A first line that Excel writes and reads, but does not show."""
KEPT_AS_TEXT: Final = re.compile(r"""="(?P<formula>.*)"|'(?P<quoted>[=+\-@].*)""", re.DOTALL)
"""How a spreadsheet is made to take a cell as it is: a formula of one text, a quote before it."""
ROUNDED: Final = re.compile(r"\d([.,]\d+)?[eE]\+\d+")
"""What a spreadsheet makes of a long number."""
SEPARATORS: Final = re.compile(r"[,;\t]")
ALREADY: Final = "It is registered here already."
UNIQUE: Final = (IDENTITY, SERIAL_NUMBER)


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
    ignored: tuple[str, ...] = ()
    """The headings of columns that nobody asked for, as they were written."""
    site_names: Mapping[str, str] = field(default_factory=dict)
    """What people call the sites of the rows, by id."""

    @property
    def good(self) -> tuple[NewCharger, ...]:
        """The chargers of the rows with which nothing is wrong."""
        return tuple(row.charger for row in self.rows if not row.complaints)

    @property
    def names(self) -> list[str]:
        """What those chargers go by."""
        each = ((charger.identity, charger.serial_number) for charger in self.good)
        return [name for names in each for name in names if name]

    def without(self, registered: Container[str]) -> Self:
        """The same sheet, where these names are registered already: as after an earlier import."""
        return replace(self, rows=tuple(_unless(row, registered) for row in self.rows))


def _unless(row: SheetRow, registered: Container[str]) -> SheetRow:
    is_there = row.charger.identity in registered or row.charger.serial_number in registered
    return replace(row, complaints=(*row.complaints, ALREADY)) if is_there else row


Named = Iterable[tuple[str, str]]
"""Ids, each with what people call it."""


@dataclass(frozen=True)
class Names:
    """What the names of sites and station models stand for."""

    ids: Mapping[str, Mapping[str, Sequence[str]]]
    """By field and name in small letters: two sites may be called the same."""
    site_names: Mapping[str, str]
    """The other way round."""

    @classmethod
    def of(cls, sites: Named = (), station_models: Named = ()) -> Self:
        """Of these sites and station models."""
        sites = list(sites)
        return cls({SITE: _by_name(sites), STATION_MODEL: _by_name(station_models)}, dict(sites))

    def meant(self, field: str, value: str) -> Sequence[str]:
        """The ids behind a name; what is no name is taken as an id."""
        return self.ids.get(field, {}).get(value.casefold(), (value,))


def _by_name(named: Named) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for object_id, name in named:
        found.setdefault(name.casefold(), []).append(object_id)
    return found


NO_NAMES: Final = Names.of()


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
    try:
        rows = _lines(text)
    except csv.Error as error:
        return Sheet(complaint=f"This cannot be read as CSV: {error}. Is a quotation mark open?")
    if not rows:
        return Sheet(complaint="There are no rows.")
    (_, heading), *others = rows
    fields = _fields_of(heading)
    if fields is not None:
        rows = others
        if twice := next((name for name in fields if name and fields.count(name) > 1), None):
            return Sheet(complaint=f"Two columns are for the {NAMES[twice]}; leave one out.")
    if len(rows) > MOST_ROWS:
        return Sheet(complaint=f"There are {len(rows)} rows; at most {MOST_ROWS} go at once.")
    read = [_read(number, cells, fields or columns(wanted), names) for number, cells in rows]
    used = {row.charger.site_id for row in read}
    return Sheet(
        tuple(_judged(read, wanted)),
        ignored=tuple(_ignored(heading, fields or ())),
        site_names={key: name for key, name in names.site_names.items() if key in used},
    )


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


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """The rows with anything in them, each with the line on which it begins."""
    text = text.lstrip("\ufeff")
    first = next((line for line in text.splitlines() if line.strip()), "")
    said = SEPARATOR_SAID.match(first)
    mark = said.group(1) if said else _mark(first)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    rows, line = [], 1
    for cells in reader:
        trimmed = [_as_meant(cell.strip()) for cell in cells]
        if any(trimmed):
            rows.append((line, trimmed))
        line = reader.line_num + 1
    return rows[1:] if said else rows


def _mark(first: str) -> str:
    counts = {mark: first.count(mark) for mark in ("\t", ";", ",")}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ","


def _as_meant(cell: str) -> str:
    kept = KEPT_AS_TEXT.fullmatch(cell)
    return (kept["formula"] or kept["quoted"] or "").strip() if kept else cell


def _ignored(heading: Sequence[str], fields: Sequence[str]) -> list[str]:
    return [cell for cell, name in zip(heading, fields, strict=False) if cell and not name]


def _fields_of(heading: Sequence[str]) -> list[str] | None:
    """The fields that a heading names; `None` where the first row is no heading."""
    wanted = [cell.casefold().replace(" ", "").replace("_", "") for cell in heading]
    fields = [
        next((field for field, names in HEADINGS.items() if cell in names), "") for cell in wanted
    ]
    return fields if any(fields) else None


def _read(number: int, cells: Sequence[str], fields: Sequence[str], names: Names) -> SheetRow:
    values, wrong = {}, []
    for name, cell in zip(fields, cells, strict=False):
        if name and cell:
            first, *others = names.meant(name, cell)
            values[name] = cell if others else first
            if others:
                wrong.append(f"{len(others) + 1} are called {cell}; write the {NAMES[name]}'s id.")
            wrong += _spoilt(cell) if name in UNIQUE else ()
    if extra := [cell for cell in cells[len(fields) :] if cell]:
        wrong.append(f"There are {len(extra)} cells too many.")
    return SheetRow(number, NewCharger(**values), tuple(wrong))


def _spoilt(cell: str) -> list[str]:
    """What neither an identity nor a serial number looks like, and how it has come about."""
    if ROUNDED.fullmatch(cell):
        return [f"A spreadsheet has rounded {cell}; make the column text there."]
    if SEPARATORS.search(cell):
        return ["Every line needs the separator of the first."]
    return []


def _judged(rows: Sequence[SheetRow], wanted: Registration) -> list[SheetRow]:
    first_line: dict[tuple[str, str], int] = {}
    judged = []
    for row in rows:
        repeats = []
        for name in UNIQUE:
            value = getattr(row.charger, name)
            earlier = first_line.setdefault((name, value), row.line) if value else row.line
            if earlier != row.line:
                repeats.append(f"Line {earlier} has this {NAMES[name]} too.")
        wrong = (*row.complaints, *complaints(row.charger, wanted).values(), *repeats)
        judged.append(SheetRow(row.line, row.charger, wrong))
    return judged
