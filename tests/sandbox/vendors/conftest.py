"""The seeded world with its four clouds, and a caller with the right credentials at each."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.seed import seeded_world
from bot.sandbox.vendors.world import World
from tests.clock import VirtualClock
from tests.sandbox.vendors.ids import token_request


@pytest.fixture
def world(clock: VirtualClock) -> World:
    return seeded_world(clock.now())


@pytest.fixture
async def clouds(world: World, clock: VirtualClock) -> AsyncIterator[VendorClouds]:
    async with VendorClouds(world, clock.now, sleep=clock.sleep) as clouds:
        yield clouds


@asynccontextmanager
async def caller(base_url: str, token: str) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {token}"}
    # Loading certificates costs 20 ms, and loopback shows none.
    async with httpx.AsyncClient(base_url=base_url, headers=headers, verify=False) as http:
        yield http


@pytest.fixture
async def nl(clouds: VendorClouds) -> AsyncIterator[httpx.AsyncClient]:
    async with caller(clouds.plugchoice.base_url, clouds.plugchoice.token) as http:
        yield http


@pytest.fixture
async def legacy(clouds: VendorClouds) -> AsyncIterator[httpx.AsyncClient]:
    async with caller(clouds.volttime.base_url, clouds.volttime.token) as http:
        yield http


@pytest.fixture
async def dk(clouds: VendorClouds) -> AsyncIterator[httpx.AsyncClient]:
    async with caller(clouds.spirii.base_url, clouds.spirii.api_key) as http:
        yield http


@pytest.fixture
async def us(clouds: VendorClouds) -> AsyncIterator[httpx.AsyncClient]:
    async with caller(clouds.lynkwell.base_url, "none yet") as http:
        answer = await http.post("/oauth/token", json=token_request(clouds))
        http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        clouds.lynkwell.calls.clear()
        yield http


@pytest.fixture
def caller_at(
    nl: httpx.AsyncClient,
    legacy: httpx.AsyncClient,
    dk: httpx.AsyncClient,
    us: httpx.AsyncClient,
) -> Callable[[str], httpx.AsyncClient]:
    return {"plugchoice": nl, "volttime": legacy, "spirii": dk, "lynkwell": us}.__getitem__
