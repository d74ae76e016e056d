"""Chargers, sites and station models in our words, whichever cloud they come from.

Units stand in the names: `_w` watts, `_a` amperes, `_v` volts, `_kwh` kilowatt-hours, `_at` an
aware time in UTC. A field that an endpoint does not carry is left unset by `wire.py`, never set to
`None`: `updated_from` then keeps what an earlier and fuller answer said.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, SecretStr


class Vendor(StrEnum):
    """A company whose cloud we call."""

    PLUGCHOICE = "plugchoice"
    VOLTTIME = "volttime"
    SPIRII = "spirii"
    LYNKWELL = "lynkwell"


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


class PowerType(StrEnum):
    """The kind of current."""

    AC_1_PHASE = "ac_1_phase"
    AC_2_PHASE = "ac_2_phase"
    AC_2_PHASE_SPLIT = "ac_2_phase_split"
    AC_3_PHASE = "ac_3_phase"
    DC = "dc"
    UNKNOWN = "unknown"


class Ref(NamedTuple):
    """An object of ours by account and the vendor's own id; written `account/id`."""

    account: str
    id: str

    def __str__(self) -> str:
        """As a person types it."""
        return f"{self.account}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """Read `account/id`; raises ValueError where the slash is missing."""
        account, slash, object_id = text.partition("/")
        if not (account and slash and object_id):
            raise ValueError(f"not an account/id reference: {text!r}")
        return cls(account, object_id)


class Value(BaseModel):
    """A frozen value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def updated_from(self, older: Self | None) -> Self:
        """This observation, with what it does not carry taken from an older one of the same."""
        if older is None:
            return self
        kept = {
            name: value
            for name in older.model_fields_set
            if (value := self._merged(name, getattr(older, name))) is not getattr(self, name)
        }
        return self.model_copy(update=kept)

    def _merged(self, name: str, old: Any) -> Any:
        """The value of one field: ours where we carry it, completed by the old one inside."""
        if name not in self.model_fields_set:
            return old
        new = getattr(self, name)
        if isinstance(new, Value) and isinstance(old, type(new)):
            return new.updated_from(old)
        return new


class VendorObject(Value):
    """Something at a vendor, as it was at `observed_at`."""

    account: str
    """Our name of the credential that saw it."""
    vendor: Vendor
    id: str
    """The vendor's own id, the one its paths take."""
    observed_at: datetime

    @property
    def ref(self) -> Ref:
        """Account and id."""
        return Ref(self.account, self.id)


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
    """The vendor's database id of it; never used in a path."""
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


class Permissions(Value):
    """What our credential may see and do with an object (Plugchoice)."""

    basic: bool = False
    sensitive: bool = False
    full: bool = False


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


class SmartChargingMode(StrEnum):
    """When a site charges (Plugchoice, VoltTime)."""

    DISABLED = "disabled"
    OFF_PEAK = "off_peak"
    DAY_AHEAD_PRICING = "day_ahead_pricing"
    UNKNOWN = "unknown"


class Site(VendorObject):
    """A place with chargers."""

    name: str
    numeric_id: int | None = None
    street: str | None = None
    house_number: str | None = None
    house_number_addition: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None
    """ISO 3166 alpha-2."""
    address: str | None = None
    """The vendor's own one-line address."""
    latitude: float | None = None
    longitude: float | None = None
    timezone: str | None = None
    smart_charging: SmartChargingMode | None = None
    raw_smart_charging: str | None = None
    chargers_count: int | None = None
    can_smart_charge: bool | None = None
    can_balance_load: bool | None = None
    phases: int | None = None
    main_fuse_a: float | None = None
    permissions: Permissions | None = None
    parking_type: str | None = None
    owner_id: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class ModelConnector(Value):
    """A connector that a station model has."""

    number: int
    connection_type: str
    """As Lynkwell writes it, e.g. `SAE_J3400`."""
    format: str
    max_current_a: float
    max_voltage_v: float
    max_power_w: float


