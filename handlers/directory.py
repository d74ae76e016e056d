"""Who people are and who is in a user group, as Slack says now. Nothing is kept here."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.access import DirectoryUnavailableError, Person
from handlers.slack_codes import SlackSilentError, called, code_of

PATIENCE_S: Final = 2.0
"""A click has to be acknowledged within three seconds, so Slack has two to answer."""
log = logging.getLogger(__name__)

NO_SUCH_GROUP: Final = "no_such_subteam"
UNREADABLE: Final = "an answer without what was asked for"
UNKNOWN_PEOPLE: Final = frozenset({"user_not_found", "user_not_visible", "users_not_found"})


class SlackDirectory:
    """Implements `bot.access.Directory` with `users.info` and `usergroups.users.list`."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._team_id: str | None = None

    async def person(self, user_id: str) -> Person:
        """Somebody whom Slack does not show us is taken for a stranger."""
        try:
            answer, team = await asyncio.gather(
                self._ask(self._client.users_info, user=user_id), self._our_team()
            )
            return _to_person(answer["user"], team)
        except SlackApiError as error:
            if code_of(error) in UNKNOWN_PEOPLE:
                return Person(user_id, is_foreign=True)
            raise DirectoryUnavailableError(str(error)) from error
        except (LookupError, TypeError) as error:
            raise DirectoryUnavailableError(UNREADABLE) from error

    async def members(self, group_id: str) -> frozenset[str]:
        """The users of a user group; nobody is in one that is gone or disabled.

        That is Slack's answer: who may by another group still may.
        """
        try:
            answer = await self._ask(self._client.usergroups_users_list, usergroup=group_id)
            return frozenset(answer["users"])
        except SlackApiError as error:
            if code_of(error) == NO_SUCH_GROUP:
                log.warning("A user group is gone", extra={"group": group_id})
                return frozenset()
            raise DirectoryUnavailableError(str(error)) from error
        except (LookupError, TypeError) as error:
            raise DirectoryUnavailableError(UNREADABLE) from error

    async def _our_team(self) -> str:
        if self._team_id is None:
            answer = await self._ask(self._client.auth_test)
            self._team_id = str(answer["team_id"])
        return self._team_id

    async def _ask(self, method: Callable[..., Awaitable[Any]], **arguments: Any) -> Any:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await called(method, **arguments)
        except (SlackSilentError, TimeoutError) as error:
            raise DirectoryUnavailableError(type(error).__name__) from error


def _to_person(user: Mapping[str, Any], our_team: str) -> Person:
    return Person(
        id=str(user["id"]),
        is_bot=bool(user.get("is_bot")),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_foreign=bool(user.get("is_stranger") or our_team not in _teams(user, our_team)),
        is_deactivated=bool(user.get("deleted")),
    )


def _teams(user: Mapping[str, Any], our_team: str) -> list[str]:
    """Their workspaces: on Enterprise Grid one is theirs, and they are members of others too."""
    others = (user.get("enterprise_user") or {}).get("teams") or ()
    return [str(user.get("team_id") or our_team), *map(str, others)]
