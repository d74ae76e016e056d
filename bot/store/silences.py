"""Silences."""

from collections.abc import Sequence
from datetime import datetime

from sqlite_utils import Database

from bot.alerts.silences import Silence, SilenceState
from bot.config import Match
from bot.store.codec import to_facts, to_json_text, to_text, to_time


class Silences:
    """The table `silences`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(
        self,
        match: Match,
        *,
        author: str,
        reason: str,
        starts_at: datetime,
        ends_at: datetime,
        now: datetime,
    ) -> Silence:
        """Add a silence."""
        cursor = self._db.execute(
            "insert into silences (match, author, reason, starts_at, ends_at, created_at)"
            " values (?, ?, ?, ?, ?, ?)",
            [
                to_json_text(match),
                author,
                reason,
                to_text(starts_at),
                to_text(ends_at),
                to_text(now),
            ],
        )
        silence_id = int(cursor.lastrowid or 0)
        return Silence(silence_id, dict(match), author, reason, starts_at, ends_at, now)

    def known(self, silence_id: int) -> Silence | None:
        """One silence."""
        return next(iter(self._select("where id = ?", [silence_id])), None)

    def unexpired(self, now: datetime) -> list[Silence]:
        """Those that hide something now or will, the first to end first."""
        return self._select("where ends_at > ? order by ends_at", [to_text(now)])

    def active(self, now: datetime) -> list[Silence]:
        """Those that hide something now."""
        return self._select("where ends_at > ? and starts_at <= ?", [to_text(now), to_text(now)])

    def recent(self, limit: int) -> list[Silence]:
        """The newest, ended ones too."""
        return self._select("order by id desc limit ?", [limit])

    def end(self, silence_id: int, at: datetime, *, by: str) -> bool:
        """End it early; False where it is over already. One that never began ends as it began."""
        changed = self._db.execute(
            "update silences set ends_at = ?, starts_at = min(starts_at, ?), ended_by = ?"
            " where id = ? and ends_at > ?",
            [to_text(at), to_text(at), by, silence_id, to_text(at)],
        ).rowcount
        return bool(changed)

    def unnoticed(self, now: datetime) -> list[tuple[Silence, SilenceState]]:
        """Those that began or ended and whose alerts have not been looked at since."""
        rows = self._select(
            "where (noticed = 'pending' and starts_at <= ?) or (noticed <> 'expired'"
            " and ends_at <= ?)",
            [to_text(now), to_text(now)],
        )
        return [(silence, silence.state(now)) for silence in rows]

    def noticed(self, silence_id: int, state: SilenceState) -> None:
        """Note that the alerts have been looked at."""
        self._db.execute("update silences set noticed = ? where id = ?", [state.value, silence_id])

    def unwarned(self, now: datetime, before: datetime) -> list[Silence]:
        """Those that end until `before` and whose author has not been told."""
        return self._select(
            "where warned = 0 and ends_at > ? and ends_at <= ?", [to_text(now), to_text(before)]
        )

    def warned(self, silence_id: int) -> None:
        """Note that the author has been told."""
        self._db.execute("update silences set warned = 1 where id = ?", [silence_id])

    def _select(self, clause: str, values: Sequence[object]) -> list[Silence]:
        rows = self._db.execute(
            "select id, match, author, reason, starts_at, ends_at, created_at, ended_by"  # noqa: S608 - constants
            f" from silences {clause}",
            values,
        )
        return [
            Silence(
                id=key,
                match={label: tuple(wanted) for label, wanted in to_facts(match).items()},
                author=author,
                reason=reason,
                starts_at=to_time(starts),
                ends_at=to_time(ends),
                created_at=to_time(created),
                ended_by=ended_by,
            )
            for key, match, author, reason, starts, ends, created, ended_by in rows
        ]
