"""What one look at a charger says: what is wrong with it, and what it proves about open alerts."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from bot.alerts.codes import Explanation, canonical, explanation, is_nothing
from bot.alerts.model import Alert, Condition, Subject, fingerprint
from vendors.models import Charger, Connectivity, Connector, Fault, Ref, Status

INOPERATIVE = (Status.UNAVAILABLE, Status.UNKNOWN, Status.REMOVED, Status.PLANNED)
"""With one of these a missing code proves no recovery."""
WHOLE_CHARGER = ""


class Evidence(Enum):
    """What a look proves about an alert."""

    BAD = "bad"
    GOOD = "good"
    GONE = "gone"
    """What it is about is no longer there."""
    UNKNOWN = "unknown"


class Finding(NamedTuple):
    """Something wrong with a charger."""

    condition: Condition
    subject: Subject
    connector: str = WHOLE_CHARGER
    code: str = ""
    vendor_code: str = ""
    info: str = ""
    is_warning: bool = False
    vendor_time: datetime | None = None

    @property
    def fingerprint(self) -> str:
        """What makes two findings the same alert."""
        code = f"{self.code}:{self.vendor_code}"
        return fingerprint(self.condition, self.subject, connector=self.connector, code=code)

    @property
    def words(self) -> Explanation:
        """The plain words of a fault."""
        return explanation(self.code, self.vendor_code, self.info)


class Look(NamedTuple):
    """One answer of a vendor about a charger."""

    charger: Charger
    """As mirrored: with what earlier answers said."""
    carried: frozenset[str]
    """The fields that this answer itself carried."""
    poll: str
    at: datetime
    told_faults: frozenset[str] = frozenset()
    """The connectors of which this answer said whether they have a fault."""
    is_direct: bool = False
    is_first: bool = False
    """Whether the charger was never seen before."""

    @classmethod
    def of(
        cls, told: Charger, merged: Charger, *, poll: str, at: datetime, is_first: bool = False
    ) -> "Look":
        """What was told just now, with what was known before."""
        faults = frozenset(plug.key for plug in told.connectors if "fault" in plug.model_fields_set)
        carried = frozenset(told.model_fields_set)
        return cls(merged, carried, poll, at, faults, is_first=is_first)

    @property
    def ref(self) -> Ref:
        """The charger."""
        return self.charger.ref


def subject_of(charger: Charger) -> Subject:
    """What rules may ask about a charger."""
    names = (charger.identity, charger.serial_number, charger.reference, charger.name)
    return Subject(
        account=charger.account,
        vendor=charger.vendor.value,
        site_id=charger.site_id or "",
        site_name=charger.site_name or "",
        charger_id=charger.id,
        charger=charger.label,
        names=tuple(name for name in names if name and name != charger.label),
        power={True: "dc", False: "ac", None: ""}[charger.is_dc],
    )


def is_plainly_well(look: Look) -> bool:
    """Whether nothing at all is wrong; cheap, since almost all looks are like this."""
    charger = look.charger
    return (
        charger.connectivity not in (Connectivity.OFFLINE, Connectivity.NEVER_SEEN)
        and charger.fault is None
        and charger.status is not Status.FAULTED
        and all(p.fault is None and p.status is not Status.FAULTED for p in charger.connectors)
    )


def findings(look: Look) -> list[Finding]:
    """All that this look shows to be wrong."""
    if is_plainly_well(look):
        return []
    subject = subject_of(look.charger)
    return [*_connection_findings(look, subject), *_fault_findings(look, subject)]


def evidence(alert: Alert, look: Look) -> Evidence:
    """What this look proves about an open alert of the charger."""
    if alert.is_test:
        return Evidence.UNKNOWN
    match alert.condition:
        case Condition.OFFLINE:
            return _OFFLINE[look.charger.connectivity]
        case Condition.NEVER_CONNECTED:
            return _NEVER_CONNECTED[look.charger.connectivity]
        case Condition.FAULT:
            return _fault_evidence(alert, look)
        case _:
            return Evidence.UNKNOWN


_OFFLINE: Mapping[Connectivity, Evidence] = {
    Connectivity.OFFLINE: Evidence.BAD,
    Connectivity.ONLINE: Evidence.GOOD,
    Connectivity.NEVER_SEEN: Evidence.UNKNOWN,
    Connectivity.UNKNOWN: Evidence.UNKNOWN,
}
_NEVER_CONNECTED: Mapping[Connectivity, Evidence] = {
    Connectivity.OFFLINE: Evidence.GOOD,
    Connectivity.ONLINE: Evidence.GOOD,
    Connectivity.NEVER_SEEN: Evidence.BAD,
    Connectivity.UNKNOWN: Evidence.UNKNOWN,
}


def _connection_findings(look: Look, subject: Subject) -> Iterator[Finding]:
    charger = look.charger
    if charger.connectivity is Connectivity.OFFLINE:
        told = charger.last_disconnection_at or charger.last_connection_event_at
        yield Finding(Condition.OFFLINE, subject, vendor_time=told)
    if charger.connectivity is Connectivity.NEVER_SEEN:
        yield Finding(Condition.NEVER_CONNECTED, subject, vendor_time=charger.created_at)


def _fault_findings(look: Look, subject: Subject) -> Iterator[Finding]:
    """Faults and warnings; of a charger out of reach the last word is old and opens nothing."""
    if not _speaks_for_itself(look.charger):
        return
    for place, status, fault in _reports(look):
        if not _is_report(status, fault):
            continue
        yield Finding(
            Condition.FAULT,
            subject,
            connector=place,
            code=canonical(fault.code) if fault and not is_nothing(fault.code) else "",
            vendor_code=(fault.vendor_code or "") if fault else "",
            info=(fault.info or "") if fault else "",
            is_warning=status is not Status.FAULTED,
        )


def _reports(look: Look) -> Iterator[tuple[str, Status | None, Fault | None]]:
    """Status and fault of the box and its connectors, as far as this answer carried them.

    A status that came without its fault keeps the fault that was read before only while it says
    Faulted: beside a working status an old fault proves nothing.
    """
    charger = look.charger
    if look.carried & {"status", "fault"} and not _is_told_by_connectors(charger):
        is_fresh = "fault" in look.carried or charger.status is Status.FAULTED
        yield WHOLE_CHARGER, charger.status, charger.fault if is_fresh else None
    if "connectors" in look.carried:
        for plug in charger.connectors:
            is_fresh = plug.key in look.told_faults or plug.status is Status.FAULTED
            yield plug.key, plug.status, plug.fault if is_fresh else None


def _is_told_by_connectors(charger: Charger) -> bool:
    """Whether a connector already says what the box says, so that it would be told twice."""
    told = {(p.fault.code if p.fault else "") for p in charger.connectors if _is_faulted(p)}
    own = charger.fault.code if charger.fault else ""
    return bool(told) and (is_nothing(own) or own in told)


def _is_faulted(plug: Connector) -> bool:
    return _is_report(plug.status, plug.fault)


def _is_report(status: Status | None, fault: Fault | None) -> bool:
    has_code = fault is not None and not (is_nothing(fault.code) and not fault.vendor_code)
    return status is Status.FAULTED or has_code


def _speaks_for_itself(charger: Charger) -> bool:
    """Whether status words are of now: a vendor that tells no connectivity is believed."""
    if charger.connectivity is Connectivity.UNKNOWN:
        return charger.raw_connectivity is None
    return charger.connectivity is Connectivity.ONLINE


def _fault_evidence(alert: Alert, look: Look) -> Evidence:
    """Going offline neither resolves a fault nor fires it again."""
    if not _speaks_for_itself(look.charger):
        return Evidence.UNKNOWN
    if any(found.fingerprint == alert.fingerprint for found in findings(look)):
        return Evidence.BAD
    if alert.connector != WHOLE_CHARGER:
        return _connector_evidence(alert, look)
    if "fault" not in look.carried:
        return Evidence.UNKNOWN
    return _status_evidence(look.charger.status)


def _connector_evidence(alert: Alert, look: Look) -> Evidence:
    if "connectors" not in look.carried:
        return Evidence.UNKNOWN
    plug = _plug(look.charger, alert.connector)
    if plug is None:  # an answer without any connectors does not speak of connectors at all
        return Evidence.GONE if look.charger.connectors else Evidence.UNKNOWN
    return _status_evidence(plug.status)


def _plug(charger: Charger, key: str) -> Connector | None:
    return next((plug for plug in charger.connectors if plug.key == key), None)


def _status_evidence(status: Status | None) -> Evidence:
    """Without its code a fault is over, if the status is one with which a car can be served.

    Faulted with another code means that this one is over too: the other has an alert of its own.
    """
    if status is None or status in INOPERATIVE:
        return Evidence.UNKNOWN
    return Evidence.GOOD
