"""The mirror of the sites."""

from collections.abc import Sequence
from datetime import datetime

from sqlite_utils import Database

from bot.store.codec import to_text
from bot.store.search import SHORTEST_INFIX, SearchIndex
from vendors.models import Ref, Site

TWO_LISTINGS_AGO = """
    (select min(id) from (select id from sweeps where account = ? and kind = 'full'
     and (is_complete = 1 or id = ?) order by id desc limit 2))
"""


class Sites:
    """The table `sites`."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._search = SearchIndex(db, "sites")

    def save(self, sites: Sequence[Site], *, sweep: int = 0) -> None:
        """Mirror sites as they were just seen; what they do not carry stays as it was."""
        for site in sites:
            old = self.known(site.ref)
            self._write(site.updated_from(old), old, sweep)

    def vanish_missing(self, account: str, *, sweep: int, at: datetime) -> None:
        """After a complete listing: mark those that two complete listings did not name."""
        self._db.execute(
            "update sites set vanished_at = ? where account = ? and vanished_at is null"  # noqa: S608 - constants
            f" and sweep > 0 and sweep < {TWO_LISTINGS_AGO}",
            [to_text(at), account, account, sweep],
        )

    def vanish_others(self, accounts: Sequence[str], at: datetime) -> None:
        """Note that those of all other accounts are gone."""
        marks = ", ".join("?" * len(accounts))
        self._db.execute(
            f"update sites set vanished_at = ? where vanished_at is null"  # noqa: S608 - constants
            f" and account not in ({marks})",
            [to_text(at), *accounts],
        )

    def known(self, ref: Ref) -> Site | None:
        """One site."""
        rows = self._select("where account = ? and id = ?", [ref.account, ref.id])
        return next(iter(rows.values()), None)

    def find(self, text: str, *, account: str | None, limit: int) -> list[Site]:
        """Those that are called so, the best first; all by name where the text is empty."""
        if not text.strip():
            listed = "vanished_at is null and account = coalesce(?, account) order by label limit ?"
            return list(self._select(f"where {listed}", [account, limit]).values())
        keys = self._search.find(text)
        marks = ", ".join("?" * len(keys))
        rows = self._select(f"where vanished_at is null and key in ({marks})", keys)
        best = [rows[key] for key in keys if key in rows]
        return [site for site in best if account in (None, site.account)][:limit]

    def called(self, text: str, *, limit: int) -> list[Ref]:
        """Those whose name or address contains the text; an id is nobody's word for one."""
        wanted = text.strip().casefold()
        if len(wanted) < SHORTEST_INFIX:
            return []
        found = self.find(text, account=None, limit=limit)
        return [
            site.ref
            for site in found
            if any(wanted in (name or "").casefold() for name in _names(site)[:-1])
        ]

    def _write(self, site: Site, old: Site | None, sweep: int) -> None:
        (key,) = self._db.execute(
            "insert into sites (account, id, label, observed_at, sweep, body)"
            " values (?, ?, ?, ?, ?, ?) on conflict (account, id) do update set"
            " label = excluded.label, observed_at = excluded.observed_at, vanished_at = null,"
            " sweep = max(sweep, excluded.sweep), body = excluded.body returning key",
            [
                site.account,
                site.id,
                site.name,
                to_text(site.observed_at),
                sweep,
                site.model_dump_json(exclude_unset=True),
            ],
        ).fetchone()
        if old is None or _names(old) != _names(site):
            self._search.put([(key, _names(site))])

    def _select(self, clause: str, values: Sequence[object]) -> dict[int, Site]:
        rows = self._db.execute(f"select key, body from sites {clause}", values)  # noqa: S608 - constants
        return {key: Site.model_validate_json(body) for key, body in rows}


def _names(site: Site) -> tuple[str | None, ...]:
    return (site.name, site.city, site.street, site.postal_code, site.id)
