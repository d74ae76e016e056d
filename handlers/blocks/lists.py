"""A list with its count, the age of its data, and buttons that turn the page."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final, Self

from handlers import ids
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element, Message

EVERYTHING: Final[Mapping[str, str]] = MappingProxyType({})
SITE_ID: Final = "site_id"
"""The filter that says which of the sites of a name."""
SIZE: Final = 10
"""Entries on one page."""


@dataclass(frozen=True)
class Query:
    """Which list, narrowed how, from which entry on; it travels in the buttons."""

    name: str
    filters: Mapping[str, str] = field(default_factory=dict)
    offset: int = 0

    def at(self, offset: int) -> Self:
        """The same list from another entry on."""
        return type(self)(self.name, self.filters, max(0, offset))

    def to_value(self) -> str:
        """As a button's value."""
        filters = {name: kit.clip(text, 100) for name, text in self.filters.items()}
        return json.dumps([self.name, filters, self.offset])

    @classmethod
    def parse(cls, value: str) -> Self:
        """Back from a button's value."""
        name, filters, offset = json.loads(value)
        return cls(name, filters, offset)


def age(moment: datetime | None, now: datetime) -> list[str]:
    """How old what is shown is, as a note."""
    return [f"Data as of {kit.ago(moment, now)}"] if moment else []


def narrowed(filters: Mapping[str, str], without: str = "") -> str:
    """What a list was narrowed to, to stand behind its title."""
    hidden = (without, SITE_ID)
    said = [f"{name} {kit.inline(text)}" for name, text in filters.items() if name not in hidden]
    return f" ({', '.join(said)})" if said else ""


def page(
    query: Query,
    title: str,
    entries: Sequence[Block],
    *,
    total: int | None,
    notes: Sequence[str] = (),
    has_more: bool | None = None,
) -> Message:
    """One page of a list. `title` says what it lists, in words that stand alone."""
    more = has_more if total is None else query.offset + len(entries) < total
    where = "" if len(entries) == total else _where(query, len(entries), total)
    said = [note for note in (where, *notes) if note]
    blocks = [
        kit.section(f"*{title}*"),
        *entries,
        *kit.actions(*_turns(query, is_last=not more)),
        *([kit.context(*said)] if said else []),
    ]
    return kit.message(f"{title}. {where}".strip(), blocks)


def _where(query: Query, shown: int, total: int | None) -> str:
    if not shown:
        return ""
    first, last = query.offset + 1, query.offset + shown
    return f"{first} to {last}" + (f" of {total:,}" if total is not None else "")


def _turns(query: Query, *, is_last: bool) -> list[Element]:
    turns = []
    if query.offset > 0:
        earlier = query.at(query.offset - SIZE).to_value()
        turns.append(kit.button("Previous", ids.PREVIOUS_PAGE, earlier, label="Previous page"))
    if not is_last:
        later = query.at(query.offset + SIZE).to_value()
        turns.append(kit.button("Next", ids.NEXT_PAGE, later, label="Next page"))
    return turns
