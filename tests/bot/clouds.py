"""Small vendors in memory: each satisfies the ports that its name promises, and counts writes."""

# ruff: noqa: D102  # what these methods mean stands at the ports that they satisfy
import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import TypeVar

from pydantic import SecretStr

from bot.access import DirectoryUnavailableError, Person
from tests.clock import START, VirtualClock
from vendors.errors import NotFoundError, OutcomeUnknownError, RejectedError
from vendors.models import (
    Charger,
    Connector,
    Need,
    NewCharger,
    NewSite,
    NewStationModel,
    PowerType,
    PowerUsage,
    Receipt,
    Ref,
    Registration,
    Reset,
    Site,
    SmartCharging,
    SmartChargingMode,
    StationModel,
    Status,
    Vendor,
)

ResultT = TypeVar("ResultT")
EXTENT = 2
"""Objects on a page."""


BY_IDENTITY = Registration(identity=Need.REQUIRED, identity_max=45, site=Need.OPTIONAL)


@dataclass
class Trouble:
    """What goes wrong with the next write, once."""

    before: Exception | None = None
    """Raised without anything being done."""
    after: Exception | None = None
    """Raised when all is done: the answer is lost."""

    def lose_answer(self) -> None:
        """Let the next write happen, and its answer get lost."""
        self.after = OutcomeUnknownError("acme", "no answer")

    def lose_request(self) -> None:
        """Let the next write get lost on its way, without anybody knowing."""
        self.before = OutcomeUnknownError("acme", "no answer")

    def write(self, work: Callable[[], ResultT]) -> ResultT:
        """Do a write, with the trouble there is."""
        before, self.before = self.before, None
        if before:
            raise before
        result = work()
        after, self.after = self.after, None
        if after:
            raise after
        return result


@dataclass
class Cloud:
    """One account at one vendor."""

    account: str = "nl"
    vendor: Vendor = Vendor.PLUGCHOICE
    trouble: Trouble = field(default_factory=Trouble)
    writes: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    read_error: Exception | None = None
    gate: asyncio.Event | None = None
    """Reads wait for it."""

    async def look(self, what: str) -> None:
        """Count a read, and fail where reading fails."""
        self.reads.append(what)
        if self.gate:
            await self.gate.wait()
        if self.read_error:
            raise self.read_error

    def written(self, what: str, work: Callable[[], ResultT]) -> ResultT:
        """Count a write that reached the vendor, and do it."""

        def counted() -> ResultT:
            self.writes.append(what)
            return work()

        return self.trouble.write(counted)


async def paged(items: Sequence[ResultT]) -> AsyncIterator[Sequence[ResultT]]:
    for start in range(0, len(items), EXTENT):
        yield items[start : start + EXTENT]


