"""A workspace, four clouds, the page, a small app and a browser that looks at it."""

import os
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, Route, async_playwright
from playwright.async_api import Page as Tab
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.page import Page
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.seed import seeded_world
from tests.sandbox.page import every_block
from tests.sandbox.workspaces import seeded_workspace

MANIFEST = Path(__file__).parents[1] / "slack" / "manifest.yml"
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def red_square(side: int = 24) -> bytes:
    """A small PNG."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        checked = kind + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = (b"\0" + b"\xc8\x40\x30" * side) * side
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(pixels)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@dataclass
class Place:
    """What a browser test works with."""

    slack: SlackServer
    clouds: VendorClouds
    page: Page
    app: AsyncApp
    picture: str

    async def post(self, channel: str = "C0ORDERS", **fields: object) -> str:
        """A message of the app; its ts."""
        answer = await self.app.client.chat_postMessage(channel=channel, text="a text", **fields)
        return str(answer["ts"])


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    workspace = seeded_workspace(
        MANIFEST,
        people={"ada": "Ada Larsen", "ben": "Ben Okoro"},
        user_groups={"leads": ["ben"]},
        channels={"orders": ["ada", "ben"], "quiet": ["ada"]},
        name="Greengrocers",
    )
    now = workspace.clock.now
    slack = SlackServer(workspace)
    await slack.start()
    async with VendorClouds(seeded_world(now()), now) as clouds, aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            token=workspace.app.bot_token, base_url=slack.api_url, session=session
        )
        app = AsyncApp(client=client, signing_secret=workspace.app.signing_secret)
        app.seen = []
        every_block.register(app)
        handler = AsyncSocketModeHandler(app, app_token=workspace.app.app_token)
        await handler.connect_async()
        page = Page(slack, clouds)
        await page.start()
        picture = workspace.files.add("square.png", red_square(), workspace.app.bot_user_id).id
        yield Place(slack, clouds, page, app, picture)
        await page.stop()
        await handler.close_async()
    await slack.stop()


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Debian's; in CI it has to be there."""
    if not CHROMIUM.exists() and not os.environ.get("CI"):
        pytest.skip(f"{CHROMIUM} is not installed")
    return CHROMIUM


@pytest.fixture
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        await browser.close()


@asynccontextmanager
async def looking_at(browser: Browser, url: str, query: str) -> AsyncIterator[Tab]:
    """A tab of 1280x800; nothing but this machine is asked for anything."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800}, timezone_id="Europe/Amsterdam", locale="en-GB"
    )
    context.set_default_timeout(10_000)
    outside: list[str] = []

    async def refuse(route: Route) -> None:
        outside.append(route.request.url)
        await route.abort()

    await context.route(lambda address: not address.startswith(url), refuse)
    tab = await context.new_page()
    await tab.goto(f"{url}?{query}")
    await tab.get_by_role("main").get_by_role("heading").first.wait_for()
    yield tab
    await context.close()
    assert not outside


@pytest.fixture
async def tab(place: Place, browser: Browser) -> AsyncIterator[Tab]:
    """The page as Ada sees it, in #orders."""
    async with looking_at(browser, place.page.url, "as=ada&in=orders") as tab:
        yield tab
