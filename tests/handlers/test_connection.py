"""How Slack reaches us, over both ways."""

import asyncio

import pytest
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp

from bot.sandbox.slack.faults import FaultKind
from handlers.connection import CONNECTIONS, PATIENCE_S, WATCH_INTERVAL_S, SocketConnection
from handlers.notifier import posting_client, session
from tests.handlers.house import open_house


@pytest.fixture
async def connection(house, clock):
    shared = session()
    app = house.slack.workspace.app
    client = posting_client(SecretStr(app.bot_token), house.slack.api_url, shared)
    bolt = AsyncApp(client=client, process_before_response=True)
    connection = SocketConnection(bolt, SecretStr(app.app_token), clock)
    yield connection
    await connection.close()
    await shared.close()


async def test_two_connections_are_held(house, connection):
    """What arrives while one of them is renewed comes over the other."""
    before = house.slack.sockets.connections

    await connection.open()

    assert house.slack.sockets.connections == before + CONNECTIONS
    assert await connection.is_up()


async def test_after_closing_nothing_is_taken(connection):
    await connection.open()

    await connection.close()

    assert not await connection.is_up()


async def test_the_same_story_over_signed_http(tmp_path):
    async with open_house(tmp_path, over_http=True) as house:
        await house.sweep()
        support, approver = house.person("support"), house.person("approver")
        (model,) = await house.services.inventory.resolve_model("Longhorn 120 kW")

        await support.command("support", f"/model archive {model.id}")
        await support.modal("Reason")
        await support.fill("Reason", "it is old")
        await support.submit()
        card = await approver.sees("approvals", "Waiting for a decision")
        await approver.press("Approve", on=card)

        await support.sees(support.bot_messages, "Done")


async def test_a_connection_that_stays_down_is_begun_anew(house, connection, clock, caplog):
    """The SDK repairs a connection in seconds; one that it gives up would leave us deaf."""
    caplog.set_level("WARNING", "handlers.connection")
    await connection.open()
    house.slack.faults.add(FaultKind.SERVER_ERROR, "apps.connections.open", times=None)
    house.slack.sockets.drop()
    await becomes(connection, up=False)
    watching = asyncio.create_task(connection.watch())

    await clock.advance(PATIENCE_S)
    assert begun_anew(caplog) == 0
    house.slack.faults.clear()
    await clock.advance(WATCH_INTERVAL_S)

    await becomes(connection, up=True)
    assert begun_anew(caplog) >= 1
    watching.cancel()


def begun_anew(caplog):
    return sum(record.name == "handlers.connection" for record in caplog.records)


async def becomes(connection, *, up):
    async with asyncio.timeout(5):
        while await connection.is_up() is not up:  # noqa: ASYNC110 - the SDK offers no event
            await asyncio.sleep(0.01)