@dataclass
class ChargerCloud(Cloud):
    """Registers, lists, reads, attaches, detaches, deletes, names and restarts chargers."""

    registration: Registration = BY_IDENTITY
    resets: Sequence[Reset] = (Reset.SOFT, Reset.HARD)
    known: dict[str, Charger] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    """Identities that other tenants have."""
    pincodes: dict[str, str] = field(default_factory=dict)
    smart: dict[str, SmartCharging] = field(default_factory=dict)
    places: list[Site] = field(default_factory=list)
    ids: Callable[[], int] = field(default_factory=lambda: count(1).__next__)
    clock_now: Callable[[], datetime] = lambda: START
    write_gate: asyncio.Event | None = None
    """Registrations wait for it."""
    write_costs: tuple[VirtualClock, float] | None = None
    """How long a registration takes, in seconds of this clock."""

    async def _take_time(self) -> None:
        if self.write_gate:
            await self.write_gate.wait()
        if self.write_costs:
            clock, seconds = self.write_costs
            await clock.sleep(seconds)

    def add(self, identity: str, **facts: object) -> Charger:
        """Have a charger without anybody registering it."""
        charger = Charger(
            account=self.account,
            vendor=self.vendor,
            id=f"ch{self.ids()}",
            observed_at=self.clock_now(),
            identity=identity,
            **facts,
        )
        self.known[charger.id] = charger
        return charger

    def change(self, charger_id: str, **facts: object) -> Charger:
        """Have a charger be different from now on."""
        self.known[charger_id] = self.known[charger_id].model_copy(update=facts)
        return self.known[charger_id]

    def plug_in(self, charger_id: str) -> None:
        """Have a car charge."""
        plug = Connector(number=1, status=Status.CHARGING)
        self.change(charger_id, connectors=(plug,))

    async def charger(self, charger_id: str) -> Charger:
        await self.look(f"charger {charger_id}")
        if charger_id not in self.known:
            raise NotFoundError(self.vendor, charger_id)
        return self.known[charger_id]

    async def chargers(self) -> AsyncIterator[Sequence[Charger]]:
        await self.look("chargers")
        async for page in paged(list(reversed(self.known.values()))):
            yield page

    async def site_chargers(self, site_id: str) -> AsyncIterator[Sequence[Charger]]:
        await self.look(f"chargers of {site_id}")
        async for page in paged([each for each in self.known.values() if each.site_id == site_id]):
            yield page

    async def register_charger(self, charger: NewCharger) -> Charger:
        identity = charger.identity or charger.serial_number or ""
        await self._take_time()
        taken = {each.identity for each in self.known.values()} | self.elsewhere
        if identity in taken:
            fields = {"identity": ["The identity has already been taken."]}
            raise RejectedError(self.vendor, "The given data was invalid.", fields=fields)
        return self.written(
            f"register {identity}",
            lambda: self.add(
                identity, serial_number=charger.serial_number, site_id=charger.site_id
            ),
        )

    async def attach_charger(
        self,
        site_id: str,
        *,
        pincode: SecretStr,
        identity: str | None = None,
        serial_number: str | None = None,
    ) -> Charger | None:
        name = identity or serial_number or ""
        if self.pincodes.get(name) != pincode.get_secret_value():
            raise RejectedError(self.vendor, "The pincode is wrong.")
        found = next(each for each in self.known.values() if each.identity == name)
        return self.written(f"attach {name}", lambda: self.change(found.id, site_id=site_id))

    async def detach_charger(self, site_id: str, charger_id: str) -> None:
        assert self.known[charger_id].site_id == site_id
        self.written(f"detach {charger_id}", lambda: self.change(charger_id, site_id=None))

    async def delete_charger(self, charger_id: str) -> None:
        self.written(f"delete {charger_id}", lambda: self.known.pop(charger_id))

    async def set_reference(self, charger_id: str, reference: str | None) -> Charger:
        return self.written(
            f"reference {charger_id}", lambda: self.change(charger_id, reference=reference)
        )

    async def restart_charger(self, charger_id: str, reset: Reset) -> Receipt:
        return self.written(f"restart {charger_id} {reset}", lambda: Receipt(status="Accepted"))

    async def power_usage(self, charger: Charger, connector: int) -> PowerUsage:
        await self.look(f"power of {charger.id}")
        return PowerUsage(connector=connector, power_w=11_000)

    async def sites(self) -> AsyncIterator[Sequence[Site]]:
        await self.look("sites")
        async for page in paged(self.places):
            yield page

    async def site(self, site_id: str) -> Site:
        await self.look(f"site {site_id}")
        return next(site for site in self.places if site.id == site_id)

    async def create_site(self, site: NewSite) -> Site:
        return self.written(f"site {site.name}", lambda: self.add_site(site.name))

    def add_site(self, name: str, **facts: object) -> Site:
        """Have a site without anybody creating it."""
        site = Site(
            account=self.account,
            vendor=self.vendor,
            id=f"si{self.ids()}",
            observed_at=self.clock_now(),
            name=name,
            **facts,
        )
        self.places.append(site)
        return site

    async def smart_charging(self, site_id: str) -> SmartCharging:
        await self.look(f"smart charging of {site_id}")
        return self.smart.get(site_id, SmartCharging(mode=SmartChargingMode.DISABLED))

    async def update_smart_charging(self, site_id: str, settings: SmartCharging) -> SmartCharging:
        def work() -> SmartCharging:
            self.smart[site_id] = settings
            return settings

        return self.written(f"smart charging of {site_id}", work)


