"""What many tests need: a clock that they move themselves, and a database in a real file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.background import Background
from bot.store import Store
from tests.clock import VirtualClock


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
async def store(tmp_path: Path, clock: VirtualClock) -> AsyncIterator[Store]:
    store = await Store.open(tmp_path / "chargehand.db", now=clock.now())
    clock.wait_for(lambda: store.is_busy)
    yield store
    await store.close()


@pytest.fixture
async def background(clock: VirtualClock) -> AsyncIterator[Background]:
    background = Background(clock)
    yield background
    await background.drain(timeout=0)
