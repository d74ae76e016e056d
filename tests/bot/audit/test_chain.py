"""The chain of the audit trail."""

import csv
import io
from dataclasses import replace

import pytest

from bot.audit.chain import FIRST, Entry, digest, export, verify


def chain(length: int) -> list[Entry]:
    entries: list[Entry] = []
    previous = FIRST
    for number in range(1, length + 1):
        fields = (number, "2026-01-10T01:14:32+00:00", "U0ANN", "asked", f"n:{number}", "{}")
        entries.append(Entry(*fields, previous=previous, hash=digest(*fields, previous)))
        previous = entries[-1].hash
    return entries


def test_an_untouched_trail_holds():
    entries = chain(5)

    found = verify(entries)

    assert (found.rows, found.head, found.broken) == (5, entries[-1].hash, None)


@pytest.mark.parametrize("field", ["at", "actor", "action", "subject", "facts"])
def test_a_changed_row_is_found(field: str):
    entries = chain(5)
    entries[2] = replace(entries[2], **{field: "something else"})

    broken = verify(entries).broken

    assert broken is not None
    assert (broken.number, broken.because) == (3, "it was changed")


def test_a_row_that_was_changed_and_hashed_anew_is_found_at_the_next():
    entries = chain(5)
    forged = replace(entries[2], actor="U0EVIL")
    fields = (forged.number, forged.at, forged.actor, forged.action, forged.subject, forged.facts)
    entries[2] = replace(forged, hash=digest(*fields, forged.previous))

    broken = verify(entries).broken

    assert broken is not None
    assert (broken.number, broken.because) == (4, "it does not follow the row before")


def test_a_missing_row_is_found():
    entries = chain(5)
    del entries[2]

    broken = verify(entries).broken

    assert broken is not None
    assert broken.because == "row 3 is missing"


def test_the_head_gives_away_a_trail_that_was_cut_short():
    """Nothing in the rows themselves can; the head has to be noted elsewhere."""
    entries = chain(5)

    assert verify(entries[:3]).head != verify(entries).head


def test_an_export_reads_back_with_every_column():
    text = export([replace(chain(1)[0], subject="=cmd")])

    (row,) = csv.DictReader(io.StringIO(text))

    assert row["number"] == "1"
    assert row["subject"] == "'=cmd"
    assert row["facts"] == "{}"
