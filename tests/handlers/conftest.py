"""A running house for each story."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conformance import every_payload_fits
from tests.handlers.house import House, open_house

__all__ = ["desk", "every_payload_fits", "house"]


@pytest.fixture
def extra() -> str:
    """What a test adds to the configuration, by a parameter of this name."""
    return ""


@pytest.fixture
async def house(tmp_path: Path, extra: str) -> AsyncIterator[House]:
    """All accounts have been looked at once."""
    async with open_house(tmp_path, extra=extra) as house:
        await house.sweep()
        yield house


@pytest.fixture(params=["socket", pytest.param("http", marks=pytest.mark.slow)])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """The same, reached both ways."""
    async with open_house(tmp_path, over_http=request.param == "http") as house:
        await house.sweep()
        yield house
