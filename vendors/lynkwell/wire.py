"""Lynkwell's JSON (asset management v1), and what it means in our words.

Sources: Lynkwell docs, Asset Management / Charging Station Models, Assets and Asset Groups, unless
a line says "inferred". No answer says whether a charger is connected, so connectivity is unknown,
always: the age of a status proves nothing about a charger that nobody uses.
"""

from collections.abc import Mapping
from typing import Any, Generic

from pydantic import AliasChoices, ConfigDict, Field
from pydantic.alias_generators import to_camel

from vendors.models import (
    Charger,
    Connectivity,
    Connector,
    ModelConnector,
    ModelRef,
    NewStationModel,
    PowerType,
    Site,
    StationModel,
    Status,
    Vendor,
)
from vendors.wire_model import Flag, Id, Number, RowT, Text, UtcTime, WireModel, known_word

Seen = Mapping[str, Any]
"""Account, vendor and time of observation: what every object of ours begins with."""

VENDOR = Vendor.LYNKWELL

STATUSES: Mapping[str, Status] = {
    "Available": Status.AVAILABLE,
    "Preparing": Status.PREPARING,
    "Charging": Status.CHARGING,
    "SuspendedEV": Status.SUSPENDED_EV,
    "SuspendedEVSE": Status.SUSPENDED_EVSE,
    "Finishing": Status.FINISHING,
    "Occupied": Status.OCCUPIED,
    "Reserved": Status.RESERVED,
    "Unavailable": Status.UNAVAILABLE,
    "Faulted": Status.FAULTED,
}
"""OCPP's words for a connector; only `Available` stands in the docs (the others are inferred)."""

LIFECYCLE: Mapping[str, Status | None] = {"PLANNED": Status.PLANNED, "ACTIVE": None}
"""Words for a whole asset; the docs show the first, the second is inferred.

They are about its life: an asset that is not planned says nothing of the state that it is in.
"""

POWER_TYPES: Mapping[str, PowerType] = {
    "AC_1_PHASE": PowerType.AC_1_PHASE,
    "AC_3_PHASE": PowerType.AC_3_PHASE,
    "DC": PowerType.DC,
}

CHARGING_STATION = "chargingStation"
LOCATION = "location"

FIELD_NAMES: Mapping[str, str] = {
    "vendor": "make",
    "model": "name",
    "friendlyName": "friendly_name",
    "powerType": "power_type",
    "configurationKeys": "ocpp_url",
    "configurationKeys.ocppUrl": "ocpp_url",
    "ocppUrl": "ocpp_url",
    "imageUrl": "image_url",
}
"""Their names of what a station model consists of, and ours."""


class LynkwellModel(WireModel):
    """Lynkwell writes its names in camel case."""

    model_config = ConfigDict(alias_generator=to_camel)


class Page(LynkwellModel, Generic[RowT]):
    """What `{"data": …}` holds in a listing."""

    items: tuple[RowT, ...]
    has_more: Flag = None


class StationModelConnector(LynkwellModel):
    """A connector of a station model; its id comes as `1.0`."""

    id: int
    connection_type: Id
    format: Id
    max_amperage: float
    max_voltage: float
    max_power_watts: float

    def to_connector(self) -> ModelConnector:
        """In our words."""
        return ModelConnector(
            number=self.id,
            connection_type=self.connection_type,
            format=self.format,
            max_current_a=self.max_amperage,
            max_voltage_v=self.max_voltage,
            max_power_w=self.max_power_watts,
        )


class ConfigurationKeys(LynkwellModel):
    """What a charger of a station model is configured with."""

    ocpp_url: Text = None


