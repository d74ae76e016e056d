"""How times and facts are written into SQLite's columns, and read back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pydantic_core import from_json, to_json


@lru_cache(maxsize=256)  # thousands of rows of one transaction carry the same moment
def to_text(moment: datetime) -> str:
    """Write an aware time as ISO 8601 in UTC with microseconds, so that text sorts like time."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {moment}")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def to_text_or_none(moment: datetime | None) -> str | None:
    """Write a time that may be missing."""
    return None if moment is None else to_text(moment)


def to_time(text: str) -> datetime:
    """Read what `to_text` wrote."""
    return datetime.fromisoformat(text)


def to_time_or_none(text: str | None) -> datetime | None:
    """Read a time that may be missing."""
    return None if text is None else to_time(text)


def to_json_text(facts: Mapping[str, Any]) -> str:
    """Write facts as JSON; times, enumerations and pydantic models in them included."""
    return to_json(facts).decode()


def to_facts(text: str) -> dict[str, Any]:
    """Read what `to_json_text` wrote."""
    facts: dict[str, Any] = from_json(text)
    return facts
