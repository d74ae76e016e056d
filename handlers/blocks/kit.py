"""The pieces of Block Kit, and the only place that knows Slack's limits.

Every text is clipped to what Slack takes, never cut inside an entity or a link. What comes from a
person or a vendor passes `escape`, `inline`, `code` or `quote` where it enters a sentence.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypedDict

Block = dict[str, Any]
Element = dict[str, Any]
Payload = dict[str, Any]
View = dict[str, Any]
Style = Literal["primary", "danger"]

NOTHING = "\N{EN DASH}"
"""Shown where a value is empty; Slack refuses an empty text."""

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_CHARACTERS = 12_000
"""Slack answers `msg_blocks_too_long` near 13,200 in sum, which it documents nowhere."""
TEXT = 3_000
SECTION_FIELDS = 10
FIELD = 2_000
HEADER = 150
LABEL = 75
"""Button and option texts, and the values of options."""
VIEW_TITLE = 24
PLACEHOLDER = 150
OPTIONS = 100
CONTEXT_ELEMENTS = 10
ACTION_ELEMENTS = 25
HINT = 2_000
INPUT_LENGTH = 3_000
NAME = 80
"""How much of a name is shown inside a sentence."""

HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters and direction overrides: they could make a text read as another."""
_STAR, _TICK = "\N{ASTERISK OPERATOR}", "\N{RIGHT SINGLE QUOTATION MARK}"
"""Look like the marks that would end bold or code, and end nothing."""
_OPEN_ENTITY = re.compile(r"(?:&[a-z]{0,4}|<[^>]*)$")


class Message(TypedDict):
    """What a message says: `text` for notifications and screen readers, `blocks` for eyes."""

    text: str
    blocks: list[Block]


# Text


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, the last an ellipsis where something was left out."""
    if len(text) <= limit:
        return text
    return _OPEN_ENTITY.sub("", text[: limit - 1]) + "…"


def escape(text: str) -> str:
    """A person's or vendor's text, so that `<!channel>` in it wakes nobody."""
    visible = HIDDEN.sub("", text)
    return visible.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def inline(text: str | None, limit: int = NAME) -> str:
    """A person's or vendor's text on one line inside a sentence."""
    return escape(clip(" ".join((text or "").split()), limit)) or NOTHING


def strong(text: str | None, limit: int = NAME) -> str:
    """The same in bold."""
    return f"*{inline((text or '').replace('*', _STAR), limit)}*"


def code(text: str | None, limit: int = NAME) -> str:
    """The same as code, for identities and ids."""
    return f"`{inline((text or '').replace('`', _TICK), limit)}`"


def quote(text: str, limit: int = 1_000) -> str:
    """What somebody wrote, as a quotation."""
    return "\n".join(f">{line}" for line in escape(clip(text.strip(), limit)).splitlines())


def bullets(lines: Sequence[str], *, most: int = 10) -> str:
    """One line each, and how many more there are."""
    shown = [f"• {line}" for line in lines[:most]]
    if len(lines) > most:
        shown.append(f"… and {len(lines) - most} more")
    return "\n".join(shown)


def person(user_id: str) -> str:
    """A mention of a person, or of the bot itself where a rule acted."""
    return f"<@{user_id}>" if re.fullmatch(r"[UW][A-Z0-9]+", user_id) else inline(user_id)


def whom(member_id: str) -> str:
    """A mention of a person (U…) or user group (S…)."""
    return f"<!subteam^{member_id}>" if member_id.startswith("S") else person(member_id)


def link(url: str, label: str) -> str:
    """A link; the bare label where the address is not http(s)."""
    text = inline(label.replace("|", "/"))
    if not re.match(r"https?://[^\s|<>]+$", url):
        return text
    return f"<{url.replace('&', '&amp;')}|{text}>"


# Time


MOMENT = "{date_short_pretty} at {time}"


def when(moment: datetime, tokens: str = MOMENT) -> str:
    """A moment in each reader's own zone and words."""
    return f"<!date^{int(moment.timestamp())}^{tokens}|{in_utc(moment)}>"


def in_utc(moment: datetime) -> str:
    """A moment for whoever cannot be shown it in their own zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def clock_time(moment: datetime) -> str:
    """A moment of today in each reader's own zone."""
    return when(moment, "{time}")


_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60))


def duration(length: timedelta) -> str:
    """`45 s`, `14 min`, `3 h 5 min`, `2 d 4 h`: the two largest units that say something."""
    left = max(0, round(length.total_seconds()))
    if left < 60:
        return f"{left} s"
    parts = []
    for unit, seconds in _UNITS:
        amount, left = divmod(left, seconds)
        if amount:
            parts.append(f"{amount} {unit}")
        elif parts:
            break
    return " ".join(parts[:2])


