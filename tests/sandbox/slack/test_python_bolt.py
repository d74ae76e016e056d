"""An unchanged Python Bolt app passes the same story by Socket Mode and by HTTP."""

import aiohttp
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.slack import bolt_app, story


async def test_a_python_app_in_socket_mode_passes_the_story(slack):
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            token=slack.workspace.app.bot_token, base_url=slack.api_url, session=session
        )
        app = AsyncApp(client=client, signing_secret="unused")
        bolt_app.register(app)
        handler = AsyncSocketModeHandler(app, app_token=slack.workspace.app.app_token)
        await handler.connect_async()

        await story.order_fruit(slack)

        await handler.close_async()


async def test_a_python_app_over_http_passes_the_story(slack):
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            token=slack.workspace.app.bot_token, base_url=slack.api_url, session=session
        )
        app = AsyncApp(client=client, signing_secret=slack.workspace.app.signing_secret)
        bolt_app.register(app)
        runner = web.AppRunner(app.web_app(path="/slack/events"), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        slack.workspace.app.request_url = f"http://127.0.0.1:{port}/slack/events"

        assert await slack.http.verify_url()
        await story.order_fruit(slack)

        await runner.cleanup()
