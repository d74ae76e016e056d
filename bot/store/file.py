"""The database's file on the disk: private, and copied while it is in use."""

import os
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

from bot.store.errors import StoreError, translated


def create_for_owner_only(path: Path) -> None:
    """Let nobody else on the machine read the file; SQLite's side files follow it.

    Raises:
        StoreError: there is no such folder, or no right to write in it.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise StoreError(f"The database {path} cannot be opened: {error.strerror}.") from error


def backup(path: Path, target: Path) -> None:
    """Copy a database into a new file while it may be in use; the copy is of one moment.

    To restore: stop the bot, put the copy in the database's place, remove what ends in `-wal` and
    `-shm` beside it, start the bot.

    Raises:
        StoreError: there is nothing to copy, or no room for it. No file is ever written over.
    """
    if not path.exists():
        raise StoreError(f"There is no database at {path}.")
    if target.exists():
        raise StoreError(f"{target} exists already; a backup is written to a new file only.")
    create_for_owner_only(target)
    with ExitStack() as undo, translated(path):
        undo.callback(target.unlink)  # half a copy must not look like a backup
        with (
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
        undo.pop_all()
