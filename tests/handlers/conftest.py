"""A running house for each story."""

from collections.abc import AsyncIterator

import pytest

from tests.conformance import every_payload_fits
from tests.handlers.house import House, open_house

__all__ = ["every_payload_fits", "house"]


@pytest.fixture
async def house(tmp_path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        await house.sweep()
        yield house
