"""A running house for each story."""

from collections.abc import AsyncIterator

import pytest

from tests.handlers.house import House, open_house


@pytest.fixture
async def house(tmp_path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        await house.sweep()
        yield house
