"""Takes messages from the store to the chat: never lost, in order, and once.

A message is noted as leaving before it leaves. If no clear answer comes, or the program dies, it is
looked for by its marker before it is posted again.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from bot import topics
from bot.background import Background
from bot.clock import Clock
from bot.message import Message, Posted, Urgency
from bot.outbox.notifier import (
    DelayedError,
    GoneError,
    Notifier,
    RefusedError,
    UnknownDeliveryError,
)
from bot.outbox.pace import Budget, Holds, Pace
from bot.store import Store, StoreError, Tables
from bot.store.messages import Due

Note = Callable[[Tables], object]
"""What a transaction has to write down."""

log = logging.getLogger(__name__)

PAUSES_S: Final = (5.0, 5.0, 10.0, 20.0, 40.0, 60.0)
"""After the first, second, ... attempt without a clear answer. The chat may still be at work on it,
so the first pause is no shorter than what a slow answer takes."""
LONGEST_REST_S: Final = 30.0
ROUNDING_S: Final = 0.001
"""A wait that is shorter is over: floating point may leave a trace of it."""
BROKEN: Final = "internal_error"
"""Why a message is refused whose rendering failed: it must not hold up those behind it."""


class Step(StrEnum):
    """What has to be done next with a message."""

    POST = "post"
    EDIT = "edit"
    LOOK = "look"
    """Find out whether it stands in its channel already."""


class Outbox:
    """The one way to say something that must arrive."""

    def __init__(
        self,
        store: Store,
        notifier: Notifier,
        clock: Clock,
        background: Background,
        *,
        fallback_channel: str,
        others: Mapping[str, Notifier] | None = None,
        pace: Pace | None = None,
    ) -> None:
        """Speak through `notifier`, except about the topics in `others`.

        `fallback_channel` is told, once a day and destination, what was refused there and why.
        """
        self._store = store
        self._notifier = notifier
        self._others = others or {}
        self._clock = clock
        self._background = background
        self._fallback_channel = fallback_channel
        pace = pace or Pace()
        self._between_posts_s = pace.between_posts_s
        self._budgets = {
            Step.POST: Budget(pace.posts_per_minute, clock),
            Step.EDIT: Budget(pace.edits_per_minute, clock),
            Step.LOOK: Budget(pace.looks_per_minute, clock),
        }
        self._holds = Holds(clock)  # of a message's id, of a destination, of looking back
        # Before this start somebody may have posted without seeing the answer, moments ago.
        self._holds.hold(Step.LOOK, PAUSES_S[0])
        self._under_way: dict[str, asyncio.Task[None]] = {}  # by message id
        self._news = asyncio.Event()
        store.on_message(self.wake)

    def wake(self) -> None:
        """Look at once what is to be sent."""
        self._news.set()

    async def run(self) -> None:
        """Send what is due, whenever it is due, for ever."""
        while True:
            self._news.clear()
            pause = await self._start_what_is_due()
            await self._rest(min(pause, LONGEST_REST_S))

    async def drain(self) -> None:
        """Send what may be sent now and see it through; what has to wait stays in the store."""
        await self._start_what_is_due()
        while self._under_way:
            await asyncio.wait(self._under_way.values())
            await self._start_what_is_due()

    async def _rest(self, seconds: float) -> None:
        news = asyncio.create_task(self._news.wait())
        alarm = asyncio.create_task(self._clock.sleep(seconds))
        try:
            await asyncio.wait({news, alarm}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
            alarm.cancel()

    async def _start_what_is_due(self) -> float:
        """Begin with everything that may be sent now; seconds until there may be more."""
        line = await self._store.read(lambda tables: tables.messages.next_in_line())
        if self._background.is_closed:
            return LONGEST_REST_S
        self._holds.forget_past()
        return min((self._start_or_wait(due) for due in line), default=LONGEST_REST_S)

    def _start_or_wait(self, due: Due) -> float:
        message = due.message
        if message.id in self._under_way:
            return LONGEST_REST_S  # its end wakes us
        step = _next_step(message)
        pause = self._pause_before(step, message)
        if pause > ROUNDING_S:
            return pause
        self._start(step, due)
        return LONGEST_REST_S

    def _pause_before(self, step: Step, message: Message) -> float:
        """Seconds that a message has to wait before its next step."""
        pause = self._budgets[step].wait(urgent=message.urgency is Urgency.CRITICAL)
        if step is Step.POST:
            pause = max(pause, self._holds.left(message.destination))
        if step is Step.LOOK:
            pause = max(pause, self._holds.left(Step.LOOK))
        return max(pause, self._holds.left(message.id))

    def _start(self, step: Step, due: Due) -> None:
        message = due.message
        self._budgets[step].spend()
        if step is Step.POST:
            self._holds.hold(message.destination, self._between_posts_s)
        task = self._background.start(
            self._send(step, due),
            f"outbox {step} {message.id}",
            failed=lambda: self._give_up(message),
        )
        self._under_way[message.id] = task
        task.add_done_callback(lambda _: self._ended(message))

    def _ended(self, message: Message) -> None:
        del self._under_way[message.id]
        self.wake()

    async def _send(self, step: Step, due: Due) -> None:
        try:
            message = await self._store.write(
                lambda tables: tables.messages.begin(due.message, self._clock.now())
            )
            if message is not None:
                note = await self._attempt(step, message, due.thread)
                await self._store.write(note)
        except StoreError as trouble:
            # As after a crash: if it was begun, it is looked for before it is sent again.
            log.error("Outbox cannot use the store: %s", trouble)  # noqa: TRY400 - a whole sentence
            self._let_rest(due.message)

    async def _attempt(self, step: Step, message: Message, thread: Posted | None) -> Note:
        """Take one step in the chat; gives what the store has to note of it."""
        try:
            return await self._ask(step, message, thread)
        except DelayedError as delay:
            self._hold_back(step, message, delay.retry_after)
            may_have_arrived = step is Step.LOOK
            return lambda tables: tables.messages.put_off(
                message.id, "delayed", may_have_arrived=may_have_arrived
            )
        except UnknownDeliveryError:
            self._let_rest(message)
            may_have_arrived = step is not Step.EDIT
            return lambda tables: tables.messages.put_off(
                message.id, "no answer", may_have_arrived=may_have_arrived
            )
        except GoneError:
            return lambda tables: self._bring_back(tables, message, thread)
        except RefusedError as refusal:
            code = refusal.code
            if step is Step.LOOK:
                return lambda tables: tables.messages.mark_as_repeat(message)
            return lambda tables: self._refuse(tables, message, code)

    async def _ask(self, step: Step, message: Message, thread: Posted | None) -> Note:
        notifier = self._others.get(message.topic, self._notifier)
        if step is Step.LOOK:
            found = await notifier.find(message, thread)
            return lambda tables: self._note_look(tables, message, found)
        if message.posted is None:
            posted = await notifier.post(message, thread)
        else:
            posted = message.posted
            await notifier.edit(message, posted)
        return lambda tables: tables.messages.arrived(message, posted, self._clock.now())

    def _hold_back(self, step: Step, message: Message, seconds: float) -> None:
        """Do what `Retry-After` says: for posts it is about the channel, else about the method."""
        if step is Step.POST:
            self._holds.hold(message.destination, seconds)
        else:
            self._budgets[step].pause(seconds)

    def _let_rest(self, message: Message) -> None:
        """Come back to a message later, after a pause that grows with the number of attempts."""
        attempt = min(max(message.attempts, 1), len(PAUSES_S))
        self._holds.hold(message.id, PAUSES_S[attempt - 1])

    def _give_up(self, message: Message) -> None:
        """Refuse a message whose rendering failed; the failure itself is in the log."""
        self._let_rest(message)
        self._background.start(
            self._store.write(lambda tables: self._refuse(tables, message, BROKEN)),
            f"outbox refuse {message.id}",
        )

    def _note_look(self, tables: Tables, message: Message, found: Posted | None) -> None:
        if found is None:
            tables.messages.put_off(message.id, "did not arrive", may_have_arrived=False)
        else:
            tables.messages.found(message, found, self._clock.now())

    def _bring_back(self, tables: Tables, message: Message, thread: Posted | None) -> None:
        """Post a deleted message anew; of a line, first the message in whose thread it belongs."""
        now = self._clock.now()
        if message.posted is not None:
            tables.messages.repost(message.key, now, gone=message.posted)
        elif message.thread_of is not None:
            tables.messages.put_off(message.id, "its thread is gone", may_have_arrived=False)
            tables.messages.repost(message.thread_of, now, gone=thread)
        else:
            self._refuse(tables, message, "gone")

    def _refuse(self, tables: Tables, message: Message, code: str) -> None:
        """Note a refusal, and tell those who look after the bot; not about such a report itself."""
        refused = tables.messages.refuse(message, code)
        log.warning("Message refused", extra={"code": code, "destination": message.destination})
        if not refused or message.topic == topics.TROUBLE:
            return
        now = self._clock.now()
        tables.messages.say(
            key=f"trouble:{message.destination}:{code}:{now.date()}",
            destination=self._fallback_channel,
            topic=topics.TROUBLE,
            subject=code,
            details={"destination": message.destination, "about": message.topic},
            now=now,
        )


def _next_step(message: Message) -> Step:
    if message.posted is not None:
        return Step.EDIT
    return Step.LOOK if message.may_have_arrived else Step.POST
