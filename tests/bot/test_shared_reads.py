"""One read for everybody who asks at the same time."""

import asyncio

import pytest

from bot.shared_reads import SharedReads
from tests.clock import VirtualClock


class Source:
    """Answers with how often it was read, once its gate is open."""

    def __init__(self) -> None:
        self.reads = 0
        self.gate = asyncio.Event()
        self.trouble: Exception | None = None

    async def read(self, _key: str) -> int:
        """The number of this read."""
        self.reads += 1
        number = self.reads
        await self.gate.wait()
        if self.trouble:
            raise self.trouble
        return number


async def test_who_asks_at_the_same_time_gets_the_same_answer(clock: VirtualClock):
    source = Source()
    shared = SharedReads(source.read, clock)
    waiting = [asyncio.create_task(shared.fresh("a")) for _ in range(3)]
    await clock.settle()
    source.gate.set()

    assert await asyncio.gather(*waiting) == [1, 1, 1]


async def test_who_asks_later_gets_a_new_answer(clock: VirtualClock):
    source = Source()
    source.gate.set()
    shared = SharedReads(source.read, clock, keep_s=60)

    assert [await shared.fresh("a"), await shared.fresh("a")] == [1, 2]


async def test_an_error_reaches_all_who_wait_and_is_not_kept(clock: VirtualClock):
    source = Source()
    source.gate.set()
    source.trouble = OSError("gone")
    shared = SharedReads(source.read, clock, keep_s=60)

    with pytest.raises(OSError, match="gone"):
        await shared.recent("a")
    source.trouble = None
    assert await shared.recent("a") == 2


async def test_a_kept_answer_grows_old(clock: VirtualClock):
    source = Source()
    source.gate.set()
    shared = SharedReads(source.read, clock, keep_s=60)
    await shared.recent("a")

    await clock.advance(59)
    assert await shared.recent("a") == 1
    await clock.advance(1)
    assert await shared.recent("a") == 2