class Model(LynkwellModel):
    """A station model: bare from GET by id, in an envelope from everything else."""

    id: Id
    vendor: Id
    model: Id
    power_type: Text
    connectors: tuple[StationModelConnector, ...]
    friendly_name: Text = None
    configuration_keys: ConfigurationKeys | None = None
    image_url: Text = None
    is_archived: Flag = None
    created_at: UtcTime = None
    updated_at: UtcTime = None

    def is_called(self, make: str | None, name: str | None) -> bool:
        """Whether it is of this make and name, each where it is asked for, in any case."""
        wanted = ((make, self.vendor), (name, self.model))
        return all(text is None or text.casefold() == own.casefold() for text, own in wanted)

    def to_station_model(self, seen: Seen) -> StationModel:
        """In our words."""
        return StationModel(
            **seen,
            id=self.id,
            make=self.vendor,
            name=self.model,
            power_type=_power_type(self.power_type),
            connectors=tuple(plug.to_connector() for plug in self.connectors),
            **self._extras(),
        )

    def _extras(self) -> dict[str, Any]:
        facts = self.carried(
            friendly_name="friendly_name",
            image_url="image_url",
            created_at="created_at",
            updated_at="updated_at",
        )
        if self.configuration_keys is not None:
            facts["ocpp_url"] = self.configuration_keys.ocpp_url
        if self.is_archived is not None:
            facts["is_archived"] = self.is_archived
        return facts


class Reference(LynkwellModel):
    """Another object, by id only."""

    id: Text = None


class GeoLocation(LynkwellModel):
    """Where something is."""

    latitude: Number = None
    longitude: Number = None


class AssetConnector(LynkwellModel):
    """A connector of a charger; no fault code is documented."""

    id: int
    status: Text = None
    raw_status: Text = None
    is_active: Flag = None
    connection_type: Text = None
    format: Text = None
    max_amperage: Number = None
    max_voltage: Number = None
    updated_at: UtcTime = None

    def to_connector(self, power_type: PowerType) -> Connector:
        """A connector that is not active counts as removed (inferred)."""
        status = known_word(STATUSES, self.status, Status.UNKNOWN, about="lynkwell status")
        return Connector(
            number=self.id,
            status=Status.REMOVED if self.is_active is False else status,
            raw_status=self.raw_status or self.status,
            standard=self.connection_type,
            format=self.format,
            power_type=power_type,
            max_current_a=self.max_amperage,
            max_voltage_v=self.max_voltage,
            is_active=self.is_active,
            updated_at=self.updated_at,
        )


class ManufacturingInfo(LynkwellModel):
    """What the charger said of itself when it booted."""

    charge_point_vendor: Text = None
    charge_point_model: Text = None
    charge_point_serial_number: Text = None
    charge_box_serial_number: Text = None
    firmware_version: Text = Field(
        default=None,
        # the first spelling is the API's own
        validation_alias=AliasChoices("firwareVersion", "firmwareVersion"),
    )
    meter_type: Text = None
    meter_serial_number: Text = None

    @property
    def any_serial_number(self) -> str | None:
        """For assets that carry no serial number of their own."""
        return self.charge_point_serial_number or self.charge_box_serial_number


class SimInfo(LynkwellModel):
    """The SIM card of a charger."""

    iccid: Text = None


class ChargingStation(LynkwellModel):
    """What is particular to an asset that is a charger."""

    serial_number: Text = None
    name: Text = None
    status: Text = None
    connectors: tuple[AssetConnector, ...] | None = None
    protocol: Text = None
    power_type: Text = None
    geo_location: GeoLocation | None = None
    manufacturing_info: ManufacturingInfo | None = None
    sim_info: SimInfo | None = None

    def to_facts(self) -> dict[str, Any]:
        """Our fields of a charger, those that the answer carried."""
        facts = self.carried(serial_number="serial_number", name="name", protocol="protocol")
        power_type = _power_type(self.power_type)
        if self.connectors is not None:
            facts["connectors"] = tuple(plug.to_connector(power_type) for plug in self.connectors)
        if self.geo_location is not None:
            facts |= self.geo_location.carried(latitude="latitude", longitude="longitude")
        if self.sim_info is not None:
            facts |= self.sim_info.carried(sim_iccid="iccid")
        return facts | self._status() | self._manufacturing(power_type)

    def _status(self) -> dict[str, Any]:
        if self.status is None:
            return {}
        status = known_word(LIFECYCLE, self.status, None, about="lynkwell asset status")
        return {"status": status, "raw_status": self.status}

    def _manufacturing(self, power_type: PowerType) -> dict[str, Any]:
        info = self.manufacturing_info
        if info is None:
            return {}
        facts = info.carried(
            firmware_version="firmware_version",
            meter_type="meter_type",
            meter_serial_number="meter_serial_number",
        )
        facts["station_model"] = ModelRef(
            make=info.charge_point_vendor,
            name=info.charge_point_model,
            is_dc=None if power_type is PowerType.UNKNOWN else power_type is PowerType.DC,
        )
        if self.serial_number is None and info.any_serial_number is not None:
            facts["serial_number"] = info.any_serial_number
        return facts


