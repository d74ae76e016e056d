"""JSON that Plugchoice v3 and VoltTime v2 write alike, and what it means in our words.

Written from the vendors' documents: Plugchoice docs (developer.plugchoice.com) and VoltTime docs
(developer.volttime.com). Where the two differ, the field is in the vendor's own `wire.py`.
"""

from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field

from vendors.errors import OutcomeUnknownError, RejectedError
from vendors.models import (
    Connectivity,
    Connector,
    Fault,
    Group,
    GroupMeter,
    NewSite,
    PowerType,
    PowerUsage,
    Receipt,
    SmartCharging,
    SmartChargingMode,
    Status,
    Transaction,
)
from vendors.wire_model import (
    Flag,
    Id,
    Index,
    Number,
    Part,
    Secret,
    Text,
    UtcTime,
    Whole,
    WireModel,
    known_word,
)

CONNECTIVITY = {
    "online": Connectivity.ONLINE,
    "offline": Connectivity.OFFLINE,
    "never_seen": Connectivity.NEVER_SEEN,
}
"""VoltTime docs, chargers/create; Plugchoice docs, team-chargers/list-team-chargers."""

STATUS = {
    "Available": Status.AVAILABLE,
    "Preparing": Status.PREPARING,
    "Charging": Status.CHARGING,
    "SuspendedEV": Status.SUSPENDED_EV,
    "SuspendedEVSE": Status.SUSPENDED_EVSE,
    "Finishing": Status.FINISHING,
    "Reserved": Status.RESERVED,
    "Unavailable": Status.UNAVAILABLE,
    "Faulted": Status.FAULTED,
}
"""OCPP 1.6's words; the same sources."""

POWER_TYPE = {
    "AC_1_PHASE": PowerType.AC_1_PHASE,
    "AC_3_PHASE": PowerType.AC_3_PHASE,
    "DC": PowerType.DC,
}

SMART_CHARGING = {
    "disabled": SmartChargingMode.DISABLED,
    "off_peak": SmartChargingMode.OFF_PEAK,
    "day_ahead_pricing": SmartChargingMode.DAY_AHEAD_PRICING,
}

NO_ERROR = frozenset({None, "NoError"})


def to_connectivity(word: str | None) -> Connectivity:
    """In our words; `unknown` for any word that the documents do not list."""
    return known_word(
        CONNECTIVITY, word, Connectivity.UNKNOWN, about="plugchoice/volttime connection_status"
    )


def to_status(word: str | None) -> Status:
    """In our words; `unknown` for any word that OCPP 1.6 does not know."""
    return known_word(STATUS, word, Status.UNKNOWN, about="plugchoice/volttime status")


def to_smart_charging_mode(word: str | None) -> SmartChargingMode:
    """In our words."""
    return known_word(
        SMART_CHARGING, word, SmartChargingMode.UNKNOWN, about="plugchoice/volttime smart_charging"
    )


class Faulty(WireModel):
    """What chargers and connectors say of what is wrong with them."""

    status: Text = None
    error: Text = None
    error_info: Text = None
    vendor_id: Text = None
    vendor_error_code: Text = None

    def to_fault(self) -> Fault | None:
        """In our words; none where there is no code, unless a faulted one gives its own details."""
        details = {
            "info": self.error_info,
            "vendor_id": self.vendor_id,
            "vendor_code": self.vendor_error_code,
        }
        if self.error in NO_ERROR and not (self.status == "Faulted" and any(details.values())):
            return None
        return Fault(code=self.error or "NoError", **details)


class ConnectorRow(Faulty):
    """A connector; the team's listing carries only `id`, `connector_id` and `status`."""

    connector_id: Index
    """The OCPP number; `id` is the row in the vendor's database."""
    id: Text = None
    max_amperage: Number = None
    max_voltage: Number = None
    standard: Text = None
    format: Text = None
    power_type: Text = None
    phase_rotation: Text = None
    created_at: UtcTime = None
    updated_at: UtcTime = None

    def to_connector(self) -> Connector:
        """In our words."""
        carried = self.carried(
            row_id="id",
            raw_status="status",
            standard="standard",
            format="format",
            max_current_a="max_amperage",
            max_voltage_v="max_voltage",
            phase_rotation="phase_rotation",
            created_at="created_at",
            updated_at="updated_at",
        )
        if "status" in self.model_fields_set:
            carried["status"] = to_status(self.status)
        if "error" in self.model_fields_set:
            carried["fault"] = self.to_fault()
        if "power_type" in self.model_fields_set:
            carried["power_type"] = known_word(
                POWER_TYPE,
                self.power_type,
                PowerType.UNKNOWN,
                about="plugchoice/volttime power_type",
            )
        return Connector(number=self.connector_id, **carried)


def _rows(value: Any) -> Any:
    """The team's listing nests its connectors in an envelope of their own."""
    if isinstance(value, dict) and "data" in value:
        return value["data"]
    return () if value is None else value


