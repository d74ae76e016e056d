"""Approval requests, each with its newest version."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlite_utils import Database

from bot.approvals.request import Request
from bot.store.codec import to_text, to_text_or_none


class RequestPage(NamedTuple):
    """Some requests, and how many there are."""

    items: list[Request]
    total: int


class Requests:
    """The table `requests`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, request: Request) -> Request:
        """Keep a new request and give it its number; no two have the same delivery."""
        cursor = self._db.execute(
            """
            insert into requests (version, delivery, kind, account, target, requested_by, state,
                created_at, record)
            values (1, ?, ?, ?, ?, ?, ?, ?, '')
            """,
            [
                request.delivery,
                request.operation.kind,
                request.operation.account,
                request.operation.target,
                request.requested_by,
                request.state,
                to_text(request.created_at),
            ],
        )
        added = request.model_copy(update={"id": cursor.lastrowid, "version": 1})
        self._db.execute(
            "update requests set record = ? where id = ?", [added.model_dump_json(), added.id]
        )
        return added

    def save(self, before: Request, after: Request) -> Request | None:
        """Keep the next version; `None`, and nothing changed, where `before` is not the newest."""
        saved = after.model_copy(update={"version": before.version + 1})
        cursor = self._db.execute(
            """
            update requests set version = ?, state = ?, outcome = ?, expires_at = ?, record = ?
            where id = ? and version = ?
            """,
            [
                saved.version,
                saved.state,
                saved.outcome,
                to_text_or_none(saved.expires_at),
                saved.model_dump_json(),
                before.id,
                before.version,
            ],
        )
        return saved if cursor.rowcount else None

    def by_id(self, request_id: int) -> Request | None:
        """The request of this number."""
        return next(iter(self._select("where id = ?", [request_id])), None)

    def by_delivery(self, delivery: str) -> Request | None:
        """The request that this delivery made."""
        return next(iter(self._select("where delivery = ?", [delivery])), None)

    def pending(self) -> list[Request]:
        """Those on which nobody has decided yet, oldest first."""
        return self._select("where state = 'pending' order by id", [])

    def unfinished(self) -> list[Request]:
        """Those that people or we still have to do something about, oldest first."""
        return self._select(
            "where state = 'pending' or (state = 'approved'"
            " and (outcome is null or outcome in ('running', 'unknown'))) order by id",
            [],
        )

    def of(self, user_id: str, *, limit: int = 50) -> list[Request]:
        """The newest requests of one person, newest first."""
        return self._select("where requested_by = ? order by id desc limit ?", [user_id, limit])

    def history(self, *, offset: int = 0, limit: int = 10) -> RequestPage:
        """All requests, newest first."""
        (total,) = self._db.execute("select count(*) from requests").fetchone()
        return RequestPage(
            self._select("order by id desc limit ? offset ?", [limit, offset]), total
        )

    def expired_at(self, now: datetime) -> list[Request]:
        """Open requests whose time is over."""
        return self._select(
            "where expires_at <= ? and (state = 'pending'"
            " or (state = 'approved' and outcome is null)) order by id",
            [to_text(now)],
        )

    def _select(self, where: str, parameters: Sequence[Any]) -> list[Request]:
        cursor = self._db.execute(f"select record from requests {where}", parameters)  # noqa: S608  # constants
        return [Request.model_validate_json(row[0]) for row in cursor]
