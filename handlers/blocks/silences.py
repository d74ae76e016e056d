"""Silences: the form, what it would hide, the list."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.alerts.model import Condition
from bot.alerts.records import Preview
from bot.alerts.silences import Silence, SilenceState
from bot.config import Match
from bot.severity import Severity
from handlers import ids
from handlers.blocks import alerts, kit, lists
from handlers.blocks.forms import Filled
from handlers.blocks.kit import Block, Element, Message, View
from handlers.blocks.lists import Query

TITLE: Final = "Silence alerts"
LENGTHS: Final = {
    "1h": ("1 hour", timedelta(hours=1)),
    "4h": ("4 hours", timedelta(hours=4)),
    "8h": ("8 hours", timedelta(hours=8)),
    "1d": ("1 day", timedelta(days=1)),
    "3d": ("3 days", timedelta(days=3)),
    "7d": ("7 days", timedelta(days=7)),
}
USUAL: Final = "4h"
NONE_ACTIVE: Final = "Nothing is silenced."
HINT: Final = "Leave empty what does not matter; what is filled in has to match all together."


def form(
    accounts: Sequence[str],
    kept: str,
    filled: Filled | None = None,
    preview: Preview | None = None,
) -> View:
    """What to hide, for how long, and why; an end is always required.

    `kept` is what the form carries for itself.
    """
    filled = filled or Filled()
    picked, typed = filled.chosen, filled.entered
    lengths = [kit.option(text, value) for value, (text, _) in LENGTHS.items()]
    conditions = [kit.option(text, value) for value, text in alerts.CONDITION.items()]
    severities = [kit.option(one.capitalize(), one) for one in Severity if one is not Severity.NONE]
    blocks = [
        kit.context(HINT),
        _search("Charger", ids.CHARGER, picked),
        _search("Site", ids.SILENCED_SITE, picked),
        _one_of("Account", ids.SILENCED_ACCOUNT, [kit.option(a, a) for a in accounts], typed),
        _one_of("Condition", ids.CONDITION, conditions, typed),
        _one_of("Severity", ids.SILENCED_SEVERITY, severities, typed),
        kit.field(
            "For how long",
            kit.static_select(ids.LENGTH, lengths, value=typed.get(ids.LENGTH, USUAL)),
            block_id=ids.LENGTH,
        ),
        kit.field(
            "Reason",
            kit.text_input(ids.REASON, value=typed.get(ids.REASON), longest=500),
            block_id=ids.REASON,
            hint="Everybody who wonders where the alerts are reads it.",
        ),
        *kit.actions(kit.button("What would it hide?", ids.SILENCE_PREVIEW, "preview")),
        *([kit.section(preview_text(preview))] if preview else []),
    ]
    return kit.modal(
        TITLE,
        blocks,
        callback_id=ids.SILENCE_FORM,
        submit="Silence",
        close="Cancel",
        private_metadata=kept,
    )


def _search(label: str, action_id: str, picked: Mapping[str, Element]) -> Block:
    element = kit.external_select(
        action_id, placeholder="Type a part of its name", chosen=picked.get(action_id)
    )
    return kit.field(label, element, block_id=action_id, optional=True)


def _one_of(
    label: str, action_id: str, options: Sequence[Element], typed: Mapping[str, str]
) -> Block:
    element = kit.static_select(action_id, options, value=typed.get(action_id))
    return kit.field(label, element, block_id=action_id, optional=True)


def preview_text(preview: Preview) -> str:
    """What would be hidden now, and what it would have hidden last week."""
    now = kit.counted(len(preview.firing), "alert")
    names = [kit.code(alerts.subject(alert)) for alert in preview.firing]
    lines = kit.bullets(names, most=8)
    week = kit.counted(preview.last_week, "alert")
    return f"*It hides {now} now*, and would have hidden {week} in the last week.\n{lines}".strip()


def begun(silence: Silence, preview: Preview) -> list[Block]:
    """It holds."""
    return [kit.section(f"{_line(silence)}\n{preview_text(preview)}")]


def listed(query: Query, silences: Sequence[Silence], now: datetime) -> Message:
    """One page of what is hidden now or will be."""
    if not silences:
        return kit.message(NONE_ACTIVE)
    title = f"{kit.counted(len(silences), 'silence')}"
    entries = [
        kit.section(
            f"{_line(one)}{_pending(one, now)}\n{kit.quote(one.reason, 300)}",
            accessory=kit.button(
                "End now",
                ids.SILENCE_END,
                str(one.id),
                label=f"End silence {one.id}",
                ask=kit.confirm("End it?", "What it hides is told at once.", "End it"),
            ),
        )
        for one in silences[query.offset : query.offset + lists.SIZE]
    ]
    return lists.page(query, title, entries, total=len(silences))


def _pending(silence: Silence, now: datetime) -> str:
    is_pending = silence.state(now) is SilenceState.PENDING
    return f", begins {kit.when(silence.starts_at)}" if is_pending else ""


def _line(silence: Silence) -> str:
    return (
        f"*#{silence.id}* {match_text(silence.match)}, until {kit.when(silence.ends_at)},"
        f" by {kit.person(silence.author)}"
    )


def match_text(match: Match) -> str:
    """What a silence hides, in words."""
    parts = [
        f"{name} {' or '.join(_value(name, value) for value in values)}"
        for name, values in match.items()
        if values
    ]
    return ", ".join(parts) or "everything"


def _value(name: str, value: str) -> str:
    if name == "condition" and value in {str(one) for one in Condition}:
        return alerts.CONDITION[Condition(value)].lower()
    return kit.inline(value)