class ChargerState(Faulty):
    """What both generations tell of a charger."""

    identity: Id
    id: Whole = None
    reference: Text = None
    connection_status: Text = None
    connectors: Annotated[tuple[ConnectorRow, ...], BeforeValidator(_rows)] = ()
    created_at: UtcTime = None
    updated_at: UtcTime = None

    def _state(self) -> dict[str, Any]:
        """Our fields, for those that the answer carried."""
        carried = self.carried(
            numeric_id="id",
            reference="reference",
            raw_connectivity="connection_status",
            raw_status="status",
            created_at="created_at",
            updated_at="updated_at",
        )
        if "connection_status" in self.model_fields_set:
            carried["connectivity"] = to_connectivity(self.connection_status)
        if "status" in self.model_fields_set:
            carried["status"] = None if self.status is None else to_status(self.status)
        if "error" in self.model_fields_set:
            carried["fault"] = self.to_fault()
        if "connectors" in self.model_fields_set:
            carried["connectors"] = tuple(plug.to_connector() for plug in self.connectors)
        return {"identity": self.identity, **carried}


class SmartChargingReply(WireModel):
    """`GET …/smart-charging` (Plugchoice docs, power-management/get-smart-charging)."""

    smart_charging: Id
    timezone: Text = None
    day_ahead_pricing_strategy: Text = None
    day_ahead_pricing_threshold: Whole = None
    day_ahead_pricing_smart_mode_price: Number = None
    off_peak_start: Text = None
    off_peak_end: Text = None

    def to_smart_charging(self) -> SmartCharging:
        """In our words."""
        return SmartCharging(
            mode=to_smart_charging_mode(self.smart_charging),
            raw_mode=self.smart_charging,
            timezone=self.timezone,
            strategy=self.day_ahead_pricing_strategy,
            threshold=self.day_ahead_pricing_threshold,
            smart_mode_price=self.day_ahead_pricing_smart_mode_price,
            off_peak_start=self.off_peak_start,
            off_peak_end=self.off_peak_end,
        )


class SmartChargingUpdated(SmartChargingReply):
    """`PUT …/smart-charging`; the documents do not agree on whether the settings come back."""

    smart_charging: Text = None  # type: ignore[assignment]  # less is promised than by the GET

    @classmethod
    def from_json(cls, content: bytes) -> "SmartChargingUpdated":
        """Accept no body at all (204) too."""
        return super().from_json(content) if content.strip() else cls()

    def or_else(self, sent: SmartCharging) -> SmartCharging:
        """The settings as they came back, else as they were sent."""
        return self.to_smart_charging() if self.smart_charging else sent


def smart_charging_body(settings: SmartCharging) -> dict[str, Any]:
    """What `PUT …/smart-charging` takes; `timezone` is required every time."""
    is_known = settings.mode is not SmartChargingMode.UNKNOWN
    body = {
        "timezone": settings.timezone,
        "smart_charging": settings.mode.value if is_known else settings.raw_mode,
        "day_ahead_pricing_strategy": settings.strategy,
        "day_ahead_pricing_threshold": settings.threshold,
        "off_peak_start": settings.off_peak_start,
        "off_peak_end": settings.off_peak_end,
    }
    return {name: value for name, value in body.items() if value is not None}


def site_body(site: NewSite) -> dict[str, Any]:
    """What creating a site takes (Plugchoice docs, sites/create-site)."""
    return site.model_dump(exclude_none=True)


class PowerUsageReply(WireModel):
    """`GET …/power-usage`: all numbers are padded text, "-" where there is no reading."""

    timestamp: UtcTime = None
    l1: Number = Field(default=None, validation_alias=AliasChoices("L1", "l1"))
    l2: Number = Field(default=None, validation_alias=AliasChoices("L2", "l2"))
    l3: Number = Field(default=None, validation_alias=AliasChoices("L3", "l3"))
    power_kw: Number = Field(default=None, validation_alias=AliasChoices("kW", "kw"))

    def to_power_usage(self, connector: int) -> PowerUsage:
        """In our words."""
        return PowerUsage(
            connector=connector,
            at=self.timestamp,
            l1_a=self.l1,
            l2_a=self.l2,
            l3_a=self.l3,
            power_w=_thousandfold(self.power_kw),
        )


class GroupRow(WireModel):
    """`GET …/groups` (Plugchoice docs, site-groups/list-groups)."""

    id: Id
    group_id: Text = None
    """The parent group."""
    meter_id: Text = None
    total_amps: Number = None
    net_type: Text = None
    method: Text = None
    solar_additional_amps: Number = None
    solar_always_charge: Flag = None
    solar_always_charge_amps: Number = None
    smart_charging_charge_on_solar_export: Flag = None
    peak_shaving_enabled: Flag = None
    peak_shaving_threshold: Number = None
    created_at: UtcTime = None
    updated_at: UtcTime = None

    def to_group(self, site_id: str) -> Group:
        """In our words; the row's own `site_id` is a number that no path takes, ours was asked."""
        return Group(
            id=self.id,
            site_id=site_id,
            parent_id=self.group_id,
            meter_id=self.meter_id,
            total_current_a=self.total_amps,
            net_type=self.net_type,
            method=self.method,
            solar_additional_current_a=self.solar_additional_amps,
            solar_always_charge=self.solar_always_charge,
            solar_always_charge_current_a=self.solar_always_charge_amps,
            charges_on_solar_export=self.smart_charging_charge_on_solar_export,
            peak_shaving_enabled=self.peak_shaving_enabled,
            peak_shaving_threshold=self.peak_shaving_threshold,
            created_at=self.created_at,
            updated_at=self.updated_at,
        )


