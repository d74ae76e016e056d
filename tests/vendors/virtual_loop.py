"""An event loop in which time passes only when nothing else can happen, and then at once."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


class _NoWaiting(selectors.SelectSelector):
    """Instead of waiting for so long, says that so long has passed."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self.passed += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """`loop.time()` is virtual; `asyncio.sleep` costs nothing."""

    def __init__(self) -> None:
        self._waiting = _NoWaiting()
        super().__init__(self._waiting)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._waiting.passed


def in_virtual_time(coroutine: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run to the end, in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(coroutine)


def virtual_clock() -> float:
    """Seconds of the running loop."""
    return asyncio.get_running_loop().time()
