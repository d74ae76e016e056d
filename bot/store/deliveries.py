"""What Slack has delivered already, so that a second delivery of the same thing does nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from bot.store.codec import to_facts, to_json_text, to_text


class Deliveries:
    """The table `deliveries`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def is_first(self, key: str, now: datetime, answer: Mapping[str, Any] | None = None) -> bool:
        """Note a delivery and what it led to; false, and nothing changed, where it is known.

        `key` is an event id, a trigger id, or a view's id and hash.
        """
        inserted = self._db.execute(
            "insert into deliveries (key, received_at, answer) values (?, ?, ?)"
            " on conflict do nothing",
            [key, to_text(now), to_json_text(answer or {})],
        )
        return bool(inserted.rowcount)

    def answer(self, key: str) -> dict[str, Any] | None:
        """What the first delivery of this key led to; `None` where there was none."""
        row = self._db.execute("select answer from deliveries where key = ?", [key]).fetchone()
        return None if row is None else to_facts(row[0])

    def forget_before(self, moment: datetime) -> int:
        """Delete what was received before `moment`; how many."""
        return self._db.execute(
            "delete from deliveries where received_at < ?", [to_text(moment)]
        ).rowcount
