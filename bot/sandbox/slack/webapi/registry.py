"""Which methods there are, what they need, and what they work on."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.installed_app import InstalledApp
from bot.sandbox.slack.model import Channel, Json
from bot.sandbox.slack.workspace import Workspace

if TYPE_CHECKING:
    from bot.sandbox.slack.events import Events
    from bot.sandbox.slack.sockets import Sockets

Item = TypeVar("Item")
Answer = Callable[["Context", Arguments], Json]


@dataclass(frozen=True)
class Context:
    """What a method works on."""

    workspace: Workspace
    events: "Events"
    sockets: "Sockets"
    base_url: str

    @property
    def app(self) -> InstalledApp:
        """The app that calls."""
        return self.workspace.app

    def require_scope(self, *any_of: str) -> None:
        """Check the app's rights.

        Raises:
            RefusedError: `missing_scope`.
        """
        if any_of and not self.app.scopes.intersection(any_of):
            provided = ",".join(sorted(self.app.scopes))
            raise RefusedError("missing_scope", needed=",".join(any_of), provided=provided)

    def visible_channel(self, channel_id: str) -> Channel:
        """A channel that the app may know of.

        Raises:
            RefusedError: `channel_not_found`, also for private ones without the app.
        """
        channel = self.workspace.channel(channel_id)
        if channel.kind != "public_channel" and self.app.bot_user_id not in channel.members:
            raise RefusedError("channel_not_found")
        return channel

    def own_channel(self, channel_id: str) -> Channel:
        """A channel that the app is in.

        Raises:
            RefusedError: `channel_not_found` or `not_in_channel`.
        """
        channel = self.visible_channel(channel_id)
        if self.app.bot_user_id not in channel.members:
            raise RefusedError("not_in_channel")
        return channel


@dataclass(frozen=True)
class Method:
    """One method: any one of `scopes` is enough.

    `caller` says whose token it takes: bot, app, either, or anyone (none at all).
    """

    name: str
    answer: Answer
    scopes: tuple[str, ...]
    tier: int
    caller: str


METHODS: dict[str, Method] = {}

SPECIAL = 5  # the tier of methods with rules of their own


def method(
    name: str, *, tier: int, scopes: tuple[str, ...] = (), caller: str = "bot"
) -> Callable[[Answer], Answer]:
    """Make a function answer a Web API method."""

    def register(answer: Answer) -> Answer:
        METHODS[name] = Method(name, answer, scopes, tier, caller)
        return answer

    return register


def page(
    items: Sequence[Item], arguments: Arguments, default_limit: int, max_limit: int = 1000
) -> tuple[list[Item], Json]:
    """One page of a list, and the `response_metadata` that leads to the next.

    Raises:
        RefusedError: `invalid_cursor` or `invalid_limit`.
    """
    limit = arguments.number("limit", default_limit)
    if not 0 <= limit <= max_limit:
        raise RefusedError("invalid_limit")
    start = _offset(arguments.text("cursor"))
    stop = start + (limit or default_limit)
    cursor = base64.b64encode(f"next:{stop}".encode()).decode() if stop < len(items) else ""
    return list(items[start:stop]), {"next_cursor": cursor}


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (binascii.Error, ValueError):
        raise RefusedError("invalid_cursor") from None


def ok(**fields: Any) -> Json:
    """An answer that says yes."""
    return {"ok": True, **fields}
