"""A clock that stands still until a test moves it."""

import asyncio
import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 1, 10, 1, 14, 32, tzinfo=UTC)


class VirtualClock:
    """A `Clock` in which a day costs milliseconds and every sleeper wakes in its turn."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._elapsed = 0.0
        self._shift = timedelta()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = 0
        self._busy: list[Callable[[], bool]] = []
        self.asleep: set[asyncio.Task[Any]] = set()
        """Who waits for time to pass, and for nothing else."""

    def now(self) -> datetime:
        """Wall time, with every jump."""
        return self._start + self._shift + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Seconds since the start, without jumps."""
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        """Wait until the test has let `seconds` pass."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        self._order += 1
        alarm: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + seconds, self._order, alarm))
        sleeper = asyncio.current_task()
        assert sleeper is not None
        self.asleep.add(sleeper)
        try:
            await alarm
        finally:
            self.asleep.discard(sleeper)

    def wait_for(self, busy: Callable[[], bool]) -> None:
        """Let no time pass while `busy()`: real threads work in real time."""
        self._busy.append(busy)

    def jump(self, by: timedelta) -> None:
        """Set the wall clock, as people and networks do; monotonic time knows nothing of it."""
        self._shift += by

    async def advance(self, by: float | timedelta) -> None:
        """Let time pass; whoever sleeps wakes at the right moment, in order."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        until = self._elapsed + seconds
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            moment, _, alarm = heapq.heappop(self._sleepers)
            self._elapsed = max(self._elapsed, moment)
            if not alarm.done():
                alarm.set_result(None)
                await self.settle()
        self._elapsed = until
        await self.settle()

    async def settle(self) -> None:
        """Let everything run that can run without time passing."""
        quiet = 0
        while quiet < 30:
            if any(busy() for busy in self._busy):
                quiet = 0
                await asyncio.sleep(0.0001)
            else:
                quiet += 1
                await asyncio.sleep(0)
