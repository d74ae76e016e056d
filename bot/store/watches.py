"""Chargers that somebody has just registered and waits for."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlite_utils import Database

from bot.store.codec import to_text, to_time, to_time_or_none
from vendors.models import Ref


class Watch(NamedTuple):
    """Somebody wants to know when a charger connects for the first time."""

    id: int
    ref: Ref
    asked_by: str
    began_at: datetime
    remind_at: datetime
    """When to say that it still has not."""
    reminded_at: datetime | None
    connected_at: datetime | None


class Watches:
    """The table `watches`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, ref: Ref, *, by: str, at: datetime, remind_at: datetime) -> Watch:
        """Watch a charger until its first connection."""
        cursor = self._db.execute(
            "insert into watches (account, charger_id, asked_by, began_at, remind_at)"
            " values (?, ?, ?, ?, ?)",
            [ref.account, ref.id, by, to_text(at), to_text(remind_at)],
        )
        return Watch(int(cursor.lastrowid or 0), ref, by, at, remind_at, None, None)

    def known(self, watch_id: int) -> Watch | None:
        """One watch."""
        return next(iter(self._select("where id = ?", [watch_id])), None)

    def waiting(self, account: str | None = None) -> list[Watch]:
        """Those whose charger has not connected."""
        return self._select(
            "where connected_at is null and account = coalesce(?, account)", [account]
        )

    def connected(self, watch_id: int, at: datetime) -> None:
        """Note the first connection."""
        self._db.execute(
            "update watches set connected_at = ? where id = ?", [to_text(at), watch_id]
        )

    def reminded(self, watch_id: int, at: datetime) -> None:
        """Note that the asker knows that it still has not connected."""
        self._db.execute("update watches set reminded_at = ? where id = ?", [to_text(at), watch_id])

    def _select(self, clause: str, values: Sequence[object]) -> list[Watch]:
        rows = self._db.execute(
            "select id, account, charger_id, asked_by, began_at, remind_at, reminded_at,"  # noqa: S608 - constants
            f" connected_at from watches {clause}",
            values,
        )
        return [
            Watch(
                id=key,
                ref=Ref(account, charger),
                asked_by=by,
                began_at=to_time(began),
                remind_at=to_time(remind),
                reminded_at=to_time_or_none(reminded),
                connected_at=to_time_or_none(connected),
            )
            for key, account, charger, by, began, remind, reminded, connected in rows
        ]
