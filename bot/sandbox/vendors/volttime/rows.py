"""What VoltTime v2 prints about chargers, sites and transactions."""

from datetime import datetime

from bot.sandbox.vendors.entities import Charger, Session, Site
from bot.sandbox.vendors.exchange import Row
from bot.sandbox.vendors.laravel import stamp
from bot.sandbox.vendors.laravel_rows import (
    charger_uuid,
    connection_status,
    connector_row,
    error_word,
    model_row,
    session_times,
)

DEPRECATION = "charger.id is deprecated. Use charger.uuid instead."


def charger_row(charger: Charger, *, deprecation: bool) -> Row:
    """A charger (sites/create-a-new-charger); only one generation says `deprecation`."""
    return {
        **({"deprecation": DEPRECATION} if deprecation else {}),
        "uuid": charger_uuid(charger),
        "id": charger.number,
        "identity": charger.identity,
        "reference": charger.reference,
        "connection_status": connection_status(charger),
        "status": charger.status.value if charger.status else None,
        "error": error_word(charger.fault, seen=charger.seen),
        "error_info": charger.fault.info if charger.fault else None,
        "created_at": stamp(charger.created_at),
        "updated_at": stamp(charger.updated_at),
    }


def full_charger_row(charger: Charger, *, deprecation: bool) -> Row:
    """One charger of a team, with product and connectors (seen by live clients)."""
    row = charger_row(charger, deprecation=deprecation)
    row["model"] = model_row(charger.model) if charger.seen else None
    row["connectors"] = [connector_row(connector) for connector in charger.connectors]
    return row


def site_row(site: Site) -> Row:
    """A site, as live clients read it."""
    return {
        "id": site.number,
        "name": site.name,
        "street": site.street,
        "postal_code": site.postal_code,
        "house_number": site.house_number,
        "house_number_addition": site.house_number_addition,
        "city": site.city,
        "country": site.country,
        "phase": 3,
        "main_fuse_amperage": site.fuse_a,
        "load_management": bool(site.groups),
        "net_type": "TN",
    }


def transaction_row(session: Session, now: datetime) -> Row:
    """A transaction with its costs (sites/get-all-transactions)."""
    connector = session.connector
    return {
        "id": session.number,
        "charger_id": connector.charger.number,
        "charger_connector_id": connector.number,
        "reservation_id": None,
        **session_times(session, now),
        "start_cost": "0.0000",
        "kwh_cost": "0.0000",
        "total_kwh_cost": "0.0000",
        "total_cost": "0.00",
        "created_at": stamp(session.started_at),
        "updated_at": stamp(session.stopped_at or session.started_at),
    }
