"""The mirror of the chargers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from sqlite_utils import Database

from bot.store.codec import to_text, to_time, to_time_or_none
from bot.store.search import CANDIDATES, SHORTEST_INFIX, SearchIndex
from vendors.models import Charger, Ref, Status

_SECRET_OR_OWN_COLUMN = {"pincode", "observed_at"}
_COLUMNS = (
    "c.key, c.body, c.observed_at, c.first_seen_at, c.vanished_at, c.missed, s.seen_at"
    " from chargers c left join sightings s on s.charger = c.key"
)


class MirroredCharger(NamedTuple):
    """A row of the mirror."""

    key: int
    charger: Charger
    seen_at: datetime
    """When a vendor last said that it is so."""
    first_seen_at: datetime
    vanished_at: datetime | None
    missed: int
    """How many complete listings in a row it was not in."""


class Counts(NamedTuple):
    """How the chargers of an account are, by what was last seen."""

    online: int = 0
    offline: int = 0
    never_seen: int = 0
    unknown: int = 0
    faulted: int = 0

    @property
    def total(self) -> int:
        """All of them; a faulted one is also counted by its connectivity."""
        return self.online + self.offline + self.never_seen + self.unknown


class Chargers:
    """The tables `chargers` and `sightings`."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._search = SearchIndex(db, "chargers")

    def of(self, account: str, ids: Sequence[str]) -> dict[str, MirroredCharger]:
        """Those of an account with these ids."""
        marks = ", ".join("?" * len(ids))
        rows = self._select(f"where c.account = ? and c.id in ({marks})", [account, *ids])
        return {row.charger.id: row for row in rows}

    def known(self, ref: Ref) -> MirroredCharger | None:
        """One charger, also where it has vanished."""
        return self.of(ref.account, [ref.id]).get(ref.id)

    def insert(self, chargers: Sequence[Charger]) -> dict[str, int]:
        """Add chargers that are not in the mirror; answers with their keys by id."""
        (top,) = self._db.execute("select coalesce(max(key), 0) from chargers").fetchone()
        keys = {charger.id: top + n for n, charger in enumerate(chargers, start=1)}
        self._db.conn.executemany(
            "insert into chargers (key, account, id, label, connectivity, is_faulted, site_id,"
            " make, model, first_seen_at, observed_at, body)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    keys[charger.id],
                    charger.account,
                    charger.id,
                    *_facts(charger),
                    to_text(charger.observed_at),
                    to_text(charger.observed_at),
                    to_body(charger),
                )
                for charger in chargers
            ],
        )
        self._search.put((keys[charger.id], _names(charger)) for charger in chargers)
        return keys

    def update(self, changed: Sequence[tuple[MirroredCharger, Charger]]) -> None:
        """Write chargers that have changed; who was missing or vanished is back."""
        self._db.conn.executemany(
            "update chargers set label = ?, connectivity = ?, is_faulted = ?, site_id = ?,"
            " make = ?, model = ?, observed_at = ?, body = ?, missed = 0, vanished_at = null"
            " where key = ?",
            [
                (*_facts(charger), to_text(charger.observed_at), to_body(charger), old.key)
                for old, charger in changed
            ],
        )
        self._search.put(
            (old.key, _names(charger))
            for old, charger in changed
            if _names(old.charger) != _names(charger)
        )

    def sighted(self, keys: Iterable[int], *, at: datetime, sweep: int) -> None:
        """Note that a vendor has just named these."""
        moment = to_text(at)
        self._db.conn.executemany(
            "insert into sightings (charger, seen_at, sweep) values (?, ?, ?) on conflict (charger)"
            " do update set seen_at = excluded.seen_at, sweep = max(sweep, excluded.sweep)",
            [(key, moment, sweep) for key in keys],
        )

    def count_missing(self, account: str, sweep: int) -> list[MirroredCharger]:
        """After a complete listing: count who was not in it; answers with them."""
        self._db.execute(
            "update chargers set missed = 0 where account = ? and missed > 0"
            " and key in (select charger from sightings where sweep >= ?)",
            [account, sweep],
        )
        missing = self._select(
            "where c.account = ? and c.vanished_at is null and s.sweep < ?", [account, sweep]
        )
        self._db.conn.executemany(
            "update chargers set missed = missed + 1 where key = ?", [(m.key,) for m in missing]
        )
        return [row._replace(missed=row.missed + 1) for row in missing]

    def vanish(self, refs: Iterable[Ref], at: datetime) -> None:
        """Note that the vendor no longer has these."""
        self._db.conn.executemany(
            "update chargers set vanished_at = ? where account = ? and id = ?"
            " and vanished_at is null",
            [(to_text(at), ref.account, ref.id) for ref in refs],
        )

    def vanish_others(self, accounts: Sequence[str], at: datetime) -> None:
        """Note that those of all other accounts are gone."""
        marks = ", ".join("?" * len(accounts))
        self._db.execute(
            f"update chargers set vanished_at = ? where vanished_at is null"  # noqa: S608 - constants
            f" and account not in ({marks})",
            [to_text(at), *accounts],
        )

    def find(
        self, text: str, limit: int, *, sites: Sequence[Ref] = (), account: str | None = None
    ) -> tuple[list[MirroredCharger], int]:
        """Those that are called so or contain it, the best first; and how many, up to 200.

        After them come those at `sites`, those whose make and model contain the text, and those of
        `account`.
        """
        found = dict.fromkeys(self._search.find(text))
        for more in (self._at(sites), self._of_models_like(text), self._of_account(account)):
            if len(found) < CANDIDATES:
                found |= dict.fromkeys(self._by_label(islice(more, CANDIDATES)))
        keys = self._present(list(found)[:CANDIDATES])
        return self._by_keys(keys[:limit]), len(keys)

    def _by_label(self, keys: Iterable[int]) -> list[int]:
        known = list(keys)
        marks = ", ".join("?" * len(known))
        rows = self._db.execute(
            f"select key from chargers where key in ({marks}) order by label",  # noqa: S608 - constants
            known,
        )
        return [row[0] for row in rows]

    def _at(self, sites: Sequence[Ref]) -> Iterator[int]:
        for site in sites:
            yield from self._keys("account = ? and site_id = ?", [site.account, site.id])

    def _of_models_like(self, text: str) -> Iterator[int]:
        """By make and model: there are few of them, so all are looked at."""
        wanted = " ".join(text.casefold().split())
        if len(wanted) < SHORTEST_INFIX:
            return
        for make, model in self._models():
            if wanted in f"{make} {model or ''}".casefold():
                same = "make = ? collate nocase and model is ? collate nocase"
                yield from self._keys(same, [make, model])

    def _models(self) -> Iterator[tuple[str, str | None]]:
        """Every make and model once, from one to the next in the index: a scan takes 100 ms."""
        found = self._next_model("make is not null", [])
        while found is not None:
            yield found
            make, model = found
            same = "make = ? collate nocase and "
            after = "model is not null" if model is None else "model > ? collate nocase"
            values = [make] if model is None else [make, model]
            found = self._next_model(same + after, values) or self._next_model(
                "make > ? collate nocase", [make]
            )

    def _next_model(self, condition: str, values: Sequence[str]) -> tuple[str, str | None] | None:
        row: tuple[str, str | None] | None = self._db.execute(
            f"select make, model from chargers where vanished_at is null and {condition}"  # noqa: S608 - constants
            " order by make collate nocase, model collate nocase limit 1",
            values,
        ).fetchone()
        return row

    def _of_account(self, account: str | None) -> Iterator[int]:
        if account is not None:
            yield from self._keys("account = ?", [account])

    def _keys(self, condition: str, values: Sequence[object]) -> Iterator[int]:
        rows = self._db.execute(
            f"select key from chargers where {condition} and vanished_at is null"  # noqa: S608 - constants
            f" limit {CANDIDATES}",
            values,
        )
        return (row[0] for row in rows)

    def exactly(self, text: str) -> list[MirroredCharger]:
        """Those with exactly this identity, serial number, id or name."""
        return self._by_keys(self._search.exact(text))

    def nearest(self, text: str, limit: int) -> list[MirroredCharger]:
        """Those that are called almost so."""
        return self._by_keys(self._search.nearest(text, limit))

    def listed(
        self, where: Mapping[str, str], *, troubled: bool, offset: int, limit: int
    ) -> tuple[list[MirroredCharger], int]:
        """One page by name, and how many there are; `where` maps columns to values."""
        conditions = ["c.vanished_at is null", *(f"c.{column} = ?" for column in where)]
        if troubled:
            conditions.append("c.is_faulted = 1")
        clause = "where " + " and ".join(conditions)
        values = list(where.values())
        (total,) = self._db.execute(
            f"select count(*) from chargers c {clause}",  # noqa: S608 - constants
            values,
        ).fetchone()
        rows = self._select(f"{clause} order by c.label limit ? offset ?", [*values, limit, offset])
        return rows, total

    def counts(self) -> dict[str, Counts]:
        """How the chargers of each account are."""
        rows = self._db.execute(
            "select account, connectivity, count(*), sum(is_faulted) from chargers"
            " where vanished_at is null group by account, connectivity"
        )
        counts: dict[str, Counts] = {}
        for account, connectivity, number, faulted in rows:
            old = counts.get(account, Counts())
            counts[account] = old._replace(
                **{connectivity: number}, faulted=old.faulted + (faulted or 0)
            )
        return counts

    def total(self, account: str, site_id: str | None = None) -> int:
        """How many an account or one of its sites has."""
        clause, values = (
            ("", [account]) if site_id is None else (" and site_id = ?", [account, site_id])
        )
        (number,) = self._db.execute(
            f"select count(*) from chargers where account = ? and vanished_at is null{clause}",  # noqa: S608 - constants
            values,
        ).fetchone()
        return int(number)

    def of_model(self, make: str, name: str) -> int:
        """How many are of that make and model."""
        (number,) = self._db.execute(
            "select count(*) from chargers where make = ? collate nocase and model = ?"
            " collate nocase and vanished_at is null",
            [make, name],
        ).fetchone()
        return int(number)

    def in_trouble(self, account: str) -> list[MirroredCharger]:
        """Those of an account that were offline or faulted when last seen."""
        return self._select(
            "where c.account = ? and c.vanished_at is null"
            " and (c.connectivity = 'offline' or c.is_faulted = 1)",
            [account],
        )

    def offline(self, account: str, site_id: str) -> int:
        """How many of a site its vendor calls offline."""
        (number,) = self._db.execute(
            "select count(*) from chargers where account = ? and site_id = ?"
            " and vanished_at is null and connectivity = 'offline'",
            [account, site_id],
        ).fetchone()
        return int(number)

    def _present(self, keys: Sequence[int]) -> list[int]:
        """Those that have not vanished; reading their bodies for that would take long."""
        marks = ", ".join("?" * len(keys))
        rows = self._db.execute(
            f"select key from chargers where key in ({marks}) and vanished_at is null",  # noqa: S608 - constants
            keys,
        )
        present = {row[0] for row in rows}
        return [key for key in keys if key in present]

    def _by_keys(self, keys: Sequence[int]) -> list[MirroredCharger]:
        marks = ", ".join("?" * len(keys))
        rows = {row.key: row for row in self._select(f"where c.key in ({marks})", keys)}
        present = [rows[key] for key in keys if key in rows]
        return [row for row in present if row.vanished_at is None]

    def _select(self, clause: str, values: Sequence[object]) -> list[MirroredCharger]:
        rows = self._db.execute(f"select {_COLUMNS} {clause}", values)
        return [_mirrored(*row) for row in rows]


