"""Where a story is played: the outside, and one life of the bot after the other."""

import asyncio
import json
import multiprocessing
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any, Self, TypeVar

from bot.sandbox.people import Person
from bot.sandbox.slack.labels import NotVisibleError
from tests.crash.life import live
from tests.crash.outside import Outside, Servers

FORK = multiprocessing.get_context("fork")
TURN_S = 10.0
"""Longer than every rule, and than what the bot waits for after a start or a lost answer."""
PATIENCE = 6
"""How many turns people look for something before they give up."""
QUIET = 2
MOST_TURNS = 30
HANGS_S = 60.0
LONGEST_LINE = 2**22

Seen = TypeVar("Seen")


class DiedError(Exception):
    """The bot was killed."""


class StuckError(Exception):
    """What a story waits for does not come; the message says what is there instead."""


class Life:
    """One process of the bot, forked before there is an event loop."""

    def __init__(self, others: Sequence["Life"]) -> None:
        self._end, theirs = socket.socketpair()
        foreign = (self._end, *(other._end for other in others))
        self._process: ForkProcess = FORK.Process(target=live, args=(theirs, foreign))
        self._process.start()
        theirs.close()

    async def begin(self, birth: dict[str, Any]) -> None:
        """Be born; raises DiedError where fate strikes during the start."""
        self.ended = asyncio.Event()
        self.last_words = "an unknown moment"
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._reader, self._writer = await asyncio.open_connection(
            sock=self._end, limit=LONGEST_LINE
        )
        self._listening = asyncio.create_task(self._listen())
        await self.tell(**birth)

    async def tell(self, **order: Any) -> dict[str, Any]:
        """Give an order and wait until it is carried out; raises DiedError."""
        self._writer.write(json.dumps(order).encode() + b"\n")
        async with asyncio.timeout(HANGS_S):
            said = await self._said.get()
        if "failed" in said:
            raise StuckError(said["failed"])
        if not said:
            raise DiedError
        return said

    async def _listen(self) -> None:
        with suppress(ConnectionError):
            async for line in self._reader:
                said: dict[str, Any] = json.loads(line)
                self.last_words = said.get("killed_at", self.last_words)
                if "killed_at" not in said:
                    self._said.put_nowait(said)
        self._said.put_nowait({})
        self.ended.set()

    def bury(self) -> None:
        """Wait for its end: as long as it is not buried, it counts as alive."""
        self._end.close()
        self._process.join()


