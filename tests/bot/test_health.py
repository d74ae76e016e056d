"""A platform restarts us for what a restart mends, and for nothing else."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot import health
from bot.health import Check, health_routes, store_is_writable

Asking = Callable[..., object]


def answering(answer: bool) -> Check:
    async def check() -> bool:
        return answer

    return check


@pytest.fixture
async def ask() -> AsyncIterator[Asking]:
    clients: list[TestClient] = []

    async def ask(path: str, **checks: Check) -> tuple[int, dict]:
        app = web.Application()
        app.add_routes(health_routes(checks))
        client = TestClient(TestServer(app, host="127.0.0.1"))
        clients.append(client)
        await client.start_server()
        response = await client.get(path)
        return response.status, await response.json()

    yield ask
    for client in clients:
        await client.close()


async def test_alive_is_alive_whatever_the_checks_say(ask):
    assert await ask("/healthz", slack=answering(False)) == (200, {"alive": True})


async def test_ready_when_all_checks_hold(ask):
    status, answer = await ask("/readyz", slack=answering(True), store=answering(True))

    assert (status, answer) == (200, {"ready": True, "checks": {"slack": True, "store": True}})


async def test_one_check_that_fails_is_named(ask):
    status, answer = await ask("/readyz", slack=answering(False), store=answering(True))

    assert (status, answer) == (503, {"ready": False, "checks": {"slack": False, "store": True}})


async def test_a_check_that_hangs_has_failed(ask, monkeypatch):
    monkeypatch.setattr(health, "PATIENCE_S", 0.01)

    async def hang() -> bool:
        await asyncio.sleep(3600)
        return True

    assert await ask("/readyz", slack=hang) == (503, {"ready": False, "checks": {"slack": False}})


async def test_a_store_that_takes_no_change_is_not_ready_until_it_does(ask, store, clock, caplog):
    check = store_is_writable(store, clock)
    await store.read(lambda tables: tables.meta._db.execute("pragma query_only = on"))
    assert (await ask("/readyz", store=check))[0] == 503
    assert "cannot be written to" in caplog.text

    await store.read(lambda tables: tables.meta._db.execute("pragma query_only = off"))

    assert (await ask("/readyz", store=check))[0] == 200
