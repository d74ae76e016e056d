"""A watched account whose cloud a test can break: real store, sweeper and alerts around it."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Self

from bot.alerts.model import Alert
from bot.alerts.records import GroupRecord
from bot.alerts.routes import Route
from bot.alerts.rules import BUILT_IN, Rule
from bot.alerts.service import Alerts
from bot.inventory import Inventory
from bot.message import Message
from bot.mirror import Mirror
from bot.store import Store
from bot.sweeps import Sweeper, SweepResult
from tests.clock import VirtualClock
from vendors.errors import NotFoundError, VendorError
from vendors.fleet import Fleet
from vendors.models import (
    Charger,
    Connectivity,
    Connector,
    Fault,
    ModelRef,
    Ref,
    Site,
    StationModel,
    Status,
    Vendor,
)

POLL = timedelta(seconds=60)
PAGE = 25
CHANNEL = "C0ALERTS"


class Cloud:
    """A vendor's client over chargers in memory; a test changes `rows` and sets `failure`."""

    vendor = Vendor.SPIRII

    def __init__(self, account: str, clock: VirtualClock) -> None:
        self.account = account
        self.rows: dict[str, dict[str, Any]] = {}
        self.site_rows: list[Site] = []
        self.models: list[StationModel] = []
        self.failure: VendorError | None = None
        self.sites_failure: VendorError | None = None
        self.fails_after_pages: int | None = None
        self.read_failure: VendorError | None = None
        self.gone_dark_after = 0
        """How many direct reads are answered before `read_failure` strikes."""
        self.direct: dict[str, dict[str, Any]] = {}
        """What a direct read says, where it differs from the listing."""
        self.gone: set[str] = set()
        """Listed still, and unknown to a direct read."""
        self.reads: list[str] = []
        self.pages_read = 0
        self._clock = clock

    def in_background(self) -> Self:
        """It is quick enough as it is."""
        return self

    async def ping(self) -> datetime | None:
        """It tells no time."""
        return None

    async def aclose(self) -> None:
        """There is nothing to close."""

    async def chargers(self) -> AsyncIterator[Sequence[Charger]]:
        """Page by page, until `failure` strikes."""
        everything = [self._row(key) for key in sorted(self.rows)]
        for number, start in enumerate(range(0, max(len(everything), 1), PAGE)):
            if self.failure and number >= (self.fails_after_pages or 0):
                raise self.failure
            self.pages_read += 1
            yield everything[start : start + PAGE]

    async def charger(self, charger_id: str) -> Charger:
        """One, as a direct read tells it."""
        self.reads.append(charger_id)
        if self.read_failure and len(self.reads) > self.gone_dark_after:
            raise self.read_failure
        if charger_id not in self.rows or charger_id in self.gone:
            raise NotFoundError(self.vendor)
        return self._row(charger_id, **self.direct.get(charger_id, {}))

    async def find_chargers(self, text: str) -> Sequence[Charger]:
        """By identity."""
        if self.failure:
            raise self.failure
        return [self._row(key) for key, row in self.rows.items() if row["identity"] == text]

    async def sites(self) -> AsyncIterator[Sequence[Site]]:
        """All on one page, until `sites_failure` strikes."""
        if self.sites_failure:
            raise self.sites_failure
        yield self.site_rows

    async def station_models(
        self, *, archived: bool = False
    ) -> AsyncIterator[Sequence[StationModel]]:
        """All on one page."""
        yield [model for model in self.models if model.is_archived is archived]

    def _row(self, charger_id: str, **changes: Any) -> Charger:
        seen = {"account": self.account, "vendor": self.vendor, "observed_at": self._clock.now()}
        return Charger(**{**seen, "id": charger_id, **self.rows[charger_id], **changes})


class PickyCloud(Cloud):
    """One that also lists only what is in trouble, in rows without connectors and codes."""

    vendor = Vendor.PLUGCHOICE
    lists_nobody = False
    """Whether the listing of everybody is empty, by mistake."""

    async def chargers(self) -> AsyncIterator[Sequence[Charger]]:
        """Without connectors and codes."""
        if self.lists_nobody:
            return
        async for page in super().chargers():
            yield [_thin(charger) for charger in page]

    async def troubled_chargers(self) -> AsyncIterator[Sequence[Charger]]:
        """Three filtered listings, in which a charger may come twice."""
        if self.failure:
            raise self.failure
        self.pages_read += 3
        everything = [self._row(key) for key in sorted(self.rows)]
        yield [_thin(c) for c in everything if c.connectivity is Connectivity.OFFLINE]
        yield [_thin(c) for c in everything if c.status is Status.FAULTED]
        yield [
            _thin(c)
            for c in everything
            if any(plug.status is Status.FAULTED for plug in c.connectors)
        ]


