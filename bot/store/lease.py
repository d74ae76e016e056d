"""Whose database this is at the moment."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlite_utils import Database

from bot.store.codec import to_text, to_time


class Holder(NamedTuple):
    """The instance that works on the database, and when it last said so."""

    owner: str
    since: datetime
    renewed_at: datetime


class LeaseTable:
    """The table `lease`, which has one row or none."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def holder(self) -> Holder | None:
        """Who holds the lease, dead or alive."""
        row = self._db.execute("select owner, since, renewed_at from lease").fetchone()
        return None if row is None else Holder(row[0], to_time(row[1]), to_time(row[2]))

    def take(self, owner: str, now: datetime, lasts: timedelta, *, dead: str | None = None) -> bool:
        """Take the lease where it is free, held by `dead`, or not renewed for as long as it lasts.

        One from the future was written before somebody set the clock back, and has not been renewed
        since: nobody is at home there either.
        """
        taken = self._db.execute(
            """
            insert into lease (one, owner, since, renewed_at) values (1, :owner, :now, :now)
            on conflict (one) do update set owner = :owner, since = :now, renewed_at = :now
            where owner = :dead or renewed_at <= :too_old or renewed_at > :too_new
            """,
            {
                "owner": owner,
                "now": to_text(now),
                "dead": dead,
                "too_old": to_text(now - lasts),
                "too_new": to_text(now + lasts),
            },
        )
        return bool(taken.rowcount)

    def renew(self, owner: str, now: datetime) -> bool:
        """Say that `owner` is alive; false where somebody else holds the lease by now."""
        renewed = self._db.execute(
            "update lease set renewed_at = ? where owner = ?", [to_text(now), owner]
        )
        return bool(renewed.rowcount)

    def release(self, owner: str) -> None:
        """Give the lease back, if it is still ours."""
        self._db.execute("delete from lease where owner = ?", [owner])
