"""Spirii v2's JSON, and what it means in our words.

Sources: Spirii docs, api-reference/chargeboxes-v2 (and its siblings evses-v2, locations-v2), unless
a line says "inferred". Times come without a zone and are read as UTC (inferred: a concept page says
that all times are UTC). Power comes in kW.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from vendors.errors import OutcomeUnknownError, RejectedError
from vendors.models import (
    Charger,
    Connectivity,
    Connector,
    Evse,
    Fault,
    ModelRef,
    NewCharger,
    PowerType,
    Receipt,
    Site,
    StationModel,
    Status,
    Vendor,
)
from vendors.wire_model import Flag, Id, Listing, Number, RowT, Text, UtcTime, WireModel, known_word

Seen = Mapping[str, Any]
"""Account, vendor and time of observation: what every object of ours begins with."""

VENDOR = Vendor.SPIRII

STATUSES: Mapping[str, Status] = {
    "AVAILABLE": Status.AVAILABLE,
    "BLOCKED": Status.SUSPENDED,  # a car is plugged in and does not draw
    "CHARGING": Status.CHARGING,  # also while a session begins and ends
    "INOPERATIVE": Status.UNAVAILABLE,  # taken out of service on purpose
    "OUTOFORDER": Status.FAULTED,
    "PLANNED": Status.PLANNED,
    "REMOVED": Status.REMOVED,
    "RESERVED": Status.RESERVED,
    "UNKNOWN": Status.UNKNOWN,
}
"""What the status of an EVSE means for each of its connectors."""

POWER_TYPES: Mapping[str, PowerType] = {
    kind.value.upper(): kind for kind in PowerType if kind is not PowerType.UNKNOWN
}
"""OCPI's words; only `DC` stands in Spirii's own samples (the others are inferred)."""

NO_CURSOR = frozenset({"null", "undefined"})
"""A cursor of these ends a listing; seen at a client of Spirii, in no document."""

NO_FAULT = "noerror"
FAULT_WITHOUT_CODE = "OtherError"  # OCPP's code for "see the vendor's own"

FIELD_NAMES: Mapping[str, str] = {
    "chargeBoxIdentity": "identity",
    "serialNumber": "serial_number",
    "locationId": "site_id",
    "modelId": "station_model_id",
}
"""Their names of what a new charger consists of, and ours."""


class SpiriiModel(WireModel):
    """Spirii writes its names in camel case."""

    model_config = ConfigDict(alias_generator=to_camel)


class ConnectorError(SpiriiModel):
    """What a connector reports as wrong."""

    error_code: Text = None
    info: Text = None
    vendor_error_code: Text = None

    def to_fault(self) -> Fault | None:
        """`NoError`, and an error that says nothing at all, are no fault."""
        if not (self.error_code or self.info or self.vendor_error_code):
            return None
        code = self.error_code or FAULT_WITHOUT_CODE
        if code.casefold() == NO_FAULT:
            return None
        return Fault(code=code, info=self.info, vendor_code=self.vendor_error_code)


class EvseConnector(SpiriiModel):
    """A connector; its id is unique within its EVSE only."""

    id: int
    standard: Text = None
    format: Text = None
    power_type: Text = None
    max_electric_power: Number = None
    max_amperage: Number = None
    max_voltage: Number = None
    tariff_ids: tuple[Id, ...] | None = None
    error: ConnectorError | None = None
    deleted_at: UtcTime = None

    def to_connector(self, evse: Evse, raw_status: str | None) -> Connector:
        """A deleted connector is `REMOVED`, whatever its EVSE says."""
        status = known_word(STATUSES, raw_status, Status.UNKNOWN, about="spirii evse status")
        return Connector(
            number=self.id,
            evse=evse,
            status=Status.REMOVED if self.deleted_at else status,
            raw_status=raw_status,
            fault=self.error.to_fault() if self.error else None,
            standard=self.standard,
            format=self.format,
            power_type=known_word(
                POWER_TYPES, self.power_type, PowerType.UNKNOWN, about="spirii powerType"
            ),
            max_power_w=_watts(self.max_electric_power),
            max_current_a=self.max_amperage,
            max_voltage_v=self.max_voltage,
            tariff_ids=self.tariff_ids or (),
            deleted_at=self.deleted_at,
        )


class EvseRow(SpiriiModel):
    """The part that serves one car: within a charge box, and as a row of GET /evses."""

    uid: Id
    evse_id: Text
    chargebox_id: Id
    status: Text
    connectors: tuple[EvseConnector, ...]

    def to_connectors(self) -> tuple[Connector, ...]:
        """Each with the status of the EVSE, the only one that Spirii has."""
        evse = Evse(uid=self.uid, evse_id=self.evse_id)
        return tuple(plug.to_connector(evse, self.status) for plug in self.connectors)


class Model(SpiriiModel):
    """A product type, within a charge box and as a row of GET /chargeboxes/models.

    The flags are documented for both, the rest for the charge box only.
    """

    id: Id
    vendor: Text
    name: Text
    plug_and_charge_validated: Flag = None
    firmware_management_validated: Flag = None
    description: Text = None
    created_at: UtcTime = None
    updated_at: UtcTime = None

    def to_ref(self) -> ModelRef:
        """What a charger says of its model."""
        return ModelRef(id=self.id, make=self.vendor, name=self.name, **self._extras())

    def to_station_model(self, seen: Seen) -> StationModel:
        """A row of the catalogue."""
        return StationModel(
            **seen,
            id=self.id,
            make=self.vendor or "",
            name=self.name or "",
            **self._extras(),
        )

    def _extras(self) -> dict[str, Any]:
        return self.carried(
            plug_and_charge_validated="plug_and_charge_validated",
            firmware_management_validated="firmware_management_validated",
            description="description",
            created_at="created_at",
            updated_at="updated_at",
        )


class Customer(SpiriiModel):
    """Who owns the location of a charge box."""

    id: Id


class ChargeBox(SpiriiModel):
    """A charger, the same in every answer: POST, GET and the rows of GET /chargeboxes."""

    id: Id
    charge_box_identity: Text
    serial_number: Text
    is_online: Flag
    location_id: Text
    updated_at: UtcTime
    created_at: UtcTime
    evses: tuple[EvseRow, ...]
    model: Model
    firmware_version: Text = None
    customer: Customer | None = None
    last_connection_event_at: UtcTime = None
    deleted_at: UtcTime = None

    def to_charger(self, seen: Seen) -> Charger:
        """A charger as a read shows it."""
        return self._charger(seen, self._connectivity())

    def to_new_charger(self, seen: Seen) -> Charger:
        """A charger as its registration shows it: `isOnline` proves nothing there.

        Spirii's own sample says true for a box that cannot have connected yet.
        """
        connected = self.last_connection_event_at is not None
        connectivity = self._connectivity() if connected else Connectivity.NEVER_SEEN
        return self._charger(seen, connectivity)

    def _connectivity(self) -> Connectivity:
        """Not online and without any connection event means never seen (inferred)."""
        if self.is_online is None:
            return Connectivity.UNKNOWN
        if self.is_online:
            return Connectivity.ONLINE
        return Connectivity.OFFLINE if self.last_connection_event_at else Connectivity.NEVER_SEEN

    def _charger(self, seen: Seen, connectivity: Connectivity) -> Charger:
        return Charger(
            **seen,
            id=self.id,
            identity=self.charge_box_identity,
            serial_number=self.serial_number,
            connectivity=connectivity,
            raw_connectivity=f"isOnline: {json.dumps(self.is_online)}",
            site_id=self.location_id,
            connectors=tuple(plug for evse in self.evses for plug in evse.to_connectors()),
            station_model=self.model.to_ref(),
            created_at=self.created_at,
            updated_at=self.updated_at,
            **self._extras(),
        )

    def _extras(self) -> dict[str, Any]:
        facts = self.carried(
            firmware_version="firmware_version",
            last_connection_event_at="last_connection_event_at",
            deleted_at="deleted_at",
        )
        if "customer" in self.model_fields_set:
            facts["customer_id"] = self.customer.id if self.customer else None
        return facts


class Coordinates(SpiriiModel):
    """Where a location is."""

    latitude: Number = None
    longitude: Number = None


class Owner(SpiriiModel):
    """Who a location belongs to."""

    id: Text = None


class Location(SpiriiModel):
    """A row of GET /locations. Only id and name are needed to be of use."""

    id: Id
    name: Id
    address: Text = None
    postal_code: Text = None
    city: Text = None
    country_code: Text = None
    coordinates: Coordinates | None = None
    parking_type: Text = None
    owner: Owner | None = None
    last_updated: UtcTime = None

    def to_site(self, seen: Seen) -> Site:
        """A site; a v2 location names no charge boxes."""
        return Site(
            **seen,
            id=self.id,
            name=self.name,
            **self._extras(),
        )

    def _extras(self) -> dict[str, Any]:
        facts = self.carried(
            address="address",
            postal_code="postal_code",
            city="city",
            country="country_code",
            parking_type="parking_type",
            updated_at="last_updated",
        )
        if self.coordinates is not None:
            facts |= self.coordinates.carried(latitude="latitude", longitude="longitude")
        if self.owner is not None:
            facts["owner_id"] = self.owner.id
        return facts


class CursorPage(Listing[RowT]):
    """A page of GET /chargeboxes, /evses, /locations, and perhaps /chargeboxes/models."""

    model_config = ConfigDict(alias_generator=to_camel)

    next_page_cursor: Text = None

    @property
    def next_cursor(self) -> str | None:
        """What to ask for next; `None` at the end."""
        return None if self.next_page_cursor in NO_CURSOR else self.next_page_cursor


class CommandReply(SpiriiModel):
    """The answer to a reset; a refusal comes in it, with a status code that is not documented."""

    class Reason(SpiriiModel):
        """Why a command was refused."""

        message: Text = None

    status: Id
    error: Reason | None = None

    def to_receipt(self) -> Receipt:
        """Raise RejectedError, or OutcomeUnknownError for a word that is not documented."""
        why = self.error.message if self.error else None
        match self.status.casefold():
            case "accepted":
                return Receipt(status=self.status)
            case "rejected":
                raise RejectedError(VENDOR, why or "the charger did not take the command")
            case _:
                said = why or f"the charger answered {self.status[:60]!r}"
                raise OutcomeUnknownError(VENDOR, said)


def new_charge_box(charger: NewCharger) -> dict[str, Any]:
    """The body of POST /chargeboxes; without an identity, Spirii makes one up.

    The key is left out then: whether an empty text is accepted is not documented. Raises
    RejectedError where an id is not the number that Spirii wants.
    """
    body: dict[str, Any] = {
        "serialNumber": charger.serial_number,
        "locationId": _number(charger.site_id, "site_id", "location"),
        "modelId": _number(charger.station_model_id, "station_model_id", "model"),
    }
    identity = (charger.identity or "").strip()
    return body | {"chargeBoxIdentity": identity} if identity else body


def is_number(text: str) -> bool:
    """Whether this can be an id at Spirii: all of its ids are numbers."""
    return re.fullmatch(r"[0-9]{1,18}", text) is not None


def _number(text: str | None, field: str, what: str) -> int:
    if text is None or not is_number(text):
        message = f"the {what} id must be a number"
        raise RejectedError(VENDOR, message, fields={field: (message,)})
    return int(text)


def _watts(kilowatts: float | None) -> float | None:
    """Rounded to the milliwatt, where only float noise is lost."""
    return None if kilowatts is None else round(kilowatts * 1000, 3)