class Stage:
    """Plays one story; people go on with it in the bot's next life, where it was killed."""

    def __init__(
        self, outside: Outside, database: Path, dooms: Sequence[int], *, poll: str = "2s"
    ) -> None:
        """`dooms`: the moment to die at, for each life but the last. `poll`: between sweeps."""
        self._outside = outside
        self._database = database
        self._poll = poll
        self._dooms: list[int | None] = [*dooms, None]
        self._lives: list[Life] = []
        self.killed_at: list[str] = []
        self.moments: list[str] = []
        self.errors: list[str] = []
        self._in_vain: Exception | None = None
        for _ in self._dooms:  # before there is an event loop
            self._lives.append(Life(self._lives))

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as ending:
            ending.callback(self._bury_all)
            self.servers: Servers = await ending.enter_async_context(self._outside.open())
            await self._begin_life()
            self._ending = ending.pop_all()
        return self

    async def __aexit__(self, *error: Any) -> None:  # noqa: PYI036 - as AsyncExitStack has it
        await self._ending.__aexit__(*error)

    def _bury_all(self) -> None:
        for life in self._lives:
            life.bury()

    # what stories are made of

    def person(self, name: str) -> Person:
        """Somebody at the screen."""
        return self.servers.person(name)

    async def turn(self, seconds: float = TURN_S) -> int:
        """Let time pass, with all that the bot does in it; how many messages still wait."""
        self._outside.pass_time(seconds)
        said = await self._whatever_comes(lambda: self._life.tell(do="turn", seconds=seconds))
        return int((said or {}).get("waiting", 1))

    async def until(
        self, look: Callable[[], Awaitable[Seen]], act: Callable[[], Awaitable[object]]
    ) -> Seen:
        """Act and look; act again only where the bot died meanwhile, and nothing came of it."""
        while True:
            lives = len(self.killed_at)
            try:
                return await look()
            except NotVisibleError:
                await self._act(act)
            found = await self._look(look, patience=PATIENCE if lives == len(self.killed_at) else 2)
            if found is not None:
                return found
            if lives == len(self.killed_at):
                raise StuckError(f"It does not come. {self._in_vain or ''} {self._screens()}")

    async def persist(
        self, steps: Callable[[], Awaitable[Seen]], start_over: Callable[[], Awaitable[object]]
    ) -> Seen:
        """Take some steps; where the bot forgot the first of them when it died, start over."""
        while True:
            lives = len(self.killed_at)
            try:
                return await steps()
            except StuckError:
                if lives == len(self.killed_at):
                    raise
            await start_over()

    async def sees(self, look: Callable[[], Awaitable[Seen]]) -> Seen:
        """Wait for something that comes by itself."""
        found = await self._look(look, patience=PATIENCE)
        return await look() if found is None else found

    async def quiet(self) -> None:
        """Let time pass until nothing is left to do."""
        quiet = 0
        for _ in range(MOST_TURNS):
            quiet = 0 if await self.turn() else quiet + 1
            if quiet == QUIET:
                return
        raise StuckError("The outbox does not come to rest.")

    async def end(self) -> None:
        """Stop the bot as SIGTERM would, and keep what moments it lived through."""
        said = None
        while said is None:
            said = await self._whatever_comes(lambda: self._life.tell(do="stop"))
        self.moments, self.errors = said["moments"], said["errors"]

    async def _look(self, look: Callable[[], Awaitable[Seen]], patience: int) -> Seen | None:
        for left in reversed(range(patience + 1)):
            try:
                return await look()
            except NotVisibleError:
                if left:
                    await self.turn()
        return None

    def _screens(self) -> str:
        """What people have before them."""
        people = [self.person(name) for name in ("support", "approver", "on-call")]
        shown: list[object] = []
        for person in people:
            newest = person.messages("support")[-1:]
            shown += [person.text_of(each) for each in (*newest, person.top_modal) if each]
            shown += [person.errors, *person.notices[-1:]]
        return "\n".join(str(each) for each in shown if each)

    # lives

    async def _act(self, act: Callable[[], Awaitable[object]]) -> None:
        """Have a person do something, as far as the bot lives to see it."""

        async def done() -> dict[str, Any]:
            try:
                await act()
            except (NotVisibleError, LookupError) as error:
                self._in_vain = error  # what they did before may have borne fruit
            await self.servers.slack.events.settled()
            return await self._life.tell(do="settle")

        await self._whatever_comes(done)

    async def _whatever_comes(
        self, work: Callable[[], Awaitable[dict[str, Any]]]
    ) -> dict[str, Any] | None:
        """Do it; where the bot dies over it, begin its next life and give `None`."""
        doing = asyncio.ensure_future(work())
        ended = asyncio.ensure_future(self._life.ended.wait())
        await asyncio.wait({doing, ended}, return_when=asyncio.FIRST_COMPLETED)
        for task in (doing, ended):
            task.cancel()
        (outcome,) = await asyncio.gather(doing, return_exceptions=True)
        if isinstance(outcome, DiedError | asyncio.CancelledError):
            self._note_death()
            await self._begin_life()
            return None
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    @property
    def _life(self) -> Life:
        return self._lives[len(self.killed_at)]

    async def _begin_life(self) -> None:
        while True:
            last = self._dooms[len(self.killed_at)]
            try:
                return await self._life.begin(self.servers.birth(self._database, last, self._poll))
            except DiedError:
                self._note_death()

    def _note_death(self) -> None:
        self._life.bury()
        self.killed_at.append(self._life.last_words)
