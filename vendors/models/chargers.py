"""Chargers, their connectors, and what registering and restarting one takes."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import SecretStr

from vendors.models.base import Permissions, PowerType, Value, VendorObject


class Connectivity(StrEnum):
    """Whether a charger reaches its vendor."""

    ONLINE = "online"
    OFFLINE = "offline"
    NEVER_SEEN = "never_seen"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Whether a charger or connector can charge, as it last told its vendor.

    OCPP 1.6's words, with three for what only OCPI-like vendors say (`OCCUPIED`, `SUSPENDED`
    without a side, `PLANNED`) and `UNKNOWN` for any word we have not met.
    """

    AVAILABLE = "available"
    PREPARING = "preparing"
    CHARGING = "charging"
    SUSPENDED = "suspended"
    SUSPENDED_EV = "suspended_ev"
    SUSPENDED_EVSE = "suspended_evse"
    FINISHING = "finishing"
    OCCUPIED = "occupied"
    RESERVED = "reserved"
    UNAVAILABLE = "unavailable"
    FAULTED = "faulted"
    PLANNED = "planned"
    REMOVED = "removed"
    UNKNOWN = "unknown"


class Fault(Value):
    """What a charger or connector reports as wrong."""

    code: str
    """OCPP 1.6 ChargePointErrorCode as the vendor wrote it, e.g. `GroundFailure`."""
    info: str | None = None
    vendor_id: str | None = None
    vendor_code: str | None = None


class Evse(Value):
    """The part of a charger that serves one car at a time (Spirii)."""

    uid: str
    """The vendor's key of it."""
    evse_id: str | None = None
    """The public eMI3 id, e.g. `DK.12343*1`."""


class Connector(Value):
    """One plug or socket."""

    number: int
    """OCPP connector number, 1-based; at Spirii unique only within its EVSE."""
    row_id: str | None = None
    """The vendor's database id of it, never shown; only VoltTime's live usage asks for it."""
    evse: Evse | None = None
    status: Status = Status.UNKNOWN
    raw_status: str | None = None
    fault: Fault | None = None
    standard: str | None = None
    """As the vendor writes it, e.g. `IEC_62196_T2`."""
    format: str | None = None
    """`CABLE` or `SOCKET`."""
    power_type: PowerType = PowerType.UNKNOWN
    max_power_w: float | None = None
    max_current_a: float | None = None
    max_voltage_v: float | None = None
    phase_rotation: str | None = None
    tariff_ids: tuple[str, ...] = ()
    is_active: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None

    @property
    def key(self) -> str:
        """Unique within its charger: the number, behind the EVSE's uid where there is one."""
        return f"{self.evse.uid}/{self.number}" if self.evse else str(self.number)


class ModelRef(Value):
    """What a charger says of its station model."""

    id: str | None = None
    make: str | None = None
    """The manufacturer; our `vendor` is the cloud."""
    name: str | None = None
    is_dc: bool | None = None
    sku: str | None = None
    description: str | None = None
    plug_and_charge_validated: bool | None = None
    firmware_management_validated: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Licenses(Value):
    """What the vendor has licensed a charger for (Plugchoice)."""

    smart: bool = False
    pro: bool = False


class Charger(VendorObject):
    """One box."""

    identity: str | None = None
    """The OCPP identity."""
    numeric_id: int | None = None
    """Plugchoice's and VoltTime's old integer id, shown and never used."""
    serial_number: str | None = None
    reference: str | None = None
    """The name that our own people gave it."""
    name: str | None = None
    connectivity: Connectivity = Connectivity.UNKNOWN
    raw_connectivity: str | None = None
    status: Status | None = None
    """Of the whole box; `None` where the vendor has said nothing yet."""
    raw_status: str | None = None
    fault: Fault | None = None
    connectors: tuple[Connector, ...] = ()
    site_id: str | None = None
    site_name: str | None = None
    station_model: ModelRef | None = None
    firmware_version: str | None = None
    parsed_firmware_version: str | None = None
    server: str | None = None
    """The OCPP server it is connected to."""
    protocol: str | None = None
    last_connection_at: datetime | None = None
    last_disconnection_at: datetime | None = None
    last_connection_event_at: datetime | None = None
    """Spirii's one time of connecting or disconnecting."""
    last_heartbeat_at: datetime | None = None
    setup_pending: bool | None = None
    setup_completed: bool | None = None
    blocked: bool | None = None
    max_current_a: float | None = None
    licenses: Licenses | None = None
    permissions: Permissions | None = None
    pincode: SecretStr | None = None
    customer_id: str | None = None
    network_id: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    meter_type: str | None = None
    meter_serial_number: str | None = None
    sim_iccid: str | None = None
    deprecation: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None

    @property
    def label(self) -> str:
        """What people call it: identity, else serial number, else name, else the vendor's id."""
        return self.identity or self.serial_number or self.name or self.id

    @property
    def is_dc(self) -> bool | None:
        """Whether it charges with direct current; `None` where nothing says so."""
        if self.station_model is not None and self.station_model.is_dc is not None:
            return self.station_model.is_dc
        kinds = {plug.power_type for plug in self.connectors} - {PowerType.UNKNOWN}
        return PowerType.DC in kinds if kinds else None

    @property
    def is_charging(self) -> bool:
        """Whether a car is charging at one of its connectors, by the last word of the vendor."""
        return any(plug.status is Status.CHARGING for plug in self.connectors)

    def _merged(self, name: str, old: Any) -> Any:
        """Listings tell less of each connector than a direct read does (Plugchoice)."""
        if name != "connectors" or name not in self.model_fields_set:
            return super()._merged(name, old)
        known = {plug.key: plug for plug in old}
        return tuple(plug.updated_from(known.get(plug.key)) for plug in self.connectors)


class NewCharger(Value):
    """A charger to register; which fields a vendor wants stands in its `Registration`."""

    identity: str | None = None
    serial_number: str | None = None
    site_id: str | None = None
    station_model_id: str | None = None


class Need(StrEnum):
    """Whether a vendor wants a field when a charger is registered."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    ABSENT = "absent"


class Registration(Value):
    """What a vendor wants to know when a charger is registered."""

    identity: Need = Need.ABSENT
    identity_max: int | None = None
    """Longest identity that the vendor takes, in characters; `None` where none is documented."""
    serial_number: Need = Need.ABSENT
    site: Need = Need.ABSENT
    station_model: Need = Need.ABSENT


class Reset(StrEnum):
    """How to restart: politely, or at once."""

    SOFT = "soft"
    HARD = "hard"


class Receipt(Value):
    """A vendor's word that it took a command; no proof that it happened."""

    status: str
    """The vendor's word, e.g. `Accepted`."""
