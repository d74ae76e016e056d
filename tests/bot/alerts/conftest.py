"""A watched account with 40 chargers, already seen once."""

from collections.abc import AsyncIterator

import pytest

from bot.store import Store
from tests.bot.tower import Cloud, Tower
from tests.clock import VirtualClock


@pytest.fixture
async def store(clock: VirtualClock) -> AsyncIterator[Store]:
    store = await Store.open(":memory:", now=clock.now())
    clock.wait_for(lambda: store.is_busy)
    yield store
    await store.close()


@pytest.fixture
async def tower(store: Store, clock: VirtualClock) -> Tower:
    tower = Tower(store, clock, Cloud("dk", clock))
    tower.add_many(40, sites=20)
    await tower.sweep()
    return tower
