"""A watchdog outside hears that all is well; when it does not, we say so and go on."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.heartbeat import Heartbeat


@dataclass
class Watchdog:
    """Answers with `status`, and counts."""

    url: SecretStr = field(default_factory=lambda: SecretStr(""))
    status: int = 200
    heard: int = 0

    async def answer(self, _: web.Request) -> web.Response:
        """Count, and answer."""
        self.heard += 1
        return web.Response(status=self.status)


@pytest.fixture
async def watchdog() -> AsyncIterator[Watchdog]:
    watchdog = Watchdog()
    app = web.Application()
    app.router.add_get("/secret-path", watchdog.answer)
    async with TestServer(app, host="127.0.0.1") as server:
        watchdog.url = SecretStr(str(server.make_url("/secret-path")))
        yield watchdog


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_a_heartbeat_is_one_request(watchdog: Watchdog, session: aiohttp.ClientSession):
    assert await Heartbeat(watchdog.url, session).beat()

    assert watchdog.heard == 1


async def test_trouble_is_logged_once_and_so_is_its_end(
    watchdog: Watchdog, session: aiohttp.ClientSession, caplog
):
    caplog.set_level("INFO")
    heartbeat = Heartbeat(watchdog.url, session)
    watchdog.status = 503

    assert [await heartbeat.beat() for _ in range(3)] == [False] * 3
    watchdog.status = 200
    assert await heartbeat.beat()

    assert [record.message for record in caplog.records if record.name == "bot.heartbeat"] == [
        "The heartbeat is not heard",
        "The heartbeat is heard again",
    ]


async def test_the_address_is_a_secret(session: aiohttp.ClientSession, caplog):
    """Whoever knows it can make a dead bot look alive."""
    unreachable = SecretStr("http://127.0.0.1:9/secret-path")

    assert not await Heartbeat(unreachable, session).beat()
    assert not await Heartbeat(SecretStr("no address at all secret-path"), session).beat()

    assert "secret-path" not in caplog.text
    assert "secret-path" not in str([record.__dict__ for record in caplog.records])
