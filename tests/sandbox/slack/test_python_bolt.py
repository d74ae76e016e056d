"""An unchanged Python Bolt app passes the same story by Socket Mode and by HTTP."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.slack import bolt_app, story


@pytest.fixture
async def bolt(slack) -> AsyncIterator[AsyncApp]:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            token=slack.workspace.app.bot_token, base_url=slack.api_url, session=session
        )
        app = AsyncApp(client=client, signing_secret=slack.workspace.app.signing_secret)
        bolt_app.register(app)
        yield app


@pytest.fixture
async def connected(slack, bolt) -> AsyncIterator[AsyncSocketModeHandler]:
    handler = AsyncSocketModeHandler(bolt, app_token=slack.workspace.app.app_token)
    await handler.connect_async()
    yield handler
    await handler.close_async()


async def test_a_python_app_in_socket_mode_passes_the_story(slack, connected):
    await story.order_fruit(slack)


async def test_a_refreshed_connection_comes_back(slack, connected):
    await slack.sockets.disconnect("refresh_requested")

    def replaced():
        return (slack.sockets.opened, slack.sockets.connections) == (2, 1) or None

    await slack.workspace.changes.until(replaced, timeout=2)

    await story.order_fruit(slack)


async def test_a_python_app_over_http_passes_the_story(slack, bolt):
    runner = web.AppRunner(bolt.web_app(path="/slack/events"), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.workspace.app.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"

    assert await slack.http.verify_url()
    await story.order_fruit(slack)

    await runner.cleanup()
