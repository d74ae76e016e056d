"""An alert, its labels, and the events of its life."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import NamedTuple

from bot.severity import Severity
from vendors.models import Ref

ALERT_ID = "alr_"
"""How the id of every alert begins."""


class Level(IntEnum):
    """What an alert is about; the wider hides the narrower."""

    ACCOUNT = 0
    SITE = 1
    CHARGER = 2


class Family(StrEnum):
    """Conditions that are told in one message."""

    CONNECTIVITY = "connectivity"
    FAULT = "fault"
    SETUP = "setup"
    ACCOUNT = "account"


class Condition(StrEnum):
    """What can be wrong."""

    OFFLINE = "offline"
    FAULT = "fault"
    NEVER_CONNECTED = "never_connected"
    UNSTABLE = "unstable"
    SITE_OFFLINE = "site_offline"
    ACCOUNT_OFFLINE = "account_offline"
    ACCOUNT_UNREACHABLE = "account_unreachable"
    ACCOUNT_REJECTED = "account_rejected"
    ACCOUNT_STALE = "account_stale"

    @property
    def level(self) -> Level:
        """What it is about."""
        if self.value.startswith("account_"):
            return Level.ACCOUNT
        return Level.SITE if self is Condition.SITE_OFFLINE else Level.CHARGER

    @property
    def family(self) -> Family:
        """The message it is told in."""
        if self.level is Level.ACCOUNT:
            return Family.ACCOUNT
        return _FAMILIES.get(self, Family.CONNECTIVITY)


_FAMILIES = {Condition.FAULT: Family.FAULT, Condition.NEVER_CONNECTED: Family.SETUP}


class Phase(StrEnum):
    """How far an alert has got."""

    PENDING = "pending"
    """Seen, and not yet confirmed or not yet for long enough."""
    FIRING = "firing"
    RESOLVED = "resolved"
    REMOVED = "removed"
    """The charger is no longer ours to watch: nobody repaired it."""
    CLEARED = "cleared"
    """It was over before it fired."""

    @property
    def is_open(self) -> bool:
        """Whether it can still change."""
        return self in (Phase.PENDING, Phase.FIRING)


class Confirmation(StrEnum):
    """What made a suspicion certain."""

    SECOND_POLL = "second poll"
    DIRECT_READ = "direct read"
    REPORTED = "reported"
    """The charger itself said so: faults need no second look."""


class MuteKind(StrEnum):
    """Why a firing alert is not told."""

    SILENCE = "silence"
    INHIBITION = "inhibition"
    FLAPPING = "flapping"


class Mute(NamedTuple):
    """One thing that keeps a firing alert from being told; none is without an end."""

    kind: MuteKind
    source: str
    """Id of the silence, or of the alert that hides this one."""
    since: datetime
    until: datetime | None
    """`None`: until the alert in `source` is over."""


class Subject(NamedTuple):
    """What an alert is about, and all that rules, routes and silences may ask of it."""

    account: str
    vendor: str
    site_id: str = ""
    site_name: str = ""
    charger_id: str = ""
    charger: str = ""
    """What people call the charger."""
    names: tuple[str, ...] = ()
    """Everything else the charger is known by."""
    power: str = ""
    """`dc`, `ac`, or empty where nothing says so."""

    @property
    def ref(self) -> Ref | None:
        """The charger, where it is about one."""
        return Ref(self.account, self.charger_id) if self.charger_id else None


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule's finding. One fingerprint has at most one open alert."""

    id: str
    fingerprint: str
    condition: Condition
    phase: Phase
    subject: Subject
    severity: Severity
    rule: str
    """The rule that made it: `built-in offline dc`, or `rules[0]`."""
    hold: timedelta
    since: datetime
    """Our first bad reading."""
    counting_from: datetime
    """Where `hold` counts from: `since`, or the first bad reading after we could not see."""
    seen_at: datetime
    """Our newest bad reading."""
    connector: str = ""
    code: str = ""
    vendor_code: str = ""
    info: str = ""
    """The vendor's own words on a fault, or why an account does not answer."""
    is_warning: bool = False
    """A code beside a working status: charging is still possible."""
    is_safety: bool = False
    is_test: bool = False
    known_at_start: bool = False
    """Already so when we began to watch: listed once, never told alone."""
    vendor_time: datetime | None = None
    """The vendor's own time of it; only shown."""
    confirmed: Confirmation | None = None
    bad_polls: int = 1
    good_polls: int = 0
    poll: str = ""
    """The newest sweep that counted."""
    fired_at: datetime | None = None
    ended_at: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    mutes: tuple[Mute, ...] = ()
    next_at: datetime | None = None
    """When the rule clock must look at it."""
    version: int = 0

    @property
    def is_firing(self) -> bool:
        """Whether it is true now."""
        return self.phase is Phase.FIRING

    @property
    def is_acknowledged(self) -> bool:
        """Whether somebody has it."""
        return self.acknowledged_at is not None

    @property
    def is_audible(self) -> bool:
        """Whether people are to be told of it."""
        return self.is_firing and not self.mutes and not self.known_at_start

    @property
    def fires_at(self) -> datetime:
        """When it fires, if it lasts and is confirmed."""
        return self.counting_from + self.hold

    @property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """What a match may ask for; several values where a thing has several names."""
        return labels(
            self.subject,
            condition=self.condition,
            severity=self.severity,
            code=self.code,
            vendor_code=self.vendor_code,
        )


def labels(
    subject: Subject,
    *,
    condition: str = "",
    severity: str = "",
    code: str = "",
    vendor_code: str = "",
) -> Mapping[str, tuple[str, ...]]:
    """What a rule, a route or a silence may ask for."""
    charger = (subject.charger, subject.charger_id, *subject.names) if subject.charger_id else ()
    return {
        "account": (subject.account,),
        "vendor": (subject.vendor,),
        "site": (subject.site_id, subject.site_name) if subject.site_id else (),
        "charger": charger,
        "power": (subject.power,),
        "code": (code,),
        "vendor_code": (vendor_code,),
        "condition": (condition,),
        "severity": (severity,),
    }


def fingerprint(
    condition: Condition, subject: Subject, *, connector: str = "", code: str = ""
) -> str:
    """What makes two findings the same alert."""
    place = {
        Level.ACCOUNT: "",
        Level.SITE: f"/site:{subject.site_id}",
        Level.CHARGER: f"/{subject.charger_id}",
    }[condition.level]
    detail = f"#{connector}:{code}" if condition is Condition.FAULT else ""
    return f"{condition}:{subject.account}{place}{detail}"
