"""All chargers, sites and station models, as we last saw them; and how to find one."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Generic, Literal, NamedTuple, TypeVar

from bot.clock import Clock
from bot.mirror import Mirror
from bot.store import Store, StoreError, Tables
from bot.store.chargers import Counts, MirroredCharger
from bot.store.station_models import ModelFilter
from vendors.errors import NotFoundError, VendorError
from vendors.fleet import Fleet, UnknownAccountError
from vendors.models import Charger, Ref, Site, StationModel
from vendors.ports import ReadsChargers, ReadsSites, ReadsStationModels

log = logging.getLogger(__name__)

ItemT = TypeVar("ItemT")
NEAREST = 5
AT_ONCE = 50
"""So many names are looked up before somebody else may use the store."""
MOST_SITES = 20
"""So many sites of a name are looked at for their chargers."""
EVIDENCE = "read"
State = Literal["offline", "faulted"]


@dataclass(frozen=True, slots=True)
class KnownCharger:
    """A charger as well as we know it."""

    charger: Charger
    seen_at: datetime
    """The age of what is known: when its vendor last said so."""
    first_seen_at: datetime
    vanished_at: datetime | None = None
    """Since when its account no longer lists it."""
    live: bool = False
    """Whether it was read just now."""
    trouble: str | None = None
    """Why a live read failed, where one was tried."""

    @property
    def ref(self) -> Ref:
        """Account and id."""
        return self.charger.ref


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    hits: tuple[KnownCharger, ...]
    total: int
    """How many there are; a search stops counting at 200."""
    nearest: tuple[KnownCharger, ...] = ()
    """What is called almost so, where nothing is called so."""
    asked: bool = False
    """Whether the vendors were asked, because the mirror had nothing."""
    unanswered: tuple[str, ...] = ()
    """The accounts that could not be asked."""
    exact: int = 0
    """How many of them are called exactly so; they come first."""


class Page(NamedTuple, Generic[ItemT]):
    """Some of a list."""

    items: tuple[ItemT, ...]
    total: int


@dataclass(frozen=True, slots=True)
class AccountOverview:
    """An account at a glance."""

    account: str
    counts: Counts
    swept_at: datetime | None
    """When all of it was last seen."""
    trouble: str | None
    """What hindered the newest sweep."""


class Inventory:
    """The mirror of the fleet, and live reads that fall back to it."""

    def __init__(self, store: Store, fleet: Fleet, clock: Clock, mirror: Mirror) -> None:
        self._store = store
        self._fleet = fleet
        self._clock = clock
        self._mirror = mirror

    async def find(self, text: str, *, limit: int = 10) -> Found:
        """Search by part of any name, then by site, model and account.

        Where nothing is found the vendors are asked: a charger may be too new for the mirror.
        """

        def work(tables: Tables) -> Found:
            rows, total = self._search(tables, text, limit)
            exact = len(_meant(tables, text)) if rows else 0
            return Found(tuple(map(_known, rows)), total, exact=exact)

        found = await self._store.read(work)
        if found.hits:
            return found
        return await self._ask_vendors(text, limit)

    async def search(self, text: str, *, limit: int) -> Page[KnownCharger]:
        """Search the mirror alone: for search fields, in which nobody waits for a vendor."""
        rows, total = await self._store.read(lambda tables: self._search(tables, text, limit))
        return Page(tuple(map(_known, rows)), total)

    def _search(self, tables: Tables, text: str, limit: int) -> tuple[list[MirroredCharger], int]:
        ref = _ref(text)
        if row := tables.chargers.known(ref) if ref else None:
            return [row], 1
        wanted = text.strip().casefold()
        account = next((one for one in self._fleet.accounts if one.casefold() == wanted), None)
        sites = tables.sites.called(text, limit=MOST_SITES)
        return tables.chargers.find(text, limit, sites=sites, account=account)

    async def known(self, ref: Ref) -> KnownCharger | None:
        """As mirrored; also where it has vanished."""
        row = await self._store.read(lambda tables: tables.chargers.known(ref))
        return _known(row) if row else None

    async def refreshed(self, ref: Ref) -> KnownCharger | None:
        """Read live; where that fails as mirrored, with the trouble; `None` where nobody has it."""
        client = self._client(ref.account, ReadsChargers)
        if client is None:
            return await self.known(ref)
        try:
            charger = await client.charger(ref.id)
        except NotFoundError:
            known = await self.known(ref)
            return _troubled(known, "its vendor no longer knows it") if known else None
        except VendorError as error:
            known = await self.known(ref)
            if known is None:
                raise
            return _troubled(known, str(error))
        try:
            return await self.remember(charger)
        except StoreError as trouble:  # whoever looks something up needs no disk with room on it
            log.warning("Shown and not mirrored: %s", trouble)
            return self._live(charger, await self.known(ref))

    async def called(self, text: str) -> tuple[KnownCharger, ...]:
        """Those of the mirror that are called exactly so."""
        rows = await self._store.read(lambda tables: _meant(tables, text))
        return tuple(map(_known, rows))

    async def resolve(self, text: str) -> tuple[KnownCharger, ...]:
        """What a person means by ACCOUNT/ID, an id, an identity or a serial number.

        One is clear, several have to be asked about. Nothing in the mirror: the vendors are asked.
        """
        if known := await self.called(text):
            return known
        if (ref := _ref(text)) and ref.account in self._fleet.accounts:
            found = await self.refreshed(ref)
            return (found,) if found else ()
        asked = await self._ask_vendors(text, NEAREST)
        return asked.hits

    async def chargers(
        self,
        *,
        state: State | None = None,
        account: str | None = None,
        site: str | None = None,
        offset: int = 0,
        limit: int = 10,
    ) -> Page[KnownCharger]:
        """One page by name; `site` is a vendor's site id, `state` leaves only those in it."""
        wanted = {"account": account, "site_id": site}
        if state == "offline":
            wanted["connectivity"] = state
        where = {column: value for column, value in wanted.items() if value is not None}

        def work(tables: Tables) -> Page[KnownCharger]:
            rows, total = tables.chargers.listed(
                where, troubled=state == "faulted", offset=offset, limit=limit
            )
            return Page(tuple(map(_known, rows)), total)

        return await self._store.read(work)

    async def registered(self, account: str, names: Sequence[str]) -> frozenset[str]:
        """Those of these identities and serial numbers that a charger of the account goes by."""

        def work(tables: Tables, some: Sequence[str]) -> list[str]:
            return [name for name in some if _goes_by(tables, account, name)]

        found: list[str] = []
        for start in range(0, len(names), AT_ONCE):  # others get their turn in between
            some = names[start : start + AT_ONCE]
            found += await self._store.read(partial(work, some=some))
        return frozenset(found)

    async def with_site_names(self, chargers: Sequence[KnownCharger]) -> list[KnownCharger]:
        """The same; where a vendor gives only a site's id, the mirror knows its name."""
        return await self._store.read(lambda tables: [_at_site(tables, one) for one in chargers])

    async def sites(
        self, text: str = "", *, account: str | None = None, limit: int = 100
    ) -> tuple[Site, ...]:
        """Sites by part of a name or address, or all by name."""
        found = await self._store.read(
            lambda tables: tables.sites.find(text, account=account, limit=limit)
        )
        return tuple(found)

    async def site(self, ref: Ref) -> Site | None:
        """A site: read live where possible, else as mirrored."""
        client = self._client(ref.account, ReadsSites)
        if client is not None:
            with suppress(VendorError):  # the mirror answers, and the sweep reports the trouble
                await self.remember_site(await client.site(ref.id))
        return await self._store.read(lambda tables: tables.sites.known(ref))

    async def station_models(
        self,
        *,
        text: str = "",
        account: str | None = None,
        archived: bool | None = False,
        make: str = "",
        name: str = "",
        offset: int = 0,
        limit: int = 10,
    ) -> Page[StationModel]:
        """One page; `archived` `None` lists both, the archived ones and the others."""
        wanted = ModelFilter(text, account, archived, make, name)
        found = await self._store.read(lambda tables: tables.station_models.listed(wanted))
        return Page(tuple(found[offset : offset + limit]), len(found))

    async def station_model(self, ref: Ref) -> StationModel | None:
        """A station model: read live where possible, else as mirrored."""
        client = self._client(ref.account, ReadsStationModels)
        if client is not None:
            with suppress(VendorError):  # the mirror answers, and the sweep reports the trouble
                await self.remember_model(await client.station_model(ref.id))
        return await self._store.read(lambda tables: tables.station_models.known(ref))

    async def resolve_model(self, text: str) -> tuple[StationModel, ...]:
        """The station models that a person may mean by ACCOUNT/ID, an id or a name."""
        return await self._store.read(lambda tables: tuple(_models_meant(tables, text)))

    async def chargers_of_model(self, make: str, name: str) -> int:
        """How many chargers of the fleet are of that make and model."""
        return await self._store.read(lambda tables: tables.chargers.of_model(make, name))

    async def overview(self) -> tuple[AccountOverview, ...]:
        """Every account at a glance, with the age of what is known."""

        def work(tables: Tables) -> tuple[AccountOverview, ...]:
            counts = tables.chargers.counts()
            return tuple(
                _overview(tables, account, counts.get(account, Counts()))
                for account in self._fleet.accounts
            )

        return await self._store.read(work)

    async def listed_at(self, accounts: Collection[str]) -> datetime | None:
        """When all of these accounts had last been seen whole; `None` where one never was."""

        def work(tables: Tables) -> list[datetime | None]:
            newest = (tables.sweeps.newest(account) for account in accounts)
            return [sweep.ended_at if sweep else None for sweep in newest]

        moments = await self._store.read(work)
        known = [moment for moment in moments if moment is not None]
        return min(known) if known and len(known) == len(moments) else None

    async def remember(self, charger: Charger) -> KnownCharger:
        """Mirror what a vendor has just said of one charger."""
        now = self._clock.now()

        def work(tables: Tables) -> MirroredCharger | None:
            self._mirror.take(tables, [charger], at=now, sweep=0, evidence=EVIDENCE)
            return tables.chargers.known(charger.ref)

        row = await self._store.write(work)
        self._mirror.forget(charger.ref)
        if row is None:
            raise LookupError(f"{charger.ref} was not mirrored")
        return self._live(charger, _known(row))

    def _live(self, charger: Charger, known: KnownCharger | None) -> KnownCharger:
        """As a vendor has just said, with what it left out from the mirror."""
        now = self._clock.now()
        first_seen_at = known.first_seen_at if known else now
        merged = charger.updated_from(known.charger if known else None)
        return KnownCharger(merged, now, first_seen_at, live=True)

    async def remember_site(self, site: Site) -> None:
        """Mirror what a vendor has just said of a site."""
        await self._store.write(lambda tables: tables.sites.save([site]))

    async def remember_model(self, model: StationModel) -> None:
        """Mirror what a vendor has just said of a station model."""
        await self._store.write(lambda tables: tables.station_models.save([model]))

    async def forget(self, ref: Ref) -> None:
        """A charger was deleted or detached: nobody lists it any more."""
        now = self._clock.now()

        def work(tables: Tables) -> None:
            tables.chargers.vanish([ref], now)
            tables.history.close([ref], now)

        await self._store.write(work)
        self._mirror.forget(ref)

    async def forget_other_accounts(self) -> None:
        """What belongs to accounts that are no longer configured is listed and found no more.

        Nobody would ever see it vanish, and under a new name the same chargers are there again.
        """
        now, accounts = self._clock.now(), self._fleet.accounts

        def work(tables: Tables) -> None:
            tables.chargers.vanish_others(accounts, now)
            tables.sites.vanish_others(accounts, now)
            tables.station_models.vanish_others(accounts, now)
            tables.history.close_others(accounts, now)

        await self._store.write(work)

    async def _ask_vendors(self, text: str, limit: int) -> Found:
        """Ask about one word; several are nobody's identity.

        Three of four vendors can only be asked by reading through their lists.
        """
        if len(text.split()) > 1:
            return Found((), 0, nearest=await self._nearest(text))
        answers = await self._fleet.find(text)
        found = [charger for hits in answers.results.values() for charger in hits]
        hits = [await self.remember(charger) for charger in found[:limit]]
        return Found(
            hits=tuple(hits),
            total=len(found),
            nearest=() if hits else await self._nearest(text),
            asked=True,
            unanswered=tuple(answers.failed),
        )

    async def _nearest(self, text: str) -> tuple[KnownCharger, ...]:
        rows = await self._store.read(lambda tables: tables.chargers.nearest(text, NEAREST))
        return tuple(map(_known, rows))

    def _client(self, account: str, capability: Callable[..., ItemT]) -> ItemT | None:
        """The account's client, where it has the capability; raises UnknownAccountError."""
        if account not in self._fleet.accounts:
            raise UnknownAccountError(account)
        able: Mapping[str, ItemT] = self._fleet.able(capability)
        return able.get(account)


