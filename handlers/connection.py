"""How Slack reaches us: Socket Mode over two connections, or signed HTTP requests.

Two connections, since the SDK closes one before it opens its successor, and what arrives in between
is lost on it; Slack then uses the other. Both ways end in the same Bolt app.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web
from pydantic import SecretStr
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_base_handler import AsyncBaseSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import (
    run_async_bolt_app,
    send_async_response,
)
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.clock import Clock, SystemClock
from bot.logs import interaction
from handlers.signatures import SIGNATURE, SeenSignatures, is_readable

log = logging.getLogger(__name__)

CONNECTIONS: Final = 2
PING_INTERVAL_S: Final = 5.0
WATCH_INTERVAL_S: Final = 10.0
PATIENCE_S: Final = 40.0
"""A connection that has been down for longer is begun anew; the SDK repairs it sooner itself."""
EVENTS_PATH: Final = "/slack/events"
UNSIGNED: Final = 401
OK: Final = 200
UNREADABLE: Final = (AttributeError, LookupError, TypeError, ValueError)
"""What Bolt raises while it reads a payload that is not shaped as Slack's are."""
NOTHING_TO_SAY: Final = BoltResponse(status=OK)

Acknowledged = Callable[[float], None]
"""Told how many seconds after Slack's request our answer was on its way."""


def nobody(_: float) -> None:
    """Where nobody counts."""


async def warm_up(app: AsyncApp) -> None:
    """Let Bolt learn who it is before many first requests ask Slack all at once.

    Raises SlackApiError where Slack does not take the token, and OSError where it is not there.
    """
    await app.client.auth_test()
    await app.async_dispatch(AsyncBoltRequest(body=_NOTHING, mode="socket_mode"))


_NOTHING: Final = {
    "type": "event_callback",
    "team_id": "",
    "event_id": "warm-up",
    "event": {"type": "warm_up", "user": ""},
}


class SocketConnection:
    """Socket Mode: needs no web address."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: SecretStr,
        clock: Clock,
        *,
        acknowledged: Acknowledged = nobody,
    ) -> None:
        self._app = app
        self._clock = clock
        self._acknowledged = acknowledged
        self._token = app_token.get_secret_value()
        self._handlers: list[_TimedHandler] = []
        self._down_since: dict[int, float] = {}

    async def open(self) -> None:
        """Connect; raises what Slack or the network answers to the first try."""
        await warm_up(self._app)
        for _ in range(CONNECTIONS):
            handler = self._new_handler()
            self._handlers.append(handler)
            await _connected(handler)

    async def watch(self) -> None:
        """Begin anew, for ever, each connection that stays down."""
        while True:
            await self._clock.sleep(WATCH_INTERVAL_S)
            for number in range(len(self._handlers)):
                await self._look_after(number)

    async def close(self) -> None:
        """Take nothing more."""
        handlers, self._handlers = self._handlers, []
        for handler in handlers:
            await _closed(handler)

    async def is_up(self) -> bool:
        """Whether Slack can reach us."""
        return any([await handler.client.is_connected() for handler in self._handlers])

    def _new_handler(self) -> "_TimedHandler":
        return _TimedHandler(self._app, self._token, self._clock, self._acknowledged, self._clients)

    def _clients(self) -> list[AsyncBaseSocketModeClient]:
        return [handler.client for handler in self._handlers]

    async def _look_after(self, number: int) -> None:
        now = self._clock.monotonic()
        if await self._handlers[number].client.is_connected():
            self._down_since.pop(number, None)
        elif now - self._down_since.setdefault(number, now) >= PATIENCE_S:
            log.warning("Connection begun anew", extra={"connection": number})
            del self._down_since[number]
            await _closed(self._handlers[number])
            self._handlers[number] = self._new_handler()
            await _connected(self._handlers[number])


class _Client(SocketModeClient):
    """Renews a connection once.

    The SDK does it a second time where the line ends as soon as Slack has said that it will, and
    what arrives over the first successor is lost.
    """

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Open a successor of the connection that is there now."""
        known = self.current_session
        async with self.connect_operation_lock:
            if self.current_session is known and (force or not await self.is_connected()):
                self.wss_uri = await self.issue_new_wss_url()
                await self.connect()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped


