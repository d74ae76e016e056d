"""The outbox between a real store and a chat in memory."""

from bot import topics
from bot.background import Background
from bot.message import Message
from bot.outbox import Outbox, Pace
from bot.store import Store
from tests.chat import Chat
from tests.clock import VirtualClock


class PostOffice:
    """A store, an outbox and a chat, with the words that the tests use."""

    def __init__(self, store: Store, clock: VirtualClock, chat: Chat) -> None:
        self.store, self.clock, self.chat = store, clock, chat

    def start(self, pace: Pace | None = None) -> None:
        """Begin the outbox's work, as the program does at its start."""
        self.background = Background(self.clock)
        self.outbox = Outbox(
            self.store,
            self.chat,
            self.clock,
            self.background,
            fallback_channel="OPS",
            pace=pace,
        )
        self.background.supervise(self.outbox.run, "outbox")

    async def crash(self) -> None:
        """Stop at once, wherever the work is."""
        await self.background.drain(timeout=0)

    async def want(self, key: str, text: str = "", to: str = "C1", **more) -> Message:
        """Have `key` shown with `text`, now and whenever it is rendered again."""
        self.chat.records[key] = text
        return await self._queue("want", key, to, more)

    async def say(self, key: str, text: str = "", to: str = "C1", **more) -> Message:
        """Have `key` posted once."""
        self.chat.records.setdefault(key, text)
        return await self._queue("say", key, to, more)

    async def message(self, key: str) -> Message:
        """The row of this key."""
        message = await self.store.read(lambda tables: tables.messages.by_key(key))
        assert message is not None
        return message

    async def _queue(self, how: str, key: str, to: str, more: dict) -> Message:
        now = self.clock.now()
        message: Message = await self.store.write(
            lambda tables: getattr(tables.messages, how)(
                key=key, destination=to, topic=topics.ALERT_GROUP, subject=key, now=now, **more
            )
        )
        return message
