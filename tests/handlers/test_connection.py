"""However Slack reaches us, somebody can count how long it waits for our answer."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SystemClock
from bot.sandbox import installation
from bot.sandbox.people import Person
from bot.sandbox.slack.server import SlackServer
from handlers.connection import EVENTS_PATH, HttpConnection, SocketConnection


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    server = SlackServer(installation.workspace())
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def bolt(slack: SlackServer) -> AsyncIterator[AsyncApp]:
    installed = slack.workspace.app
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=installed.bot_token, base_url=slack.api_url, session=session)
        app = AsyncApp(
            client=client,
            signing_secret=installed.signing_secret,
            process_before_response=True,
        )

        @app.command("/chargehand")
        async def answer(ack):
            await ack("here")

        yield app


async def test_an_answer_over_a_socket_is_timed(slack: SlackServer, bolt: AsyncApp):
    seconds: list[float] = []
    connection = SocketConnection(
        bolt,
        SecretStr(slack.workspace.app.app_token),
        SystemClock(),
        acknowledged=seconds.append,
    )
    await connection.open()

    await Person(slack, "support", patience=5).command("support", "/chargehand status")
    await connection.close()

    (once,) = seconds
    assert 0 < once < 3


async def test_an_answer_to_a_request_is_timed(slack: SlackServer, bolt: AsyncApp):
    seconds: list[float] = []
    server = web.Application()
    connection = HttpConnection(bolt, server, acknowledged=seconds.append)
    await connection.open()
    async with TestServer(server, host="127.0.0.1") as ours:
        slack.workspace.app.request_url = str(ours.make_url(EVENTS_PATH))

        await Person(slack, "support", patience=5).command("support", "/chargehand status")

    (once,) = seconds
    assert 0 < once < 3
