"""Holds what a vendor says of its chargers against what we have, and writes only what differs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from bot.alerts.findings import Look
from bot.store import Tables
from bot.store.chargers import MirroredCharger, to_body
from vendors.models import Charger, Ref

_UNREMARKABLE = {"observed_at", "last_heartbeat_at"}
"""These change with every poll and say nothing new."""
_contents = attrgetter(*(name for name in Charger.model_fields if name not in _UNREMARKABLE))


class Seen(NamedTuple):
    """What is remembered of a charger between two sweeps."""

    key: int
    digest: int


class Taken(NamedTuple):
    """What a page of chargers changed in the mirror."""

    looks: list[Look]
    """Those that are new, changed or in trouble; of the others there is nothing to decide."""
    turned: list[Charger]
    """Those whose connectivity is another than before."""
    seen: Mapping[str, Seen]
    """To be handed to `Mirror.keep` once the transaction holds."""
    changed: int


def digest(charger: Charger) -> int:
    """The same for the same contents within one process; a heartbeat counts once an hour."""
    beat = charger.last_heartbeat_at
    hour = None if beat is None else (beat.toordinal(), beat.hour)
    return hash((_contents(charger), hour, frozenset(charger.model_fields_set)))


class Mirror:
    """The mirror of all chargers, with a short memory that spares comparing what is unchanged."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[str, Seen]] = {}

    def take(
        self, tables: Tables, page: Sequence[Charger], *, at: datetime, sweep: int, evidence: str
    ) -> Taken:
        """Mirror chargers of one account as they were just seen."""
        account = page[0].account
        known = self._seen.get(account, {})
        fresh = {charger.id: Seen(0, digest(charger)) for charger in page}
        same = {
            key: known[key]
            for key in fresh
            if key in known and known[key].digest == fresh[key].digest
        }
        in_trouble = tables.alerts.troubled_chargers(account, list(same))
        wanted = [c for c in page if c.id not in same or c.id in in_trouble]
        stored = tables.chargers.of(account, [charger.id for charger in wanted]) if wanted else {}
        merged = {c.id: c.updated_from(_charger(stored.get(c.id))) for c in wanted}
        keys = _write(tables, stored, merged, at, evidence)
        sighted = {key: seen.key for key, seen in same.items()} | keys
        tables.chargers.sighted(sighted.values(), at=at, sweep=sweep)
        changed = [c for c in merged.values() if _differs(stored.get(c.id), c)]
        return Taken(
            looks=[
                Look.of(c, merged[c.id], poll=evidence, at=at, is_first=c.id not in stored)
                for c in wanted
            ],
            turned=[c for c in changed if _has_turned(stored.get(c.id), c)],
            seen={key: Seen(sighted[key], fresh[key].digest) for key in fresh},
            changed=len(changed),
        )

    def keep(self, account: str, seen: Mapping[str, Seen]) -> None:
        """Remember what a committed transaction saw."""
        self._seen.setdefault(account, {}).update(seen)

    def forget(self, ref: Ref) -> None:
        """Have a charger compared in full the next time: something else has written it."""
        self._seen.get(ref.account, {}).pop(ref.id, None)

    def forget_all(self, account: str) -> None:
        """Have all chargers of an account compared in full the next time."""
        self._seen.pop(account, None)


def _write(
    tables: Tables,
    stored: Mapping[str, MirroredCharger],
    merged: Mapping[str, Charger],
    at: datetime,
    evidence: str,
) -> dict[str, int]:
    """Insert what is new and update what differs; answers with the keys of all."""
    new = [charger for key, charger in merged.items() if key not in stored]
    changes = [(stored[key], c) for key, c in merged.items() if key in stored]
    different = [(row, charger) for row, charger in changes if _differs(row, charger)]
    inserted = tables.chargers.insert(new) if new else {}
    if different:
        tables.chargers.update(different)
    before = [(None, charger) for charger in new]
    after = [(_last_state(row), charger) for row, charger in different]
    if before or after:
        tables.history.record([*before, *after], at=at, evidence=evidence)
    return {key: row.key for key, row in stored.items()} | inserted


def _charger(row: MirroredCharger | None) -> Charger | None:
    return row.charger if row else None


def _last_state(row: MirroredCharger) -> Charger | None:
    """What history holds open; of a charger that had vanished it holds nothing."""
    return None if row.vanished_at else row.charger


def _differs(row: MirroredCharger | None, charger: Charger) -> bool:
    if row is None or row.vanished_at is not None or row.missed:
        return True
    return digest(row.charger) != digest(charger) and to_body(row.charger) != to_body(charger)


def _has_turned(row: MirroredCharger | None, charger: Charger) -> bool:
    return row is not None and row.charger.connectivity is not charger.connectivity
