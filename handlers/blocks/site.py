"""A site, its smart charging, groups, connectors and sessions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from handlers import ids
from handlers.blocks import kit, tables, words
from handlers.blocks.charger import status_word
from handlers.blocks.kit import Block, Element, Message
from vendors.models import (
    Charger,
    Connectivity,
    Connector,
    Group,
    GroupMeter,
    PowerUsage,
    Site,
    SmartCharging,
    SmartChargingMode,
    Transaction,
)

NO_READING = "no reading"
MOST_ROWS = 50
MOST_READ = 200
"""Rows that are read for one message; where there are so many there may be more."""
NOTHING_KNOWN: Final[Mapping[str, Connectivity]] = MappingProxyType({})
MAYBE_OLD = "It is offline, so this may be old."


def card(site: Site, offers: Sequence[Element] = (), standing: str | None = None) -> Message:
    """Everything about it; `standing` says how many chargers it has and how they are."""
    blocks = [
        kit.header(f"{site.name} · {site.account}"),
        *kit.fields(_facts(site, standing)),
        *kit.actions(*offers),
    ]
    return kit.message(f"Site {kit.inline(site.name)} at {kit.inline(site.account)}", blocks)


def line(site: Site, then: str = ids.SITE_SHOW) -> Block:
    """One entry of a list, with a button that leads to the action `then`."""
    count = site.chargers_count
    chargers = f" · {kit.counted(count, 'charger')}" if count is not None else ""
    return kit.section(
        f"{kit.strong(site.name)} · {kit.inline(site.account)}{chargers}\n{address(site)}",
        accessory=kit.choice(then, str(site.ref), site.name, shows=then == ids.SITE_SHOW),
    )


def address(site: Site) -> str:
    """Street and town on one line."""
    if site.address:
        return kit.inline(site.address, 200)
    number = f"{site.house_number or ''}{site.house_number_addition or ''}"
    street = " ".join(part for part in (site.street, number) if part)
    town = " ".join(part for part in (site.postal_code, site.city) if part)
    return kit.inline(", ".join(part for part in (street, town, site.country) if part), 200)


def _facts(site: Site, standing: str | None) -> list[tuple[str, str | None]]:
    mode = words.SMART_CHARGING[site.smart_charging] if site.smart_charging else None
    count = site.chargers_count
    return [
        ("Address", address(site)),
        ("Chargers", standing or (f"{count:,}" if count is not None else None)),
        ("Smart charging", mode or _text(site.raw_smart_charging)),
        ("Time zone", _text(site.timezone)),
        ("Main fuse", words.amperes(site.main_fuse_a)),
        ("Phases", str(site.phases) if site.phases else None),
        ("Can smart charge", words.yes_no(site.can_smart_charge)),
        ("Can balance load", words.yes_no(site.can_balance_load)),
        ("Parking", _text(words.spelled(site.parking_type))),
        ("Owner", _text(site.owner_id)),
        ("Vendor", words.VENDOR[site.vendor]),
        ("ID", kit.code(site.id)),
    ]


def _text(said: str | None) -> str | None:
    return kit.inline(said) if said else None


def connectors(
    site: Site,
    rows: Sequence[tuple[Charger, Connector]],
    known: Mapping[str, Connectivity] = NOTHING_KNOWN,
) -> Message:
    """The connectors of a site; `known` says of its chargers whether they are online."""
    cells = [
        (
            charger.label,
            plug.key,
            status_word(plug.status, known.get(charger.id, charger.connectivity), short=True),
            plug.fault.code if plug.fault else "",
        )
        for charger, plug in rows[:MOST_ROWS]
    ]
    return _listing(
        f"{_number(len(rows), 'connector')} at {kit.inline(site.name)}",
        ("Charger", "Connector", "Status", "Fault"),
        cells,
        len(rows),
    )


def groups(site: Site, found: Sequence[Group]) -> Message:
    """The load balancing groups of a site; they have no names, only ids."""
    cells = [
        (
            group.id,
            words.amperes(group.total_current_a) or "",
            group.net_type or "",
            group.method or "",
            group.meter_id or "no meter",
        )
        for group in found
    ]
    return _listing(
        f"{kit.counted(len(found), 'group')} at {kit.inline(site.name)}",
        ("Group", "Maximum current", "Net", "Method", "Meter"),
        cells,
        len(found),
    )


def group_choice(site: Site, group: Group) -> Block:
    """A group to pick, with the button that reads its meter."""
    current = words.amperes(group.total_current_a)
    most = f", at most {current}" if current else ""
    unmetered = "" if group.meter_id else ", no meter"
    return kit.section(
        f"Group {kit.code(group.id)}{most}{unmetered}",
        accessory=kit.choice(ids.GROUP_METER, f"{group.id} {site.ref}", group.id, shows=False),
    )


def meter(group: Group, reading: GroupMeter | None) -> Message:
    """What the meter of a group shows; negative is export."""
    if reading is None:
        return kit.message(f"Group {kit.code(group.id)} has no meter.")
    phases = (reading.l1_a, reading.l2_a, reading.l3_a)
    shown = [
        ("Power now", words.power(reading.power_w) or NO_READING),
        *((f"L{n}", words.amperes(amount) or NO_READING) for n, amount in enumerate(phases, 1)),
        ("Read at", kit.when(reading.at) if reading.at else NO_READING),
        ("Meter", kit.inline(reading.type or reading.id)),
    ]
    text = f"Meter of group {kit.code(group.id)}: {words.power(reading.power_w) or NO_READING}"
    exported = kit.context("A negative number is power that the site gives to the grid.")
    return kit.message(text, [kit.section(f"*{text}*"), *kit.fields(shown), exported])


def usage(charger: Charger, readings: Sequence[PowerUsage], now: datetime) -> Message:
    """What the connectors of a charger draw now."""
    cells = [
        (
            str(reading.connector),
            words.power(reading.power_w) or NO_READING,
            *(words.amperes(a) or NO_READING for a in (reading.l1_a, reading.l2_a, reading.l3_a)),
            kit.ago(reading.at, now) if reading.at else NO_READING,
        )
        for reading in readings
    ]
    return _listing(
        f"What {kit.inline(charger.label)} draws now",
        ("Connector", "Power", "L1", "L2", "L3", "Read"),
        cells,
        len(readings),
        note=MAYBE_OLD if charger.connectivity is Connectivity.OFFLINE else "",
    )


def transactions(
    site: Site, found: Sequence[Transaction], names: Mapping[str, str], now: datetime
) -> Message:
    """The newest sessions of a site: how long, how much, and why they ended.

    `names` holds what its chargers are called by the ids that sessions give.
    """
    cells = [_session(session, names, now) for session in found[:MOST_ROWS]]
    return _listing(
        f"{_number(len(found), 'session')} at {kit.inline(site.name)}",
        ("Charger", "Started", "Lasted", "Energy", "Ended"),
        cells,
        len(found),
    )


def _session(
    session: Transaction, names: Mapping[str, str], now: datetime
) -> tuple[str | datetime, ...]:
    started, stopped = session.started_at, session.stopped_at
    lasted = kit.duration((stopped or now) - started) if started else ""
    energy = f"{words.number(session.energy_kwh)} kWh" if session.energy_kwh is not None else ""
    return (
        session.charger_identity or names.get(session.charger_id or "", session.charger_id or ""),
        started or "",
        lasted,
        energy or NO_READING,
        words.stop_reason(session.stop_reason) or ("" if stopped else "charging now"),
    )


def smart_charging(settings: SmartCharging) -> list[tuple[str, str | None]]:
    """The settings as labelled facts; those that do not count in this mode are left out."""
    off_peak = settings.mode is SmartChargingMode.OFF_PEAK
    hours = f"{settings.off_peak_start or '?'} to {settings.off_peak_end or '?'}"
    return [
        ("Smart charging", words.SMART_CHARGING[settings.mode]),
        ("Time zone", _text(settings.timezone) or "not set"),
        ("Off-peak hours", hours if off_peak else None),
        ("Strategy", _text(settings.strategy)),
        ("Threshold", str(settings.threshold) if settings.threshold is not None else None),
    ]


def _number(read: int, noun: str) -> str:
    return kit.counted(read, noun) if read < MOST_READ else f"{MOST_READ} {noun}s or more"


def _listing(
    text: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str | datetime]],
    total: int,
    note: str = "",
) -> Message:
    blocks: list[Block] = [kit.section(f"*{text}*")]
    if rows:
        blocks.append(tables.table(columns, rows))
    if total > len(rows):
        blocks.append(kit.context(f"The first {len(rows)} are shown."))
    if note:
        blocks.append(kit.context(note))
    return kit.message(text, blocks)
