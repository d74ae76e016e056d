"""Work in the background is kept alive, guarded and seen through."""

import asyncio
import gc

from bot.store import StoreError


async def test_a_failure_is_logged_with_a_reference_and_harms_nothing_else(background, caplog):
    done: list[str] = []

    async def fail() -> None:
        raise ValueError("wires crossed")

    async def succeed() -> None:
        done.append("other")

    background.start(fail(), "rewire", failed=lambda: done.append("told"))
    background.start(succeed(), "other")
    assert await background.drain(1) == []

    assert done == ["told", "other"]
    (record,) = [each for each in caplog.records if each.message == "Background work failed"]
    assert record.work == "rewire"
    assert len(record.reference) == 8
    assert "wires crossed" in caplog.text


async def test_trouble_with_the_store_is_said_once_a_minute(background, clock, caplog):
    """A full disk is not helped by a log that grows by a traceback for each job and second."""

    async def fail() -> None:
        raise StoreError("The disk is full.")

    for pause in (1, 1, 57, 1, 1):
        background.start(fail(), "tick")
        await asyncio.sleep(0)
        await clock.advance(pause)

    assert [record.getMessage() for record in caplog.records] == [
        "Left for later: The disk is full."
    ] * 2
    assert caplog.records[0].exc_info is None


async def test_work_that_nobody_refers_to_is_not_collected(background):
    """A task whose only reference is its own frame vanishes while it waits."""
    finished: list[bool] = []

    async def wait_for_itself() -> None:
        future = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0.01, future.set_result, None)
        await future
        finished.append(True)

    background.start(wait_for_itself(), "lonely")
    await asyncio.sleep(0)
    gc.collect()
    await background.drain(1)

    assert finished == [True]


async def test_draining_sees_work_through_that_work_has_begun(background):
    done: list[str] = []

    async def second() -> None:
        await asyncio.sleep(0)
        done.append("second")

    async def first() -> None:
        await asyncio.sleep(0)
        background.start(second(), "second")

    background.start(first(), "first")

    assert await background.drain(1) == []
    assert done == ["second"]


async def test_draining_cuts_off_what_takes_too_long_and_says_what_it_was(background):
    background.start(asyncio.sleep(3600), "endless")

    assert await background.drain(0.01) == ["endless"]
    assert len(background) == 0


async def test_nothing_is_begun_after_draining(background):
    """What has to survive is in the store, and waits there for the next start."""
    begun: list[bool] = []

    async def work() -> None:
        begun.append(True)

    await background.drain(1)
    await background.start(work(), "late")

    assert background.is_closed
    assert begun == []


async def test_what_is_supervised_is_begun_again_after_a_pause(background, clock, caplog):
    begun: list[float] = []

    async def fragile() -> None:
        begun.append(clock.monotonic())
        if len(begun) < 3:
            raise OSError("unplugged")
        await clock.sleep(1e9)

    background.supervise(fragile, "fragile")
    await clock.advance(10)

    assert begun == [0, 1, 2]
    assert caplog.text.count("OSError: unplugged") == 2
    assert await background.drain(0) == []
    assert len(background) == 0


async def test_long_work_sees_that_the_end_is_near(background):
    """So that it leaves off where it can go on, and is not cut off where it stands."""

    async def rows() -> None:
        while not background.is_draining:  # noqa: ASYNC110 - as a row does between two writes
            await asyncio.sleep(0)

    background.start(rows(), "rows")

    assert await background.drain(30) == []
