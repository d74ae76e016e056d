"""Blocks, and the rules of a whole message or view (Slack docs, block kit, blocks)."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.blockkit import elements
from bot.sandbox.slack.blockkit.checks import (
    Check,
    Findings,
    anything,
    both,
    choice,
    exactly_one,
    flag,
    items,
    one_of_types,
    or_null,
    plain,
    shape,
    string,
    text,
    whole,
)
from bot.sandbox.slack.blocks import interactive_elements

MARKDOWN_LIMIT = 12_000  # characters in all markdown blocks of a message
MESSAGE_ONLY = {"markdown", "table", "file"}


def block(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    """A block with its own properties."""
    return shape({"type": anything, **required}, {"block_id": elements.ID, **(optional or {})})


def section_says_something(value: Any, at: str, found: Findings) -> None:
    """A section needs a text or fields."""
    if isinstance(value, dict) and not (value.get("text") or value.get("fields")):
        found.add("missing required field: text or fields", at)


RICH_SECTION = shape(
    {"type": anything, "elements": items(anything, 10_000, least=0)}, {"border": anything}
)
RICH_TEXT = block(
    {
        "elements": items(
            one_of_types(
                {
                    "rich_text_section": RICH_SECTION,
                    "rich_text_quote": RICH_SECTION,
                    "rich_text_preformatted": shape(
                        {"type": anything, "elements": items(anything, 10_000, least=0)},
                        {"border": anything, "language": string(50)},
                    ),
                    "rich_text_list": shape(
                        {
                            "type": anything,
                            "style": choice("bullet", "ordered"),
                            "elements": items(
                                one_of_types({"rich_text_section": RICH_SECTION}), 10_000
                            ),
                        },
                        {"indent": whole(0, 8), "offset": whole(0, 10_000), "border": anything},
                    ),
                }
            ),
            10_000,
            least=0,
        )
    }
)
CELL = one_of_types(
    {
        "raw_text": shape({"type": anything, "text": string(3000)}),
        "raw_number": shape({"type": anything, "value": anything}, {"text": string(3000)}),
        "rich_text": RICH_TEXT,
    }
)
COLUMN = shape({}, {"align": choice("left", "center", "right"), "is_wrapped": flag})
IMAGE_SOURCE = {"image_url": string(3000), "slack_file": anything}

BLOCKS: dict[str, Check] = {
    "actions": block({"elements": items(one_of_types(elements.IN_ACTIONS), 25)}),
    "context": block({"elements": items(one_of_types(elements.IN_CONTEXT), 10)}),
    "divider": block({}),
    "file": block({"external_id": string(255), "source": choice("remote")}),
    "header": block({"text": plain(150)}, {"level": whole(1, 6)}),
    "image": both(
        block({"alt_text": string(2000)}, {**IMAGE_SOURCE, "title": plain(2000)}),
        exactly_one("image_url", "slack_file"),
    ),
    "input": block(
        {"label": plain(2000), "element": one_of_types(elements.IN_INPUT)},
        {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "markdown": block({"text": string(MARKDOWN_LIMIT)}),
    "rich_text": RICH_TEXT,
    "section": both(
        block(
            {},
            {
                "text": text(3000),
                "fields": items(text(2000), 10),
                "accessory": one_of_types(elements.IN_SECTION),
                "expand": flag,
            },
        ),
        section_says_something,
    ),
    "table": block(
        {"rows": items(items(CELL, 20), 100)}, {"column_settings": items(or_null(COLUMN), 20)}
    ),
}
VIEW_FLAGS: dict[str, Check] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
    "clear_on_close": flag,
    "notify_on_close": flag,
    "submit_disabled": flag,
}
VIEWS: dict[str, Check] = {
    "modal": shape(
        {"type": choice("modal"), "title": plain(24), "blocks": anything},
        {"submit": plain(24), "close": plain(24), **VIEW_FLAGS},
    ),
    "home": shape({"type": choice("home"), "blocks": anything}, VIEW_FLAGS),
}
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}


def check_payload(payload: Any, surface: str, found: Findings) -> None:
    """Check a whole message or view."""
    if not isinstance(payload, dict):
        found.add("must be an object", "")
        return
    if surface != "message":
        VIEWS[surface](payload, "", found)
    blocks = payload.get("blocks", [])
    if not isinstance(blocks, list):
        found.add("must be an array", "/blocks")
        return
    items(one_of_types(BLOCKS), MOST_BLOCKS[surface], least=0)(blocks, "/blocks", found)
    if not found.problems:  # the rest takes the shapes for granted
        _check_ids(blocks, found)
        _check_surface(blocks, surface, found)
        _check_once(blocks, found)
        if surface == "modal":
            _check_submit(payload, blocks, found)


def _numbered(blocks: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((f"/blocks/{index}", each) for index, each in enumerate(blocks))


def _check_ids(blocks: list[Any], found: Findings) -> None:
    """block_ids are unique, and action_ids within their block."""
    block_ids = Counter(each["block_id"] for each in blocks if each.get("block_id"))
    for at, each in _numbered(blocks):
        if block_ids[each.get("block_id")] > 1:
            found.add(f"block_id {each['block_id']} already exists", f"{at}/block_id")
        action_ids = Counter(e.get("action_id") for e in interactive_elements(each))
        for action_id, count in action_ids.items():
            if action_id and count > 1:
                found.add(f"action_id {action_id} already exists for this block", at)


def _check_surface(blocks: list[Any], surface: str, found: Findings) -> None:
    """Some blocks are for messages, file inputs for modals."""
    for at, each in _numbered(blocks):
        if surface != "message" and each["type"] in MESSAGE_ONLY:
            found.add(f"unsupported type for a view: {each['type']}", f"{at}/type")
        kinds = {element["type"] for element in interactive_elements(each)}
        if surface != "modal" and "file_input" in kinds:
            found.add("unsupported type outside of a modal: file_input", f"{at}/element/type")


def _check_once(blocks: list[Any], found: Findings) -> None:
    """One table, one focus, and a bound on all markdown together."""
    if sum(each["type"] == "table" for each in blocks) > 1:
        found.add("only one table is allowed", "/blocks")
    markdown = sum(len(each["text"]) for each in blocks if each["type"] == "markdown")
    if markdown > MARKDOWN_LIMIT:
        found.add(f"markdown must be less than {MARKDOWN_LIMIT + 1} characters", "/blocks")
    focused = [e for each in blocks for e in interactive_elements(each) if e.get("focus_on_load")]
    if len(focused) > 1:
        found.add("only one element may have focus_on_load", "/blocks")


def _check_submit(payload: dict[str, Any], blocks: list[Any], found: Findings) -> None:
    """A modal with inputs needs something to submit them with."""
    if any(each["type"] == "input" for each in blocks) and not payload.get("submit"):
        found.add("missing required field: submit", "/submit")
