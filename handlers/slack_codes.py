"""Calls of Slack's Web API for a person who waits, and what Slack calls its reasons."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError

from handlers.blocks import tables

UNCLEAR: Final = frozenset(
    {"internal_error", "fatal_error", "request_timeout", "service_unavailable", "accesslimited"}
)
"""Slack does not know itself whether it was done."""
BAD_BLOCKS: Final = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch"}
)
UNSAID_RETRY_AFTER_S: Final = 5.0


class SlackSilentError(Exception):
    """Slack gave no answer that can be read, or asks us to wait: the person may try again."""

    def __init__(self, why: str, *, retry_after_s: float = 0) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s


def code_of(error: SlackApiError) -> str:
    """Such as `channel_not_found`; empty where the answer was no JSON, as those of proxies are."""
    answer = getattr(error.response, "data", error.response)
    return str(answer.get("error") or "") if isinstance(answer, Mapping) else ""


def retry_after_s(error: SlackApiError) -> float:
    """How long Slack wants us to wait; a proxy before it may say a date instead of seconds."""
    said = str(error.response.headers.get("Retry-After", ""))
    return float(said) if said.isdecimal() else UNSAID_RETRY_AFTER_S


async def called(method: Callable[..., Awaitable[Any]], **arguments: Any) -> Any:
    """One call; raises SlackApiError where Slack refuses, SlackSilentError where it says nothing.

    An answer in plain text, as proxies give it, makes the SDK fail with an AttributeError.
    """
    try:
        return await method(**arguments)
    except (aiohttp.ClientError, TimeoutError, AttributeError) as error:
        raise SlackSilentError(type(error).__name__) from error
    except SlackApiError as error:
        code = code_of(error)
        if code == "ratelimited":
            raise SlackSilentError(code, retry_after_s=retry_after_s(error)) from error
        if not code or code in UNCLEAR:
            raise SlackSilentError(code or "no JSON") from error
        raise


async def sent(method: Callable[..., Awaitable[Any]], **message: Any) -> Any:
    """The same for a message: without its table, and at last in words alone.

    So Slack's refusal of one block costs no more than it has to, the buttons last of all.
    """
    *others, plainest = plainer_and_plainer(message)
    for one in others:
        try:
            return await called(method, **one)
        except SlackApiError as error:
            if code_of(error) not in BAD_BLOCKS:
                raise
    return await called(method, **plainest)


def plainer_and_plainer(message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A message, the same with lines in place of its tables, and its words."""
    yield dict(message)
    blocks = message.get("blocks") or ()
    if any(block["type"] == "table" for block in blocks):
        yield {**message, "blocks": tables.as_lines(blocks)}
    if blocks:
        yield {name: part for name, part in message.items() if name != "blocks"}
