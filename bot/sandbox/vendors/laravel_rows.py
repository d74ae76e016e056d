"""Rows that Plugchoice v3 and VoltTime v2 print alike."""

from datetime import datetime

from bot.sandbox.vendors.entities import (
    Charger,
    Connector,
    Fault,
    Group,
    Session,
    Site,
    SmartCharging,
    StationModel,
)
from bot.sandbox.vendors.exchange import Row
from bot.sandbox.vendors.identifiers import uuid_of
from bot.sandbox.vendors.laravel import live_stamp, stamp
from bot.sandbox.vendors.traffic import amperes

OWN_WORDS = {"WeakSignal": "WeakSignalLevel"}
"""Fault codes that this back end spells in its own way."""


def charger_uuid(charger: Charger) -> str:
    """The UUID in a charger's path."""
    return uuid_of("charger", charger.number)


def site_uuid(site: Site) -> str:
    """The UUID in a site's path."""
    return uuid_of("site", site.number)


def connection_status(charger: Charger) -> str:
    """`never_seen`, `offline` or `online`."""
    if not charger.seen:
        return "never_seen"
    return "online" if charger.online else "offline"


def error_word(fault: Fault | None, *, seen: bool) -> str | None:
    """The fault code; NoError while all is well, null before the first contact."""
    if fault is None:
        return "NoError" if seen else None
    return OWN_WORDS.get(fault.code, fault.code)


def fault_fields(fault: Fault | None, *, seen: bool) -> Row:
    """The four fields that tell what is wrong."""
    return {
        "error": error_word(fault, seen=seen),
        "error_info": fault.info if fault else None,
        "vendor_id": fault.vendor_id if fault else None,
        "vendor_error_code": fault.vendor_code if fault else None,
    }


def model_row(model: StationModel) -> Row:
    """A charger's product."""
    return {"vendor": model.maker, "name": model.name, "is_dc": model.is_dc}


def connector_row(connector: Connector) -> Row:
    """One connector: `id` is its row, `connector_id` its OCPP number."""
    charger, plug = connector.charger, connector.plug
    return {
        "id": connector.number,
        "charger_id": charger.number,
        "connector_id": plug.number,
        "status": connector.status.value if connector.status else None,
        **fault_fields(connector.fault, seen=charger.seen),
        "max_amperage": plug.max_current_a,
        "max_voltage": plug.max_voltage_v,
        "standard": plug.standard,
        "format": plug.format,
        "power_type": plug.power_type,
        "phase_rotation": "RST" if plug.power_type == "AC_3_PHASE" else None,
        "created_at": stamp(charger.created_at),
        "updated_at": stamp(charger.updated_at),
    }


def site_connector_row(connector: Connector) -> Row:
    """One connector in a site's list, with the charger that it belongs to."""
    charger = connector.charger
    owner = {
        "uuid": charger_uuid(charger),
        "id": charger.number,
        "identity": charger.identity,
        "connection_status": connection_status(charger),
        "status": charger.status.value if charger.status else None,
    }
    return {**connector_row(connector), "charger": owner}


def smart_charging_row(settings: SmartCharging) -> Row:
    """How a site plans its charging."""
    return {
        "timezone": settings.timezone,
        "smart_charging": settings.mode,
        "day_ahead_pricing_strategy": settings.strategy,
        "day_ahead_pricing_threshold": settings.threshold,
        "day_ahead_pricing_smart_mode_price": None,
        "off_peak_start": settings.off_peak_start,
        "off_peak_end": settings.off_peak_end,
    }


def power_usage_row(connector: Connector, now: datetime) -> Row:
    """Live values: text, padded, and `-` for a phase that is not there."""
    phases = amperes(connector, now)
    single = connector.plug.power_type == "AC_1_PHASE" or not any(phases)
    return {
        "timestamp": live_stamp(now),
        "L1": f"{phases[0]:.0f}" if not phases[0] else f" {phases[0]:.1f}",
        "L2": "-" if single else f" {phases[1]:.1f}",
        "L3": "-" if single else f" {phases[2]:.1f}",
        "kW": f"{connector.power_w(now) / 1000:.2f}",
    }


def group_row(group: Group, site: Site) -> Row:
    """Chargers behind one fuse."""
    return {
        "id": group.number,
        "site_id": site.number,
        "group_id": group.parent,
        "meter_id": group.number if group.metered else None,
        "total_amps": group.total_amps,
        "net_type": group.net_type,
        "method": group.method,
        "solar_additional_amps": None,
        "solar_always_charge": False,
        "solar_always_charge_amps": None,
        "smart_charging_charge_on_solar_export": False,
        "peak_shaving_enabled": False,
        "peak_shaving_threshold": None,
        "created_at": stamp(group.created_at),
        "updated_at": stamp(group.created_at),
    }


def meter_row(group: Group, site: Site, now: datetime) -> Row:
    """A group's meter: milliamperes in `latest_data`, watts in `power`.

    A site without power has a meter that says nothing: a `-` for its time, a sentence for power.
    """
    row: Row = {
        "uuid": uuid_of("meter", group.number),
        "id": group.number,
        "type": "ct_meter",
        "latest_data": {"l1": 0, "l2": 0, "l3": 0, "updated_at": "-"},
        "power": "Unable to retrieve power information for this meter.",
        "created_at": stamp(group.created_at),
        "updated_at": stamp(group.created_at),
    }
    if site.powered:
        phases = _site_amperes(site, now)
        at = stamp(now.replace(microsecond=0))
        milliamperes = [round(phase * 1000) for phase in phases]
        row["latest_data"] = dict(zip(("l1", "l2", "l3"), milliamperes, strict=True))
        row["latest_data"]["updated_at"] = at
        watts = [round(phase * 230) for phase in phases]
        row["power"] = {"total": sum(watts), "l1": watts[0], "l2": watts[1], "l3": watts[2]}
    return row


def _site_amperes(site: Site, now: datetime) -> list[float]:
    """All cars, a little of the building, and on the third phase a few panels on the roof."""
    flows = [
        amperes(connector, now) for charger in site.chargers for connector in charger.connectors
    ]
    building = (2.1, 1.4, -1.8 if 8 <= now.hour < 17 else 0.6)
    return [sum(flow[phase] for flow in flows) + building[phase] for phase in range(3)]


def session_times(session: Session, now: datetime) -> Row:
    """What every generation of transaction rows has."""
    stopped = session.stopped_at
    energy = session.energy_wh(now)
    return {
        "id_tag": session.id_tag,
        "meter_start": session.meter_start_wh,
        "meter_stop": session.meter_start_wh + energy if stopped else None,
        "total_kwh": f"{energy / 1000:.2f}" if stopped else "0.00",
        "started_at": stamp(session.started_at),
        "stopped_at": stamp(stopped),
        "stop_reason": session.stop_reason,
    }
