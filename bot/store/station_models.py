"""The mirror of the station models."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlite_utils import Database

from bot.store.codec import to_text
from bot.store.search import SearchIndex
from bot.store.sites import TWO_LISTINGS_AGO
from vendors.models import Ref, StationModel


class ModelFilter(NamedTuple):
    """Which station models; `None` and the empty text let all pass."""

    text: str = ""
    account: str | None = None
    is_archived: bool | None = False
    make: str = ""
    name: str = ""

    def admits(self, model: StationModel) -> bool:
        """Whether the model is wanted, its `text` aside."""
        return (
            self.account in (None, model.account)
            and self.is_archived in (None, model.is_archived)
            and self.make.casefold() in model.make.casefold()
            and self.name.casefold() in f"{model.name} {model.friendly_name or ''}".casefold()
        )


class StationModels:
    """The table `station_models`."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._search = SearchIndex(db, "station_models")

    def save(self, models: Sequence[StationModel], *, sweep: int = 0) -> None:
        """Mirror station models as they were just seen."""
        for model in models:
            old = self.known(model.ref)
            self._write(model.updated_from(old), old, sweep)

    def vanish_missing(self, account: str, *, sweep: int, at: datetime) -> None:
        """After a complete listing: mark those that two complete listings did not name."""
        self._db.execute(
            "update station_models set vanished_at = ? where account = ? and vanished_at is null"  # noqa: S608 - constants
            f" and sweep > 0 and sweep < {TWO_LISTINGS_AGO}",
            [to_text(at), account, account, sweep],
        )

    def vanish_others(self, accounts: Sequence[str], at: datetime) -> None:
        """Note that those of all other accounts are gone."""
        marks = ", ".join("?" * len(accounts))
        self._db.execute(
            f"update station_models set vanished_at = ? where vanished_at is null"  # noqa: S608 - constants
            f" and account not in ({marks})",
            [to_text(at), *accounts],
        )

    def known(self, ref: Ref) -> StationModel | None:
        """One station model, archived ones too."""
        rows = self._select("where account = ? and id = ?", [ref.account, ref.id])
        return next(iter(rows.values()), None)

    def exactly(self, text: str) -> list[StationModel]:
        """Those with exactly this name or id."""
        return self._by_keys(self._search.exact(text))

    def listed(self, wanted: ModelFilter) -> list[StationModel]:
        """Those wanted, by name; with a text the best match comes first."""
        if wanted.text.strip():
            found = self._by_keys(self._search.find(wanted.text))
        else:
            clause = "where vanished_at is null order by label collate nocase"
            found = list(self._select(clause, []).values())
        return [model for model in found if wanted.admits(model)]

    def _write(self, model: StationModel, old: StationModel | None, sweep: int) -> None:
        (key,) = self._db.execute(
            "insert into station_models (account, id, label, is_archived, observed_at, sweep, body)"
            " values (?, ?, ?, ?, ?, ?, ?) on conflict (account, id) do update set"
            " label = excluded.label, is_archived = excluded.is_archived, vanished_at = null,"
            " observed_at = excluded.observed_at, sweep = max(sweep, excluded.sweep),"
            " body = excluded.body returning key",
            [
                model.account,
                model.id,
                model.label,
                int(model.is_archived),
                to_text(model.observed_at),
                sweep,
                model.model_dump_json(exclude_unset=True),
            ],
        ).fetchone()
        if old is None or _names(old) != _names(model):
            self._search.put([(key, _names(model))])

    def _by_keys(self, keys: Sequence[int]) -> list[StationModel]:
        marks = ", ".join("?" * len(keys))
        rows = self._select(f"where vanished_at is null and key in ({marks})", keys)
        return [rows[key] for key in keys if key in rows]

    def _select(self, clause: str, values: Sequence[object]) -> dict[int, StationModel]:
        rows = self._db.execute(f"select key, body from station_models {clause}", values)  # noqa: S608 - constants
        return {key: StationModel.model_validate_json(body) for key, body in rows}


def _names(model: StationModel) -> tuple[str | None, ...]:
    return (model.friendly_name, f"{model.make} {model.name}", model.name, model.make, model.id)