class StationModel(VendorObject):
    """A product type."""

    make: str
    """The manufacturer; our `vendor` is the cloud."""
    name: str
    friendly_name: str | None = None
    description: str | None = None
    power_type: PowerType = PowerType.UNKNOWN
    connectors: tuple[ModelConnector, ...] = ()
    ocpp_url: str | None = None
    image_url: str | None = None
    is_archived: bool = False
    plug_and_charge_validated: bool | None = None
    firmware_management_validated: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def label(self) -> str:
        """What people call it."""
        return self.friendly_name or f"{self.make} {self.name}"


class SmartCharging(Value):
    """The smart charging settings of a site (Plugchoice, VoltTime)."""

    mode: SmartChargingMode
    raw_mode: str | None = None
    timezone: str | None = None
    """IANA; a vendor may answer with none and yet demand one in every update."""
    strategy: str | None = None
    """`automatic` or `manual`, for day-ahead prices."""
    threshold: int | None = None
    smart_mode_price: float | None = None
    off_peak_start: str | None = None
    """`HH:MM`; the period may cross midnight."""
    off_peak_end: str | None = None


class PowerUsage(Value):
    """What a connector draws now; `None` where the vendor has no reading."""

    connector: int
    at: datetime | None = None
    l1_a: float | None = None
    l2_a: float | None = None
    l3_a: float | None = None
    power_w: float | None = None


class Group(Value):
    """A load balancing group of a site; it has no name, only an id."""

    id: str
    site_id: str | None = None
    parent_id: str | None = None
    meter_id: str | None = None
    total_current_a: float | None = None
    net_type: str | None = None
    method: str | None = None
    solar_additional_current_a: float | None = None
    solar_always_charge: bool | None = None
    solar_always_charge_current_a: float | None = None
    charges_on_solar_export: bool | None = None
    peak_shaving_enabled: bool | None = None
    peak_shaving_threshold: float | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class GroupMeter(Value):
    """The meter of a group; negative is export; `None` where the vendor has no reading."""

    id: str
    type: str | None = None
    at: datetime | None = None
    l1_a: float | None = None
    l2_a: float | None = None
    l3_a: float | None = None
    power_w: float | None = None
    l1_power_w: float | None = None
    l2_power_w: float | None = None
    l3_power_w: float | None = None


class Transaction(Value):
    """One charging session as the vendor books it; active while `stopped_at` is `None`."""

    id: str
    charger_id: str | None = None
    charger_identity: str | None = None
    connector: int | None = None
    """OCPP connector number, where the vendor gives it."""
    connector_row_id: str | None = None
    reservation_id: str | None = None
    id_tag: SecretStr | None = None
    meter_start_wh: float | None = None
    meter_stop_wh: float | None = None
    energy_kwh: float | None = None
    start_cost: float | None = None
    kwh_cost: float | None = None
    total_kwh_cost: float | None = None
    total_cost: float | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    stop_reason: str | None = None
    is_valid: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Receipt(Value):
    """A vendor's word that it took a command; no proof that it happened."""

    status: str
    """The vendor's word, e.g. `Accepted`."""


class NewCharger(Value):
    """A charger to register; which fields a vendor wants stands in its `Registration`."""

    identity: str | None = None
    serial_number: str | None = None
    site_id: str | None = None
    station_model_id: str | None = None


class NewSite(Value):
    """A site to create (Plugchoice, VoltTime)."""

    name: str
    street: str
    house_number: int
    house_number_addition: str | None = None
    postal_code: str
    city: str
    country: str


class NewStationModel(Value):
    """A station model to create (Lynkwell)."""

    make: str
    name: str
    friendly_name: str | None = None
    power_type: PowerType
    connectors: tuple[ModelConnector, ...]
    ocpp_url: str
    image_url: str | None = None


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
