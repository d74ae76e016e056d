"""Reading the same thing once for everybody who asks at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from bot.clock import Clock

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")


class SharedReads(Generic[KeyT, ValueT]):
    """Reads by key. Whoever asks while a read is under way gets its answer, or its error."""

    def __init__(
        self, read: Callable[[KeyT], Awaitable[ValueT]], clock: Clock, *, keep_s: float = 0
    ) -> None:
        """`keep_s`: how long an answer serves those who do not insist on a fresh one."""
        self._read = read
        self._clock = clock
        self._keep_s = keep_s
        self._under_way: dict[KeyT, asyncio.Future[ValueT]] = {}
        self._known: dict[KeyT, tuple[float, ValueT]] = {}

    async def fresh(self, key: KeyT) -> ValueT:
        """The value as it is read now."""
        if key not in self._under_way:
            task = asyncio.ensure_future(self._read(key))
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._end(key, done))
        return await asyncio.shield(self._under_way[key])

    async def recent(self, key: KeyT) -> ValueT:
        """The value as it was read at most `keep_s` seconds ago."""
        if key in self._known:
            read_at, value = self._known[key]
            if self._clock.monotonic() - read_at < self._keep_s:
                return value
        return await self.fresh(key)

    def _end(self, key: KeyT, done: "asyncio.Future[ValueT]") -> None:
        del self._under_way[key]
        if done.cancelled() or done.exception() is not None:
            return
        if self._keep_s > 0:
            self._known[key] = (self._clock.monotonic(), done.result())
