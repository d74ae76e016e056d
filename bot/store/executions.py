"""Intents and results: one row for each write at a vendor."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from bot.approvals.execution import Execution
from bot.approvals.request import Outcome
from bot.store.codec import to_facts, to_json_text, to_text, to_time, to_time_or_none


class Executions:
    """The table `executions`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def intend(self, request_id: int, step: int, now: datetime) -> bool:
        """Note that a write is about to happen; false, and no right to write, where it is known."""
        cursor = self._db.execute(
            """
            insert into executions (request_id, step, intended_at, outcome, answer)
            values (?, ?, ?, ?, '{}') on conflict do nothing
            """,
            [request_id, step, to_text(now), Outcome.RUNNING],
        )
        return bool(cursor.rowcount)

    def end(
        self,
        request_id: int,
        step: int,
        *,
        outcome: Outcome,
        summary: str,
        answer: Mapping[str, Any],
        now: datetime,
    ) -> bool:
        """Note how a write ended; false, and nothing changed, where that is known already."""
        cursor = self._db.execute(
            """
            update executions set outcome = ?, summary = ?, answer = ?, ended_at = ?
            where request_id = ? and step = ? and outcome in ('running', 'unknown')
            """,
            [outcome, summary, to_json_text(answer), to_text(now), request_id, step],
        )
        return bool(cursor.rowcount)

    def of(self, request_id: int) -> list[Execution]:
        """The writes of a request, in order."""
        cursor = self._db.execute(
            "select request_id, step, intended_at, ended_at, outcome, summary, answer"
            " from executions where request_id = ? order by step",
            [request_id],
        )
        return [
            Execution(
                request_id=row[0],
                step=row[1],
                intended_at=to_time(row[2]),
                ended_at=to_time_or_none(row[3]),
                outcome=Outcome(row[4]),
                summary=row[5],
                answer=to_facts(row[6]),
            )
            for row in cursor
        ]
