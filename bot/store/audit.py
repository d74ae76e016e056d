"""The rows of the audit trail."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from bot.audit.chain import FIRST, Entry, digest
from bot.operations.base import canonical_json
from bot.store.codec import to_facts, to_json_text, to_text

_COLUMNS = "number, at, actor, action, subject, facts, previous, hash"


class AuditTrail:
    """The table `audit`; the database itself refuses to change or delete its rows."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def append(
        self,
        *,
        now: datetime,
        actor: str,
        action: str,
        subject: str,
        facts: Mapping[str, Any] | None = None,
    ) -> Entry:
        """Add a row; it carries the hash of the one before."""
        last = self.last()
        number = last.number + 1 if last else 1
        previous = last.hash if last else FIRST
        text = canonical_json(to_facts(to_json_text(facts or {})))
        fields = (number, to_text(now), actor, action, subject, text, previous)
        entry = Entry(*fields, hash=digest(*fields))
        self._db.execute(
            f"insert into audit ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  # constants
            [*fields, entry.hash],
        )
        return entry

    def last(self) -> Entry | None:
        """The newest row."""
        return next(iter(self._select("order by number desc limit 1", [])), None)

    def of(self, subject: str) -> list[Entry]:
        """The rows about one thing, oldest first."""
        return self._select("where subject = ? order by number", [subject])

    def newest(self, limit: int = 50) -> list[Entry]:
        """The newest rows, newest first."""
        return self._select("order by number desc limit ?", [limit])

    def all(self) -> Iterator[Entry]:
        """Every row, oldest first, one at a time."""
        cursor = self._db.execute(f"select {_COLUMNS} from audit order by number")  # noqa: S608  # constants
        return (Entry(*row) for row in cursor)

    def _select(self, where: str, parameters: Sequence[Any]) -> list[Entry]:
        cursor = self._db.execute(f"select {_COLUMNS} from audit {where}", parameters)  # noqa: S608  # constants
        return [Entry(*row) for row in cursor]
