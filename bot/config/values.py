"""The kinds of value that a configuration is written in."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from fnmatch import fnmatchcase
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    SecretStr,
    ValidationInfo,
)

from bot.alerts.model import Condition
from bot.severity import Severity
from vendors.models import Vendor

LONGEST_DAYS = 3650
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_DURATION = re.compile(r"(\d+)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NO_TIME_OF_WEEK = 'is not a time of the week; write it such as "Mon-Fri 08:00-18:00"'
NO_TIME_OF_DAY = 'is not a time of day; write it such as "08:00"'
_PERIOD = re.compile(r"([A-Z][a-z]{2})(?:-([A-Z][a-z]{2}))?\s+(\d\d:\d\d)-(\d\d:\d\d)")


class Section(BaseModel):
    """A table of the file; a key that it does not know is a mistake."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, validate_default=False
    )


def parse_duration(value: object) -> timedelta:
    """Read `30s`, `5m`, `4h` or `2d`."""
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError("is not a duration; write one such as 30s, 5m, 4h or 2d")
    number, unit = int(found[1]), _UNITS[found[2]]
    if number * timedelta(**{unit: 1}).total_seconds() > LONGEST_DAYS * 86_400:
        raise ValueError(f"is longer than ten years; the longest is {LONGEST_DAYS}d")
    return timedelta(**{unit: number})


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


def _some_time(value: timedelta) -> timedelta:
    if not value:
        raise ValueError("is no time at all; write one such as 30s, 5m, 4h or 2d")
    return value


SomeTime = Annotated[Duration, AfterValidator(_some_time)]
"""A duration that must not be nothing."""


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
        raise ValueError(NO_TIME_OF_WEEK)  # noqa: TRY004 - pydantic collects no TypeError
    return Hours(tuple(_period(part.strip()) for part in value.split(",")), value)


def _period(text: str) -> Period:
    found = _PERIOD.fullmatch(text)
    if not found or found[1] not in _DAYS or (found[2] or found[1]) not in _DAYS:
        raise ValueError(NO_TIME_OF_WEEK)
    first, last = _DAYS.index(found[1]), _DAYS.index(found[2] or found[1])
    days = frozenset((first + n) % 7 for n in range((last - first) % 7 + 1))
    return Period(days, _time_of_day(found[3]), _time_of_day(found[4]))


def _time_of_day(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").replace(tzinfo=UTC).time()
    except ValueError:
        raise ValueError(NO_TIME_OF_DAY) from None


def parse_digest(value: object) -> time | None:
    """Read `08:00`; the empty text means off."""
    if value is None or value == "":
        return None
    if isinstance(value, time):
        return value
    if not isinstance(value, str):
        raise ValueError(NO_TIME_OF_DAY)  # noqa: TRY004 - pydantic collects no TypeError
    return _time_of_day(value)


def parse_timezone(value: object) -> ZoneInfo:
    """Read an IANA name."""
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, as `Europe`
        raise ValueError(
            'is not a time zone; write an IANA name such as "Europe/Amsterdam"'
        ) from None


Timezone = Annotated[
    ZoneInfo, BeforeValidator(parse_timezone), PlainSerializer(str, when_used="json")
]

Match = Mapping[str, tuple[str, ...]]
"""Which values each label may have; `*` globs; a missing key matches all."""


WORDS: Mapping[str, tuple[str, ...]] = {
    "vendor": tuple(Vendor),
    "power": ("dc", "ac"),
    "condition": tuple(Condition),
    "severity": tuple(Severity),
}
"""What the labels can be that have few values: a pattern that meets none of them never matches."""


def _matcher(allowed: tuple[str, ...]) -> BeforeValidator:
    def parse(value: Any) -> dict[str, tuple[str, ...]]:
        if not isinstance(value, Mapping):
            raise ValueError('is not a table; write it such as { account = "nl" }')  # noqa: TRY004 - pydantic collects no TypeError
        unknown = sorted(set(value) - set(allowed))
        if unknown:
            raise ValueError(f"has no key {unknown[0]!r}; the keys are {', '.join(allowed)}")
        return {key: _patterns(key, wanted) for key, wanted in value.items()}

    return BeforeValidator(parse)


def _patterns(key: str, wanted: Any) -> tuple[str, ...]:
    patterns = tuple(map(str, wanted)) if isinstance(wanted, list | tuple) else (str(wanted),)
    words = WORDS.get(key, ())
    lost = [pattern for pattern in patterns if words and not meets_any(pattern, words)]
    if lost:
        raise ValueError(f"has {key} = {lost[0]!r}, which is none of {', '.join(words)}")
    return patterns


def meets_any(pattern: str, words: Iterable[str]) -> bool:
    """Whether a pattern of a match would ever match."""
    return any(fnmatchcase(word.casefold(), pattern.casefold()) for word in words)


RULE_KEYS = ("account", "vendor", "site", "charger", "power", "code", "vendor_code")
ROUTE_KEYS = (*RULE_KEYS, "condition", "severity")
RuleMatch = Annotated[Match, _matcher(RULE_KEYS)]
RouteMatch = Annotated[Match, _matcher(ROUTE_KEYS)]


_CAN_BE_SENT = re.compile(r"[!-~]+")
"""In a header: visible ASCII."""


def _from_environment(value: object, info: ValidationInfo) -> SecretStr:
    """Never repeats what is not surely a name: it may be the secret itself."""
    if isinstance(value, SecretStr):
        return value
    found = (info.context or {}).get("environ", {}).get(value) if isinstance(value, str) else None
    if found and found.strip():
        return _sendable(str(value), found.strip())
    if isinstance(value, str) and _VARIABLE.fullmatch(value):
        raise ValueError(
            f"names the environment variable {value}, which is not set; set it or name another"
        )
    raise ValueError(
        "is not the name of an environment variable that is set; the secret itself belongs into the"
        " environment, and here only its name"
    )


def _sendable(name: str, found: str) -> SecretStr:
    if not _CAN_BE_SENT.fullmatch(found):
        raise ValueError(
            f"names the environment variable {name}, whose value holds a space, a line break or "
            "a character that no credential or address has; copy it anew"
        )
    return SecretStr(found)


def _web_address(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith(("https://", "http://")):
        raise ValueError("names an environment variable with no web address in it: https://…")
    return value


EnvironmentSecret = Annotated[SecretStr, BeforeValidator(_from_environment)]
"""Written as the name of an environment variable, read as its value."""
EnvironmentAddress = Annotated[EnvironmentSecret, AfterValidator(_web_address)]
"""The same, for an address that is to be kept secret."""


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
