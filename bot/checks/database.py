"""Looks at the database without changing it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bot.checks.findings import Finding
from bot.store import StoreError
from bot.store.inspection import Inspection, inspect

SUBJECT: Final = "database"
MEGABYTE: Final = 1_000_000
LITTLE_MB: Final = 500
"""Of free space: enough for months of a large fleet."""
TOO_LITTLE_MB: Final = 50


def database_findings(path: Path) -> Iterator[Finding]:
    """Whether the database can be used, now and for some time."""
    try:
        found = inspect(path)
    except StoreError as error:
        yield Finding(SUBJECT, False, str(error))
        return
    yield _state(path, found)
    yield _space(found)


def _state(path: Path, found: Inspection) -> Finding:
    if not found.exists:
        return Finding(SUBJECT, True, f"{path} will be made at the first start.")
    size = f"{path} can be read and written ({found.size / MEGABYTE:.1f} MB)"
    if found.steps_left:
        sentence = f"{size}; it is of an older version."
        fix = "The next start brings it up to date; `python -m bot backup` keeps a copy before."
        return Finding(SUBJECT, None, sentence, fix)
    return Finding(SUBJECT, True, f"{size} and is of this version.")


def _space(found: Inspection) -> Finding:
    free = found.free // MEGABYTE
    sentence = f"{free} MB are free on its disk."
    if free >= LITTLE_MB:
        return Finding(SUBJECT, True, sentence)
    ok = None if free >= TOO_LITTLE_MB else False
    return Finding(SUBJECT, ok, sentence, "Free some space: a full disk stops every change.")
