"""Serves the page on loopback, in the event loop of everything else."""

import asyncio
import contextlib
import functools
import socket
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.staticfiles import StaticFiles
from nicegui import background_tasks, ui
from starlette.middleware.trustedhost import TrustedHostMiddleware

from bot.sandbox.page.seat import HOME, Desk
from bot.sandbox.page.window import Window
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.model import User
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.vendors.clouds import VendorClouds

STATIC = Path(str(files("bot.sandbox.page") / "static"))
HEAD = """
<link rel="stylesheet" href="/static/style.css">
<script src="/static/page.js"></script>
"""
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="8" fill="#14532d"/>'
    '<path d="M18 4 7 18h7l-1 10 12-15h-8z" fill="#fde047"/></svg>'
)
SHOWN_INLINE = {"image/png", "image/jpeg", "image/gif"}
ANSWER_SECONDS = 5.0
HOST = "127.0.0.1"

_pages: dict[int, "Page"] = {}  # by port; NiceGUI has one application in a process


def listening(port: int = 0) -> socket.socket:
    """A port of this machine, 0 for a free one; raises OSError where it is taken."""
    return socket.create_server((HOST, port))


class Page:
    """The page over a Slack workspace and the vendors' clouds.

    Args:
        slack: started.
        clouds: started.
        listener: bound to loopback; by default to a free port of it.

    Attributes:
        tabs: the browser tabs that are open.
    """

    def __init__(
        self, slack: SlackServer, clouds: VendorClouds, *, listener: socket.socket | None = None
    ) -> None:
        self.desk = Desk(slack, clouds)
        self.tabs: set[Window] = set()
        self._listener = listener or listening()
        self._port: int = self._listener.getsockname()[1]
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where the page is, once it has started."""
        return f"http://{HOST}:{self._port}/"

    async def start(self) -> None:
        """Answer; returns when the page can be opened."""
        _pages[self._port] = self
        config = uvicorn.Config(
            _application(), log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        while not self._server.started:
            if self._serving.done():
                await self._serving
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Close all tabs' connections and stop listening."""
        _pages.pop(self._port, None)
        self.desk.calls.close()
        if self._server and self._serving:
            self._server.should_exit = True
            await self._serving


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to whoever runs the event loop."""
        yield


@functools.cache
def _application() -> FastAPI:
    application = FastAPI(openapi_url=None)
    application.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    application.mount("/static", StaticFiles(directory=STATIC))
    application.get("/files/{file_id}")(_file)
    application.post("/upload")(_upload)
    ui.page("/")(_tab)
    ui.run_with(
        application,
        title="Chargehand sandbox",
        favicon=ICON,
        tailwind=False,
        show_welcome_message=False,
        binding_refresh_interval=None,
        language="en-US",
    )
    return application


def _page(request: Request) -> Page:
    return _pages[request.url.port or 80]


def _file(request: Request, file_id: str) -> Response:
    """The bytes of a file of the workspace; pictures are shown, the rest is saved."""
    try:
        file = _page(request).desk.workspace.files.find(file_id)
    except RefusedError:
        raise HTTPException(404) from None
    headers = {"X-Content-Type-Options": "nosniff"}
    if file.mimetype not in SHOWN_INLINE:
        headers["Content-Disposition"] = "attachment"
    return Response(file.content or b"", media_type=file.mimetype, headers=headers)


async def _upload(request: Request, name: str, user: str) -> dict[str, str]:
    """Take a file that a person has chosen in a form."""
    workspace = _page(request).desk.workspace
    return {"id": workspace.files.add(name, await request.body(), workspace.user(user).id).id}


async def _tab(request: Request) -> None:
    """Draw one browser tab, and keep it current until it is closed."""
    page = _page(request)
    desk = page.desk
    ui.add_head_html(HEAD)
    client = ui.context.client
    await client.connected()
    zone, knows_tour = await _about_browser()
    person = _person(desk, request.query_params.get("as", ""))
    place = _place(desk, person, request.query_params.get("in", ""))
    window = Window(desk, person, place, zone, with_tour=not knows_tour)
    following = background_tasks.create(window.follow(), name=f"tab {client.id}")
    page.tabs.add(window)

    def closed() -> None:
        page.tabs.discard(window)
        following.cancel()

    client.on_delete(closed)


async def _about_browser() -> tuple[ZoneInfo, bool]:
    """Its time zone, and whether somebody has put the tour away in it."""
    try:
        zone, tour = await ui.run_javascript("aboutBrowser()", timeout=ANSWER_SECONDS)
        return ZoneInfo(zone), tour == "hidden"
    except (ZoneInfoNotFoundError, ValueError, TypeError, TimeoutError):
        return ZoneInfo("UTC"), False


def _person(desk: Desk, name: str) -> User:
    people = [user for user in desk.workspace.users.values() if not user.is_bot]
    return next((user for user in people if user.name == name), people[0])


def _place(desk: Desk, person: User, name: str) -> str:
    if name == HOME:
        return HOME
    if name == "messages":
        return desk.workspace.bot_channel(person.id).id
    mine = [c for c in desk.workspace.channels.values() if not c.is_im and person.id in c.members]
    return next((c.id for c in mine if c.name == name), mine[0].id if mine else HOME)
