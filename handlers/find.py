"""Look chargers up: by anything people type or paste, in a channel, a thread or a form."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.inventory import Found, Inventory, KnownCharger, State
from handlers import ids, payloads, text
from handlers.blocks import charger as blocks
from handlers.blocks import kit, lists
from handlers.blocks import site as site_blocks
from handlers.blocks.kit import Message
from handlers.blocks.lists import Query
from handlers.cards import Cards
from handlers.clicks import answer_clicks
from handlers.conversation import Asked, asked_by_click, for_everybody
from handlers.errors import NothingCalledSoError, RefusedError
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.payloads import Payload
from handlers.text import Order
from handlers.work import Work
from vendors.models import Ref

CHARGERS: Final = "chargers"
FOUND: Final = "found_chargers"
STATES: Final = ("offline", "faulted", "all")
WHICH: Final = (
    "Say which charger: its identity, serial number, the vendor's id, or `ACCOUNT/ID`. A part of a"
    " name is enough for `/charger TEXT`."
)
SEVERAL: Final = "Several chargers are called {name}. Which one do you mean?"
ALMOST: Final = "No charger is called exactly {name}. Is it one of these?"
NONE: Final = (
    "I find no charger called {name}; I asked the vendors too. A part of its name is enough for"
    " `/charger TEXT`."
)
AMBIGUOUS: Final = "{name} fits {number} chargers; the first is shown."
TOO_MANY: Final = "The first {most} are shown, {left} more are not. Paste those again."
MOST_CHOICES: Final = 10
SHOWN: Final = 10
"""So many identities of a message are looked up, and so many hits are listed."""
CANDIDATES: Final = 200
"""A search stops counting here."""
LONGEST_NAME: Final = 6
"""Words of a name before what else was typed."""
SEVERAL_SITES: Final = "Several sites match {name}. Whose chargers do you mean?"
UNKNOWN_STATE: Final = "I can list `offline`, `faulted` or `all` chargers."
GONE: Final = "Nobody has {name} any more. `/charger {name}` looks again at every vendor."


class FindHandlers:
    """Slack's side of looking chargers up."""

    def __init__(
        self, inventory: Inventory, cards: Cards, gate: Gate, work: Work, clock: Clock
    ) -> None:
        self._inventory = inventory
        self._cards = cards
        self._gate = gate
        self._work = work
        self._clock = clock

    def register(self, app: Listeners) -> None:
        """Attach the listeners."""
        clicks = {
            ids.CHARGER_SHOW: self.show_clicked,
            ids.CHARGER_FACTS: self.open_facts,
            ids.START_OFFLINE: self.show_offline,
        }
        answer_clicks(app, self._work, clicks)
        app.action(ids.SHARE)(self.share)

    # Commands

    async def find(self, asked: Asked, order: Order) -> Message:
        """`/charger TEXT`."""
        if not order.words and order.filters:
            return await self.list_chargers(asked, order)
        if await self._is_a_state(order.text):
            return await self.list_chargers(asked, order)
        return await self.look_up(
            order.text, narrowed=order.filters, is_shareable=not order.is_shared
        )

    async def _is_a_state(self, typed: str) -> bool:
        """`/charger offline`: people leave `list` out, and no charger is called so."""
        word = text.cleaned(typed).lower()
        return word in STATES and not (await self._inventory.search(word, limit=1)).items

    async def look_up(
        self,
        typed: str,
        *,
        narrowed: Mapping[str, str] = lists.EVERYTHING,
        is_shareable: bool = False,
    ) -> Message:
        """One hit is shown, several are listed, several identities get a short card each."""
        if not (wanted := text.cleaned(typed)):
            raise RefusedError(WHICH)
        named = text.identities(typed)
        if text.is_list_of_identities(typed) or await self._is_a_sentence(wanted, named):
            return await self.several(named, is_shareable=is_shareable)
        query = Query(FOUND, {"text": wanted, **narrowed})
        found = await self._found(query)
        if len(found.hits) == 1 or found.exact == 1:
            card = await self._card(found.hits[0].ref, is_shareable=is_shareable)
            return blocks.said_to_be_new(card) if found.asked else card
        return blocks.found(query, found, self._clock.now())

    async def found_page(self, query: Query, _user_id: str) -> Message:
        """Another page of what a text fits, from the mirror."""
        return blocks.found(query, await self._found(query), self._clock.now())

    async def _is_a_sentence(self, wanted: str, named: Sequence[str]) -> bool:
        """Whether identities stand in it, and it is no name itself: no vendor is asked for it."""
        if not named or tuple(named) == (wanted,):
            return False
        return not (await self._inventory.search(wanted, limit=1)).items

    async def _found(self, query: Query) -> Found:
        """All up to the end of the page; those that a filter leaves out are seen by reading all."""
        account, site = query.filters.get("account"), query.filters.get("site", "").casefold()
        is_narrowed = bool(account or site)
        limit = CANDIDATES if is_narrowed else query.offset + lists.SIZE
        found = await self._inventory.find(query.filters["text"], limit=limit)
        named = await self._inventory.with_site_names(found.hits)
        if not is_narrowed:
            return replace(found, hits=tuple(named))
        hits = [
            known
            for known in named
            if account in (None, known.charger.account)
            and site in (known.charger.site_name or "").casefold()
        ]
        return replace(found, hits=tuple(hits), total=len(hits), exact=0)

    async def several(self, names: Sequence[str], *, is_shareable: bool = False) -> Message:
        """A short card for each; a single one gets its whole card."""
        shown = names[:SHOWN]
        finds = await asyncio.gather(*(self._inventory.find(name, limit=1) for name in shown))
        found = list(zip(shown, finds, strict=True))
        hits = {one.hits[0].ref: one.hits[0] for _, one in found if one.hits}
        if len(names) == 1 and finds[0].total == 1:
            return await self._card(next(iter(hits)), is_shareable=is_shareable)
        missing = [name for name, one in found if not one.hits]
        notes = [
            AMBIGUOUS.format(name=kit.code(name), number=one.total)
            for name, one in found
            if one.total > 1 and one.exact != 1
        ]
        if len(names) > SHOWN:
            notes.insert(0, TOO_MANY.format(most=SHOWN, left=len(names) - SHOWN))
        known = await self._inventory.with_site_names(list(hits.values()))
        return blocks.several(known, missing, self._clock.now(), notes)

    async def show(self, _asked: Asked, order: Order) -> Message:
        """`/charger show ID`."""
        known = await self.meant(order.text)
        return await self._card(known.ref, is_shareable=not order.is_shared)

    async def meant(self, typed: str, then: str = ids.CHARGER_SHOW) -> KnownCharger:
        """The one charger that a person names.

        Where that is none or several, `RefusedError` asks which, with buttons that go on with the
        action `then`.
        """
        if not (wanted := text.cleaned(typed)):
            raise RefusedError(WHICH)
        named = text.identities(typed)
        if len(named) == 1 and await self._is_a_sentence(wanted, named):
            (wanted,) = named
        candidates = await self._inventory.resolve(wanted)
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            sentence = SEVERAL.format(name=kit.code(wanted))
        else:
            candidates = (await self._inventory.search(wanted, limit=MOST_CHOICES)).items
            sentence = ALMOST.format(name=kit.code(wanted))
        if not candidates:
            raise NothingCalledSoError(NONE.format(name=kit.code(wanted)))
        choices = await self._inventory.with_site_names(candidates[:MOST_CHOICES])
        now = self._clock.now()
        raise RefusedError(sentence, [blocks.line(one, now, then) for one in choices])

    async def meant_first(
        self, words: Sequence[str], then: str
    ) -> tuple[KnownCharger, tuple[str, ...]]:
        """The charger that the first words name, as many of them as make a name, and the rest."""
        for length in range(min(len(words), LONGEST_NAME), 1, -1):
            name = text.cleaned(" ".join(words[:length]))
            if len(known := await self._inventory.called(name)) == 1:
                return known[0], tuple(words[length:])
        first, *rest = words or ("",)
        if rest and not text.identities(first):
            return await self.meant(" ".join(words), then), ()
        return await self.meant(first, then), tuple(rest)

    async def list_chargers(self, asked: Asked, order: Order) -> Message:
        """`/charger list`."""
        state = text.cleaned(order.words[0]).lower() if order.words else "all"
        if state not in STATES:
            raise RefusedError(UNKNOWN_STATE)
        filters = {**order.filters, "state": state}
        return await self.list_page(Query(CHARGERS, filters), asked.user_id)

    async def list_page(self, query: Query, _user_id: str) -> Message:
        """One page of chargers by name."""
        state, account = query.filters.get("state", "all"), query.filters.get("account")
        site = await self._site(query)
        page = await self._inventory.chargers(
            state=_state(state),
            account=site.account if site else account,
            site=site.id if site else None,
            offset=query.offset,
            limit=lists.SIZE,
        )
        named = await self._inventory.with_site_names(page.items)
        return blocks.listed(query, named, page.total, self._clock.now())

    async def _site(self, query: Query) -> Ref | None:
        """The one site that is meant; two accounts may give two sites the same id."""
        account, wanted = query.filters.get("account"), query.filters.get("site")
        if account and (site_id := query.filters.get(lists.SITE_ID)):
            return Ref(account, site_id)
        if not wanted:
            return None
        sites = await self._inventory.sites(wanted, account=account, limit=lists.SIZE)
        same = [one for one in sites if wanted.casefold() in (one.id, one.name.casefold())]
        match same or sites:
            case []:
                raise RefusedError(
                    f"I know no site called {kit.code(wanted)}. `/site list` shows all."
                )
            case [only]:
                return only.ref
            case several:
                choices = [site_blocks.line(one, ids.SITE_CHARGERS) for one in several]
                raise RefusedError(SEVERAL_SITES.format(name=kit.code(wanted)), choices)

    # Buttons

    async def show_clicked(self, asked: Asked, value: str) -> None:
        """The card of a charger, from a list, an alert or a form."""
        await self._gate.look_up(asked.user_id)
        card = await self._card(Ref.parse(value), is_shareable=asked.is_private)
        await asked.say(card)

    async def _card(self, ref: Ref, *, is_shareable: bool = False) -> Message:
        return await self._cards.card(await self._fresh(ref), is_shareable=is_shareable)

    async def _fresh(self, ref: Ref) -> KnownCharger:
        known = await self._inventory.refreshed(ref)
        if known is None:
            raise RefusedError(GONE.format(name=kit.inline(ref.id)))
        return known

    async def open_facts(self, asked: Asked, value: str) -> None:
        """Every field that the vendor gives."""
        await self._gate.look_up(asked.user_id)
        ref = Ref.parse(value)
        known = await self._inventory.known(ref) or await self._fresh(ref)
        await asked.open(blocks.all_facts(known, self._clock.now()))

    async def share(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """Show the card to the whole channel."""
        await ack()
        asked = asked_by_click(body, client, respond)
        work = self._share(asked, Ref.parse(payloads.clicked(body)), respond)
        self._work.start(work, "share", say=asked.say)

    async def _share(self, asked: Asked, ref: Ref, respond: AsyncRespond) -> None:
        await self._gate.look_up(asked.user_id)
        known = await self._inventory.known(ref) or await self._fresh(ref)
        say = for_everybody(respond, asked.say)
        await say(await self._cards.card(known, shared_by=asked.user_id))

    async def show_offline(self, asked: Asked, _value: str) -> None:
        """`/charger list offline`, from a button."""
        await self._gate.look_up(asked.user_id)
        await asked.say(await self.list_chargers(asked, Order("list", ("offline",))))


def _state(word: str) -> State | None:
    return "offline" if word == "offline" else "faulted" if word == "faulted" else None
