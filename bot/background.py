"""Work that nobody waits for: kept alive, guarded, and seen through before the program ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.clock import Clock
from bot.logs import reference
from bot.store import StoreError

log = logging.getLogger(__name__)

RESTART_PAUSE_S = 1.0
SAY_AGAIN_S = 60.0


class Background:
    """Our own task group. A failure is logged with a reference and harms nothing else."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._passing: set[asyncio.Task[None]] = set()
        self._lasting: set[asyncio.Task[None]] = set()
        self._draining = False
        self._closed = False
        self._said: dict[str, float] = {}
        """Which trouble of the store was logged, and when it is worth saying again."""

    def __len__(self) -> int:
        """How many tasks there are."""
        return len(self._passing) + len(self._lasting)

    @property
    def is_draining(self) -> bool:
        """Whether the program is about to end: long work leaves the rest for the next start."""
        return self._draining

    @property
    def is_closed(self) -> bool:
        """Whether nothing new is begun any more."""
        return self._closed

    def start(
        self,
        work: Coroutine[Any, Any, object],
        name: str,
        *,
        failed: Callable[[], None] | None = None,
    ) -> asyncio.Task[None]:
        """Do a piece of work; `failed` is called where it raised, so that its owner can note it.

        After `drain` nothing new is begun: what has to survive is in the store.
        """
        if self._closed:
            work.close()
            log.info("Background work left for the next start", extra={"work": name})
            return asyncio.create_task(_nothing(), name=name)
        task = self._keep(self._guarded(work, name, failed), name, self._passing)
        task.add_done_callback(lambda _: work.close())  # cut off before its first step
        return task

    def supervise(self, forever: Callable[[], Awaitable[None]], name: str) -> asyncio.Task[None]:
        """Keep something running until the program ends: whenever it stops, it is begun again."""
        return self._keep(self._again_and_again(forever, name), name, self._lasting)

    async def drain(self, timeout: float) -> list[str]:
        """See the work through for at most `timeout` seconds, then cut off the rest.

        What is supervised runs on as long as there is work that may need it. Gives the names of
        the work that was cut off.
        """
        self._draining = True
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while self._passing and (left := deadline - loop.time()) > 0:
            await asyncio.wait(self._passing, timeout=left)
        self._closed = True
        cut_off = sorted(task.get_name() for task in self._passing)
        tasks = self._passing | self._lasting
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return cut_off

    def _keep(
        self, work: Coroutine[Any, Any, None], name: str, group: set[asyncio.Task[None]]
    ) -> asyncio.Task[None]:
        # The loop itself holds tasks weakly: without this set one could vanish while it waits.
        task = asyncio.create_task(work, name=name)
        group.add(task)
        task.add_done_callback(group.discard)
        return task

    async def _guarded(
        self, work: Awaitable[object], name: str, failed: Callable[[], None] | None = None
    ) -> None:
        """Await `work`; one of the two places that may catch everything."""
        try:
            await work
        except StoreError as trouble:
            self._say_once(str(trouble))
        except Exception:
            log.exception("Background work failed", extra={"work": name, "reference": reference()})
        else:
            return
        if failed is not None:
            failed()

    def _say_once(self, trouble: str) -> None:
        """Say what is wrong with the store once a minute: each second several jobs want it."""
        now = self._clock.monotonic()
        if now >= self._said.get(trouble, now):
            log.error("Left for later: %s", trouble)
            self._said = {trouble: now + SAY_AGAIN_S}

    async def _again_and_again(self, forever: Callable[[], Awaitable[None]], name: str) -> None:
        while True:
            await self._guarded(forever(), name)
            await self._clock.sleep(RESTART_PAUSE_S)


async def _nothing() -> None:
    """Stand in for work that is not begun any more."""
