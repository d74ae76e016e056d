"""What is done after an acknowledgement: kept alive, announced when slow, never silent."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeVar

from bot.background import Background
from bot.clock import Clock
from bot.logs import reference
from handlers import errors
from handlers.blocks import kit
from handlers.blocks.kit import Message

log = logging.getLogger(__name__)

ANNOUNCE_AFTER_S: Final = 2.0
NOTICE: Final = "Working on it…"
DECIDE_WITHIN_S: Final = 2.0
"""Slack waits three seconds for an acknowledgement."""
ResultT = TypeVar("ResultT")
Say = Callable[[Message], Awaitable[object]]


class Work:
    """Starts work in our own task group and tells the person when it fails."""

    def __init__(self, background: Background, clock: Clock) -> None:
        self._background = background
        self._clock = clock

    def start(
        self, work: Coroutine[Any, Any, object], name: str, *, say: Say, notice: str | None = None
    ) -> None:
        """Do it; `notice` is said where it takes longer than two seconds."""
        begun = False

        async def begin() -> None:
            nonlocal begun
            begun = True
            await self._told(work, say, notice)

        task = self._background.start(begin(), name)
        task.add_done_callback(lambda _: None if begun else work.close())  # we are ending

    async def decide(
        self,
        decision: Awaitable[ResultT],
        then: Callable[[ResultT], Awaitable[object]],
        name: str,
        *,
        say: Say,
    ) -> None:
        """Start a decision and what follows it; comes back when it stands, or after two seconds.

        So a click is in the store before it is acknowledged, except where somebody else is slow.
        """
        stands = asyncio.Event()

        async def work() -> None:
            try:
                result = await decision
            finally:
                stands.set()
            await then(result)

        self.start(work(), name, say=say, notice=NOTICE)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stands.wait(), DECIDE_WITHIN_S)

    async def _told(self, work: Coroutine[Any, Any, object], say: Say, notice: str | None) -> None:
        task = asyncio.ensure_future(work)
        try:
            if notice and await self._is_slow(task):
                await say(kit.message(notice))
            await asyncio.wait({task})
        finally:
            task.cancel()
        if error := task.exception():
            await say(answer_to(error))

    async def _is_slow(self, task: "asyncio.Future[object]") -> bool:
        alarm: asyncio.Future[object] = asyncio.ensure_future(self._alarm())
        try:
            await asyncio.wait({task, alarm}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            alarm.cancel()
        return not task.done()

    async def _alarm(self) -> object:
        await self._clock.sleep(ANNOUNCE_AFTER_S)
        return None


def answer_to(error: BaseException) -> Message:
    """What to tell the person whose request ended so, with what they may have meant."""
    said = explained(error)
    choices = error.choices if isinstance(error, errors.RefusedError) else ()
    return kit.message(said, [kit.section(said), *choices])


def explained(error: BaseException) -> str:
    """The sentence for an error; what may have to be looked into is logged under a code in it."""
    if not errors.is_trouble(error):
        return errors.sentence(error)
    code = reference()
    if isinstance(error, errors.KNOWN):
        said, what = errors.sentence(error), {"error": type(error).__name__, "why": str(error)}
        log.warning("Trouble was told", extra={"reference": code, **what})
    else:
        said = errors.BROKE
        log.error("Unexpected failure", extra={"reference": code}, exc_info=error)
    return f"{said} {errors.REPORT.format(reference=code)}"
