"""A child: the barest Bolt app, with default settings, which only acknowledges."""

import asyncio
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from handlers import ids
from tests.bench.children import Orders


def bare_app(environment: dict[str, str]) -> AsyncApp:
    """It knows a command and a form."""
    client = AsyncWebClient(
        token=environment["SLACK_BOT_TOKEN"], base_url=environment["SLACK_API_URL"]
    )
    app = AsyncApp(client=client, signing_secret=environment["SLACK_SIGNING_SECRET"])

    @app.command("/charger")
    async def command(ack: AsyncAck) -> None:
        await ack()

    @app.view(ids.REGISTER_FORM)
    async def submitted(ack: AsyncAck) -> None:
        await ack()

    return app


async def main() -> None:
    """Acknowledge until nobody asks any more."""
    orders = Orders()
    wanted = await orders.configuration()
    environment: dict[str, str] = wanted["environment"]
    app = bare_app(environment)
    if wanted["mode"] == "socket":
        await _over_socket(app, environment["SLACK_APP_TOKEN"], orders)
    else:
        await _over_http(app, orders)


async def _over_socket(app: AsyncApp, token: str, orders: Orders) -> None:
    connection: Any = AsyncSocketModeHandler(app, app_token=token)
    await connection.connect_async()
    await orders.obey({}, {})
    await connection.close_async()


async def _over_http(app: AsyncApp, orders: Orders) -> None:
    runner = web.AppRunner(app.server(port=0).web_app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    await orders.obey({"address": f"http://127.0.0.1:{port}"}, {})
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
