"""What Spirii prints about charge boxes, EVSEs, models and locations."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.sandbox.vendors.entities import Charger, Connector, Fault, Site, StationModel, Status
from bot.sandbox.vendors.exchange import Row
from bot.sandbox.vendors.identifiers import uuid_of
from bot.sandbox.vendors.products import EUROPEAN

EVSE_STATUS = {
    Status.AVAILABLE: "AVAILABLE",
    Status.RESERVED: "RESERVED",
    Status.PREPARING: "CHARGING",
    Status.CHARGING: "CHARGING",
    Status.FINISHING: "CHARGING",
    Status.SUSPENDED_EV: "BLOCKED",
    Status.SUSPENDED_EVSE: "BLOCKED",
    Status.FAULTED: "OUTOFORDER",
    Status.UNAVAILABLE: "INOPERATIVE",
}
"""Source: Spirii docs, evses-v2/fetches-a-single-evse."""

CUSTOMER = 4711


def stamp(at: datetime) -> str:
    """No zone and no T, although the documents type it as a date-time."""
    return at.strftime("%Y-%m-%d %H:%M:%S")


def is_supported(model: StationModel) -> bool:
    """True for what a charge box may be registered as."""
    return not model.archived and all(plug.standard in EUROPEAN for plug in model.plugs)


def model_row(model: StationModel) -> Row:
    """A charge box model."""
    return {
        "id": model.number,
        "vendor": model.maker,
        "name": model.name,
        "plugAndChargeValidated": model.is_dc,
        "firmwareManagementValidated": model.number % 2 == 0,
        "updatedAt": stamp(model.updated_at),
        "createdAt": stamp(model.created_at),
        "description": model.friendly_name or model.name,
    }


def evse_rows(charger: Charger) -> list[Row]:
    """The EVSEs of a charge box; none before it has called for the first time."""
    if not charger.seen:
        return []
    numbers = sorted({connector.plug.evse for connector in charger.connectors})
    return [_evse(charger, number) for number in numbers]


def _evse(charger: Charger, number: int) -> Row:
    connectors = [one for one in charger.connectors if one.plug.evse == number]
    return {
        "uid": connectors[0].number,
        "evseId": f"{charger.identity}*{number}",
        "chargeboxId": charger.number,
        "status": _evse_status(connectors),
        "connectors": [
            _connector(connector, index) for index, connector in enumerate(connectors, start=1)
        ],
    }


def _evse_status(connectors: Sequence[Connector]) -> str:
    """Busy when any plug is; out of order when none is better."""
    words = {EVSE_STATUS.get(one.status or Status.UNAVAILABLE, "UNKNOWN") for one in connectors}
    order = ("CHARGING", "BLOCKED", "RESERVED", "AVAILABLE", "INOPERATIVE", "OUTOFORDER")
    return next((word for word in order if word in words), "UNKNOWN")


def _connector(connector: Connector, number: int) -> Row:
    """`id` counts within the EVSE; power in kW; an error only where there is one."""
    plug = connector.plug
    fault = connector.fault
    return {
        "id": number,
        "standard": plug.standard,
        "format": plug.format,
        "powerType": plug.power_type,
        "maxElectricPower": plug.max_power_w / 1000,
        "maxAmperage": plug.max_current_a,
        "maxVoltage": plug.max_voltage_v,
        "tariffIds": [uuid_of("tariff", 1)],
        **({"error": _error(fault)} if fault else {}),
    }


def _error(fault: Fault) -> Row:
    return {
        "errorCode": fault.code,
        "info": fault.info or "",
        "vendorErrorCode": fault.vendor_code or "",
    }


def charge_box_row(charger: Charger) -> Row:
    """A charge box; what is not known yet is left out."""
    events = [at for at in (charger.connected_at, charger.disconnected_at) if at is not None]
    return {
        "id": charger.number,
        "chargeBoxIdentity": charger.identity,
        "serialNumber": charger.serial,
        "isOnline": charger.online,
        "locationId": charger.site.number if charger.site else 0,
        "updatedAt": stamp(charger.updated_at),
        "createdAt": stamp(charger.created_at),
        "evses": evse_rows(charger),
        "model": model_row(charger.model),
        **({"firmwareVersion": charger.firmware} if charger.firmware else {}),
        "customer": {"id": CUSTOMER},
        **({"lastConnectionEventAt": stamp(max(events))} if events else {}),
        **({"deletedAt": stamp(charger.deleted_at)} if charger.deleted_at else {}),
    }


def location_row(site: Site) -> Row:
    """A location: EVSEs, but no charge boxes."""
    return {
        "id": site.number,
        "name": site.name,
        "address": f"{site.street} {site.house_number}",
        "postalCode": site.postal_code,
        "city": site.city,
        "countryCode": site.country,
        "partyId": "SPI",
        "coordinates": {"latitude": site.latitude, "longitude": site.longitude},
        "publish": True,
        "evses": list(_flat(evse_rows(charger) for charger in site.chargers)),
        "operator": {"name": "Ladegade", "website": "https://ladegade.sandbox.invalid"},
        "lastUpdated": stamp(site.updated_at),
        "allowPriorityCharging": False,
        "parkingType": "PARKING_GARAGE",
        "facilities": [],
        "directions": [],
        "openingTimes": {"twentyFourSeven": True, "regularHours": []},
        "owner": {"name": "Ladegade"},
    }


def _flat(lists: Iterable[list[Row]]) -> Iterable[Row]:
    for rows in lists:
        yield from rows
