"""Shows the outbox's messages in Slack: posts, edits in place, and looks for what may have arrived.

Slack knows no idempotency key, so a message carries its outbox id as the `block_id` of its first
block, by which it is found again in the history.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbox import (
    DelayedError,
    GoneError,
    NotifierError,
    Posted,
    RefusedError,
    UnknownDeliveryError,
)
from bot.outbox import Message as OutboxMessage
from handlers.blocks import kit
from handlers.slack_codes import BAD_BLOCKS, UNCLEAR, code_of, retry_after_s

REQUEST_TIMEOUT_S: Final = 15.0
NOT_REACHED_PAUSE_S: Final = 5.0
LOOK_BACK_MARGIN_S: Final = 600
"""How far Slack's clock and ours may be apart, which is where a message would be posted twice."""
LOOK_BACK_PAGE: Final = 200
LOOK_BACK_PAGES: Final = 5

LOCKED_OUT: Final = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"}
)
"""It is not the message that Slack refuses but us: it is posted once our token is good again."""
LOCKED_OUT_PAUSE_S: Final = 30.0
GONE: Final = frozenset({"message_not_found", "thread_not_found", "edit_window_closed"})


class Renderer(Protocol):
    """Makes the text of a message from the record that it is about."""

    async def render(self, message: OutboxMessage) -> kit.Message:
        """As the record is now; raises `bot.outbox.RefusedError` where there is no such record."""
        ...


def session() -> aiohttp.ClientSession:
    """One for all calls; with a session of ours the SDK's own timeout is not applied."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=REQUEST_TIMEOUT_S))


def posting_client(token: SecretStr, api_url: str, shared: aiohttp.ClientSession) -> AsyncWebClient:
    """A client that sends a request once: the SDK's default repeats it when an answer is lost."""
    return AsyncWebClient(
        token=token.get_secret_value(), base_url=api_url, session=shared, retry_handlers=[]
    )


class SlackNotifier:
    """Implements `bot.outbox.Notifier`."""

    def __init__(self, client: AsyncWebClient, renderer: Renderer) -> None:
        self._client = client
        self._renderer = renderer
        self._direct_channels: dict[str, str] = {}

    async def post(self, message: OutboxMessage, thread: Posted | None) -> Posted:
        """Post it; without its blocks where Slack does not take them."""
        shown = await self._rendered(message)
        channel = await self._channel(message.destination)
        place = {"channel": channel, "thread_ts": thread.ts if thread else None}
        answer = await self._with_fallback(self._client.chat_postMessage, shown, place)
        return Posted(channel=str(answer["channel"]), ts=str(answer["ts"]))

    async def edit(self, message: OutboxMessage, posted: Posted) -> None:
        """Replace what is shown."""
        shown = await self._rendered(message)
        place = {"channel": posted.channel, "ts": posted.ts}
        await self._with_fallback(self._client.chat_update, shown, place)

    async def find(self, message: OutboxMessage, thread: Posted | None) -> Posted | None:
        """Read back from the moment it was first sent, until its marker is met."""
        channel = await self._channel(message.destination)
        since = message.first_sent_at or message.created_at
        cursor = ""
        for _ in range(LOOK_BACK_PAGES):
            page = await self._history(channel, thread, since, cursor)
            for row in page.get("messages") or ():
                if _marker(row) == message.id:
                    return Posted(channel=channel, ts=str(row["ts"]))
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None
        raise RefusedError("too_much_history")

    async def _rendered(self, message: OutboxMessage) -> kit.Message:
        shown = await self._renderer.render(message)
        first, *others = shown["blocks"]
        return {"text": shown["text"], "blocks": [{**first, "block_id": message.id}, *others]}

    async def _with_fallback(
        self,
        method: Callable[..., Awaitable[Any]],
        shown: kit.Message,
        place: Mapping[str, Any],
    ) -> Any:
        try:
            return await _call(method, **place, **shown)
        except RefusedError as error:
            if error.code not in BAD_BLOCKS:
                raise
        marker = shown["blocks"][0]["block_id"]
        plain = [kit.section(shown["text"], block_id=marker)]
        return await _call(method, **place, text=shown["text"], blocks=plain)

    async def _history(
        self, channel: str, thread: Posted | None, since: datetime, cursor: str
    ) -> Any:
        window: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{since.timestamp() - LOOK_BACK_MARGIN_S:.6f}",
            "limit": LOOK_BACK_PAGE,
        }
        if cursor:
            window["cursor"] = cursor
        if thread is None:
            return await _call(self._client.conversations_history, **window)
        return await _call(self._client.conversations_replies, ts=thread.ts, **window)

    async def _channel(self, destination: str) -> str:
        """The channel itself, or the direct messages with a person."""
        if not destination.startswith(("U", "W")):
            return destination
        if destination not in self._direct_channels:
            answer = await _call(self._client.conversations_open, users=destination)
            self._direct_channels[destination] = str(answer["channel"]["id"])
        return self._direct_channels[destination]


def _marker(row: Mapping[str, Any]) -> str | None:
    blocks = row.get("blocks") or [{}]
    marker = blocks[0].get("block_id")
    return None if marker is None else str(marker)


async def _call(method: Callable[..., Awaitable[Any]], **arguments: Any) -> Any:
    """One attempt; raises what the outbox understands."""
    try:
        return await method(**arguments)
    except SlackApiError as error:
        raise _translated(error) from error
    except aiohttp.ClientConnectorError as error:
        raise DelayedError(NOT_REACHED_PAUSE_S) from error
    except (aiohttp.ClientError, TimeoutError, AttributeError) as error:
        raise UnknownDeliveryError from error  # the last: what the SDK makes of plain text


def _translated(error: SlackApiError) -> NotifierError:
    response = error.response
    status = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    code = code_of(error)
    if code == "ratelimited" or status == 429:
        return DelayedError(retry_after_s(error))
    if code in LOCKED_OUT:
        return DelayedError(LOCKED_OUT_PAUSE_S)
    if status >= 500 or code in UNCLEAR or not code:
        return UnknownDeliveryError()
    return GoneError(code) if code in GONE else RefusedError(code)
