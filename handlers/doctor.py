"""Slack's side of `python -m bot check`: tokens, scopes, clock, channels, groups and people."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.checks import Finding
from bot.clock import Clock
from handlers.connection import EVENTS_PATH
from handlers.directory import UNKNOWN_PEOPLE

SCOPES: Final[Mapping[str, str]] = {
    "app_mentions:read": "answer when it is mentioned",
    "channels:history": "look for a message before it is sent again",
    "channels:read": "check that the bot is in its channels",
    "chat:write": "post",
    "commands": "take commands and shortcuts",
    "files:read": "read import sheets",
    "files:write": "hand out results and reports",
    "groups:history": "look for a message in private channels",
    "groups:read": "check that the bot is in its private channels",
    "im:history": "read what people write to the bot",
    "im:write": "write to people",
    "usergroups:read": "know who is in a user group",
    "users:read": "tell members from guests and strangers",
}
"""The rights that the code uses, and what for; `manifest.yml` asks for the same."""
CLOCKS_MAY_DIFFER_S: Final = 60
SUBJECT: Final = "Slack"

_CHECK_NETWORK: Final = "Check this machine's network, and `SLACK_API_URL` if it is set."
_COPY_IT_ANEW: Final = (
    "Copy the bot token from the app's page, OAuth & Permissions, to SLACK_BOT_TOKEN."
)
_MAKE_ONE: Final = (
    "Make an app-level token with `connections:write` on the app's page, Basic Information, and"
    " copy it to SLACK_APP_TOKEN."
)
_REINSTALL: Final = "Update the app with `manifest.yml`, and install it to the workspace again."
_COPY_THEIR_ID: Final = "Correct the id; the menu of their profile copies it."
_INVITE: Final = "Type /invite and the bot's name in that channel, or correct its id."


class SlackDoctor:
    """Implements `bot.checks.Chat`. It only asks; nothing is posted."""

    def __init__(
        self,
        client: AsyncWebClient,
        clock: Clock,
        *,
        app_token: SecretStr | None,
        channels: Mapping[str, str],
        groups: Mapping[str, str],
        users: Mapping[str, str],
        scopes: Mapping[str, str] = SCOPES,
    ) -> None:
        """What to look at.

        Args:
            client: one that repeats nothing by itself.
            clock: ours.
            app_token: for Socket Mode; `None` in HTTP mode.
            channels: where the bot posts, by id, with what it posts there.
            groups: the user groups that are named, with where.
            users: the people that are named, with where.
            scopes: the rights that are needed, with what for.
        """
        self._client = client
        self._clock = clock
        self._app_token = app_token
        self._channels = channels
        self._groups = groups
        self._users = users
        self._scopes = scopes

    async def findings(self) -> AsyncIterator[Finding]:
        """One after the other; where the token is no good there is nothing more to ask."""
        try:
            who = await self._client.auth_test()
            yield Finding(SUBJECT, True, f"The bot is {who['user']} in {who['team']}.")
            headers = {name.lower(): text for name, text in who.headers.items()}
            yield _scopes_finding(headers.get("x-oauth-scopes", ""), self._scopes)
            yield _clock_finding(headers.get("date", ""), self._clock.now())
            yield await self._way_in()
            for channel, purpose in self._channels.items():
                yield await self._channel(channel, purpose)
            for finding in await self._user_groups():
                yield finding
            for user_id, where in self._users.items():
                yield await self._user(user_id, where)
        except SlackApiError as error:
            yield Finding(
                SUBJECT, False, f"It refuses the bot token: {_code(error)}.", _COPY_IT_ANEW
            )
        except (aiohttp.ClientError, TimeoutError) as error:
            trouble = f"It cannot be reached ({type(error).__name__})."
            yield Finding(SUBJECT, False, trouble, _CHECK_NETWORK)

    async def _way_in(self) -> Finding:
        """Whether Slack can reach us."""
        if self._app_token is None:
            sentence = "HTTP mode: whether Slack reaches the bot cannot be seen from here."
            fix = f"The app's request URLs must end in {EVENTS_PATH} and lead to the bot."
            return Finding(SUBJECT, None, sentence, fix)
        try:
            await self._client.apps_connections_open(app_token=self._app_token.get_secret_value())
        except SlackApiError as error:
            sentence = f"It refuses the app-level token: {_code(error)}."
            return Finding(SUBJECT, False, sentence, _MAKE_ONE)
        return Finding(SUBJECT, True, "The app-level token opens Socket Mode connections.")

    async def _channel(self, channel: str, purpose: str) -> Finding:
        subject = f"channel {channel} ({purpose})"
        try:
            answer = await self._client.conversations_info(channel=channel)
        except SlackApiError as error:
            return _unknown_channel(subject, _code(error))
        shown: Mapping[str, Any] = answer["channel"]
        name = f"#{shown.get('name', channel)}"
        if shown.get("is_archived"):
            fix = "Unarchive it, or name another."
            return Finding(subject, False, f"{name} is archived.", fix)
        if not shown.get("is_member"):
            return Finding(subject, False, f"The bot is not in {name}.", _INVITE)
        return Finding(subject, True, f"The bot is in {name}.")

    async def _user_groups(self) -> list[Finding]:
        if not self._groups:
            return []
        try:
            answer = await self._client.usergroups_list(include_disabled=True, include_count=True)
        except SlackApiError as error:
            sentence = f"Slack does not list them: {_code(error)}."
            return [Finding("user groups", False, sentence, _REINSTALL)]
        known = {group["id"]: group for group in answer["usergroups"]}
        return [_group_finding(known.get(one), one, where) for one, where in self._groups.items()]

    async def _user(self, user_id: str, where: str) -> Finding:
        subject = f"user {user_id} ({where})"
        try:
            answer = await self._client.users_info(user=user_id)
        except SlackApiError as error:
            if _code(error) in UNKNOWN_PEOPLE:
                return Finding(subject, False, "There is no such person here.", _COPY_THEIR_ID)
            return Finding(subject, False, f"Slack does not show them: {_code(error)}.", _REINSTALL)
        shown: Mapping[str, Any] = answer["user"]
        name = f"@{shown.get('name', user_id)}"
        if shown.get("deleted"):
            return Finding(subject, False, f"{name} is deactivated.", "Name somebody else.")
        if shown.get("is_bot"):
            return Finding(subject, False, f"{name} is a bot.", "Name people only.")
        return Finding(subject, True, f"It is {name}.")


def _scopes_finding(granted: str, needed: Mapping[str, str]) -> Finding:
    """Whether each right that is used was granted."""
    missing = sorted(set(needed) - {scope.strip() for scope in granted.split(",")})
    if not missing:
        return Finding(SUBJECT, True, f"All {len(needed)} scopes are granted.")
    listed = ", ".join(f"{scope} (to {needed[scope]})" for scope in missing)
    return Finding(SUBJECT, False, f"Scopes are missing: {listed}.", _REINSTALL)


def _clock_finding(date: str, now: datetime) -> Finding:
    """Whether our clock is right; Slack refuses signatures that are five minutes off."""
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return Finding(SUBJECT, None, "It does not say what time it is.")
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    apart = (now - theirs).total_seconds()
    if abs(apart) <= CLOCKS_MAY_DIFFER_S:
        return Finding(SUBJECT, True, "Its clock and ours agree.")
    fix = "Set this machine's clock, best by NTP."
    return Finding(SUBJECT, None, f"Our clock differs from its by {apart:+.0f} s.", fix)


def _unknown_channel(subject: str, code: str) -> Finding:
    if code == "missing_scope":
        sentence = "It cannot be looked at without channels:read and groups:read."
        return Finding(subject, None, sentence, _REINSTALL)
    if code == "channel_not_found":
        sentence = "There is no such channel, or it is private and the bot is not in it."
        return Finding(subject, False, sentence, _INVITE)
    return Finding(subject, False, f"It cannot be looked at: {code}.")


def _group_finding(group: Mapping[str, Any] | None, group_id: str, where: str) -> Finding:
    subject = f"user group {group_id} ({where})"
    if group is None:
        fix = "Correct the id; the group's own page shows it."
        return Finding(subject, False, "There is no such user group.", fix)
    if group.get("date_delete"):
        fix = "Enable it, or name another."
        return Finding(subject, False, f"@{group['handle']} is disabled.", fix)
    handle, people = f"@{group['handle']}", str(group.get("user_count", "some"))
    if people == "0":
        fix = "Add people to it; until then nobody has what it is named for."
        return Finding(subject, None, f"{handle} is empty.", fix)
    said = "one person" if people == "1" else f"{people} people"
    return Finding(subject, True, f"It is {handle}, {said}.")


def _code(error: SlackApiError) -> str:
    data = getattr(error.response, "data", error.response)
    return str(data.get("error") or "no reason given") if isinstance(data, Mapping) else "no JSON"
