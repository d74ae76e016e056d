"""What many tests need: a clock that they move themselves, and a database in a real file."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.background import Background
from bot.store import Store
from tests.clock import VirtualClock

# The same examples in every CI run; a developer's runs explore new ones. No deadlines: a busy
# machine is no failure.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")

pytest_plugins = ["tests.emitted"]


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
