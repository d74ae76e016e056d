"""Delivery by signed HTTP requests."""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.slack.errors import UndeliveredError
from bot.sandbox.slack.installed_app import InstalledApp
from bot.sandbox.slack.model import Json

MAX_REDIRECTS = 2  # Slack docs, Events API


class HttpDelivery:
    """Posts to the app's request URLs.

    Args:
        app: whose addresses and signing secret count.
        ack_seconds: how long an answer may take.
    """

    def __init__(self, app: InstalledApp, ack_seconds: float) -> None:
        self._app = app
        self._timeout = aiohttp.ClientTimeout(total=ack_seconds)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """End all HTTP connections."""
        if self._session:
            await self._session.close()

    async def ask(self, kind: str, payload: Json, *, retry: tuple[int, str] | None) -> Any:
        """Post a payload; the answer is parsed JSON, text, or None for an empty body.

        Raises:
            UndeliveredError: no connection, no answer in time, or not HTTP 200.
        """
        body, content_type = _encoded(kind, payload)
        headers = {"Content-Type": content_type, **self._signature(body)}
        if retry:
            headers |= {"x-slack-retry-num": str(retry[0]), "x-slack-retry-reason": retry[1]}
        return await self._post(self._address(kind, payload), body, headers)

    async def verify_url(self) -> bool:
        """Send the challenge with which Slack checks a new events address."""
        challenge = "sandbox-challenge"
        payload = {
            "token": self._app.verification_token,
            "challenge": challenge,
            "type": "url_verification",
        }
        answer = await self.ask("events_api", payload, retry=None)
        return answer in (challenge, {"challenge": challenge})

    def _address(self, kind: str, payload: Json) -> str:
        if kind == "slash_commands":
            return self._app.commands[payload["command"]].url or self._app.request_url
        if kind == "events_api":
            return self._app.event_url or self._app.request_url
        if payload["type"] == "block_suggestion":
            return self._app.options_url or self._app.request_url
        return self._app.request_url

    def _signature(self, body: str) -> dict[str, str]:
        """Slack docs, verifying requests: v0.

        The stamp is real time even where the workspace's clock is virtual, since the app
        compares it with its own.
        """
        stamp = str(int(time.time()))
        secret = self._app.signing_secret.encode()
        digest = hmac.new(secret, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def _post(self, address: str, body: str, headers: dict[str, str]) -> Any:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        try:
            async with self._session.post(
                address, data=body.encode(), headers=headers, max_redirects=MAX_REDIRECTS
            ) as response:
                return await _read_answer(response)
        except TimeoutError:
            raise UndeliveredError("operation_timeout", "http_timeout") from None
        except aiohttp.TooManyRedirects:
            raise UndeliveredError("dispatch_failed", "too_many_redirects") from None
        except aiohttp.ClientError:
            raise UndeliveredError("dispatch_failed", "connection_failed") from None


def _encoded(kind: str, payload: Json) -> tuple[str, str]:
    if kind == "events_api":
        return json.dumps(payload), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields), "application/x-www-form-urlencoded"


async def _read_answer(response: aiohttp.ClientResponse) -> Any:
    text = await response.text()
    if response.status // 100 != 2:
        may_retry = response.headers.get("x-slack-no-retry") != "1"
        raise UndeliveredError("dispatch_failed", "http_error", may_retry=may_retry)
    if not text:
        return None
    if response.content_type != "application/json":
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
