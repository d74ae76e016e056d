"""Counts sweeps as they end, and logs their trouble when it begins and when it is over."""

import logging
from collections.abc import Callable

from bot.clock import Clock
from bot.sweeps import Sweeper, SweepResult

log = logging.getLogger(__name__)

Ended = Callable[[SweepResult, float], None]
"""Told how a sweep went, and how many seconds it took."""


class ObservedSweeps:
    """A sweeper that is watched; satisfies `bot.jobs.Sweeps`."""

    def __init__(self, sweeper: Sweeper, ended: Ended, clock: Clock) -> None:
        self._sweeper = sweeper
        self._ended = ended
        self._clock = clock
        self._troubled: set[str] = set()
        """The accounts whose newest sweep was not complete."""

    async def full(self, account: str) -> SweepResult:
        """Read everything of an account."""
        began = self._clock.monotonic()
        return self._observed(await self._sweeper.full(account), began)

    async def troubled(self, account: str) -> SweepResult:
        """Read what is in trouble, or everything where the vendor cannot filter."""
        began = self._clock.monotonic()
        return self._observed(await self._sweeper.troubled(account), began)

    def _observed(self, result: SweepResult, began: float) -> SweepResult:
        self._ended(result, self._clock.monotonic() - began)
        about = {"account": result.account, "kind": result.kind.value}
        if result.is_complete and result.account in self._troubled:
            self._troubled.remove(result.account)
            log.info("Sweeps are complete again", extra=about)
        if not result.is_complete and result.account not in self._troubled:
            self._troubled.add(result.account)
            seen = {"chargers": result.chargers, "why": result.trouble}
            log.warning("Sweeps are not complete", extra={**about, **seen})
        return result
