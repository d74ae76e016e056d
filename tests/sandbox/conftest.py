"""A Slack workspace of a few people, its server, and clients for it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.people import Person
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.slack.workspace import Workspace
from tests.clock import VirtualClock
from tests.sandbox.slack.raw_app import RawApp
from tests.sandbox.workspaces import seeded_workspace

Refused = Callable[..., Awaitable[str]]

MANIFEST = Path(__file__).parent / "slack" / "manifest.yml"


@pytest.fixture
def workspace(clock: VirtualClock) -> Workspace:
    return seeded_workspace(
        MANIFEST,
        people={"ada": "Ada Larsen", "ben": "Ben Okoro", "cem": "Cem Aydin"},
        user_groups={"leads": ["ben"]},
        channels={"orders": ["ada", "ben"], "quiet": ["ada"]},
        clock=clock,
    )


@pytest.fixture
async def slack(workspace: Workspace, clock: VirtualClock) -> AsyncIterator[SlackServer]:
    server = SlackServer(workspace, ack_seconds=3.0, event_sleep=clock.sleep)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def web_client(slack: SlackServer) -> AsyncIterator[AsyncWebClient]:
    """The official client, which repeats nothing."""
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            token=slack.workspace.app.bot_token,
            base_url=slack.api_url,
            session=session,
            retry_handlers=[],
        )


@pytest.fixture
def ada(slack: SlackServer) -> Person:
    return Person(slack, "ada", patience=5)


@pytest.fixture
def ben(slack: SlackServer) -> Person:
    return Person(slack, "ben", patience=5)


@pytest.fixture
async def raw_app(slack: SlackServer) -> AsyncIterator[RawApp]:
    """An app with one connection, whose answers the test decides."""
    app = RawApp(slack)
    await app.connect()
    yield app
    await app.close()


@pytest.fixture
def refused(web_client: AsyncWebClient) -> Refused:
    """The error code with which a Web API call is refused."""

    async def call(method: str, **arguments: Any) -> str:
        with pytest.raises(SlackApiError) as error:
            await web_client.api_call(method, json=arguments)
        assert error.value.response.status_code == 200
        return str(error.value.response["error"])

    return call
