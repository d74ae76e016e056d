"""Looks at a database's file from outside, also while a bot works on it; changes nothing."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from sqlite_utils import Database

from bot.store.errors import StoreError, newer_than_this, translated
from bot.store.migrations import SETS, unknown_steps

PATIENCE_S: Final = 2.0
"""For a bot that is writing at the moment."""


class Inspection(NamedTuple):
    """What was found of a database that can be used."""

    exists: bool
    size: int
    """In bytes."""
    free: int
    """Bytes on its disk."""
    steps_left: tuple[str, ...]
    """What the next start will do to its form."""


def inspect(path: Path) -> Inspection:
    """Look at a database.

    Raises:
        StoreError: it cannot be used, or not be made; the message says why and what helps.
    """
    folder = path.absolute().parent
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        raise StoreError(
            f"The folder {folder} has to exist and the bot's user has to have the right to write"
            " in it."
        )
    free = shutil.disk_usage(folder).free
    if not path.exists():
        return Inspection(exists=False, size=0, free=free, steps_left=())
    with translated(path), closing(sqlite3.connect(path, timeout=PATIENCE_S)) as connection:
        steps = _examined(path, connection)
    return Inspection(exists=True, size=path.stat().st_size, free=free, steps_left=steps)


def _examined(path: Path, connection: sqlite3.Connection) -> tuple[str, ...]:
    (health,) = connection.execute("pragma quick_check(1)").fetchone()
    if health != "ok":
        raise StoreError(f"The database {path} is damaged; stop the bot and restore a backup.")
    connection.execute("begin immediate")  # as any change does; fails where none can be made
    connection.rollback()
    db = Database(connection)
    if unknown := unknown_steps(db):
        raise newer_than_this(path, unknown)
    return tuple(f"{each.name}/{step.name}" for each in SETS for step in each.pending(db))
