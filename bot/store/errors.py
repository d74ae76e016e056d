"""What can be wrong with the database, in sentences."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_SENTENCES = {
    "SQLITE_BUSY": "is locked by another process; close what else has it open",
    "SQLITE_LOCKED": "is locked by another process; close what else has it open",
    "SQLITE_READONLY": "cannot be written to; give the bot's user the right to write to the file"
    " and to its folder",
    "SQLITE_FULL": "cannot grow, since the disk is full; free some space",
    "SQLITE_CANTOPEN": "cannot be opened; the folder has to exist and the bot's user has to have"
    " the right to write in it",
    "SQLITE_CORRUPT": "is damaged; stop the bot and restore a backup",
    "SQLITE_NOTADB": "is not an SQLite database; check the path, or restore a backup",
    "SQLITE_IOERR": "cannot be read or written; check the disk",
}


class StoreError(Exception):
    """The database cannot be used now. The message is a whole sentence for whoever runs the bot."""


def newer_than_this(path: Path | str, steps: Sequence[str]) -> StoreError:
    """For a database that a newer version has brought into its own form by these steps."""
    return StoreError(
        f"The database {path} was written by a newer version of the bot ({', '.join(steps)});"
        " start that version, or restore a backup."
    )


@contextmanager
def translated(path: Path | str) -> Iterator[None]:
    """Turn SQLite's trouble with a file into ours; what a query itself did wrong stays what it is.

    Raises:
        StoreError: the database cannot be used now.
    """
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except sqlite3.DatabaseError as error:
        raise _to_store_error(path, error) from error


def _to_store_error(path: Path | str, error: sqlite3.Error) -> StoreError:
    name = getattr(error, "sqlite_errorname", "") or ""
    for prefix, sentence in _SENTENCES.items():
        if name.startswith(prefix):
            return StoreError(f"The database {path} {sentence}.")
    return StoreError(f"The database {path} cannot be used: {error}.")
