"""What is old enough is forgotten, so that the database does not grow for ever."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.clock import Clock
from bot.store import Store, Tables

log = logging.getLogger(__name__)

KEEP: Final = timedelta(days=400)
KEEP_DELIVERIES: Final = timedelta(days=7)
"""Slack repeats an event for minutes, and a form can be left open for hours."""


class Retention:
    """Forgets what nobody asks for any more; requests and the audit trail are kept for ever."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def forget(self) -> None:
        """Delete what is past its time, one table after the other so that others get their turn."""
        now = self._clock.now()
        long_ago = now - KEEP
        steps: dict[str, Callable[[Tables], int]] = {
            "deliveries": lambda tables: tables.deliveries.forget_before(now - KEEP_DELIVERIES),
            "messages": lambda tables: tables.messages.forget_before(long_ago),
            "history": lambda tables: tables.history.forget_before(long_ago),
            "sweeps": lambda tables: tables.sweeps.forget_before(long_ago),
            "alerts": lambda tables: _forget_alerts(tables, long_ago),
        }
        counts = {name: await self._store.write(step) for name, step in steps.items()}
        log.info("Forgot what is old", extra={"rows": counts})


def _forget_alerts(tables: Tables, long_ago: datetime) -> int:
    """With an alert goes what was decided about it."""
    gone = tables.alerts.forget_before(long_ago)
    tables.verdicts.forget_orphans()
    return gone
