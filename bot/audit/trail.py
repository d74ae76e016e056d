"""The audit trail for those who stand outside the store's transactions."""

from collections.abc import Mapping
from typing import Any

from bot.audit.chain import Entry, Verified, export, verify
from bot.clock import Clock
from bot.store import Store


class Audit:
    """Adds rows about what is no request, and reads the trail.

    What changes something is audited in the same transaction, through `tables.audit`.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def note(
        self, *, actor: str, action: str, subject: str, facts: Mapping[str, Any] | None = None
    ) -> Entry:
        """Add a row, such as that somebody looked at a pincode."""
        now = self._clock.now()
        return await self._store.write(
            lambda tables: tables.audit.append(
                now=now, actor=actor, action=action, subject=subject, facts=facts
            )
        )

    async def newest(self, limit: int = 50) -> list[Entry]:
        """The newest rows, newest first."""
        return await self._store.read(lambda tables: tables.audit.newest(limit))

    async def of(self, subject: str) -> list[Entry]:
        """The rows about one thing, oldest first."""
        return await self._store.read(lambda tables: tables.audit.of(subject))

    async def verify(self, noted: str | None = None) -> Verified:
        """Walk along the whole chain, and look for a hash that was noted earlier."""
        return await self._store.read(lambda tables: verify(tables.audit.all(), noted))

    async def export(self) -> str:
        """All rows as CSV."""
        return await self._store.read(lambda tables: export(tables.audit.all()))
