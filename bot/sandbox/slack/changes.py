"""The feed of everything that changes in the workspace; pages redraw by it, tests wait on it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TypeVar

Seen = TypeVar("Seen")

KEPT = 2000  # changes a slow reader may lag behind before it has to redraw everything


@dataclass(frozen=True)
class Change:
    """One thing that changed.

    `kind` is one of message, message_changed, message_deleted, reaction, view, home, typed (into
    a field), notice, channel, user, user_group, file, call, connection.
    """

    version: int
    kind: str
    channel: str = ""
    user: str = ""
    ts: str = ""


class Changes:
    """A version counter with a bounded log, and ways to wait for the next change."""

    def __init__(self) -> None:
        self.version = 0
        self._log: deque[Change] = deque(maxlen=KEPT)
        self._next = asyncio.Event()

    def publish(self, kind: str, *, channel: str = "", user: str = "", ts: str = "") -> None:
        """Record a change and wake everyone who waits."""
        self.version += 1
        self._log.append(Change(self.version, kind, channel, user, ts))
        self._next.set()
        self._next = asyncio.Event()

    def since(self, version: int) -> list[Change]:
        """The changes after `version` that are still in the log, oldest first."""
        return [change for change in self._log if change.version > version]

    async def follow(self, after: int | None = None) -> AsyncIterator[Change]:
        """Every change after the given version (default: from now on), as it happens."""
        seen = self.version if after is None else after
        while True:
            upcoming = self._next
            for change in self.since(seen):
                seen = change.version
                yield change
            if seen >= self.version:
                await upcoming.wait()

    async def until(self, look: Callable[[], Seen | None], timeout: float) -> Seen:
        """Look now and after each change until something is found.

        Raises:
            TimeoutError: nothing was found within `timeout` seconds.
        """
        async with asyncio.timeout(timeout):
            while True:
                upcoming = self._next
                found = look()
                if found is not None:
                    return found
                await upcoming.wait()
