"""A day of messages in a process that may be killed at any moment."""

import asyncio
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bot import topics
from bot.background import Background
from bot.message import Message, Posted
from bot.outbox import Outbox
from bot.store import Store, Tables
from tests.clock import START, VirtualClock

T = TypeVar("T")


class Fate:
    """Counts the moments at which a crash could matter, and kills this process at one of them."""

    def __init__(self, last: int | None) -> None:
        self.passed = 0
        self._last = last

    def point(self) -> None:
        """Die here, or go on."""
        self.passed += 1
        if self.passed == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalStore(Store):
    """May die before and after each transaction."""

    fate: Fate

    async def write(self, work: Callable[[Tables], T]) -> T:
        """Do `work`, if we live that long."""
        self.fate.point()
        result = await super().write(work)
        self.fate.point()
        return result


class PaperChat:
    """A chat in a file, which outlives us; it may see us die before and after each call."""

    def __init__(self, path: Path, fate: Fate) -> None:
        self._path = path
        self._fate = fate

    async def post(self, message: Message, thread: Posted | None) -> Posted:
        """Write one line."""
        ts = str(len(self._lines()))
        self._put(verb="post", key=message.key, id=message.id, ts=ts, thread=thread and thread.ts)
        return Posted(channel=message.destination, ts=ts)

    async def edit(self, message: Message, posted: Posted) -> None:
        """Write what it says now."""
        self._put(verb="edit", key=message.key, ts=posted.ts, text=message.details.get("text"))

    async def find(self, message: Message, thread: Posted | None) -> Posted | None:  # noqa: ARG002 - markers are unique
        """Read the file."""
        self._fate.point()
        for line in self._lines():
            if line.get("id") == message.id:
                return Posted(channel=message.destination, ts=line["ts"])
        return None

    def _put(self, **line: object) -> None:
        self._fate.point()
        with self._path.open("a") as paper:
            paper.write(json.dumps(line) + "\n")
        self._fate.point()

    def _lines(self) -> list[dict[str, str]]:
        if not self._path.exists():
            return []
        return [json.loads(line) for line in self._path.read_text().splitlines()]


def live(folder: Path, last: int | None) -> None:
    """Go on with the day where the life before left off; note how many moments it had."""
    fate = Fate(last)
    asyncio.run(_live(folder, fate))
    (folder / "moments").write_text(str(fate.passed))


async def _live(folder: Path, fate: Fate) -> None:
    clock = VirtualClock()
    store = await MortalStore.open(folder / "a.db", now=clock.now())
    store.fate = fate
    clock.wait_for(lambda: store.is_busy)
    background = Background(clock)
    chat = PaperChat(folder / "chat.jsonl", fate)
    outbox = Outbox(store, chat, clock, background, fallback_channel="OPS")
    background.supervise(outbox.run, "outbox")
    hour = int(await store.read(lambda tables: tables.meta.value("hour")) or 0)
    for coming in range(hour, 6):
        await store.write(lambda tables, coming=coming: _what_happens(tables, coming))
        await clock.advance(20)
    await clock.advance(120)
    await background.drain(0)
    await store.close()


def _what_happens(tables: Tables, hour: int) -> None:
    """Two cards, each with a line below and two changes; an hour happens at once or not at all."""
    card = {
        "key": f"card {hour % 2}",
        "destination": "C1",
        "topic": topics.REQUEST_CARD,
        "subject": "1",
        "now": START,
    }
    tables.messages.want(**card, details={"text": f"hour {hour}"})
    if hour < 2:
        line = card | {"key": f"line {hour}", "thread_of": card["key"]}
        tables.messages.say(**line)
    tables.meta.remember("hour", str(hour + 1))
