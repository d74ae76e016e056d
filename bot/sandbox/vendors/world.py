"""The physical truth that the four clouds share: who stands where, and what happens to them.

Everything that happens is due at a time and happens in `World.advance`; nothing happens by itself.
"""

import heapq
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import TypedDict, Unpack

from bot.sandbox.vendors.entities import (
    Charger,
    Connector,
    Fault,
    Session,
    Site,
    StationModel,
    Status,
    Tenant,
    Vendor,
)

KEPT_SESSIONS = 1000
"""Ended sessions kept per site; older ones are forgotten."""

RESTART_TAKES = timedelta(seconds=45)

Happening = Callable[[], None]


class ChargerDetails(TypedDict, total=False):
    """What may be told about a new charger beside its identity."""

    serial: str
    site: Site | None
    tenant: Tenant
    pincode: str
    reference: str | None


@dataclass
class Share:
    """One vendor's share of the world. `fleet` is ours, in the order of creation."""

    chargers: dict[int, Charger] = field(default_factory=dict)
    fleet: list[Charger] = field(default_factory=list)
    by_identity: dict[str, Charger] = field(default_factory=dict)
    troubled: dict[int, Charger] = field(default_factory=dict)
    sites: dict[int, Site] = field(default_factory=dict)
    _in_order: list[Charger] = field(default_factory=list)

    def in_order(self) -> list[Charger]:
        """Our chargers by identity; sorted again only when the fleet has grown."""
        if len(self._in_order) != len(self.fleet):
            self._in_order = sorted(self.fleet, key=lambda charger: charger.identity)
        return self._in_order

    def attention(self) -> list[Charger]:
        """Our chargers that are offline, never seen, out of service or faulted, oldest first."""
        return [self.troubled[number] for number in sorted(self.troubled)]