def seconds(length: float) -> str:
    """The same from a number of seconds."""
    return duration(timedelta(seconds=length))


def ago(moment: datetime, now: datetime) -> str:
    """`14 min ago`, or `just now` below half a minute."""
    age = now - moment
    return "just now" if age < timedelta(seconds=30) else f"{duration(age)} ago"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """`1 charger`, `1,204 chargers`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


# Composition objects


def plain(text: str, limit: int = LABEL) -> Element:
    """Text that Slack does not parse."""
    return {
        "type": "plain_text",
        "text": clip(HIDDEN.sub("", text).strip(), limit) or NOTHING,
        "emoji": True,
    }


def mrkdwn(text: str, limit: int = TEXT) -> Element:
    """Text with Slack's markup; `@here` and bare addresses in it stay text."""
    return {"type": "mrkdwn", "text": clip(text.strip(), limit) or NOTHING, "verbatim": True}


def option(text: str, value: str, description: str | None = None) -> Element:
    """One choice of a select, radio group or checkbox group."""
    choice: Element = {"text": plain(text), "value": value}
    if description:
        choice["description"] = plain(description)
    return choice


def confirm(title: str, text: str, yes: str, *, style: Style = "primary") -> Element:
    """The question before a button does what it says."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain("Cancel", 30),
        "style": style,
    }


# Elements


def button(
    text: str,
    action_id: str,
    value: str = "",
    *,
    style: Style | None = None,
    ask: Element | None = None,
    label: str | None = None,
    url: str | None = None,
) -> Element:
    """A button; `ask` is a confirmation, `label` what a screen reader says instead of `text`."""
    element: Element = {"type": "button", "text": plain(text), "action_id": action_id}
    extras = {
        "value": value,
        "style": style,
        "confirm": ask,
        "url": url,
        "accessibility_label": clip(label, LABEL) if label else None,
    }
    return element | {name: extra for name, extra in extras.items() if extra}


def choice(action_id: str, value: str, name: str, *, shows: bool = True) -> Element:
    """The button beside an entry: it shows the entry, or goes on with it where one is asked for."""
    text, verb = ("Show", "Show") if shows else ("This one", "Take")
    return button(text, action_id, value, label=f"{verb} {name}")


def overflow(action_id: str, options: Sequence[Element]) -> Element:
    """The `…` menu; Slack takes at most five entries."""
    return {"type": "overflow", "action_id": action_id, "options": list(options[:5])}


def text_input(
    action_id: str,
    *,
    value: str | None = None,
    placeholder: str | None = None,
    longest: int = INPUT_LENGTH,
    multiline: bool = False,
    focus: bool = False,
) -> Element:
    """A field to type in. Slack refuses more than `longest` before we see it."""
    element: Element = {
        "type": "plain_text_input",
        "action_id": action_id,
        "max_length": min(longest, INPUT_LENGTH),
    }
    if value:
        element["initial_value"] = clip(value, min(longest, INPUT_LENGTH))
    if placeholder:
        element["placeholder"] = plain(placeholder, PLACEHOLDER)
    if multiline:
        element["multiline"] = True
    if focus:
        element["focus_on_load"] = True
    return element


def _chosen(options: Sequence[Element], value: str | None) -> Element | None:
    return next((choice for choice in options if choice["value"] == value), None)


def static_select(
    action_id: str, options: Sequence[Element], *, value: str | None = None, placeholder: str = ""
) -> Element:
    """A list to pick from; at most 100 options are offered."""
    offered = list(options[:OPTIONS])
    element: Element = {"type": "static_select", "action_id": action_id, "options": offered}
    if chosen := _chosen(offered, value):
        element["initial_option"] = chosen
    if placeholder:
        element["placeholder"] = plain(placeholder, PLACEHOLDER)
    return element


def external_select(
    action_id: str, *, placeholder: str, chosen: Element | None = None, least: int = 0
) -> Element:
    """A list that we fill while the person types; it opens at once when `least` is 0."""
    element: Element = {
        "type": "external_select",
        "action_id": action_id,
        "min_query_length": least,
        "placeholder": plain(placeholder, PLACEHOLDER),
    }
    if chosen:
        element["initial_option"] = chosen
    return element


def radio(action_id: str, options: Sequence[Element], *, value: str | None = None) -> Element:
    """A group of which one is picked; Slack takes at most ten."""
    offered = list(options[:10])
    element: Element = {"type": "radio_buttons", "action_id": action_id, "options": offered}
    if chosen := _chosen(offered, value):
        element["initial_option"] = chosen
    return element


def checkboxes(
    action_id: str, options: Sequence[Element], *, values: Sequence[str] = ()
) -> Element:
    """A group of which any may be ticked; Slack takes at most ten."""
    offered = list(options[:10])
    element: Element = {"type": "checkboxes", "action_id": action_id, "options": offered}
    if ticked := [choice for choice in offered if choice["value"] in values]:
        element["initial_options"] = ticked
    return element


def time_picker(action_id: str, *, value: str | None = None) -> Element:
    """A time of day, `HH:MM`."""
    element: Element = {"type": "timepicker", "action_id": action_id}
    return element | ({"initial_time": value} if value else {})


def file_input(action_id: str, filetypes: Sequence[str]) -> Element:
    """One file to upload."""
    return {
        "type": "file_input",
        "action_id": action_id,
        "filetypes": list(filetypes),
        "max_files": 1,
    }


# Blocks


def section(text: str, *, accessory: Element | None = None, block_id: str | None = None) -> Block:
    """A paragraph, with at most one element beside it."""
    return _block("section", text=mrkdwn(text), accessory=accessory, block_id=block_id)


def fields(facts: Sequence[tuple[str, str | None]]) -> list[Block]:
    """Labelled facts in two columns; those without a value are left out."""
    known = [mrkdwn(f"*{label}*\n{value}", FIELD) for label, value in facts if value]
    return [
        {"type": "section", "fields": known[start : start + SECTION_FIELDS]}
        for start in range(0, len(known), SECTION_FIELDS)
    ]


def header(text: str) -> Block:
    """A title."""
    return {"type": "header", "text": plain(text, HEADER)}


def context(*texts: str) -> Block:
    """Small print; at most ten pieces."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts[:CONTEXT_ELEMENTS]]}


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def image(url: str, alt: str, title: str | None = None) -> Block:
    """A picture, with the words that stand for it."""
    picture = _block("image", image_url=url, alt_text=clip(alt, 2_000) or NOTHING)
    return picture | ({"title": plain(title, 2_000)} if title else {})