def _meant(tables: Tables, text: str) -> list[MirroredCharger]:
    ref = _ref(text)
    row = tables.chargers.known(ref) if ref else None
    return [row] if row else tables.chargers.exactly(text)


def _goes_by(tables: Tables, account: str, name: str) -> bool:
    return any(
        row.charger.account == account and row.vanished_at is None
        for row in tables.chargers.exactly(name)
    )


def _models_meant(tables: Tables, text: str) -> list[StationModel]:
    ref = _ref(text)
    model = tables.station_models.known(ref) if ref else None
    return [model] if model else tables.station_models.exactly(text)


def _ref(text: str) -> Ref | None:
    try:
        return Ref.parse(text.strip())
    except ValueError:
        return None


def _known(row: MirroredCharger) -> KnownCharger:
    return KnownCharger(row.charger, row.seen_at, row.first_seen_at, row.vanished_at)


def _at_site(tables: Tables, known: KnownCharger) -> KnownCharger:
    charger = known.charger
    if charger.site_id is None or charger.site_name is not None:
        return known
    site = tables.sites.known(Ref(charger.account, charger.site_id))
    if site is None:
        return known
    return replace(known, charger=charger.model_copy(update={"site_name": site.name}))


def _troubled(known: KnownCharger, trouble: str) -> KnownCharger:
    return KnownCharger(
        known.charger, known.seen_at, known.first_seen_at, known.vanished_at, trouble=trouble
    )


def _overview(tables: Tables, account: str, counts: Counts) -> AccountOverview:
    complete = tables.sweeps.newest(account)
    newest = tables.sweeps.newest(account, complete=False)
    return AccountOverview(
        account=account,
        counts=counts,
        swept_at=complete.ended_at if complete else None,
        trouble=newest.trouble if newest else None,
    )
