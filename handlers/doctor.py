"""Slack's side of `python -m bot check`: tokens, scopes, channels, user groups, clocks."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.checks import Finding
from bot.clock import Clock
from bot.config import Settings
from bot.config.places import channels_of, user_groups_of

SCOPES: Final[Mapping[str, str]] = {
    "app_mentions:read": "answer when it is mentioned",
    "channels:history": "look for a message before sending it again",
    "channels:read": "check that it is in its channels",
    "chat:write": "post",
    "commands": "take commands and shortcuts",
    "files:read": "read import sheets",
    "files:write": "hand out results of imports and reports",
    "groups:history": "look for a message in private channels",
    "groups:read": "check that it is in its private channels",
    "im:history": "read what people write to it",
    "im:write": "write to people",
    "usergroups:read": "know who is in a user group",
    "users:read": "tell members from guests and strangers",
}
"""The rights that the code uses, and what for; `manifest.yml` asks for the same."""
CLOCKS_MAY_DIFFER_S: Final = 60
_WITHOUT_RIGHT: Final = "missing_scope"
_UNREACHABLE: Final = "Check the network of this machine, and `SLACK_API_URL` if it is set."
_NEW_BOT_TOKEN: Final = "Copy the bot token from the app's page, *Install App*, to SLACK_BOT_TOKEN."  # noqa: S105 - no secret
_NEW_APP_TOKEN: Final = (  # noqa: S105 - no secret
    "Make an app-level token with `connections:write` on the app's page, *Basic Information*, and"
    " put it into SLACK_APP_TOKEN."
)
_CHANNELS: Final[Mapping[str, str]] = {
    "channel_not_found": "there is no such channel, or it is private and the bot is not in it",
}


class SlackDoctor:
    """Implements `bot.checks.Chat`. Asks only; nothing is posted."""

    def __init__(
        self,
        client: AsyncWebClient,
        settings: Settings,
        clock: Clock,
        *,
        scopes: Mapping[str, str] = SCOPES,
    ) -> None:
        """`client` must not repeat requests by itself; `scopes` are those that are needed."""
        self._client = client
        self._app_token = settings.environment.slack_app_token
        self._is_http = settings.slack.mode == "http"
        self._channels = channels_of(settings)
        self._groups = user_groups_of(settings)
        self._clock = clock
        self._scopes = scopes

    async def findings(self) -> AsyncIterator[Finding]:
        """One after the other; where the token is no good there is nothing more to ask."""
        try:
            async for finding in self._all():
                yield finding
        except (aiohttp.ClientError, TimeoutError) as error:
            sentence = f"It cannot be reached ({type(error).__name__})."
            yield Finding("Slack", False, sentence, _UNREACHABLE)

    async def _all(self) -> AsyncIterator[Finding]:
        try:
            who = await self._client.auth_test()
        except SlackApiError as error:
            yield Finding("Slack", False, f"It refuses the bot token: {_code(error)}.", _NEW_BOT_TOKEN)
            return
        yield Finding("Slack", True, f"The bot is {who['user']} in {who['team']}.")
        headers = {name.lower(): text for name, text in who.headers.items()}
        yield from_scopes(headers.get("x-oauth-scopes", ""), self._scopes)
        yield from_clock(headers.get("date", ""), self._clock.now())
        yield await self._reachability()
        for channel, purpose in self._channels.items():
            yield await self._channel(channel, purpose)
        for finding in await self._user_groups():
            yield finding