def actions(*elements: Element | None, block_id: str | None = None) -> list[Block]:
    """A row of controls; nothing where all of them are `None`."""
    present = [element for element in elements if element is not None][:ACTION_ELEMENTS]
    return [_block("actions", elements=present, block_id=block_id)] if present else []


def field(
    label: str,
    element: Element,
    *,
    block_id: str,
    hint: str | None = None,
    optional: bool = False,
    dispatches: bool = False,
) -> Block:
    """An input of a form under its label; `dispatches` tells us of each change at once."""
    return _block(
        "input",
        block_id=block_id,
        label=plain(label, 2_000),
        element=element,
        hint=plain(hint, HINT) if hint else None,
        optional=optional,
        dispatch_action=dispatches or None,
    )


def _block(kind: str, **parts: Any) -> Block:
    return {"type": kind} | {name: part for name, part in parts.items() if part is not None}


# Whole payloads


def message(text: str, blocks: Sequence[Block] = ()) -> Message:
    """A whole message; what does not fit is left out, and said to be."""
    spoken = clip(text.strip(), TEXT) or NOTHING
    return {"text": spoken, "blocks": fitted(blocks or [section(spoken)])}


def fitted(blocks: Sequence[Block], most: int = MESSAGE_BLOCKS) -> list[Block]:
    """As many of the blocks as Slack takes in one message."""
    kept: list[Block] = []
    characters = 0
    for block in blocks:
        characters += _characters(block)
        if kept and (len(kept) == most - 1 < len(blocks) - 1 or characters > MESSAGE_CHARACTERS):
            return [*kept, context("Not everything fits here.")]
        kept.append(block)
    return kept


def _characters(part: Any) -> int:
    if isinstance(part, str):
        return len(part)
    if isinstance(part, Mapping):
        return sum(_characters(value) for value in part.values())
    if isinstance(part, Sequence):
        return sum(_characters(value) for value in part)
    return 0


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    callback_id: str,
    submit: str | None = None,
    close: str = "Close",
    private_metadata: str = "",
    external_id: str | None = None,
) -> View:
    """A form or a page in a dialog."""
    view = _block(
        "modal",
        callback_id=callback_id,
        title=plain(title, VIEW_TITLE),
        close=plain(close, VIEW_TITLE),
        submit=plain(submit, VIEW_TITLE) if submit else None,
        blocks=list(blocks[:VIEW_BLOCKS]),
        external_id=external_id,
    )
    return view | ({"private_metadata": private_metadata} if private_metadata else {})


def home(blocks: Sequence[Block]) -> View:
    """The Home tab."""
    return {"type": "home", "blocks": list(blocks[:VIEW_BLOCKS])}
