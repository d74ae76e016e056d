"""A desk to ask at."""

import pytest

from bot.store import Store
from tests.bot.desk import Desk
from tests.clock import VirtualClock


@pytest.fixture
def desk(store: Store, clock: VirtualClock) -> Desk:
    return Desk(store, clock)