class World:
    """All sites and chargers, at the moment `now`."""

    def __init__(self, now: datetime, *, seed: int = 1) -> None:
        self.now = now
        self.seed = seed
        self.models: dict[int, StationModel] = {}
        self.connectors: dict[int, Connector] = {}
        self.shares = {vendor: Share() for vendor in Vendor}
        self.first_connection_after: timedelta = timedelta(minutes=2)
        self._silent: list[str] = []
        self._agenda: list[tuple[datetime, int, Happening]] = []
        self._numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))

    # Time

    def advance(self, now: datetime) -> None:
        """Let everything happen that is due by `now`; going back, or staying, changes nothing."""
        while self._agenda and self._agenda[0][0] <= now:
            at, _, happening = heapq.heappop(self._agenda)
            self.now = max(self.now, at)
            happening()
        self.now = max(self.now, now)

    def after(self, wait: timedelta, happening: Happening) -> None:
        """Put something on the agenda."""
        heapq.heappush(self._agenda, (self.now + wait, self.number("due"), happening))

    def number(self, kind: str) -> int:
        """The next free number of a kind of thing."""
        return next(self._numbers[kind])

    # Who stands where

    def charger(self, identity: str) -> Charger:
        """A charger by its identity, at whichever vendor. Raises KeyError."""
        for share in self.shares.values():
            if identity in share.by_identity:
                return share.by_identity[identity]
        raise KeyError(identity)

    def free_site_number(self, vendor: Vendor) -> int:
        """A number that no site of the vendor has."""
        return max(self.shares[vendor].sites, default=0) + 1

    def add_site(self, site: Site) -> Site:
        """Open a site."""
        self.shares[site.vendor].sites[site.number] = site
        return site

    def add_model(self, model: StationModel) -> StationModel:
        """Put a product on the market."""
        self.models[model.number] = model
        return model

    def add_charger(
        self,
        vendor: Vendor,
        identity: str,
        model: StationModel,
        **details: Unpack[ChargerDetails],
    ) -> Charger:
        """Make a charger known to its vendor; it has not called yet."""
        number = self.number("charger")
        charger = Charger(
            number=number,
            vendor=vendor,
            identity=identity,
            serial=details.get("serial") or f"SN-{number:06}",
            model=model,
            created_at=self.now,
            updated_at=self.now,
            tenant=details.get("tenant", Tenant.OURS),
            pincode=details.get("pincode", f"{number * 7919 % 10000:04}"),
            reference=details.get("reference"),
        )
        charger.connectors = [
            self._new_connector(charger, index) for index in range(len(model.plugs))
        ]
        share = self.shares[vendor]
        share.chargers[number] = share.by_identity[identity] = charger
        if charger.tenant is Tenant.OURS:
            share.fleet.append(charger)
        if site := details.get("site"):
            self.attach(charger, site)
        self.look_at(charger)
        return charger

    def _new_connector(self, charger: Charger, index: int) -> Connector:
        connector = Connector(self.number("connector"), charger, charger.model.plugs[index])
        self.connectors[connector.number] = connector
        return connector

    def register(
        self,
        vendor: Vendor,
        identity: str,
        model: StationModel,
        **details: Unpack[ChargerDetails],
    ) -> Charger:
        """As `add_charger`, for one that people register: it calls for the first time soon."""
        charger = self.add_charger(vendor, identity, model, **details)
        self.after(self.first_connection_after, lambda: self._first_call(charger))
        return charger

    def attach(self, charger: Charger, site: Site) -> None:
        """Hang it at a site; another tenant's becomes ours by it."""
        if charger.tenant is not Tenant.OURS:
            charger.tenant = Tenant.OURS
            self.shares[charger.vendor].fleet.append(charger)
        charger.site = site
        site.chargers.append(charger)
        self.look_at(charger)

    def detach(self, charger: Charger) -> None:
        """Take it from its site; it stays known."""
        if charger.site is not None:
            charger.site.chargers.remove(charger)
        charger.site = None
        charger.updated_at = self.now

    def delete(self, charger: Charger) -> None:
        """Mark it as deleted; it goes offline."""
        self.disconnect(charger)
        charger.deleted_at = charger.updated_at = self.now
        self.shares[charger.vendor].troubled.pop(charger.number, None)

    # What happens to them

    def connect(self, charger: Charger) -> None:
        """It reaches its vendor and says how it is."""
        if charger.online or charger.deleted_at or (charger.site and not charger.site.powered):
            return
        charger.online = True
        charger.connected_at = self.now
        charger.firmware = charger.firmware or f"{charger.model.number}.4.{charger.number % 9}"
        for connector in charger.connectors:
            if connector.status is None:
                connector.status = Status.UNAVAILABLE if charger.inoperative else Status.AVAILABLE
        self.look_at(charger)

    def disconnect(self, charger: Charger) -> None:
        """Its vendor hears nothing more of it; what was last heard stays as it was."""
        if charger.online:
            charger.online = False
            charger.disconnected_at = self.now
            self.look_at(charger)

    def never_connects(self, identity_glob: str) -> None:
        """New chargers with such an identity never call their vendor."""
        self._silent.append(identity_glob)

    def all_connect(self) -> None:
        """New chargers call their vendor again."""
        self._silent.clear()

    def _first_call(self, charger: Charger) -> None:
        if not any(fnmatchcase(charger.identity, glob) for glob in self._silent):
            self.connect(charger)

    def cut_power(self, site: Site) -> None:
        """Everything at the site goes dark; cars stop charging."""
        site.powered = False
        for charger in site.chargers:
            self.disconnect(charger)
            for connector in charger.connectors:
                self.end_session(connector, "PowerLoss")

    def restore_power(self, site: Site) -> None:
        """Everything at the site that was known before calls its vendor again."""
        site.powered = True
        for charger in site.chargers:
            if charger.seen:
                self._settle(charger)
                self.connect(charger)

    def restart(self, charger: Charger, reason: str) -> None:
        """Sessions end; it is gone for a moment and comes back."""
        for connector in charger.connectors:
            self.end_session(connector, reason)
        self.disconnect(charger)
        self.after(RESTART_TAKES, lambda: self._back_from_restart(charger))

    def _back_from_restart(self, charger: Charger) -> None:
        self._settle(charger)
        self.connect(charger)

    def _settle(self, charger: Charger) -> None:
        """After a start nothing is under way; faults stay until somebody clears them."""
        for connector in charger.connectors:
            if connector.fault is None and connector.session is None and charger.seen:
                connector.status = Status.UNAVAILABLE if charger.inoperative else Status.AVAILABLE

    def fault(self, connector: Connector, fault: Fault) -> None:
        """A connector reports a fault, or a warning when the fault's status is operative."""
        connector.fault = fault
        if fault.status is Status.FAULTED:
            self.end_session(connector, "Other")
        if fault.status is not Status.AVAILABLE or connector.session is None:
            connector.status = fault.status
        self.look_at(connector.charger)

    def fault_charger(self, charger: Charger, fault: Fault) -> None:
        """The charger as a whole reports a fault (OCPP connector 0)."""
        charger.fault = fault
        self.look_at(charger)

    def clear_faults(self, charger: Charger) -> None:
        """It reports NoError everywhere and may be used again."""
        charger.fault = None
        for connector in charger.connectors:
            if connector.fault is not None:
                connector.fault = None
                connector.status = (
                    Status.AVAILABLE if connector.session is None else Status.CHARGING
                )
        self.look_at(charger)

    def begin_session(self, connector: Connector, session: Session) -> None:
        """A car begins to charge."""
        connector.session = session
        connector.status = Status.CHARGING
        site = connector.charger.site
        if site is not None:
            site.sessions.append(session)
            del site.sessions[:-KEPT_SESSIONS]

    def end_session(self, connector: Connector, reason: str) -> None:
        """The session on it, if any, ends; an online charger says that the cable is still in."""
        session = connector.session
        if session is None:
            return
        connector.meter_wh += session.energy_wh(self.now)
        session.stopped_at, session.stop_reason = self.now, reason
        connector.session = None
        if connector.charger.online:
            connector.status = Status.FINISHING

    def look_at(self, charger: Charger) -> None:
        """Note whether it is among those that need a look; after any change of how it is."""
        troubled = self.shares[charger.vendor].troubled
        if charger.tenant is Tenant.OURS and charger.troubled and not charger.deleted_at:
            troubled[charger.number] = charger
        else:
            troubled.pop(charger.number, None)
