"""Finding rows by part of a name: exact, then beginning with, then containing."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from sqlite_utils import Database

CANDIDATES = 200
SHORTEST_INFIX = 3
LONGEST_NAME = 255
"""As long as vendors let one be. To compare a pasted page with every name takes a second."""
END = "\U0010ffff"
"""Sorts behind every character that a name can hold."""


class SearchIndex:
    """The tables `<table>_names` and `<table>_fts`, which hold the names of rows of `<table>`."""

    def __init__(self, db: Database, table: str) -> None:
        self._db = db
        self._table = table

    def put(self, named: Iterable[tuple[int, Iterable[str | None]]]) -> None:
        """Let rows be found under these names only."""
        names = {key: sorted({n.casefold() for n in given if n}) for key, given in named}
        keys = [(key,) for key in names]
        run = self._db.conn.executemany
        run(f"delete from {self._table}_names where key = ?", keys)  # noqa: S608 - constants
        run(f"delete from {self._table}_fts where rowid = ?", keys)  # noqa: S608 - constants
        run(
            f"insert into {self._table}_names (name, key) values (?, ?)",  # noqa: S608 - constants
            [(name, key) for key, given in names.items() for name in given],
        )
        run(
            f"insert into {self._table}_fts (rowid, names) values (?, ?)",  # noqa: S608 - constants
            [(key, "\n".join(given)) for key, given in names.items()],
        )

    def find(self, text: str) -> list[int]:
        """Keys of at most 200 rows, the best first; below three characters only beginnings."""
        wanted = text.strip().casefold()
        if not wanted:
            return []
        found = dict.fromkeys([*self._exact(wanted), *self._beginning(wanted)])
        if len(wanted) >= SHORTEST_INFIX and len(found) < CANDIDATES:
            found |= dict.fromkeys(self._matching(_phrase(wanted)))
        return list(found)[:CANDIDATES]

    def exact(self, text: str) -> list[int]:
        """Keys of the rows with exactly this name."""
        return self._exact(text.strip().casefold())

    def nearest(self, text: str, limit: int) -> list[int]:
        """Keys of the rows whose names look most like the text, where nothing contains it."""
        wanted = text.strip().casefold()
        parts = {wanted[n : n + 3] for n in range(len(wanted) - 2)}
        if not parts or len(wanted) > LONGEST_NAME:
            return []
        keys = self._matching(" OR ".join(_phrase(part) for part in sorted(parts)))
        scored = sorted(((self._likeness(wanted, key), key) for key in keys), reverse=True)
        return [key for likeness, key in scored[:limit] if likeness >= 0.6]

    def _exact(self, wanted: str) -> list[int]:
        return self._keys(f"from {self._table}_names where name = ?", [wanted])

    def _beginning(self, wanted: str) -> list[int]:
        return self._keys(
            f"from {self._table}_names where name >= ? and name < ? order by name",
            [wanted, wanted + END],
        )

    def _matching(self, query: str) -> list[int]:
        rows = self._db.execute(
            f"select rowid from {self._table}_fts where names match ? limit {CANDIDATES}",  # noqa: S608 - constants
            [query],
        )
        return [row[0] for row in rows]

    def _keys(self, tail: str, values: Sequence[str]) -> list[int]:
        rows = self._db.execute(f"select key {tail} limit {CANDIDATES}", values)
        return [row[0] for row in rows]

    def _likeness(self, wanted: str, key: int) -> float:
        names = self._db.execute(
            f"select name from {self._table}_names where key = ?",  # noqa: S608 - constants
            [key],
        )
        return max((SequenceMatcher(None, wanted, name).ratio() for (name,) in names), default=0.0)


def _phrase(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
