"""Who may look up, ask, decide, see pincodes and administer.

Deciding is always answered from a fresh read; all clicks that come while one is under way share it.
Looking up may use what was read in the last minute. Where the directory does not answer, nobody is
let in on an old answer: `DirectoryUnavailableError` says "cannot check your rights now".
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from bot.clock import Clock
from bot.config.settings import AccessSettings
from bot.shared_reads import SharedReads

KEPT_S: Final = 60.0
"""How long a right to look up is believed without asking again."""


@dataclass(frozen=True)
class Person:
    """One account of the workspace."""

    id: str
    is_bot: bool = False
    is_guest: bool = False
    is_foreign: bool = False
    """A member of another workspace."""
    is_deactivated: bool = False


class DirectoryUnavailableError(Exception):
    """The chat does not say now who somebody is or who is in a group."""


class Directory(Protocol):
    """Who people are, as the chat knows them now."""

    async def person(self, user_id: str) -> Person:
        """Raise DirectoryUnavailableError where there is no answer."""

    async def members(self, group_id: str) -> frozenset[str]:
        """The users of a user group; raises DirectoryUnavailableError where there is no answer."""


class Because(StrEnum):
    """Why somebody may not."""

    BOT = "bot"
    DEACTIVATED = "deactivated"
    GUEST = "guest"
    FOREIGN = "foreign"
    NOT_NAMED = "not_named"
    """They are neither named nor in a group that is named."""


@dataclass(frozen=True)
class Allowed:
    """They may."""


@dataclass(frozen=True)
class Refused:
    """They may not."""

    because: Because
    who_can: tuple[str, ...] = ()
    """Users and user groups that may; empty where every full member may."""


Right = Allowed | Refused


class Access:
    """Answers who may do what."""

    def __init__(self, directory: Directory, settings: AccessSettings, clock: Clock) -> None:
        self._settings = settings
        self._people = SharedReads(directory.person, clock, keep_s=KEPT_S)
        self._groups = SharedReads(directory.members, clock, keep_s=KEPT_S)

    async def may_look_up(self, user_id: str) -> Right:
        """Whether they may look things up; believed for a minute."""
        return await self._right(user_id, self._settings.support, fresh=False, open_to_all=True)

    async def may_ask(self, user_id: str) -> Right:
        """Whether they may ask for operations; read afresh."""
        return await self._right(user_id, self._settings.support, fresh=True, open_to_all=True)

    async def may_decide(self, user_id: str, approvers: Sequence[str] = ()) -> Right:
        """Whether they are one of these approvers, else of `[access].approvers`; read afresh."""
        return await self._right(user_id, approvers or self._settings.approvers, fresh=True)

    async def may_tend_alerts(self, user_id: str, also: Sequence[str] = ()) -> Right:
        """Whether they may acknowledge and silence: support, and whom a route or rota names."""
        right = await self.may_ask(user_id)
        if isinstance(right, Allowed) or right.because is not Because.NOT_NAMED or not also:
            return right
        return await self._right(user_id, (*self._settings.support, *also), fresh=True)

    async def may_see_pincodes(self, user_id: str) -> Right:
        """Whether they may see pincodes; read afresh."""
        return await self._right(user_id, self._settings.pincodes, fresh=True)

    async def may_administer(self, user_id: str) -> Right:
        """Whether they may end others' silences and read the audit; read afresh."""
        return await self._right(user_id, self._settings.admins, fresh=True)

    async def _right(
        self, user_id: str, named: Sequence[str], *, fresh: bool, open_to_all: bool = False
    ) -> Right:
        """Both questions at once: one after the other they may take longer than a click waits."""
        is_named = user_id in named or (open_to_all and not named)
        groups = [] if is_named else [name for name in named if name.startswith("S")]
        person, members = await asyncio.gather(
            (self._people.fresh if fresh else self._people.recent)(user_id),
            self._members(groups, fresh=fresh),
        )
        if because := self._no_member(person):
            return Refused(because, tuple(named))
        if is_named or user_id in members:
            return Allowed()
        return Refused(Because.NOT_NAMED, tuple(named))

    async def _members(self, groups: Iterable[str], *, fresh: bool) -> frozenset[str]:
        read = self._groups.fresh if fresh else self._groups.recent
        each = await asyncio.gather(*(read(group) for group in groups))
        return frozenset[str]().union(*each)

    def _no_member(self, person: Person) -> Because | None:
        if person.is_bot:
            return Because.BOT
        if person.is_deactivated:
            return Because.DEACTIVATED
        if person.is_foreign and not self._settings.external:
            return Because.FOREIGN
        if person.is_guest and not self._settings.guests:
            return Because.GUEST
        return None
