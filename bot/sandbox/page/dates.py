"""Dates as Slack shows them: in the time of the person who looks."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo

TOKEN = re.compile(r"\{(\w+)\}")
MONTHS_WITHOUT_YEAR = 6

Form = Callable[[datetime, datetime], str]
"""How a moment is shown at another one."""


def clock_time(at: datetime) -> str:
    """`14:05`."""
    return f"{at:%H:%M}"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `13th`."""
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def long_date(at: datetime, now: datetime) -> str:
    """`January 10th`, with the year unless it is near."""
    return _with_year(f"{at:%B} {ordinal(at.day)}", at, now)


def short_date(at: datetime, now: datetime) -> str:
    """`Jan 10`, with the year unless it is near."""
    return _with_year(f"{at:%b} {at.day}", at, now)


def _with_year(text: str, at: datetime, now: datetime) -> str:
    near = abs((now.year - at.year) * 12 + now.month - at.month) < MONTHS_WITHOUT_YEAR
    return text if near else f"{text}, {at.year}"


def near_day(day: date, today: date) -> str:
    """`Today`, `Yesterday`, `Tomorrow`, or nothing."""
    names = {0: "Today", -1: "Yesterday", 1: "Tomorrow"}
    return names.get((day - today) // timedelta(days=1), "")


def day_name(day: date, today: date) -> str:
    """What stands between two days of a conversation: `Today`, `Monday, January 5th`."""
    return near_day(day, today) or f"{day:%A}, {day:%B} {ordinal(day.day)}"


def ago(at: datetime, now: datetime) -> str:
    """`3 minutes ago`, `in 2 hours`."""
    seconds = int((now - at).total_seconds())
    amount, unit = _largest_unit(abs(seconds))
    if not amount:
        return "now"
    words = f"{amount} {unit}{'' if amount == 1 else 's'}"
    return f"{words} ago" if seconds > 0 else f"in {words}"


def _largest_unit(seconds: int) -> tuple[int, str]:
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return seconds // size, unit
    return seconds, "second"


def _with_weekday(at: datetime, now: datetime) -> str:
    return f"{at:%A}, {long_date(at, now)}"


def _pretty(otherwise: Form) -> Form:
    return lambda at, now: near_day(at.date(), now.date()).lower() or otherwise(at, now)


FORMS: dict[str, Form] = {
    "date_num": lambda at, _: f"{at:%Y-%m-%d}",
    "date_slash": lambda at, _: f"{at:%m/%d/%Y}",
    "date": long_date,
    "date_short": short_date,
    "date_long": _with_weekday,
    "date_pretty": _pretty(long_date),
    "date_short_pretty": _pretty(short_date),
    "date_long_pretty": _pretty(_with_weekday),
    "time": lambda at, _: clock_time(at),
    "time_secs": lambda at, _: f"{at:%H:%M:%S}",
    "ago": ago,
}
"""Slack docs, formatting text, date formatting."""


def slack_date(stamp: str, form: str, zone: tzinfo, now: datetime) -> str | None:
    """The text of `<!date^stamp^form>`, or None where it is not understood."""
    try:
        at = datetime.fromtimestamp(int(stamp), zone)
    except (ValueError, OverflowError, OSError):
        return None
    here = now.astimezone(zone)
    if any(name not in FORMS for name in TOKEN.findall(form)):
        return None
    return TOKEN.sub(lambda match: FORMS[match[1]](at, here), form)