class MeterCurrents(WireModel):
    """`latest_data` of a meter: milliamperes by the sample's size (inferred), negative = export."""

    l1: Number = None
    l2: Number = None
    l3: Number = None
    updated_at: UtcTime = None


class MeterPower(WireModel):
    """`power` of a meter, in watts (inferred)."""

    total: Number = None
    l1: Number = None
    l2: Number = None
    l3: Number = None


def _readings(value: Any) -> Any:
    """A meter without readings has a sentence where its readings would be, or an empty array."""
    return value if isinstance(value, dict) else {}


class MeterReply(WireModel):
    """`GET …/groups/{group}/meter` (Plugchoice docs, site-groups/get-group-meter)."""

    id: Id = Field(validation_alias=AliasChoices("uuid", "id"))
    type: Text = None
    latest_data: Annotated[MeterCurrents, BeforeValidator(_readings)] = MeterCurrents()
    power: Annotated[MeterPower, BeforeValidator(_readings)] = MeterPower()

    def to_group_meter(self) -> GroupMeter:
        """In our words."""
        return GroupMeter(
            id=self.id,
            type=self.type,
            at=self.latest_data.updated_at,
            l1_a=_thousandth(self.latest_data.l1),
            l2_a=_thousandth(self.latest_data.l2),
            l3_a=_thousandth(self.latest_data.l3),
            power_w=self.power.total,
            l1_power_w=self.power.l1,
            l2_power_w=self.power.l2,
            l3_power_w=self.power.l3,
        )


class TransactionCharger(WireModel):
    """The charger in a row of v3's transactions."""

    uuid: Text = None
    identity: Text = None


class TransactionConnector(WireModel):
    """The connector in a row of v3's transactions."""

    connector_id: Whole = None


class TransactionRow(WireModel):
    """`GET …/transactions` (VoltTime docs, sites/get-all-transactions)."""

    id: Id
    charger_id: Text = None
    charger_connector_id: Text = None
    """The connector's database row, not its OCPP number."""
    charger: Annotated[TransactionCharger | None, Part] = None
    connector: Annotated[TransactionConnector | None, Part] = None
    reservation_id: Text = None
    id_tag: Secret = None
    meter_start: Number = None
    meter_stop: Number = None
    total_kwh: Number = None
    start_cost: Number = None
    kwh_cost: Number = None
    total_kwh_cost: Number = None
    total_cost: Number = None
    started_at: UtcTime = None
    stopped_at: UtcTime = None
    stop_reason: Text = None
    is_valid: Flag = None
    created_at: UtcTime = None
    updated_at: UtcTime = None

    def to_transaction(self) -> Transaction:
        """In our words."""
        charger = self.charger or TransactionCharger()
        return Transaction(
            id=self.id,
            charger_id=charger.uuid or self.charger_id,
            charger_identity=charger.identity,
            connector=self.connector.connector_id if self.connector else None,
            connector_row_id=self.charger_connector_id,
            reservation_id=self.reservation_id,
            id_tag=self.id_tag,
            meter_start_wh=self.meter_start,
            meter_stop_wh=self.meter_stop,
            energy_kwh=self.total_kwh,
            start_cost=self.start_cost,
            kwh_cost=self.kwh_cost,
            total_kwh_cost=self.total_kwh_cost,
            total_cost=self.total_cost,
            started_at=self.started_at,
            stopped_at=self.stopped_at,
            stop_reason=self.stop_reason,
            is_valid=self.is_valid,
            created_at=self.created_at,
            updated_at=self.updated_at,
        )


class ActionReply(WireModel):
    """`POST …/actions/…`: a refusal comes as HTTP 200 with `Rejected`."""

    status: Id

    def to_receipt(self, vendor: str) -> Receipt:
        """In our words; raises RejectedError, or OutcomeUnknownError for a word we do not know."""
        if self.status == "Rejected":
            raise RejectedError(vendor, "the charger rejected it")
        if self.status != "Accepted":
            raise OutcomeUnknownError(vendor, f"the charger answered {self.status[:60]!r}")
        return Receipt(status=self.status)


def _thousandfold(value: float | None) -> float | None:
    return None if value is None else round(value * 1000, 3)


def _thousandth(value: float | None) -> float | None:
    return None if value is None else value / 1000
