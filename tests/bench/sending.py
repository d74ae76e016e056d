"""How fast the outbox sends where the chat does not hold it up."""

import time
from pathlib import Path

from bot import topics
from bot.background import Background
from bot.clock import SystemClock
from bot.message import Message, Posted
from bot.outbox import Outbox, Pace
from bot.store import Store, Tables
from tests.bench.measures import Measure
from tests.bench.scale import Scale

SECTION = "outbox"
CHANNELS = 5


class Chat:
    """Takes everything at once."""

    def __init__(self) -> None:
        self.posted = 0

    async def post(self, message: Message, _thread: Posted | None) -> Posted:
        """Take a new message."""
        self.posted += 1
        return Posted(channel=message.destination, ts=f"{self.posted}.0")

    async def edit(self, _message: Message, _posted: Posted) -> None:
        """Take an edit."""

    async def find(self, _message: Message, _thread: Posted | None) -> Posted | None:
        """Nothing is ever lost."""


async def measured(scale: Scale, folder: Path) -> list[Measure]:
    """Queue everything, then send it."""
    sent = []
    for number in range(scale.rounds):
        clock, chat = SystemClock(), Chat()
        store = await Store.open(folder / f"outbox-{number}.db", now=clock.now())
        background = Background(clock)
        outbox = Outbox(
            store, chat, clock, background, fallback_channel="C0", pace=Pace.unlimited()
        )
        await store.write(lambda tables: _queue(tables, scale.messages))
        began = time.perf_counter()
        await outbox.drain()
        sent.append(chat.posted / (time.perf_counter() - began))
        if chat.posted != scale.messages:
            raise RuntimeError(f"{chat.posted} of {scale.messages} messages were sent")
        await background.drain(1)
        await store.close()
    return [Measure(SECTION, f"{scale.messages:,} messages in {CHANNELS} channels", "/s", sent)]


def _queue(tables: Tables, number: int) -> None:
    now = SystemClock().now()
    for n in range(number):
        tables.messages.say(
            key=f"message:{n}",
            destination=f"C{n % CHANNELS}",
            topic=topics.ALERT_GROUP,
            subject=str(n),
            now=now,
        )