class _TimedHandler(AsyncBaseSocketModeHandler):
    """One connection."""

    app: AsyncApp
    client: _Client

    def __init__(
        self,
        app: AsyncApp,
        token: str,
        clock: Clock,
        acknowledged: Acknowledged,
        clients: Callable[[], list[AsyncBaseSocketModeClient]],
    ) -> None:
        self.app = app
        self.client = _Client(
            app_token=token,
            logger=app.logger,
            web_client=app.client,
            ping_interval=PING_INTERVAL_S,
        )
        self.client.socket_mode_request_listeners.append(self.handle)
        self._clock = clock
        self._acknowledged = acknowledged
        self._clients = clients

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Answer one request, also one that nobody wants: unanswered, it would come again."""
        began = self._clock.monotonic()
        answer = await self._answer(req)
        await self._send(client, req, answer)
        self._acknowledged(self._clock.monotonic() - began)

    async def _send(
        self, client: AsyncBaseSocketModeClient, req: SocketModeRequest, answer: BoltResponse
    ) -> None:
        """Over the connection that it came by, or the other where that one is being renewed."""
        for each in (client, *(other for other in self._clients() if other is not client)):
            try:
                await send_async_response(each, req, answer, time.time())
            except ConnectionError:
                log.info("Answer was not taken by a connection that is being renewed")
            else:
                return

    async def _answer(self, req: SocketModeRequest) -> BoltResponse:
        try:
            with interaction():
                answer = await run_async_bolt_app(self.app, req)
        except UNREADABLE as error:
            log.warning("Slack sent what cannot be read", extra={"why": repr(error)})
            return NOTHING_TO_SAY
        return answer if answer.status == OK else NOTHING_TO_SAY


async def _connected(handler: _TimedHandler) -> None:
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped


async def _closed(handler: _TimedHandler) -> None:
    await handler.client.close()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped
    session = handler.client.aiohttp_client_session
    if not session.closed:
        await session.close()


class HttpConnection:
    """`POST /slack/events` on the web server that `bot/app.py` runs; Bolt checks the signature."""

    def __init__(
        self,
        app: AsyncApp,
        server: web.Application,
        *,
        clock: Clock | None = None,
        acknowledged: Acknowledged = nobody,
        refused: Callable[[], None] = lambda: None,
    ) -> None:
        """`refused` is called for each request that is not signed as Slack signs."""
        self._app = app
        self._clock = clock or SystemClock()
        self._acknowledged = acknowledged
        self._refused = refused
        self._signatures = SeenSignatures(self._clock)
        self._is_open = False
        app.middleware(self._once)  # Bolt has checked the signature by then
        server.router.add_post(EVENTS_PATH, self._receive)

    async def open(self) -> None:
        """Get ready to answer."""
        await warm_up(self._app)
        self._is_open = True

    async def watch(self) -> None:
        """Nothing can go down on our side."""

    async def close(self) -> None:
        """Take nothing more."""
        self._is_open = False

    async def is_up(self) -> bool:
        """Whether requests are taken."""
        return self._is_open

    async def _receive(self, request: web.Request) -> web.Response:
        if not self._is_open:
            return web.Response(status=503, headers={"Retry-After": "5"})
        if not is_readable(request.headers):
            return self._refusal()
        began = self._clock.monotonic()
        try:
            asked = await to_bolt_request(request)
        except UNREADABLE:  # it is not even signed yet
            return self._refusal()
        with interaction():
            answer = await self._app.async_dispatch(asked)
        if answer.status == UNSIGNED:
            return self._refusal()
        self._acknowledged(self._clock.monotonic() - began)
        return await to_aiohttp_response(answer)

    async def _once(
        self, request: AsyncBoltRequest, next_: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        signatures = request.headers.get(SIGNATURE.lower())
        if signatures and not self._signatures.is_new(signatures[0]):
            return BoltResponse(status=UNSIGNED)
        return await next_()

    def _refusal(self) -> web.Response:
        self._refused()
        return web.Response(status=UNSIGNED)
