"""Look at sites: lists, cards, connectors, groups, meters, sessions."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final, TypeVar

from slack_bolt.async_app import AsyncApp

from bot.clock import Clock
from bot.inventory import Inventory
from handlers import ids, text
from handlers.blocks import kit, lists
from handlers.blocks import site as blocks
from handlers.blocks.kit import Element, Message
from handlers.blocks.lists import Query
from handlers.clicks import Do, answer_clicks
from handlers.conversation import Asked
from handlers.errors import RefusedError
from handlers.find import CHARGERS, FindHandlers
from handlers.gate import Gate
from handlers.text import Order
from handlers.work import Work
from vendors.fleet import Fleet
from vendors.models import Charger, Connector, Ref, Site, Transaction
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
MOST_ROWS: Final = 200
WHICH: Final = "Say which site: a name, an id, or `ACCOUNT/ID`. `/site list` shows all."
CANNOT: Final = "The vendor of account {account} does not tell this."
NO_GROUPS: Final = "{site} has no load balancing groups."
WHICH_GROUP: Final = "{site} has several groups. Say which one: {groups}"

CapabilityT = TypeVar("CapabilityT")
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

    def register(self, app: AsyncApp) -> None:
        """Attach the listeners."""
        clicks = {
            ids.SITE_SHOW: self._card,
            ids.SITE_CONNECTORS: self._connectors,
            ids.SITE_GROUPS: self._groups,
            ids.SITE_TRANSACTIONS: self._transactions,
        }
        for action_id, page in clicks.items():
            answer_clicks(app, self._work, {action_id: self._saying(page)})
        answer_clicks(app, self._work, {ids.SITE_CHARGERS: self.chargers_clicked})
        answer_clicks(app, self._work, {ids.CHARGER_USAGE: self.usage_clicked})

    def _saying(self, page: Page) -> Do:
        async def do(asked: Asked, value: str) -> None:
            await self._gate.look_up(asked.user_id)
            await asked.say(await page(await self._fresh(Ref.parse(value))))

        return do

    # Lists and cards

    async def list_sites(self, asked: Asked, order: Order) -> Message:
        """`/site list`."""
        filters = dict(order.filters)
        if order.text:
            filters["site"] = order.text
        return await self.list_page(Query(SITES, filters), asked.user_id)

    async def list_page(self, query: Query, _user_id: str) -> Message:
        """One page of sites by name."""
        found = await self._inventory.sites(
            query.filters.get("site", ""), account=query.filters.get("account"), limit=MOST_SITES
        )
        shown = found[query.offset : query.offset + lists.SIZE]
        title = kit.counted(len(found), "site")
        return lists.page(query, title, [blocks.line(site) for site in shown], total=len(found))

    async def show(self, _asked: Asked, order: Order) -> Message:
        """`/site show ID`."""
        return await self._card(await self.meant(order.text))

    async def _card(self, site: Site) -> Message:
        return blocks.card(site, self._offers(site))

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
        site = await self._fresh(Ref.parse(value))
        query = Query(CHARGERS, {"account": site.account, "site": site.name, "state": "all"})
        await asked.say(await self._find.list_page(query, asked.user_id))

    async def meant(self, typed: str) -> Site:
        """The one site that a person names."""
        if not (wanted := text.cleaned(typed)):
            raise RefusedError(WHICH)
        if "/" in wanted and wanted.partition("/")[0] in self._fleet.accounts:
            return await self._fresh(Ref.parse(wanted))
        found = await self._inventory.sites(wanted, limit=lists.SIZE)
        exact = [one for one in found if wanted.casefold() in (one.id, one.name.casefold())]
        candidates = exact or list(found)
        if not candidates:
            raise RefusedError(f"I find no site called {kit.code(wanted)}. {WHICH}")
        if len(candidates) > 1:
            names = ", ".join(
                f"{kit.inline(one.name)} ({kit.code(str(one.ref))})" for one in candidates
            )
            raise RefusedError(f"Several sites are called so. Say which one: {names}")
        return await self._fresh(candidates[0].ref)

    async def _fresh(self, ref: Ref) -> Site:
        site = await self._inventory.site(ref)
        if site is None:
            raise RefusedError(f"I know no site {kit.code(str(ref))}. {WHICH}")
        return site

    # What only the vendor knows

    async def connectors(self, _asked: Asked, order: Order) -> Message:
        """`/site connectors ID`."""
        return await self._connectors(await self.meant(order.text))

    async def _connectors(self, site: Site) -> Message:
        client = self._able(site.account, ListsConnectors)
        rows: list[tuple[Charger, Connector]] = await _first(client.site_connectors(site.id))
        return blocks.connectors(site, rows)

    async def groups(self, _asked: Asked, order: Order) -> Message:
        """`/site groups ID`."""
        return await self._groups(await self.meant(order.text))

    async def _groups(self, site: Site) -> Message:
        groups = await self._able(site.account, ListsGroups).groups(site.id)
        return blocks.groups(site, groups)

    async def meter(self, _asked: Asked, order: Order) -> Message:
        """`/site meter ID [GROUP]`."""
        name, *rest = order.words or ("",)
        site = await self.meant(name)
        groups = await self._able(site.account, ListsGroups).groups(site.id)
        wanted = [group for group in groups if not rest or group.id == rest[0]]
        if not wanted:
            raise RefusedError(NO_GROUPS.format(site=kit.inline(site.name)))
        if len(wanted) > 1:
            names = ", ".join(kit.code(group.id) for group in wanted)
            raise RefusedError(WHICH_GROUP.format(site=kit.inline(site.name), groups=names))
        client = self._able(site.account, ReadsGroupMeter)
        return blocks.meter(wanted[0], await client.group_meter(site.id, wanted[0].id))

    async def transactions(self, _asked: Asked, order: Order) -> Message:
        """`/site transactions ID [active]`."""
        words = [word for word in order.words if word.lower() != "active"]
        site = await self.meant(" ".join(words))
        return await self._transactions(site, active=len(words) < len(order.words))

    async def _transactions(self, site: Site, *, active: bool = False) -> Message:
        client = self._able(site.account, ListsTransactions)
        found: list[Transaction] = await _first(client.transactions(site.id, active=active))
        return blocks.transactions(site, found, self._clock.now())

    # Usage

    async def usage(self, _asked: Asked, order: Order) -> Message:
        """`/charger usage ID [CONNECTOR]`."""
        name, *rest = order.words or ("",)
        known = await self._find.meant(name)
        return await self._usage(known.charger, int(rest[0]) if _is_number(rest) else None)

    async def usage_clicked(self, asked: Asked, value: str) -> None:
        """What a charger draws, from its card."""
        await self._gate.look_up(asked.user_id)
        known = await self._find.meant(value)
        await asked.say(await self._usage(known.charger, None))

    async def _usage(self, charger: Charger, connector: int | None) -> Message:
        client = self._able(charger.account, ReadsPowerUsage)
        numbers = [plug.number for plug in charger.connectors] or [1]
        wanted = numbers if connector is None else [connector]
        readings = [await client.power_usage(charger, number) for number in wanted[:8]]
        return blocks.usage(charger, readings, self._clock.now())

    def _able(self, account: str, capability: Callable[..., CapabilityT]) -> CapabilityT:
        client = self._fleet.able(capability).get(account)
        if client is None:
            raise RefusedError(CANNOT.format(account=kit.inline(account)))
        return client


async def _first(pages: AsyncIterator[Sequence[RowT]]) -> list[RowT]:
    """Enough rows for one message, and no more pages than that takes."""
    rows: list[RowT] = []
    async for page in pages:
        rows += page
        if len(rows) >= MOST_ROWS:
            break
    return rows


def _is_number(words: Sequence[str]) -> bool:
    return bool(words) and words[0].isdigit()
