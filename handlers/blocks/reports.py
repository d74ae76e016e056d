"""Reports: how available the chargers were, how fast people were, who repeats."""

from typing import Final

from bot.alerts.availability import Figures
from bot.alerts.reports import Digest, Durations, Report, SiteReport
from handlers.blocks import alerts, kit, tables
from handlers.blocks.kit import Block, Message

MOST_SITES: Final = 15
LONGEST_ALT_TEXT: Final = 1000
LEAST_KNOWN: Final = 0.001
"""Below this share of the time a figure would only mislead."""
NOT_KNOWN: Final = "not known"
NO_SITE: Final = "Without a site"
MOST_FIRING: Final = 10
EXPLAINED: Final = (
    "*Strict* counts what nobody knows as down, *lenient* leaves it out; *known* is the share of"
    " time that we saw."
)


def report(found: Report) -> Message:
    """A period at a glance."""
    text = headline(found)
    blocks: list[Block] = [
        kit.section(f"*{text}*"),
        *kit.fields(_facts(found)),
        *_sites(found),
        *_offenders(found),
        kit.context(EXPLAINED),
    ]
    return kit.message(text, blocks)


def headline(found: Report) -> str:
    """A period in one sentence."""
    days = max(1, round((found.end - found.start).total_seconds() / 86_400))
    return f"The last {kit.counted(days, 'day')}: {_availability(found.figures)}"


def spoken(found: Report) -> str:
    """What the picture shows, for those who do not see it."""
    sites = (f"{_name(one)}: {_share(one.figures.lenient)}" for one in found.sites)
    return f"Availability per site and day. {'; '.join(sites)}"[:LONGEST_ALT_TEXT]


def digest(found: Digest) -> Message:
    """Yesterday, and what is still open."""
    firing = kit.counted(len(found.firing), "alert")
    availability = _availability(found.report.figures)
    text = f"Good morning. {firing} firing. The last 24 hours: {availability}"
    ends = "ends" if found.silences_ending == 1 else "end"
    ending = f"{kit.counted(found.silences_ending, 'silence')} {ends} within a day."
    left = len(found.firing) - MOST_FIRING
    blocks: list[Block] = [
        kit.section(f"*{text}*"),
        *kit.fields(_facts(found.report)),
        *(alerts.entry(alert) for alert in found.firing[:MOST_FIRING]),
        *([kit.context(f"… and {left} more. `/alerts list` shows all.")] if left > 0 else []),
        *_offenders(found.report),
        kit.context(f"{ending} `/alerts report 7d` shows more."),
    ]
    return kit.message(text, blocks)


def _availability(figures: Figures) -> str:
    if (figures.coverage or 0) < LEAST_KNOWN:
        return "I have seen too little of it to say how available chargers were"
    return f"available {_share(figures.strict)} (strict), {_share(figures.lenient)} (lenient)"


def _share(share: float | None) -> str:
    return NOT_KNOWN if share is None else f"{share * 100:.1f} %"


def _facts(found: Report) -> list[tuple[str, str | None]]:
    return [
        ("Known", _share(found.figures.coverage)),
        ("Alerts", f"{found.alerts:,}"),
        ("Until acknowledged", _durations(found.mtta)),
        ("Until repaired", _durations(found.mttr)),
    ]


def _durations(lengths: Durations) -> str:
    if lengths.median is None:
        return NOT_KNOWN
    worst = f", 9 of 10 within {kit.duration(lengths.p90)}" if lengths.p90 else ""
    return f"half within {kit.duration(lengths.median)}{worst} ({lengths.number})"


def _name(one: SiteReport) -> str:
    return one.name or one.site.id or NO_SITE


def _sites(found: Report) -> list[Block]:
    rows = [
        (
            _name(one),
            one.site.account,
            _share(one.figures.strict),
            _share(one.figures.lenient),
            _share(one.figures.coverage),
        )
        for one in found.sites[:MOST_SITES]
    ]
    if not rows:
        return []
    left = len(found.sites) - len(rows)
    note = f"The {len(rows)} least available sites are shown, {left:,} more are not."
    table = tables.table(("Site", "Account", "Strict", "Lenient", "Known"), rows)
    return [table, *([kit.context(note)] if left > 0 else [])]


def _offenders(found: Report) -> list[Block]:
    lines = [
        f"{kit.code(one.charger)} ({kit.inline(one.ref.account)}): {one.alerts} alerts"
        for one in found.offenders
    ]
    return [kit.section("*Most alerts*\n" + kit.bullets(lines))] if lines else []