@dataclass
class ModelCloud(Cloud):
    """Has station models."""

    account: str = "us"
    vendor: Vendor = Vendor.LYNKWELL
    models: dict[str, StationModel] = field(default_factory=dict)
    ids: Callable[[], int] = field(default_factory=lambda: count(1).__next__)

    def add(self, make: str, name: str, **facts: object) -> StationModel:
        """Have a station model without anybody creating it."""
        model = StationModel(
            account=self.account,
            vendor=self.vendor,
            id=f"mo{self.ids()}",
            observed_at=START,
            make=make,
            name=name,
            power_type=PowerType.DC,
            **facts,
        )
        self.models[model.id] = model
        return model

    def change(self, model_id: str, **facts: object) -> StationModel:
        """Have a station model be different from now on."""
        self.models[model_id] = self.models[model_id].model_copy(update=facts)
        return self.models[model_id]

    async def station_models(
        self, *, archived: bool = False
    ) -> AsyncIterator[Sequence[StationModel]]:
        await self.look("station models")
        async for page in paged(
            [each for each in self.models.values() if each.is_archived is archived]
        ):
            yield page

    async def station_model(self, model_id: str) -> StationModel:
        await self.look(f"station model {model_id}")
        if model_id not in self.models:
            raise NotFoundError(self.vendor, model_id)
        return self.models[model_id]

    async def create_station_model(self, model: NewStationModel) -> StationModel:
        return self.written(f"create {model.name}", lambda: self.add(model.make, model.name))

    async def rename_station_model(self, model_id: str, friendly_name: str) -> StationModel:
        return self.written(
            f"rename {model_id}", lambda: self.change(model_id, friendly_name=friendly_name)
        )

    async def archive_station_model(self, model_id: str) -> StationModel:
        return self.written(f"archive {model_id}", lambda: self.change(model_id, is_archived=True))


@dataclass
class Clouds:
    """The fleet."""

    clients: Mapping[str, Cloud]

    def client(self, account: str) -> Cloud:
        return self.clients[account]


@dataclass
class Mirror:
    """Remembers what it is told."""

    seen: list[Charger] = field(default_factory=list)
    seen_models: list[StationModel] = field(default_factory=list)
    seen_sites: list[Site] = field(default_factory=list)
    forgotten: list[Ref] = field(default_factory=list)
    of_model: int = 0

    async def remember(self, charger: Charger) -> None:
        self.seen.append(charger)

    async def remember_site(self, site: Site) -> None:
        self.seen_sites.append(site)

    async def remember_model(self, model: StationModel) -> None:
        self.seen_models.append(model)

    async def forget(self, ref: Ref) -> None:
        self.forgotten.append(ref)

    async def chargers_of_model(self, make: str, name: str) -> int:  # noqa: ARG002  # one number
        return self.of_model


@dataclass
class Book:
    """A directory that a test writes itself: whoever is not in it is a plain member."""

    groups: dict[str, set[str]] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)
    is_silent: bool = False
    gate: asyncio.Event | None = None
    """Reads of groups wait for it."""
    door: asyncio.Event | None = None
    """Reads of people wait for it."""

    async def person(self, user_id: str) -> Person:
        self._read(user_id)
        if self.door:
            await self.door.wait()
        return self.people.get(user_id, Person(user_id))

    async def members(self, group_id: str) -> frozenset[str]:
        self._read(group_id)
        if self.gate:
            await self.gate.wait()
        return frozenset(self.groups.get(group_id, set()))

    def _read(self, what: str) -> None:
        self.reads.append(what)
        if self.is_silent:
            raise DirectoryUnavailableError