def _mirrored(
    key: int,
    body: str,
    observed: str,
    first: str,
    vanished: str | None,
    missed: int,
    seen: str | None,
) -> MirroredCharger:
    charger = Charger.model_validate_json(f'{body[:-1]},"observed_at":"{observed}"}}')
    return MirroredCharger(
        key=key,
        charger=charger,
        seen_at=max(charger.observed_at, to_time(seen or observed)),
        first_seen_at=to_time(first),
        vanished_at=to_time_or_none(vanished),
        missed=missed,
    )


def to_body(charger: Charger) -> str:
    """The charger as stored: what was carried, without secrets and without its time."""
    return charger.model_dump_json(exclude=_SECRET_OR_OWN_COLUMN, exclude_unset=True)


def _facts(charger: Charger) -> tuple[object, ...]:
    model = charger.station_model
    return (
        charger.label,
        charger.connectivity.value,
        int(is_faulted(charger)),
        charger.site_id,
        model.make if model else None,
        model.name if model else None,
    )


def is_faulted(charger: Charger) -> bool:
    """Whether it or one of its connectors says Faulted."""
    return charger.status is Status.FAULTED or any(
        plug.status is Status.FAULTED for plug in charger.connectors
    )


def _names(charger: Charger) -> tuple[str | None, ...]:
    return (
        charger.identity,
        charger.serial_number,
        charger.reference,
        charger.name,
        charger.id,
        str(charger.numeric_id) if charger.numeric_id is not None else None,
    )
