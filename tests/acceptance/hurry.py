"""A clock that runs on by itself, faster than the wall's, and can be set ahead.

For stories in which real servers are slow: virtual time would have to know what they wait for.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta


class HurriedClock:
    """A `Clock` in which each second of ours lasts `speed` seconds."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._began = time.monotonic()
        self._start = datetime.now(UTC)
        self._skipped = 0.0

    def now(self) -> datetime:
        """Wall time."""
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Seconds since the start."""
        return (time.monotonic() - self._began) * self._speed + self._skipped

    async def sleep(self, seconds: float) -> None:
        """Wait, in this clock's time; whoever sleeps already does not see a skip."""
        await asyncio.sleep(max(0.0, seconds) / self._speed)

    def skip(self, by: timedelta) -> None:
        """Be later all at once."""
        self._skipped += by.total_seconds()
