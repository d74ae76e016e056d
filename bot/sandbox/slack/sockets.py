"""Socket Mode: tickets, connections, envelopes and their acknowledgements."""

import asyncio
import json
import random
import secrets
import time
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.slack.changes import Changes
from bot.sandbox.slack.errors import UndeliveredError
from bot.sandbox.slack.model import Json

MAX_CONNECTIONS = 10  # Slack docs, Socket Mode: "up to 10"
TICKET_SECONDS = 30.0
HEARTBEAT_SECONDS = 10.0
GOODBYE_SECONDS = 1.0


@dataclass(eq=False)
class Connection:
    """One WebSocket of the app."""

    number: int
    request: web.Request
    socket: web.WebSocketResponse

    async def send(self, message: Json) -> None:
        """Send one message; a connection that has just broken loses it, as in Slack."""
        try:
            await self.socket.send_str(json.dumps(message))
        except ConnectionError:
            return


class Sockets:
    """All Socket Mode connections of the app.

    Args:
        app_id: for the greeting.
        changes: where connections are announced.
        ack_seconds: how long an envelope waits for its acknowledgement.
        seed: of the choice among connections.
    """

    def __init__(self, app_id: str, changes: Changes, ack_seconds: float, seed: int = 0) -> None:
        self._app_id = app_id
        self._changes = changes
        self.ack_seconds = ack_seconds
        self.goodbye_seconds = GOODBYE_SECONDS
        self._random = random.Random(seed)
        self._tickets: dict[str, float] = {}
        self._connections: list[Connection] = []
        self.opened = 0  # connections so far, the ended ones included
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._envelopes = 0

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def issue_ticket(self) -> str:
        """The right to one connection, for a short time."""
        ticket = secrets.token_hex(16)
        self._tickets[ticket] = time.monotonic()
        return ticket

    def _may_connect(self, ticket: str) -> bool:
        issued = self._tickets.pop(ticket, None)
        return issued is not None and time.monotonic() - issued <= TICKET_SECONDS

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Speak Socket Mode with a client that brings a ticket."""
        if not self._may_connect(request.query.get("ticket", "")):
            return web.Response(status=403, text="invalid ticket")
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS)
        await socket.prepare(request)
        self.opened += 1
        connection = Connection(self.opened, request, socket)
        if len(self._connections) >= MAX_CONNECTIONS:
            await connection.send(self._disconnect_message(connection, "too_many_websockets"))
            await socket.close()
            return socket
        await self._greet(connection)
        try:
            await self._listen(connection)
        finally:
            self._forget(connection)
        return socket

    async def _greet(self, connection: Connection) -> None:
        self._connections.append(connection)
        self._changes.publish("connection")
        await connection.send(
            {
                "type": "hello",
                "num_connections": len(self._connections),
                "connection_info": {"app_id": self._app_id},
                "debug_info": self._debug_info(connection),
            }
        )

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is WSMsgType.TEXT:
                self._acknowledge(message.data)

    def _acknowledge(self, text: str) -> None:
        """Accept an acknowledgement on any connection, since clients switch in between.

        What is none is let pass without a word, and a second one comes too late.
        """
        try:
            answer = json.loads(text)
        except json.JSONDecodeError:
            return
        if not isinstance(answer, dict):
            return
        waiting = self._waiting.get(str(answer.get("envelope_id")))
        if waiting and not waiting.done():
            waiting.set_result(answer.get("payload"))

    async def ask(
        self, kind: str, payload: Json, *, accepts_payload: bool, retry: tuple[int, str] | None
    ) -> Any:
        """Send an envelope over one of the connections and wait for its acknowledgement.

        Raises:
            UndeliveredError: there is no connection, or no acknowledgement in time.
        """
        if not self._connections:
            raise UndeliveredError("dispatch_failed", "connection_failed")
        self._envelopes += 1
        envelope = {
            "envelope_id": f"envelope-{self._envelopes}-{secrets.token_hex(8)}",
            "type": kind,
            "payload": payload,
            "accepts_response_payload": accepts_payload,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry[0] if retry else 0}
            envelope |= {"retry_reason": retry[1] if retry else ""}
        return await self._exchange(self._random.choice(self._connections), envelope)

    async def _exchange(self, connection: Connection, envelope: Json) -> Any:
        waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = waiting
        try:
            await connection.send(envelope)
            return await asyncio.wait_for(waiting, self.ack_seconds)
        except TimeoutError:
            raise UndeliveredError("operation_timeout", "timeout") from None
        finally:
            del self._waiting[envelope["envelope_id"]]

    async def warn(self) -> None:
        """Tell every connection that it will be refreshed soon."""
        for connection in list(self._connections):
            await connection.send(self._disconnect_message(connection, "warning"))

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """End every connection as Slack does: `refresh_requested` or `link_disabled`."""
        for connection in list(self._connections):
            await self._say_goodbye(connection, reason)

    def drop(self) -> None:
        """Break every connection without a word."""
        for connection in self._connections:
            if connection.request.transport:
                connection.request.transport.abort()

    async def close(self) -> None:
        """End every connection at shutdown."""
        for connection in list(self._connections):
            await connection.socket.close(code=1001)

    async def _say_goodbye(self, connection: Connection, reason: str) -> None:
        self._forget(connection)  # nothing more is sent to whom goodbye was said
        await connection.send(self._disconnect_message(connection, reason))
        await self._hear_out(connection)
        await connection.socket.close()

    async def _hear_out(self, connection: Connection) -> None:
        """Let what is under way be acknowledged, and the client hang up, before the line is cut.

        Cut at once, the official client opens two connections: for the goodbye, and for the cut.
        """
        until = time.monotonic() + self.goodbye_seconds
        while not connection.socket.closed and time.monotonic() < until:  # noqa: ASYNC110 - an end by the clock, too
            await asyncio.sleep(0.005)

    def _forget(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
            self._changes.publish("connection")

    def _disconnect_message(self, connection: Connection, reason: str) -> Json:
        info = self._debug_info(connection)
        return {"type": "disconnect", "reason": reason, "debug_info": info}

    def _debug_info(self, connection: Connection) -> Json:
        return {
            "host": f"applink-{connection.number}",
            "build_number": 1,
            "approximate_connection_time": 18060,
        }
