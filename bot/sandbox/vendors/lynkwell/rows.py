"""What Lynkwell prints about station models, assets and asset groups."""

from datetime import datetime

from bot.sandbox.vendors.entities import Charger, Connector, Plug, Site, StationModel
from bot.sandbox.vendors.exchange import Row
from bot.sandbox.vendors.identifiers import opaque
from bot.sandbox.vendors.world import World


def model_id(model: StationModel) -> str:
    """A station model's opaque id."""
    return opaque("csm_", "model", model.number)


def asset_id(charger: Charger) -> str:
    """A charger's opaque id."""
    return opaque("as_", "charger", charger.number)


def group_id(site: Site) -> str:
    """A site's opaque id."""
    return opaque("ag_", "site", site.number)


def stamp(at: datetime) -> str:
    """UTC, whole seconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def model_row(model: StationModel) -> Row:
    """A station model (Charging Station Models); numbers print as floats."""
    return {
        "id": model_id(model),
        "vendor": model.maker,
        "model": model.name,
        **({"friendlyName": model.friendly_name} if model.friendly_name is not None else {}),
        "powerType": model.power_type,
        "connectors": [_model_connector(plug) for plug in model.plugs],
        "configurationKeys": {"ocppUrl": model.ocpp_url},
        **({"imageUrl": model.image_url} if model.image_url is not None else {}),
        "isArchived": model.archived,
        "createdAt": stamp(model.created_at),
        "updatedAt": stamp(model.updated_at),
    }


def _model_connector(plug: Plug) -> Row:
    return {
        "id": float(plug.number),
        "connectionType": plug.standard,
        "format": plug.format,
        "maxAmperage": float(plug.max_current_a),
        "maxVoltage": float(plug.max_voltage_v),
        "maxPowerWatts": float(plug.max_power_w),
    }


def asset_row(charger: Charger, world: World) -> Row:
    """A charger; whether it is online is nowhere in it."""
    site = charger.site
    station: Row = {
        "serialNumber": charger.serial,
        "name": charger.identity,
        "rate": None,
        "status": "ACTIVE" if charger.seen else "PLANNED",
        "connectors": [_asset_connector(connector, world) for connector in charger.connectors],
        "protocol": "OCPP_1_6",
        "powerType": charger.model.power_type,
        "localAuthorization": False,
        "supportsSimultaneousCharging": len({p.evse for p in charger.model.plugs}) > 1,
        "sortOrder": charger.number,
        "images": [],
        "manufacturingInfo": {
            "chargePointVendor": charger.model.maker,
            "chargePointModel": charger.model.name,
            "chargePointSerialNumber": charger.serial,
            "chargeBoxSerialNumber": charger.serial,
            "firwareVersion": charger.firmware,
        },
    }
    if site is not None:
        station["geoLocation"] = {"longitude": site.longitude, "latitude": site.latitude}
    return {
        "id": asset_id(charger),
        "type": "chargingStation",
        "network": {"id": opaque("nw_", "network", 1)},
        "sitePartners": [{"id": opaque("sp_", "partner", 1)}],
        "assetGroup": {"id": group_id(site)} if site else None,
        "createdAt": stamp(charger.created_at),
        "updatedAt": stamp(charger.updated_at),
        "chargingStation": station,
    }


def _asset_connector(connector: Connector, world: World) -> Row:
    charger, plug = connector.charger, connector.plug
    status = connector.status.value if connector.status else "Unavailable"
    return {
        "id": plug.number,
        "status": status,
        "rawStatus": status,
        "isActive": True,
        "connectionType": plug.standard,
        "format": plug.format,
        "maxAmperage": plug.max_current_a,
        "maxVoltage": plug.max_voltage_v,
        "updatedAt": stamp(charger.heartbeat_at(world.now) or charger.created_at),
    }


def group_row(site: Site) -> Row:
    """A site."""
    return {
        "id": group_id(site),
        "type": "location",
        "location": {
            "name": site.name,
            "visibility": "PUBLIC",
            "physicalAddress": {
                "streetNumber": str(site.house_number),
                "streetName": site.street,
                "city": site.city,
                "state": "MA",
                "postalCode": site.postal_code,
                "countryCode": site.country,
            },
            "hours": {"twentyfourseven": True},
            "geoLocation": {"longitude": site.longitude, "latitude": site.latitude},
            "timezone": site.timezone,
            "parkingType": "PARKING_GARAGE",
        },
        "metadata": {},
        "createdAt": stamp(site.created_at),
        "updatedAt": stamp(site.updated_at),
    }
