"""Look at sites: lists, cards, connectors, groups, meters, sessions."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Final, TypeVar

from bot.clock import Clock
from bot.inventory import Inventory
from handlers import ids, text
from handlers.abilities import able
from handlers.blocks import kit, lists
from handlers.blocks import site as blocks
from handlers.blocks.kit import Block, Element, Message
from handlers.blocks.lists import Query
from handlers.clicks import Do, answer_clicks
from handlers.conversation import Asked
from handlers.errors import NothingCalledSoError, RefusedError
from handlers.find import CHARGERS, FindHandlers
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.text import Order
from handlers.work import Work
from vendors.fleet import Fleet
from vendors.models import Charger, Connector, Group, Ref, Site, Transaction
from vendors.ports import (
    ListsConnectors,
    ListsGroups,
    ListsTransactions,
    ReadsGroupMeter,
    ReadsPowerUsage,
    ReadsSmartCharging,
)

SITES: Final = "sites"
MOST_SITES: Final = 500
MANY_SITES: Final = f"{MOST_SITES} sites or more"
MOST_ROWS: Final = blocks.MOST_READ
WHICH: Final = "Say which site: a name, an id, or `ACCOUNT/ID`. `/site list` shows all."
NO_GROUPS: Final = "{site} has no load balancing groups."
WHICH_GROUP: Final = "{site} has several groups. Which one do you mean?"
NO_SUCH_GROUP: Final = "{site} has no group {group}. Is it one of these?"
NO_SUCH_CONNECTOR: Final = "{charger} has no connector {connector}. It has: {numbers}."
SEVERAL: Final = "Several sites match {name}. Which one do you mean?"
NONE: Final = "I find no site called {name}. `/site list` shows all."
NONE_MATCH: Final = "No site matches {name}. `/site list` shows all."

RowT = TypeVar("RowT")
Page = Callable[[Site], Awaitable[Message]]


class SiteHandlers:
    """Slack's side of sites, as far as it only reads."""

    def __init__(
        self,
        inventory: Inventory,
        fleet: Fleet,
        find: FindHandlers,
        gate: Gate,
        work: Work,
        clock: Clock,
    ) -> None:
        self._inventory = inventory
        self._fleet = fleet
        self._find = find
        self._gate = gate
        self._work = work
        self._clock = clock

    def register(self, app: Listeners) -> None:
        """Attach the listeners."""
        clicks = {
            ids.SITE_SHOW: self._card,
            ids.SITE_CONNECTORS: self._connectors,
            ids.SITE_GROUPS: self._groups,
            ids.SITE_TRANSACTIONS: self._transactions,
            ids.SITE_METER: self._meter,
        }
        answer_clicks(app, self._work, {one: self._saying(page) for one, page in clicks.items()})
        others = {
            ids.SITE_CHARGERS: self.chargers_clicked,
            ids.GROUP_METER: self.meter_clicked,
            ids.CHARGER_USAGE: self.usage_clicked,
            ids.START_SITES: self._begin,
        }
        answer_clicks(app, self._work, others)

    def _saying(self, page: Page) -> Do:
        async def do(asked: Asked, value: str) -> None:
            await self._gate.look_up(asked.user_id)
            await asked.say(await page(await self.fresh(Ref.parse(value))))

        return do

    # Lists and cards

    async def list_sites(self, asked: Asked, order: Order) -> Message:
        """`/site list`."""
        filters = dict(order.filters)
        if order.text:
            filters["site"] = order.text
        return await self.list_page(Query(SITES, filters), asked.user_id)

    async def _begin(self, asked: Asked, _value: str) -> None:
        await self._gate.look_up(asked.user_id)
        await asked.say(await self.list_sites(asked, Order("list")))

    async def list_page(self, query: Query, _user_id: str) -> Message:
        """One page of sites by name."""
        found = await self._inventory.sites(
            query.filters.get("site", ""), account=query.filters.get("account"), limit=MOST_SITES
        )
        shown = found[query.offset : query.offset + lists.SIZE]
        wanted = query.filters.get("site")
        if not found and wanted:
            return kit.message(NONE_MATCH.format(name=kit.code(wanted)))
        number = kit.counted(len(found), "site") if len(found) < MOST_SITES else MANY_SITES
        title = f"{number}{lists.narrowed(query.filters)}"
        listed_at = await self._inventory.listed_at({site.account for site in shown})
        notes = lists.age(listed_at, self._clock.now())
        rows = [blocks.line(site) for site in shown]
        return lists.page(query, title, rows, total=len(found), notes=notes)

    async def show(self, _asked: Asked, order: Order) -> Message:
        """`/site show ID`."""
        return await self._card(await self.meant(order.text))

    async def _card(self, site: Site) -> Message:
        return blocks.card(site, self._offers(site), await self._standing(site))

    async def _standing(self, site: Site) -> str:
        """How its chargers are, as mirrored."""
        read = partial(self._inventory.chargers, account=site.account, site=site.id, limit=1)
        every, offline, faulted = (
            await read(),
            await read(state="offline"),
            await read(state="faulted"),
        )
        some = (*_some(offline.total, "offline"), *_some(faulted.total, "faulted"))
        return ", ".join([f"{every.total:,}", *some])

    def _offers(self, site: Site) -> list[Element]:
        client, value = self._fleet.client(site.account), str(site.ref)
        able = {
            ids.SITE_CONNECTORS: ("Connectors", isinstance(client, ListsConnectors)),
            ids.SITE_GROUPS: ("Groups", isinstance(client, ListsGroups)),
            ids.SITE_TRANSACTIONS: ("Sessions", isinstance(client, ListsTransactions)),
            ids.SITE_SMART_CHARGING: ("Smart charging…", isinstance(client, ReadsSmartCharging)),
        }
        offers = [kit.button("Chargers", ids.SITE_CHARGERS, value)]
        return offers + [
            kit.button(label, action_id, value) for action_id, (label, can) in able.items() if can
        ]

    async def chargers_clicked(self, asked: Asked, value: str) -> None:
        """The chargers of a site, from its card."""
        await self._gate.look_up(asked.user_id)
        site = await self.fresh(Ref.parse(value))
        query = Query(
            CHARGERS, {"account": site.account, "site": site.name, lists.SITE_ID: site.id}
        )
        await asked.say(await self._find.list_page(query, asked.user_id))

    async def meant(self, typed: str, then: str = ids.SITE_SHOW) -> Site:
        """The one site that a person names, read live where its vendor can."""
        return await self.fresh(await self.ref_of(typed, then))

    async def ref_of(self, typed: str, then: str) -> Ref:
        """Which site a person names; asks where several are called so, as for chargers."""
        if not (wanted := text.cleaned(typed)):
            raise RefusedError(WHICH)
        account, _, site_id = wanted.partition("/")
        if site_id and account in self._fleet.accounts:
            return Ref(account, site_id)
        found = await self._inventory.sites(wanted, limit=lists.SIZE)
        exact = [one for one in found if wanted.casefold() in (one.id, one.name.casefold())]
        candidates = exact or list(found)
        if not candidates:
            raise NothingCalledSoError(NONE.format(name=kit.code(wanted)))
        if len(candidates) > 1:
            choices = [blocks.line(one, then) for one in candidates]
            raise RefusedError(SEVERAL.format(name=kit.code(wanted)), choices)
        return candidates[0].ref

    async def _ref_of_first(self, words: Sequence[str], then: str) -> tuple[Ref, tuple[str, ...]]:
        """The site that the first words name, as many of them as make a name, and the rest."""
        for length in range(len(words), 1, -1):
            with suppress(NothingCalledSoError):
                return await self.ref_of(" ".join(words[:length]), then), tuple(words[length:])
        return await self.ref_of(" ".join(words[:1]), then), tuple(words[1:])

    async def fresh(self, ref: Ref) -> Site:
        """As its vendor has it now, or as mirrored."""
        site = await self._inventory.site(ref)
        if site is None:
            raise RefusedError(f"I know no site {kit.code(str(ref))}. {WHICH}")
        return site

    # What only the vendor knows

    async def connectors(self, _asked: Asked, order: Order) -> Message:
        """`/site connectors ID`."""
        return await self._connectors(await self.meant(order.text, ids.SITE_CONNECTORS))

    async def _connectors(self, site: Site) -> Message:
        client = able(self._fleet, site.account, ListsConnectors)
        rows: list[tuple[Charger, Connector]] = await _first(client.site_connectors(site.id))
        known = {one.id: one.connectivity for one in await self._chargers_of(site)}
        return blocks.connectors(site, rows, known)

    async def groups(self, _asked: Asked, order: Order) -> Message:
        """`/site groups ID`."""
        return await self._groups(await self.meant(order.text, ids.SITE_GROUPS))

    async def _groups(self, site: Site) -> Message:
        groups = await able(self._fleet, site.account, ListsGroups).groups(site.id)
        return blocks.groups(site, groups)

    async def meter(self, _asked: Asked, order: Order) -> Message:
        """`/site meter ID [GROUP]`."""
        ref, rest = await self._ref_of_first(order.words, ids.SITE_METER)
        return await self._meter(await self.fresh(ref), text.cleaned(rest[0]) if rest else None)

    async def meter_clicked(self, asked: Asked, value: str) -> None:
        """The meter of one of several groups."""
        await self._gate.look_up(asked.user_id)
        group, _, ref = value.partition(" ")
        await asked.say(await self._meter(await self.fresh(Ref.parse(ref)), group))

    async def _meter(self, site: Site, wanted: str | None = None) -> Message:
        groups = await able(self._fleet, site.account, ListsGroups).groups(site.id)
        meant = [group for group in groups if wanted in (None, group.id)]
        if len(meant) != 1:
            raise RefusedError(*_which_group(site, groups, wanted))
        client = able(self._fleet, site.account, ReadsGroupMeter)
        return blocks.meter(meant[0], await client.group_meter(site.id, meant[0].id))

    async def transactions(self, _asked: Asked, order: Order) -> Message:
        """`/site transactions ID [active]`."""
        words = [word for word in order.words if text.cleaned(word).lower() != "active"]
        site = await self.meant(" ".join(words), ids.SITE_TRANSACTIONS)
        return await self._transactions(site, active=len(words) < len(order.words))

    async def _transactions(self, site: Site, *, active: bool = False) -> Message:
        client = able(self._fleet, site.account, ListsTransactions)
        found: list[Transaction] = await _first(client.transactions(site.id, active=active))
        names = await self._names(site)
        return blocks.transactions(site, found, names, self._clock.now())

    async def _names(self, site: Site) -> dict[str, str]:
        """What the chargers of a site are called, by each id that a session may give."""
        chargers = await self._chargers_of(site)
        by_number = {str(one.numeric_id): one.label for one in chargers if one.numeric_id}
        return by_number | {one.id: one.label for one in chargers}

    async def _chargers_of(self, site: Site) -> list[Charger]:
        """As mirrored."""
        page = await self._inventory.chargers(account=site.account, site=site.id, limit=MOST_ROWS)
        return [known.charger for known in page.items]

    # Usage

    async def usage(self, _asked: Asked, order: Order) -> Message:
        """`/charger usage ID [CONNECTOR]`."""
        known, rest = await self._find.meant_first(order.words, ids.CHARGER_USAGE)
        return await self._usage(known.charger, text.cleaned(rest[0]) if rest else None)

    async def usage_clicked(self, asked: Asked, value: str) -> None:
        """What a charger draws, from its card."""
        await self._gate.look_up(asked.user_id)
        known = await self._find.meant(value)
        await asked.say(await self._usage(known.charger, None))

    async def _usage(self, charger: Charger, connector: str | None) -> Message:
        client = able(self._fleet, charger.account, ReadsPowerUsage)
        numbers = [plug.number for plug in charger.connectors] or [1]
        wanted = [number for number in numbers if connector in (None, str(number))]
        if not wanted:
            raise RefusedError(_no_such_connector(charger, connector, numbers))
        readings = [await client.power_usage(charger, number) for number in wanted[:8]]
        return blocks.usage(charger, readings, self._clock.now())


def _some(number: int, word: str) -> tuple[str, ...]:
    return (f"{number:,} {word}",) if number else ()


async def _first(pages: AsyncIterator[Sequence[RowT]]) -> list[RowT]:
    """Enough rows for one message, and no more pages than that takes."""
    rows: list[RowT] = []
    async for page in pages:
        rows += page
        if len(rows) >= MOST_ROWS:
            break
    return rows


def _which_group(
    site: Site, groups: Sequence[Group], wanted: str | None
) -> tuple[str, list[Block]]:
    name = kit.inline(site.name)
    choices = [blocks.group_choice(site, group) for group in groups]
    if not groups:
        return NO_GROUPS.format(site=name), choices
    if wanted is None:
        return WHICH_GROUP.format(site=name), choices
    return NO_SUCH_GROUP.format(site=name, group=kit.code(wanted)), choices


def _no_such_connector(charger: Charger, wanted: str | None, numbers: Sequence[int]) -> str:
    return NO_SUCH_CONNECTOR.format(
        charger=kit.code(charger.label),
        connector=kit.code(wanted),
        numbers=", ".join(map(str, numbers)),
    )
