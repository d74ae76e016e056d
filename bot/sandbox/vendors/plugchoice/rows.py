"""What Plugchoice v3 prints about chargers, sites and transactions."""

from datetime import datetime

from bot.sandbox.vendors.entities import Charger, Session, Site
from bot.sandbox.vendors.exchange import Row
from bot.sandbox.vendors.identifiers import uuid_of
from bot.sandbox.vendors.laravel import stamp
from bot.sandbox.vendors.laravel_rows import (
    charger_uuid,
    connection_status,
    connector_row,
    fault_fields,
    model_row,
    session_times,
    site_uuid,
)


def has_sensitive(charger: Charger) -> bool:
    """True while the site's owner shares sensitive data with us."""
    return charger.site is None or charger.site.data_access


def permissions(*, sensitive: bool) -> Row:
    """What we may do with an object."""
    return {"basic": True, "sensitive": sensitive, "full": sensitive}


def charger_row(charger: Charger, now: datetime) -> Row:
    """The fields of the create reply (chargers/create-charger)."""
    return {
        "uuid": charger_uuid(charger),
        "id": charger.number,
        "identity": charger.identity,
        "reference": charger.reference,
        "connection_status": connection_status(charger),
        "status": charger.status.value if charger.status else None,
        **fault_fields(charger.fault, seen=charger.seen),
        "firmware_version": charger.firmware,
        "server": "ocpp-eu-1" if charger.seen else None,
        "last_connection_at": stamp(charger.connected_at),
        "last_disconnection_at": stamp(charger.disconnected_at),
        "last_heartbeat_at": stamp(charger.heartbeat_at(now)),
        "setup_pending": charger.seen and charger.site is None,
        "setup_completed": charger.seen and charger.site is not None,
        "blocked": charger.blocked,
        "max_current": charger.model.plugs[0].max_current_a if charger.seen else None,
        "created_at": stamp(charger.created_at),
        "updated_at": stamp(charger.updated_at),
        "licenses": {"smart": charger.seen, "pro": charger.seen and charger.model.is_dc},
        "permissions": permissions(sensitive=has_sensitive(charger)),
    }


def charger_model(charger: Charger) -> Row:
    """The product, known once the charger has called."""
    known = charger.model if charger.seen else None
    return {
        "parsed_firmware_version": charger.firmware,
        "model_id": known.number if known else None,
        "model": model_row(known) if known else None,
    }


def listed_charger_row(charger: Charger, now: datetime) -> Row:
    """A row of `/chargers`: no connectors."""
    return {**charger_row(charger, now), **charger_model(charger)}


def full_charger_row(charger: Charger, now: datetime) -> Row:
    """One charger (chargers/get-charger): the pincode only with sensitive permission."""
    row = listed_charger_row(charger, now)
    row["connectors"] = [connector_row(connector) for connector in charger.connectors]
    if has_sensitive(charger):
        row["pincode"] = charger.pincode
    return row


def site_charger_row(charger: Charger, now: datetime) -> Row:
    """A row of a site's list: connectors, but no permissions."""
    row = listed_charger_row(charger, now)
    row["connectors"] = [connector_row(connector) for connector in charger.connectors]
    del row["permissions"]
    return row


def team_charger_row(charger: Charger) -> Row:
    """A row of a team's list: few fields, and connectors in an envelope of their own."""
    site = charger.site
    connectors = [
        {
            "id": connector.number,
            "connector_id": connector.plug.number,
            "status": connector.status.value if connector.status else None,
        }
        for connector in charger.connectors
    ]
    return {
        "uuid": charger_uuid(charger),
        "identity": charger.identity,
        "connection_status": connection_status(charger),
        "status": charger.status.value if charger.status else None,
        "licenses": {"smart": charger.seen, "pro": charger.seen and charger.model.is_dc},
        "model": model_row(charger.model) if charger.seen else None,
        "internal_model": {"name": charger.model.name, "sku": f"SKU-{charger.model.number:04}"},
        "site": {"uuid": site_uuid(site), "name": site.name} if site else None,
        "connectors": {"data": connectors},
        "permissions": permissions(sensitive=has_sensitive(charger)),
    }


def team_site_row(site: Site) -> Row:
    """A row of a team's list of sites."""
    return {
        "uuid": site_uuid(site),
        "name": site.name,
        "address": f"{site.street} {site.house_number}, {site.postal_code} {site.city}",
        "street": site.street,
        "postal_code": site.postal_code,
        "house_number": site.house_number,
        "house_number_addition": site.house_number_addition,
        "city": site.city,
        "country": site.country,
        "smart_charging": site.smart_charging.mode,
        "chargers_count": len(site.chargers),
        "created_at": stamp(site.created_at),
        "updated_at": stamp(site.updated_at),
    }


def site_row(site: Site) -> Row:
    """One site (sites/get-site)."""
    return {
        **team_site_row(site),
        "id": site.number,
        "capabilities": {
            "smart_charging": True,
            "load_management": {
                "dynamic": bool(site.groups),
                "peak_shaving": False,
                "solar": False,
            },
        },
        "permissions": permissions(sensitive=site.data_access),
    }


def transaction_row(session: Session, now: datetime) -> Row:
    """A charger's transaction; `charger_connector_id` is the connector's row."""
    connector = session.connector
    charger = connector.charger
    return {
        "id": session.number,
        "charger_id": charger.number,
        "charger_connector_id": connector.number,
        "reservation_id": None,
        **session_times(session, now),
        "is_valid": True,
        "charger": {
            "uuid": charger_uuid(charger),
            "identity": charger.identity,
            "reference": charger.reference,
        },
        "connector": {"connector_id": connector.plug.number},
    }


def team_transaction_row(session: Session, now: datetime) -> Row:
    """A row of a team's list of transactions; `connector_id` is the OCPP number."""
    charger = session.connector.charger
    site = charger.site
    return {
        "id": session.number,
        "status": "finished" if session.stopped_at else "active",
        "charger": {
            "uuid": charger_uuid(charger),
            "identity": charger.identity,
            "reference": charger.reference,
            "site": {"uuid": site_uuid(site), "name": site.name} if site else None,
            "is_mid": True,
        },
        "connector_id": session.connector.plug.number,
        **session_times(session, now),
    }


def user_row(now: datetime) -> Row:
    """Whose token it is."""
    return {
        "uuid": uuid_of("user", 1),
        "id": 1,
        "name": "Chargehand Sandbox",
        "email": "chargehand@sandbox.invalid",
        "avatar": None,
        "created_at": stamp(now.replace(month=1, day=2, hour=9, minute=0, second=0, microsecond=0)),
        "updated_at": stamp(now.replace(month=1, day=2, hour=9, minute=0, second=0, microsecond=0)),
    }
