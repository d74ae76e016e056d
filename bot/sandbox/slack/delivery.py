"""Brings what happens in the workspace to the app, by Socket Mode or signed HTTP."""

import time
from typing import Any

from bot.sandbox.slack.errors import UndeliveredError
from bot.sandbox.slack.http_delivery import HttpDelivery
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.workspace import Workspace


class Delivery:
    """Chooses the way (HTTP when the app has a request URL) and logs every call."""

    def __init__(self, workspace: Workspace, sockets: Sockets, http: HttpDelivery) -> None:
        self._workspace = workspace
        self._sockets = sockets
        self._http = http

    async def ask(
        self,
        kind: str,
        payload: Json,
        *,
        accepts_payload: bool = True,
        retry: tuple[int, str] | None = None,
    ) -> Any:
        """Deliver and return the app's answer: a dict, a text, or None.

        Args:
            kind: `slash_commands`, `interactive` or `events_api`.
            payload: what the app gets.
            accepts_payload: whether an answer has an effect.
            retry: number and reason, when an event is sent again.

        Raises:
            UndeliveredError: the app did not acknowledge.
        """
        started, at = time.monotonic(), self._workspace.clock.now()
        answer: Any = None
        status = 0
        try:
            answer = await self._send(kind, payload, accepts_payload, retry)
            status = 200
        except UndeliveredError as error:
            answer = error.reason
            raise
        finally:
            self._workspace.calls.record(
                at=at,
                direction="to_app",
                name=_call_name(kind, payload),
                request=payload,
                answer=answer,
                status=status,
                seconds=time.monotonic() - started,
            )
        return answer or None

    async def _send(
        self, kind: str, payload: Json, accepts_payload: bool, retry: tuple[int, str] | None
    ) -> Any:
        if kind == "interactive" and not self._workspace.app.interactive:
            raise UndeliveredError("dispatch_failed", "interactivity_is_disabled")
        if self._workspace.app.request_url:
            return await self._http.ask(kind, payload, retry=retry)
        return await self._sockets.ask(kind, payload, accepts_payload=accepts_payload, retry=retry)


def _call_name(kind: str, payload: Json) -> str:
    if kind == "slash_commands":
        return str(payload["command"])
    if kind == "events_api":
        return str(payload["event"]["type"])
    return str(payload["type"])
