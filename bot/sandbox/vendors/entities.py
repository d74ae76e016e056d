"""What stands in the street: sites, chargers, connectors and sessions, in no vendor's words.

Status and fault words are OCPP 1.6's, which is what the chargers themselves speak.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Vendor(StrEnum):
    """Whose cloud a charger reports to."""

    PLUGCHOICE = "plugchoice"
    VOLTTIME = "volttime"
    SPIRII = "spirii"
    LYNKWELL = "lynkwell"


class Tenant(StrEnum):
    """Whose charger it is: ours, or another customer's of the same vendor."""

    OURS = "ours"
    NEIGHBOUR = "neighbour"


class Status(StrEnum):
    """OCPP 1.6 ChargePointStatus."""

    AVAILABLE = "Available"
    PREPARING = "Preparing"
    CHARGING = "Charging"
    SUSPENDED_EV = "SuspendedEV"
    SUSPENDED_EVSE = "SuspendedEVSE"
    FINISHING = "Finishing"
    RESERVED = "Reserved"
    UNAVAILABLE = "Unavailable"
    FAULTED = "Faulted"


@dataclass(frozen=True, slots=True)
class Fault:
    """What a charger says is wrong; with an operative status it is only a warning.

    `code` is an OCPP 1.6 ChargePointErrorCode such as `GroundFailure`.
    """

    code: str
    status: Status = Status.FAULTED
    info: str | None = None
    vendor_id: str | None = None
    vendor_code: str | None = None


@dataclass(frozen=True, slots=True)
class Plug:
    """The hardware of one connector; `evse` counts the EVSEs of the charger from 1."""

    number: int
    standard: str
    format: str
    power_type: str
    max_current_a: int
    max_voltage_v: int
    max_power_w: int
    evse: int = 1


@dataclass(slots=True)
class StationModel:
    """A product: its maker, its name and the plugs it is built with."""

    number: int
    maker: str
    name: str
    power_type: str
    plugs: tuple[Plug, ...]
    ocpp_url: str
    created_at: datetime
    updated_at: datetime
    friendly_name: str | None = None
    image_url: str | None = None
    archived: bool = False

    @property
    def is_dc(self) -> bool:
        """True for a fast charger."""
        return self.power_type == "DC"


@dataclass(slots=True)
class SmartCharging:
    """How a site plans its charging; times of day are `HH:MM` at the site."""

    timezone: str | None = None
    mode: str = "disabled"
    strategy: str = "automatic"
    threshold: int | None = None
    off_peak_start: str = "23:00"
    off_peak_end: str = "07:00"


@dataclass(slots=True)
class Group:
    """Chargers of a site behind one fuse; `metered` tells whether a meter watches it."""

    number: int
    total_amps: int
    metered: bool
    created_at: datetime
    parent: int | None = None
    net_type: str | None = "TN"
    method: str | None = "boost"


@dataclass(slots=True, eq=False)
class Site:
    """A place with chargers. `data_access` ends when a site is handed over to its owner."""

    number: int
    vendor: Vendor
    name: str
    street: str
    house_number: int
    postal_code: str
    city: str
    country: str
    latitude: float
    longitude: float
    timezone: str
    created_at: datetime
    updated_at: datetime
    house_number_addition: str | None = None
    fuse_a: int = 80
    data_access: bool = True
    powered: bool = True
    smart_charging: SmartCharging = field(default_factory=SmartCharging)
    groups: list[Group] = field(default_factory=list)
    chargers: "list[Charger]" = field(default_factory=list)
    sessions: "list[Session]" = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Session:
    """One charging of one car. The car takes `power_w` from `started_at` until `full_at`."""

    number: int
    connector: "Connector"
    id_tag: str
    started_at: datetime
    full_at: datetime
    power_w: int
    meter_start_wh: int
    stopped_at: datetime | None = None
    stop_reason: str | None = None

    def energy_wh(self, now: datetime) -> int:
        """What the car has taken by `now`."""
        until = min(self.stopped_at or now, self.full_at, now)
        return int(self.power_w * max(until - self.started_at, timedelta()).total_seconds() / 3600)


@dataclass(slots=True, eq=False)
class Connector:
    """One plug of a charger as its vendor knows it: the last status that was reported."""

    number: int
    charger: "Charger"
    plug: Plug
    status: Status | None = None
    fault: Fault | None = None
    session: Session | None = None
    meter_wh: int = 0

    def power_w(self, now: datetime) -> int:
        """What flows now; an offline charger tells nobody."""
        session = self.session
        if session is None or not self.charger.online or now >= session.full_at:
            return 0
        return session.power_w


@dataclass(slots=True, eq=False)
class Charger:
    """One box on a wall. `connected_at` is None until it has called its vendor once."""

    number: int
    vendor: Vendor
    identity: str
    serial: str
    model: StationModel
    created_at: datetime
    updated_at: datetime
    tenant: Tenant = Tenant.OURS
    site: Site | None = None
    pincode: str = "0000"
    reference: str | None = None
    firmware: str | None = None
    online: bool = False
    connected_at: datetime | None = None
    disconnected_at: datetime | None = None
    fault: Fault | None = None
    inoperative: bool = False
    blocked: bool = False
    obedient: bool = True
    deleted_at: datetime | None = None
    connectors: list[Connector] = field(default_factory=list)

    @property
    def seen(self) -> bool:
        """True once it has called its vendor."""
        return self.connected_at is not None

    @property
    def status(self) -> Status | None:
        """What it last said about itself as a whole (OCPP connector 0)."""
        if not self.seen:
            return None
        if self.fault is not None and self.fault.status is Status.FAULTED:
            return Status.FAULTED
        return Status.UNAVAILABLE if self.inoperative else Status.AVAILABLE

    @property
    def troubled(self) -> bool:
        """True when a list of chargers that need a look should have it."""
        return (
            not self.online
            or self.status is not Status.AVAILABLE
            or any(connector.status is Status.FAULTED for connector in self.connectors)
        )

    def heartbeat_at(self, now: datetime) -> datetime | None:
        """The last heartbeat: one each five minutes, each charger at its own second."""
        last = now if self.online else self.disconnected_at
        if last is None or self.connected_at is None:
            return None
        since = (last.timestamp() - self.number * 7) % HEARTBEAT.total_seconds()
        return max(self.connected_at, last - timedelta(seconds=since)).replace(microsecond=0)


HEARTBEAT = timedelta(minutes=5)
