"""Our words for what a person reads: states, units and yes or no. No meaning by colour alone."""

from collections.abc import Mapping

from bot.severity import Severity
from vendors.models import Connectivity, PowerType, SmartChargingMode, Status, Vendor

VENDOR: Mapping[Vendor, str] = {
    Vendor.PLUGCHOICE: "Plugchoice",
    Vendor.VOLTTIME: "Volt Time",
    Vendor.SPIRII: "Spirii",
    Vendor.LYNKWELL: "Lynkwell",
}

CONNECTIVITY: Mapping[Connectivity, str] = {
    Connectivity.ONLINE: "Online",
    Connectivity.OFFLINE: "Offline",
    Connectivity.NEVER_SEEN: "Never connected",
    Connectivity.UNKNOWN: "Connection unknown",
}

CONNECTIVITY_MARK: Mapping[Connectivity, str] = {
    Connectivity.ONLINE: "\N{LARGE GREEN CIRCLE}",
    Connectivity.OFFLINE: "\N{LARGE RED CIRCLE}",
    Connectivity.NEVER_SEEN: "\N{MEDIUM WHITE CIRCLE}",
    Connectivity.UNKNOWN: "\N{WHITE QUESTION MARK ORNAMENT}",
}

STATUS: Mapping[Status, str] = {
    Status.AVAILABLE: "Available",
    Status.PREPARING: "Preparing (plugged in or authorised, not charging yet)",
    Status.CHARGING: "Charging",
    Status.SUSPENDED: "Paused",
    Status.SUSPENDED_EV: "Paused by the car (full, or waiting for its timer)",
    Status.SUSPENDED_EVSE: "Paused by the charger or its cloud (smart charging or a limit)",
    Status.FINISHING: "Finishing (session over, cable still in)",
    Status.OCCUPIED: "Occupied",
    Status.RESERVED: "Reserved",
    Status.UNAVAILABLE: "Unavailable (switched off, or busy with firmware)",
    Status.FAULTED: "Faulted",
    Status.PLANNED: "Planned",
    Status.REMOVED: "Removed",
    Status.UNKNOWN: "Unknown",
}

STATUS_SHORT: Mapping[Status, str] = {
    status: text.partition(" (")[0] for status, text in STATUS.items()
}

POWER_TYPE: Mapping[PowerType, str] = {
    PowerType.AC_1_PHASE: "AC, 1 phase",
    PowerType.AC_2_PHASE: "AC, 2 phases",
    PowerType.AC_2_PHASE_SPLIT: "AC, split phase",
    PowerType.AC_3_PHASE: "AC, 3 phases",
    PowerType.DC: "DC",
    PowerType.UNKNOWN: "not known",
}

SMART_CHARGING: Mapping[SmartChargingMode, str] = {
    SmartChargingMode.DISABLED: "Off",
    SmartChargingMode.OFF_PEAK: "Off-peak hours",
    SmartChargingMode.DAY_AHEAD_PRICING: "Day-ahead prices",
    SmartChargingMode.UNKNOWN: "Unknown",
}

SEVERITY_MARK: Mapping[Severity, str] = {
    Severity.CRITICAL: "\N{POLICE CARS REVOLVING LIGHT}",
    Severity.HIGH: "\N{LARGE RED CIRCLE}",
    Severity.MEDIUM: "\N{LARGE ORANGE CIRCLE}",
    Severity.LOW: "\N{LARGE BLUE CIRCLE}",
    Severity.NONE: "\N{MEDIUM WHITE CIRCLE}",
}

STOP_REASON: Mapping[str, str] = {
    "DeAuthorized": "the card or app was no longer accepted",
    "EmergencyStop": "the emergency stop was pressed",
    "EVDisconnected": "the cable was unplugged",
    "HardReset": "the charger was restarted at once",
    "Local": "stopped at the charger",
    "Other": "another reason",
    "PowerLoss": "the power failed",
    "Reboot": "the charger restarted by itself",
    "Remote": "stopped from an app or the back office",
    "SoftReset": "the charger was restarted",
    "UnlockCommand": "the connector was unlocked",
}
"""OCPP 1.6, StopTransaction.Reason."""

PLUG: Mapping[str, str] = {
    "CHADEMO": "CHAdeMO",
    "IEC_62196_T1": "Type 1",
    "IEC_62196_T1_COMBO": "CCS1",
    "IEC_62196_T2": "Type 2",
    "IEC_62196_T2_COMBO": "CCS2",
    "SAE_J3400": "NACS",
    "TESLA_R": "Tesla Roadster",
    "TESLA_S": "Tesla Model S and X",
}
"""OCPI 2.2.1 and 2.3, ConnectorType, by the names that drivers use."""

_UNITS = (
    ("_kwh", "kWh", 1.0),
    ("_wh", "kWh", 1_000.0),
    ("_w", "kW", 1_000.0),
    ("_a", "A", 1.0),
    ("_v", "V", 1.0),
)


def yes_no(fact: bool | None) -> str | None:
    """`yes`, `no`, or nothing where it is not known."""
    return None if fact is None else ("yes" if fact else "no")


def number(amount: float) -> str:
    """At most two decimals, none where they say nothing."""
    return f"{amount:,.2f}".rstrip("0").rstrip(".")


def power(watts: float | None) -> str | None:
    """`11 kW`."""
    return None if watts is None else f"{number(watts / 1_000)} kW"


def amperes(current: float | None) -> str | None:
    """`16 A`."""
    return None if current is None else f"{number(current)} A"


def plug(standard: str | None, form: str | None) -> str:
    """`Type 2 socket`; the vendor's own word where we do not know it."""
    name = PLUG.get(standard or "", (standard or "").replace("_", " "))
    return " ".join(part for part in (name, (form or "").lower()) if part)


def spelled(word: str | None) -> str | None:
    """A vendor's `SHOUTED_WORD` as people write it; nothing where there is none."""
    return word.replace("_", " ").capitalize() if word else None


def with_unit(name: str, amount: float) -> str:
    """A number with the unit that its field name ends in."""
    for ending, unit, scale in _UNITS:
        if name.endswith(ending):
            return f"{number(amount / scale)} {unit}"
    return number(amount)


def label(name: str) -> str:
    """A field's name as a person reads it: `last_heartbeat_at` is `Last heartbeat`."""
    bare = name.removesuffix("_at")
    for ending, _, _ in _UNITS:
        bare = bare.removesuffix(ending)
    words = [word.upper() if word in ("id", "uid", "sku") else word for word in bare.split("_")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def stop_reason(reason: str | None) -> str | None:
    """Why a session ended, in words; the vendor's own word where we do not know it."""
    return STOP_REASON.get(reason, reason) if reason else None
