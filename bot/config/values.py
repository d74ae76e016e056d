"""The kinds of value that a configuration is written in."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, PlainSerializer, SecretStr, ValidationInfo

_DURATION = re.compile(r"(\d+)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PERIOD = re.compile(r"([A-Z][a-z]{2})(?:-([A-Z][a-z]{2}))?\s+(\d\d:\d\d)-(\d\d:\d\d)")


def parse_duration(value: object) -> timedelta:
    """Read `30s`, `5m`, `4h` or `2d`."""
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError("is not a duration; write one such as 30s, 5m, 4h or 2d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def format_duration(value: timedelta) -> str:
    """Write a duration as it is written in the configuration, in the largest unit that fits."""
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


Duration = Annotated[
    timedelta, BeforeValidator(parse_duration), PlainSerializer(format_duration, when_used="json")
]


class Period(NamedTuple):
    """Some hours on some days of the week; an end before the start is on the next day."""

    days: frozenset[int]
    start: time
    end: time

    def contains(self, at: datetime) -> bool:
        """Whether a local time lies in it."""
        if self.start < self.end:
            return at.weekday() in self.days and self.start <= at.time() < self.end
        if at.time() >= self.start:
            return at.weekday() in self.days
        return (at.weekday() - 1) % 7 in self.days and at.time() < self.end


class Hours(NamedTuple):
    """When a route is open, as written: `Mon-Fri 08:00-18:00, Sat 10:00-14:00`."""

    periods: tuple[Period, ...]
    text: str

    def contains(self, now: datetime, timezone: ZoneInfo) -> bool:
        """Whether the moment lies in one of the periods, read in that zone."""
        local = now.astimezone(timezone)
        return any(period.contains(local) for period in self.periods)


def parse_hours(value: object) -> Hours:
    """Read `Mon-Fri 08:00-18:00`, or several such periods with commas between."""
    if isinstance(value, Hours):
        return value
    if not isinstance(value, str):
        raise TypeError("is not a text")
    return Hours(tuple(_period(part.strip()) for part in value.split(",")), value)


def _period(text: str) -> Period:
    found = _PERIOD.fullmatch(text)
    if not found or found[1] not in _DAYS or (found[2] or found[1]) not in _DAYS:
        raise ValueError("is not a time of the week; write it such as Mon-Fri 08:00-18:00")
    first, last = _DAYS.index(found[1]), _DAYS.index(found[2] or found[1])
    days = frozenset((first + n) % 7 for n in range((last - first) % 7 + 1))
    return Period(days, _time_of_day(found[3]), _time_of_day(found[4]))


def _time_of_day(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").replace(tzinfo=UTC).time()
    except ValueError:
        raise ValueError("is not a time of day; write it such as 08:00") from None


def parse_digest(value: object) -> time | None:
    """Read `08:00`; the empty text means off."""
    if value is None or value == "":
        return None
    if isinstance(value, time):
        return value
    if not isinstance(value, str):
        raise TypeError('is not a text; write it such as "08:00"')
    return _time_of_day(value)


def parse_timezone(value: object) -> ZoneInfo:
    """Read an IANA name."""
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(
            'is not a time zone; write an IANA name such as "Europe/Amsterdam"'
        ) from None


Timezone = Annotated[
    ZoneInfo, BeforeValidator(parse_timezone), PlainSerializer(str, when_used="json")
]

Match = Mapping[str, tuple[str, ...]]
"""Which values each label may have; `*` globs; a missing key matches all."""


def _matcher(allowed: tuple[str, ...]) -> BeforeValidator:
    def parse(value: Any) -> dict[str, tuple[str, ...]]:
        if not isinstance(value, Mapping):
            raise TypeError('is not a table; write it such as { account = "nl" }')
        unknown = sorted(set(value) - set(allowed))
        if unknown:
            raise ValueError(f"has no key {unknown[0]!r}; the keys are {', '.join(allowed)}")
        return {
            key: tuple(map(str, wanted)) if isinstance(wanted, list | tuple) else (str(wanted),)
            for key, wanted in value.items()
        }

    return BeforeValidator(parse)


RULE_KEYS = ("account", "vendor", "site", "charger", "power", "code", "vendor_code")
ROUTE_KEYS = (*RULE_KEYS, "condition", "severity")
RuleMatch = Annotated[Match, _matcher(RULE_KEYS)]
RouteMatch = Annotated[Match, _matcher(ROUTE_KEYS)]


_CAN_BE_SENT = re.compile(r"[!-~]+")
"""In a header: visible ASCII."""


def _from_environment(value: object, info: ValidationInfo) -> SecretStr:
    if isinstance(value, SecretStr):
        return value
    found = (info.context or {}).get("environ", {}).get(value)
    if not found:
        raise ValueError(
            f"names the environment variable {value}, which is not set; set it or name another"
        )
    if not _CAN_BE_SENT.fullmatch(found):
        raise ValueError(
            f"names the environment variable {value}, whose value holds a space, a line break or "
            "a character that no credential or address has; copy it anew"
        )
    return SecretStr(found)


EnvironmentSecret = Annotated[SecretStr, BeforeValidator(_from_environment)]
"""Written as the name of an environment variable, read as its value."""


def _slack_id(letters: str, what: str, example: str) -> Callable[[object], str]:
    shape = re.compile(rf"[{letters}][A-Z0-9]{{2,}}")

    def check(value: object) -> str:
        if not (isinstance(value, str) and shape.fullmatch(value)):
            raise ValueError(f"is not {what}; copy its id from Slack, such as {example}")
        return value

    return check


_person = _slack_id("UWS", "a user or user group", "U0ADMIN or S0LEADS")


def _mention(value: object) -> str:
    return "oncall" if value == "oncall" else _person(value)


Channel = Annotated[str, BeforeValidator(_slack_id("CG", "a channel", "C0ALERTS"))]
Person = Annotated[str, BeforeValidator(_person)]
"""A user or a user group."""
UserGroup = Annotated[str, BeforeValidator(_slack_id("S", "a user group", "S0ONCALL"))]
Mention = Annotated[str, BeforeValidator(_mention)]
"""A user, a user group, or `oncall`."""
