"""A chat in memory that fails on demand, behind the `Notifier` that the outbox speaks through."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from bot.message import Message, Posted
from bot.outbox import (
    DelayedError,
    GoneError,
    RefusedError,
    UnknownDeliveryError,
)
from tests.clock import VirtualClock


class Fault(StrEnum):
    """What goes wrong with one call."""

    NONE = "none"
    DELAYED = "delayed"
    LOST_REQUEST = "lost_request"
    LOST_ANSWER = "lost_answer"
    SLOW = "slow"
    REFUSED = "refused"
    BUG = "bug"


@dataclass
class Shown:
    """A message as people see it."""

    marker: str
    key: str
    channel: str
    ts: str
    thread: str | None
    text: str
    at: float


@dataclass
class Chat:
    """Shows `records[subject]` and remembers every call."""

    clock: VirtualClock
    faults: Iterator[Fault] = field(default_factory=lambda: iter(()))
    records: dict[str, str] = field(default_factory=dict)
    shown: list[Shown] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    refusal: str = "is_archived"

    async def post(self, message: Message, thread: Posted | None) -> Posted:
        """Show a new message."""
        if thread is not None and self._at(thread) is None:
            raise GoneError
        posted = Posted(channel=f"#{message.destination}", ts=f"{len(self.calls):06}")

        def show() -> None:
            self.shown.append(
                Shown(
                    message.id,
                    message.key,
                    posted.channel,
                    posted.ts,
                    thread and thread.ts,
                    self._text(message),
                    self.clock.monotonic(),
                )
            )

        await self._call("post", message, show)
        return posted

    async def edit(self, message: Message, posted: Posted) -> None:
        """Show a message as it is now."""

        def change() -> None:
            shown = self._at(posted)
            if shown is None:
                raise GoneError
            shown.text = self._text(message)

        await self._call("edit", message, change)

    async def find(self, message: Message, thread: Posted | None) -> Posted | None:
        """Look for a message by its marker."""
        await self._call("find", message, lambda: None)
        where = thread and thread.ts
        marked = [one for one in self.shown if one.marker == message.id and one.thread == where]
        return Posted(channel=marked[0].channel, ts=marked[0].ts) if marked else None

    def delete(self, key: str) -> None:
        """Do what a person with too many rights does."""
        self.shown = [one for one in self.shown if one.key != key]

    def keys(self, channel: str) -> list[str]:
        """What stands in a channel, in the order in which people see it."""
        return [one.key for one in self.shown if one.channel == f"#{channel}"]

    def one(self, key: str) -> Shown:
        """The one message of this key."""
        (shown,) = [one for one in self.shown if one.key == key]
        return shown

    def _at(self, posted: Posted) -> Shown | None:
        return next((one for one in self.shown if one.ts == posted.ts), None)

    def _text(self, message: Message) -> str:
        text = self.records.get(message.subject, "")
        return f"{text} (may be a repeat)" if message.may_be_repeat else text

    async def _call(self, verb: str, message: Message, effect: Callable[[], None]) -> None:
        self.calls.append((verb, message.key))
        fault = next(self.faults, Fault.NONE)
        match fault:
            case Fault.DELAYED:
                raise DelayedError(7.0)
            case Fault.REFUSED:
                raise RefusedError(self.refusal)
            case Fault.LOST_REQUEST:
                raise UnknownDeliveryError
            case Fault.BUG:
                raise KeyError(message.subject)
        effect()
        if fault is Fault.SLOW:
            await self.clock.sleep(3.0)
        if fault is Fault.LOST_ANSWER:
            raise UnknownDeliveryError