def _thin(charger: Charger) -> Charger:
    kept = charger.model_fields_set - {"connectors", "fault"}
    return Charger(**{name: getattr(charger, name) for name in kept})


class Tower:
    """Everything that watches one account, and what people would see of it."""

    def __init__(
        self,
        store: Store,
        clock: VirtualClock,
        *clouds: Cloud,
        rules: Sequence[Rule] = BUILT_IN,
        routes: Sequence[Route] = (Route("default", CHANNEL),),
    ) -> None:
        self.store = store
        self.clock = clock
        self.cloud = clouds[0]
        self.clouds = clouds
        self.rules = rules
        self.routes = routes
        self.start()

    def start(self) -> None:
        """Wire it as a (re)started bot does: nothing is carried over but the store."""
        polls = {cloud.account: POLL for cloud in self.clouds}
        vendors = {cloud.account: cloud.vendor.value for cloud in self.clouds}
        fleet = Fleet({cloud.account: cloud for cloud in self.clouds})
        mirror = Mirror()
        self.alerts = Alerts(
            self.store,
            self.clock,
            rules=self.rules,
            routes=self.routes,
            polls=polls,
            vendors=vendors,
        )
        self.sweeper = Sweeper(self.store, fleet, self.alerts, self.clock, mirror, polls)
        self.inventory = Inventory(self.store, fleet, self.clock, mirror)

    def add(self, charger_id: str, cloud: Cloud | None = None, **facts: Any) -> None:
        """Put a charger online into the account."""
        usual = {
            "identity": charger_id.upper(),
            "connectivity": Connectivity.ONLINE,
            "status": Status.AVAILABLE,
            "connectors": (Connector(number=1, status=Status.AVAILABLE),),
            "fault": None,
            "site_id": "S1",
            "site_name": "Harbour",
            "station_model": ModelRef(make="Acme", name="Two", is_dc=True),
        }
        (cloud or self.cloud).rows[charger_id] = usual | facts

    def add_many(self, number: int, *, sites: int = 1000, **facts: Any) -> None:
        """Put many chargers online, spread over sites."""
        for n in range(number):
            site = n % sites
            self.add(f"ch{n:05}", site_id=f"S{site}", site_name=f"Site {site}", **facts)

    def set(self, charger_id: str, **facts: Any) -> None:
        """Change what the vendor says of a charger."""
        self.cloud.rows[charger_id] |= facts

    def offline(self, *charger_ids: str) -> None:
        """Take chargers offline."""
        for charger_id in charger_ids:
            self.set(charger_id, connectivity=Connectivity.OFFLINE)

    def online(self, *charger_ids: str) -> None:
        """Bring chargers back."""
        for charger_id in charger_ids:
            self.set(charger_id, connectivity=Connectivity.ONLINE)

    def fault(self, charger_id: str, code: str, *, status: Status = Status.FAULTED) -> None:
        """Let a connector report a code."""
        plug = Connector(number=1, status=status, fault=Fault(code=code))
        self.set(charger_id, connectors=(plug,))

    def mend(self, charger_id: str) -> None:
        """Let a connector be well again."""
        plug = Connector(number=1, status=Status.AVAILABLE, fault=None)
        self.set(charger_id, connectors=(plug,))

    async def sweep(self, account: str | None = None) -> SweepResult:
        """One poll of an account."""
        return await self.sweeper.troubled(account or self.cloud.account)

    async def run(self, minutes: float) -> None:
        """Let time pass: a poll each minute, the rule clock each ten seconds."""
        for _ in range(round(minutes * 6)):
            await self.clock.advance(10)
            await self.alerts.tick()
            if self.clock.monotonic() % 60 == 0:
                for cloud in self.clouds:
                    await self.sweeper.troubled(cloud.account)

    async def groups(self) -> list[GroupRecord]:
        """The messages that are still open."""
        return await self.alerts.groups()

    async def open_alerts(self) -> list[Alert]:
        """Every alert that fires."""
        return await self.alerts.firing()

    async def of(self, charger_id: str) -> list[Alert]:
        """The open alerts of a charger, pending ones too."""
        return await self.alerts.of_charger(Ref(self.cloud.account, charger_id))

    async def messages(self, topic: str = "alert_group") -> list[Message]:
        """What was put into the outbox."""

        def work(tables: Any) -> list[Message]:
            rows = tables.messages._select("where topic = ? order by position", [topic])
            return list(rows)

        return await self.store.read(work)

    async def pings(self) -> list[str]:
        """The thread lines that mention somebody, or would."""
        groups = [m.subject for m in await self.messages()]
        return [
            line.reason.name
            for group in groups
            for line in await self.store.read(lambda t, g=group: t.alerts.lines(g))
        ]
