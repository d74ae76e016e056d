"""Looking chargers up where slash commands do not reach: threads, direct messages, shortcuts."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.store import Store
from handlers import catalog, ids, payloads, text
from handlers.blocks import help as help_blocks
from handlers.blocks import kit
from handlers.blocks.kit import Message
from handlers.clicks import answer_clicks
from handlers.conversation import Asked, asked_by_click, asked_by_message, beside
from handlers.errors import RefusedError
from handlers.find import FindHandlers
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.pages import Page
from handlers.payloads import Payload
from handlers.text import Order
from handlers.work import NOTICE, Work

TITLE: Final = "Look up a charger"
WRITTEN: Final = (None, "file_share", "thread_broadcast")
"""The kinds of messages that a person writes; a picture may come along."""
GREETINGS: Final = frozenset({"", "help", "hi", "hello"})
ONLY_READING: Final = (
    "Here I only look things up. Type {command} in a channel, outside of threads: it shows you a"
    " form."
)
Reader = Callable[[Asked, Order], Awaitable[Message]]
"""A subcommand of `/charger` that changes nothing."""
NOTHING_NAMED: Final = "I see nothing in this message that looks like a charger's name."
SPOKEN: Final = (
    *("text", "fallback", "pretext", "title", "fields", "value", "attachments"),
    *("blocks", "elements", "rows"),
)
"""Where words may stand in a message; what a block is called or does is none."""
HINT: Final = "An identity, serial number, reference, site or model; or several, one a line."


class LookUpHandlers:
    """Slack's side of reading outside slash commands."""

    def __init__(
        self,
        find: FindHandlers,
        readers: Mapping[str, Reader],
        store: Store,
        gate: Gate,
        work: Work,
        clock: Clock,
    ) -> None:
        self._find = find
        self._readers = readers
        self._store = store
        self._gate = gate
        self._work = work
        self._clock = clock

    def register(self, app: Listeners) -> None:
        """Attach the listeners."""
        app.event("app_mention")(self.mentioned)
        app.event({"type": "message", "channel_type": "im"})(self.written)
        app.shortcut(ids.LOOK_UP_SHORTCUT)(self.begin)
        app.shortcut(ids.LOOK_UP_MESSAGE)(self.read_message)
        app.view(ids.LOOK_UP_FORM)(self.submit)
        answer_clicks(app, self._work, {ids.START_LOOK_UP: self._open_form})

    # Mentions and direct messages

    async def mentioned(self, body: Payload, event: Payload, client: AsyncWebClient) -> None:
        """`@Chargehand TEXT`, answered in the thread; other bots get no answer."""
        if not event.get("bot_id") and event.get("user"):
            await self._answer(body, event, client)

    async def written(self, body: Payload, event: Payload, client: AsyncWebClient) -> None:
        """A direct message from a person; edits and what bots write are none."""
        is_written = event.get("subtype") in WRITTEN and not event.get("bot_id")
        if is_written and event.get("user"):
            await self._answer(body, event, client)

    async def _answer(self, body: Payload, event: Payload, client: AsyncWebClient) -> None:
        now, event_id = self._clock.now(), f"event:{body.get('event_id')}"
        if await self._store.write(lambda tables: tables.deliveries.is_first(event_id, now)):
            asked = asked_by_message(event, client)
            typed = str(event.get("text") or "")
            aside = beside(event, client)
            self._work.start(self._reply(asked, typed), "mention", say=aside, notice=NOTICE)

    async def _reply(self, asked: Asked, typed: str) -> None:
        await self._gate.look_up(asked.user_id)
        await asked.say(await self._answer_to(asked, text.without_mentions(typed)))

    async def _answer_to(self, asked: Asked, typed: str) -> Message:
        """What `/charger` would answer, as far as it only reads."""
        order = text.read(catalog.CHARGER, typed)
        if text.cleaned(typed).lower() in GREETINGS or not isinstance(order, Order):
            return help_blocks.command(catalog.CHARGER)
        if order.subcommand not in self._readers:
            command = kit.code(f"/charger {order.subcommand}")
            raise RefusedError(ONLY_READING.format(command=command))
        return await self._readers[order.subcommand](asked, replace(order, is_shared=True))

    # Forms

    async def begin(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """The global shortcut."""
        await ack()
        asked = asked_by_click(body, client, respond)
        self._work.start(self._open_form(asked, ""), "look-up form", say=asked.say)

    async def _open_form(self, asked: Asked, _value: str) -> None:
        await self._gate.look_up(asked.user_id)
        element = kit.text_input(ids.TEXT, multiline=True, focus=True)
        field = kit.field("What do you look for?", element, block_id=ids.TEXT, hint=HINT)
        await asked.open(
            kit.modal(
                TITLE, [field], callback_id=ids.LOOK_UP_FORM, submit="Look up", close="Cancel"
            )
        )

    async def submit(
        self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient
    ) -> None:
        """Show what is found, in place of the form."""
        await self._gate.look_up(payloads.user_id(body))
        page = Page(client, TITLE)
        await ack(response_action="update", view=page.loading)
        self._show_in(page, self._find.look_up(payloads.entered(view).get(ids.TEXT, "")))

    async def read_message(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """The message shortcut: the identities in somebody's message."""
        await ack()
        asked = asked_by_click(body, client, respond)
        named = text.identities(words_of(body.get("message") or {}))
        self._work.start(self._open_found(asked, named), "look-up in a message", say=asked.say)

    async def _open_found(self, asked: Asked, named: tuple[str, ...]) -> None:
        await self._gate.look_up(asked.user_id)
        if not named:
            raise RefusedError(NOTHING_NAMED)
        self._show_in(await asked.open_page(TITLE), self._find.several(named))

    def _show_in(self, page: Page, found: Awaitable[Message]) -> None:
        async def show() -> None:
            await page.say(await found)

        self._work.start(show(), "look-up", say=page.say)


def words_of(message: Payload) -> str:
    """The words of a message, those in its blocks and attachments included.

    Bots, as we are one, say in the text of a message only what fits into a notification.
    """
    return "\n".join(_words(message))


def _words(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        if part.get("type") != "button":
            for name in SPOKEN:
                yield from _words(part.get(name))
    elif isinstance(part, Sequence):
        for each in part:
            yield from _words(each)
