"""An app that speaks Socket Mode by hand, so that a test decides every answer."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Self

import aiohttp

from bot.sandbox.slack.server import SlackServer

SILENCE = object()  # an answer that means: no acknowledgement at all


class RawApp:
    """Keeps every envelope and answers with what `answer` returns for it."""

    def __init__(self, slack: SlackServer) -> None:
        self._slack = slack
        self._session = aiohttp.ClientSession()
        self._tasks: list[asyncio.Task[None]] = []
        self.sockets: list[aiohttp.ClientWebSocketResponse] = []
        self.received: list[dict[str, Any]] = []
        self.by_socket: list[list[dict[str, Any]]] = []
        self.greetings: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], Any] = lambda _: None

    async def connect(self) -> Self:
        """Open one more connection."""
        socket = await self._session.ws_connect(await self.address())
        self.greetings.append(await socket.receive_json())
        mine: list[dict[str, Any]] = []
        self.by_socket.append(mine)
        self.sockets.append(socket)
        self._tasks.append(asyncio.create_task(self._listen(socket, mine)))
        return self

    async def address(self) -> str:
        """A fresh WebSocket address."""
        headers = {"Authorization": f"Bearer {self._slack.workspace.app.app_token}"}
        url = f"{self._slack.api_url}apps.connections.open"
        async with self._session.post(url, headers=headers) as response:
            return str((await response.json())["url"])

    async def knock(self, address: str) -> int:
        """Try an address; the HTTP status."""
        try:
            async with self._session.ws_connect(address):
                return 101
        except aiohttp.WSServerHandshakeError as error:
            return error.status

    async def _listen(
        self, socket: aiohttp.ClientWebSocketResponse, mine: list[dict[str, Any]]
    ) -> None:
        async for message in socket:
            envelope = json.loads(message.data)
            mine.append(envelope)
            self.received.append(envelope)
            if "envelope_id" not in envelope:
                continue
            answer = self.answer(envelope)
            if answer is not SILENCE:
                ack = {"envelope_id": envelope["envelope_id"]}
                await socket.send_json(ack | ({"payload": answer} if answer else {}))

    def payloads(self, kind: str) -> list[dict[str, Any]]:
        """The payloads of one type: an envelope's, an interaction's, or an event's."""
        found = []
        for envelope in self.received:
            payload = envelope.get("payload") or {}
            event = payload.get("event") or {}
            if kind in {envelope["type"], payload.get("type"), event.get("type")}:
                found.append(payload)
        return found

    async def hung_up(self) -> None:
        """Wait until Slack has ended every connection."""
        await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Hang up."""
        for socket in self.sockets:
            await socket.close()
        await self.hung_up()
        await self._session.close()


def text_input(block_id: str, label: str, **extra: Any) -> dict[str, Any]:
    """An input block for a test's modal."""
    element = {"type": "plain_text_input", "action_id": block_id, **extra.pop("element", {})}
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": label},
        "element": element,
        **extra,
    }


def modal(*blocks: dict[str, Any], title: str = "Form", **extra: Any) -> dict[str, Any]:
    """A modal for a test."""
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": list(blocks),
        **extra,
    }


def section(text: str, **extra: Any) -> dict[str, Any]:
    """A section for a test."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **extra}


def button(label: str, action_id: str, **extra: Any) -> dict[str, Any]:
    """A button for a test."""
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "text": text, "action_id": action_id, **extra}


def actions(*elements: dict[str, Any], **extra: Any) -> dict[str, Any]:
    """A row of elements for a test."""
    return {"type": "actions", "elements": list(elements), **extra}


def option(text: str) -> dict[str, Any]:
    """An option for a test, with its text as value."""
    return {"text": {"type": "plain_text", "text": text}, "value": text}
