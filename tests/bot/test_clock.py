"""The machine's clock, and the one that tests move."""

import asyncio
from datetime import UTC, timedelta

from bot.clock import SystemClock


async def test_the_machines_clock_is_aware_and_runs_forward():
    clock = SystemClock()
    wall, monotonic = clock.now(), clock.monotonic()

    await clock.sleep(-1)
    await clock.sleep(0.001)

    assert wall.tzinfo is UTC
    assert clock.now() > wall
    assert clock.monotonic() - monotonic >= 0.001


async def test_sleepers_of_a_virtual_clock_wake_in_order_at_their_moment(clock):
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, *pauses: float) -> None:
        for pause in pauses:
            await clock.sleep(pause)
            woken.append((name, clock.monotonic()))

    tasks = [asyncio.create_task(sleeper("a", 3)), asyncio.create_task(sleeper("b", 1, 1, 5))]

    await clock.advance(4)

    assert woken == [("b", 1), ("b", 2), ("a", 3)]
    await clock.advance(timedelta(seconds=3))
    assert woken[-1] == ("b", 7)
    await asyncio.gather(*tasks)


async def test_a_jump_moves_the_wall_clock_alone(clock):
    before = clock.now()

    clock.jump(timedelta(hours=-1))

    assert clock.now() == before - timedelta(hours=1)
    assert clock.monotonic() == 0