class Asset(LynkwellModel):
    """A row of GET /assets."""

    id: Id
    type: Text = None
    network: Reference | None = None
    asset_group: Reference | None = None
    charging_station: ChargingStation | None = None
    created_at: UtcTime = None
    updated_at: UtcTime = None

    @property
    def is_charger(self) -> bool:
        """Whether this is a charging station rather than, say, a panel."""
        return self.type in (CHARGING_STATION, None)

    def to_charger(self, seen: Seen) -> Charger:
        """In our words."""
        station = self.charging_station
        return Charger(
            **seen,
            id=self.id,
            connectivity=Connectivity.UNKNOWN,
            **self._extras(),
            **(station.to_facts() if station is not None else {}),
        )

    def _extras(self) -> dict[str, Any]:
        facts = self.carried(created_at="created_at", updated_at="updated_at")
        if self.network is not None:
            facts["network_id"] = self.network.id
        if self.asset_group is not None:
            facts["site_id"] = self.asset_group.id
        return facts


class Address(LynkwellModel):
    """Where a location is, in words."""

    street_number: Text = None
    street_name: Text = None
    street_details: Text = None
    city: Text = None
    postal_code: Text = None
    country_code: Text = None


class Location(LynkwellModel):
    """What is particular to an asset group that is a location."""

    name: Text = None
    physical_address: Address | None = None
    geo_location: GeoLocation | None = None
    timezone: Text = None
    parking_type: Text = None

    def to_facts(self) -> dict[str, Any]:
        """Our fields of a site, those that the answer carried."""
        facts = self.carried(timezone="timezone", parking_type="parking_type")
        if self.physical_address is not None:
            facts |= self.physical_address.carried(
                street="street_name",
                house_number="street_number",
                house_number_addition="street_details",
                postal_code="postal_code",
                city="city",
                country="country_code",
            )
        if self.geo_location is not None:
            facts |= self.geo_location.carried(latitude="latitude", longitude="longitude")
        return facts


class AssetGroup(LynkwellModel):
    """A row of GET /asset-groups."""

    id: Id
    type: Text = None
    location: Location | None = None
    created_at: UtcTime = None
    updated_at: UtcTime = None

    @property
    def is_site(self) -> bool:
        """Whether this is a place rather than another kind of group."""
        return self.type in (LOCATION, None)

    def to_site(self, seen: Seen) -> Site:
        """In our words; a place without a name is called by its id."""
        place = self.location or Location()
        return Site(
            **seen,
            id=self.id,
            name=place.name or self.id,
            **place.to_facts(),
            **self.carried(created_at="created_at", updated_at="updated_at"),
        )


def new_station_model(model: NewStationModel) -> dict[str, Any]:
    """The body of POST /charging-station-models; what is optional and empty is left out."""
    body: dict[str, Any] = {
        "vendor": model.make,
        "model": model.name,
        "powerType": model.power_type.value.upper(),
        "connectors": [
            {
                "id": plug.number,
                "connectionType": plug.connection_type,
                "format": plug.format,
                "maxAmperage": plug.max_current_a,
                "maxVoltage": plug.max_voltage_v,
                "maxPowerWatts": plug.max_power_w,
            }
            for plug in model.connectors
        ],
        "configurationKeys": {"ocppUrl": model.ocpp_url},
    }
    optional = {"friendlyName": model.friendly_name, "imageUrl": model.image_url}
    return body | {name: text for name, text in optional.items() if text}


def _power_type(word: str | None) -> PowerType:
    return known_word(POWER_TYPES, word, PowerType.UNKNOWN, about="lynkwell powerType")
