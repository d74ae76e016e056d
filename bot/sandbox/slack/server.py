"""The Slack server: one HTTP port on loopback for all that an app talks to."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from bot.sandbox.slack.administration import Administration
from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.events import RETRY_AFTER, Events
from bot.sandbox.slack.faults import FaultKind, Faults
from bot.sandbox.slack.http_delivery import HttpDelivery
from bot.sandbox.slack.interactions import Interactions
from bot.sandbox.slack.limits import RateLimits
from bot.sandbox.slack.posts import Posts
from bot.sandbox.slack.routes import Routes
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.webapi import Context
from bot.sandbox.slack.workspace import Workspace

TICK_SECONDS = 1.0


class SlackServer:
    """A workspace behind HTTP and WebSocket.

    What people do (`interactions`, `posts`, `administration`) is there once it has started.

    Args:
        workspace: what is served.
        host: loopback only.
        port: 0 for a free one.
        ack_seconds: how long the app has to acknowledge (Slack: 3).
        rate_limits: whether Slack's rate limits hold.
        event_sleep: waits before an event is retried.
        event_retry_after: seconds before each retry.
        seed: of the choice among Socket Mode connections.
    """

    def __init__(
        self,
        workspace: Workspace,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        ack_seconds: float = 3.0,
        rate_limits: bool = False,
        event_sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        event_retry_after: Sequence[float] = RETRY_AFTER,
        seed: int = 0,
    ) -> None:
        self.workspace = workspace
        self.faults = Faults()
        self.is_down = False
        self.limits = RateLimits(time.monotonic, enabled=rate_limits)
        self.sockets = Sockets(workspace.app.id, workspace.changes, ack_seconds, seed)
        self.http = HttpDelivery(workspace.app, ack_seconds)
        self._delivery = Delivery(workspace, self.sockets, self.http)
        self.events = Events(workspace, self._delivery, event_sleep, event_retry_after)
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None
        self._clockwork: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen; from now on `base_url` is known."""
        application = web.Application(client_max_size=64 * 1024 * 1024)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        routes = Routes(self)
        routes.add_to(application)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        context = self.context
        self.interactions = Interactions(context, self._delivery)
        self.posts = Posts(context)
        self.administration = Administration(context)
        self._clockwork = asyncio.create_task(self._keep_time())

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        if self._clockwork:
            self._clockwork.cancel()
            await asyncio.gather(self._clockwork, return_exceptions=True)
        await self.events.close()
        await self.sockets.close()
        await self.http.close()
        if self._runner:
            await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        """Such as `http://127.0.0.1:40123`; no slash at the end."""
        return f"http://{self._host}:{self._port}"

    @property
    def api_url(self) -> str:
        """The base of the Web API, for `SLACK_API_URL`."""
        return f"{self.base_url}/api/"

    @property
    def context(self) -> Context:
        """What Web API methods work on."""
        return Context(self.workspace, self.events, self.sockets, self.base_url)

    def break_down(self) -> None:
        """Slack is down: every call fails and every connection breaks, until `recover`."""
        self.is_down = True
        self.faults.add(FaultKind.SERVER_ERROR, times=None)
        self.sockets.drop()

    def recover(self) -> None:
        """All trouble is over."""
        self.is_down = False
        self.faults.clear()

    def post_due(self) -> None:
        """Post the scheduled messages whose time has come."""
        app = self.workspace.app
        now = self.workspace.clock.now().timestamp()
        for entry in self.workspace.scheduled.take_due(now):
            message = self.workspace.messages.post(
                entry.channel,
                app.bot_user_id,
                bot_profile=app.bot_profile(self.workspace.team_id),
                **entry.fields,
            )
            self.events.message_posted(message)

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.post_due()
