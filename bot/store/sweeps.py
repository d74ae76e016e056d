"""When each account was swept, and whether all of it was seen: the proof that nothing changed."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlite_utils import Database

from bot.store.codec import to_text, to_time, to_time_or_none


class SweepKind(StrEnum):
    """How much of an account a sweep looks at."""

    FULL = "full"
    TROUBLED = "troubled"


class Sweep(NamedTuple):
    """One sweep."""

    id: int
    account: str
    kind: SweepKind
    started_at: datetime
    ended_at: datetime | None
    is_complete: bool
    is_trusted: bool
    """False where the vendor said that half of its fleet went away at once."""
    chargers: int
    changed: int
    trouble: str | None


class Sweeps:
    """The table `sweeps`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, account: str, kind: SweepKind, at: datetime) -> int:
        """Note that a sweep begins; answers with its id."""
        cursor = self._db.execute(
            "insert into sweeps (account, kind, started_at) values (?, ?, ?)",
            [account, kind.value, to_text(at)],
        )
        return int(cursor.lastrowid or 0)

    def end(
        self,
        sweep: int,
        at: datetime,
        *,
        kind: SweepKind,
        is_complete: bool,
        is_trusted: bool = True,
        chargers: int,
        changed: int,
        trouble: str | None,
    ) -> None:
        """Note how a sweep ended, and what kind it has become."""
        self._db.execute(
            "update sweeps set kind = ?, ended_at = ?, is_complete = ?, is_trusted = ?,"
            " chargers = ?, changed = ?, trouble = ? where id = ?",
            [kind.value, to_text(at), is_complete, is_trusted, chargers, changed, trouble, sweep],
        )

    def known(self, sweep: int) -> Sweep | None:
        """One sweep."""
        return next(iter(self._select("where id = ?", [sweep])), None)

    def newest(
        self, account: str, *, kind: SweepKind | None = None, complete: bool = True
    ) -> Sweep | None:
        """The newest ended sweep of an account; with `complete` only those that saw all.

        It is asked for each second, so each kind is looked up at the end of an index.
        """
        only = "and is_complete = 1" if complete else ""
        found = [
            sweep
            for one in ([kind] if kind else SweepKind)
            for sweep in self._select(
                f"where account = ? and kind = ? and ended_at is not null {only}"
                " order by ended_at desc, id desc limit 1",
                [account, one.value],
            )
        ]
        return max(
            found, key=lambda sweep: (sweep.ended_at or sweep.started_at, sweep.id), default=None
        )

    def first_at(self, account: str) -> datetime | None:
        """When the first of the sweeps that are kept of an account began."""
        row = self._db.execute(
            "select min(started_at) from sweeps where account = ?", [account]
        ).fetchone()
        return to_time_or_none(row[0])

    def has_baseline(self, account: str) -> bool:
        """Whether the whole account has been seen once."""
        return self.newest(account, kind=SweepKind.FULL) is not None

    def baseline_at(self, account: str) -> datetime | None:
        """When the whole account was first seen, as far back as sweeps are kept."""
        row = self._db.execute(
            "select min(ended_at) from sweeps where account = ? and kind = 'full'"
            " and is_complete = 1",
            [account],
        ).fetchone()
        return to_time_or_none(row[0])

    def between(self, account: str, start: datetime, end: datetime) -> list[Sweep]:
        """The complete sweeps of a period, and the one before it, in order."""
        return self._select(
            "where account = ? and is_complete = 1 and ended_at <= ? and ended_at >= coalesce(("
            "select max(ended_at) from sweeps where account = ? and is_complete = 1"
            " and ended_at < ?), '') order by ended_at, id",
            [account, to_text(end), account, to_text(start)],
        )

    def forget_before(self, moment: datetime) -> int:
        """Delete what came before the first that ended later; answers with how many rows.

        Ids grow with time, so the rows of the year that is kept need not be read.
        """
        first = self._db.execute(
            "select id from sweeps where ended_at >= ? order by id limit 1", [to_text(moment)]
        ).fetchone()
        if first is None:
            gone = self._db.execute("delete from sweeps where ended_at < ?", [to_text(moment)])
        else:
            gone = self._db.execute("delete from sweeps where id < ?", [first[0]])
        return int(gone.rowcount)

    def _select(self, clause: str, values: Sequence[object]) -> list[Sweep]:
        rows = self._db.execute(
            "select id, account, kind, started_at, ended_at, is_complete, is_trusted, chargers,"  # noqa: S608 - constants
            f" changed, trouble from sweeps {clause}",
            values,
        )
        return [
            Sweep(
                id=key,
                account=account,
                kind=SweepKind(kind),
                started_at=to_time(started),
                ended_at=to_time_or_none(ended),
                is_complete=bool(complete),
                is_trusted=bool(trusted),
                chargers=chargers,
                changed=changed,
                trouble=trouble,
            )
            for (
                key,
                account,
                kind,
                started,
                ended,
                complete,
                trusted,
                chargers,
                changed,
                trouble,
            ) in rows
        ]
