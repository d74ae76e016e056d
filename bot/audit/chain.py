"""The audit trail: append-only rows, each carrying the hash of the one before.

Whoever changes, removes or inserts a row breaks the chain at that place, and `verify` finds it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.spreadsheet import to_csv

FIRST: Final = "0" * 64
"""What the first row carries in place of the hash of the one before."""
COLUMNS: Final = ("number", "at", "actor", "action", "subject", "facts", "previous", "hash")


@dataclass(frozen=True)
class Entry:
    """One row: who did what to what, when."""

    number: int
    """Counted from 1 without gaps."""
    at: str
    """ISO 8601 in UTC, as stored: the hash is over the text."""
    actor: str
    """A user's id, or `bot`."""
    action: str
    """What happened, e.g. `request.approved`."""
    subject: str
    """What it happened to, e.g. `request:12`."""
    facts: str
    """JSON, as stored."""
    previous: str
    """The hash of the row before."""
    hash: str

    @property
    def when(self) -> datetime:
        """The time as a time."""
        return datetime.fromisoformat(self.at)

    @property
    def details(self) -> Mapping[str, Any]:
        """The facts as facts."""
        details: Mapping[str, Any] = json.loads(self.facts)
        return details


def digest(
    number: int, at: str, actor: str, action: str, subject: str, facts: str, previous: str
) -> str:
    """SHA-256 over everything in a row and the hash of the row before, in hex."""
    text = json.dumps([number, at, actor, action, subject, facts, previous], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Broken:
    """Where the chain does not hold, and why."""

    number: int
    because: str


@dataclass(frozen=True)
class Verified:
    """What a walk along the chain found."""

    rows: int
    head: str
    """The hash of the last row; noted elsewhere, it also proves that none was cut off."""
    broken: Broken | None = None
    noted_at: int | None = None
    """The row that has the noted hash; `None` where none has it (any more)."""


def verify(entries: Iterable[Entry], noted: str | None = None) -> Verified:
    """Walk along the chain; stops at the first row that does not belong.

    `noted` is the hash of the last row of an earlier walk: rows that were cut off at the end, or a
    whole chain that was computed anew, have lost it.
    """
    rows, head, noted_at = 0, FIRST, None
    for entry in entries:
        if because := _wrong(entry, expected=rows + 1, previous=head):
            return Verified(rows, head, Broken(entry.number, because), noted_at)
        rows, head = entry.number, entry.hash
        noted_at = rows if head == noted else noted_at
    return Verified(rows, head, None, noted_at)


def _wrong(entry: Entry, *, expected: int, previous: str) -> str:
    if entry.number != expected:
        return f"row {expected} is missing"
    if entry.previous != previous:
        return "it does not follow the row before"
    return "" if entry.hash == _digest_of(entry) else "it was changed"


def _digest_of(entry: Entry) -> str:
    return digest(
        entry.number,
        entry.at,
        entry.actor,
        entry.action,
        entry.subject,
        entry.facts,
        entry.previous,
    )


def export(entries: Iterable[Entry]) -> str:
    """All rows as CSV."""
    return to_csv(COLUMNS, ([getattr(entry, name) for name in COLUMNS] for entry in entries))
