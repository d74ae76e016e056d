"""Draws every block of Block Kit. `RENDERED` names all types that the page can show."""

import re
from collections.abc import Callable, Iterable
from html import escape
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.sandbox.page import rich_text
from bot.sandbox.page.buttons import draw_button, draw_overflow
from bot.sandbox.page.canvas import Canvas
from bot.sandbox.page.choices import draw_checkboxes, draw_radio_buttons
from bot.sandbox.page.fields import (
    draw_date,
    draw_datetime,
    draw_file_input,
    draw_rich_text_input,
    draw_text_input,
    draw_time,
)
from bot.sandbox.page.selects import draw_select
from bot.sandbox.page.tags import markup, tag
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.mrkdwn import visible_text

DrawElement = Callable[[Canvas, Json, Json, str], None]

FILE_ADDRESS = re.compile(r"/files-pri/[^/-]+-(F\w+)/")
SELECTS = ("static", "external", "users", "conversations", "channels")


def draw_blocks(canvas: Canvas, blocks: Iterable[Json]) -> None:
    """Draw blocks below each other."""
    for block in blocks:
        draw_block(canvas, block)


def draw_block(canvas: Canvas, block: Json) -> None:
    """Draw one block."""
    BLOCKS.get(block["type"], _draw_unknown)(canvas, block)


def draw_element(canvas: Canvas, block: Json, element: Json, name: str) -> None:
    """Draw one element; `name` is what a field without a text of its own is called."""
    draw = ELEMENTS.get(element["type"])
    if draw:
        draw(canvas, block, element, name)
    else:
        _draw_unknown(canvas, element)


def _draw_unknown(_: Canvas, thing: Json) -> None:
    tag("div", "unknown", f"This page cannot show “{thing.get('type')}”.")


def _draw_section(canvas: Canvas, block: Json) -> None:
    with tag("div", "kit section"):
        with tag("div", "section-words"):
            if block.get("text"):
                markup(canvas.words.text_object(block["text"]), "words")
            if block.get("fields"):
                with tag("div", "fields"):
                    for text in block["fields"]:
                        markup(canvas.words.text_object(text), "words")
        if block.get("accessory"):
            with tag("div", "accessory"):
                draw_element(canvas, block, block["accessory"], _name(canvas, block))


def _name(canvas: Canvas, block: Json) -> str:
    """What the accessory of a section is called: the section's first line."""
    return (
        visible_text(canvas.workspace, [block["text"]]).partition("\n")[0]
        if block.get("text")
        else _placeholder(block["accessory"])
    )


def _placeholder(element: Json) -> str:
    return str((element.get("placeholder") or {}).get("text", "")) or "Choose"


def _draw_actions(canvas: Canvas, block: Json) -> None:
    with tag("div", "kit actions"):
        for element in block["elements"]:
            draw_element(canvas, block, element, _placeholder(element))


def _draw_input(canvas: Canvas, block: Json) -> None:
    name = block["label"]["text"]
    with tag("div", "kit input"):
        with tag("div", "label"):
            markup(canvas.words.text_object(block["label"]), name="span")
            if block.get("optional"):
                tag("span", "optional", "(optional)")
        draw_element(canvas, block, block["element"], name)
        if block.get("hint"):
            markup(canvas.words.text_object(block["hint"]), "hint")


def _draw_context(canvas: Canvas, block: Json) -> None:
    with tag("div", "kit context"):
        for element in block["elements"]:
            if element["type"] == "image":
                draw_picture(element, "small-picture")
            else:
                markup(canvas.words.text_object(element), "words", "span")


def _draw_header(canvas: Canvas, block: Json) -> None:
    level = min(int(block.get("level", 3)) + 2, 6) if "level" in block else 3
    markup(canvas.words.text_object(block["text"]), "kit header", f"h{level}")


def _draw_divider(_: Canvas, __: Json) -> None:
    tag("hr", "kit divider")


def _draw_image(canvas: Canvas, block: Json) -> None:
    with tag("figure", "kit image"):
        if block.get("title"):
            markup(canvas.words.text_object(block["title"]), name="figcaption")
        draw_picture(block, "picture")


def _draw_rich_text(canvas: Canvas, block: Json) -> None:
    markup(rich_text.rich_text(canvas.words, block), "kit words rich-text")


def _draw_table(canvas: Canvas, block: Json) -> None:
    markup(rich_text.table(canvas.words, block), "kit words table")


def _draw_markdown(canvas: Canvas, block: Json) -> None:
    markup(rich_text.markdown(canvas.words, block["text"]), "kit words markdown")


def _draw_file(_: Canvas, block: Json) -> None:
    tag("div", "kit file-block", f"📄 Remote file {block['external_id']}")


BLOCKS: dict[str, Callable[[Canvas, Json], None]] = {
    "actions": _draw_actions,
    "context": _draw_context,
    "divider": _draw_divider,
    "file": _draw_file,
    "header": _draw_header,
    "image": _draw_image,
    "input": _draw_input,
    "markdown": _draw_markdown,
    "rich_text": _draw_rich_text,
    "section": _draw_section,
    "table": _draw_table,
}


def draw_picture(element: Json, classes: str) -> None:
    """A picture of this workspace or machine; of any other only its description."""
    source = _source(element)
    alt = element["alt_text"]
    if source:
        tag("img", classes, src=source, alt=alt, loading="lazy")
    else:
        markup(f"🖼 {escape(alt)}", f"{classes} picture-elsewhere", "span").props["title"] = (
            element.get("image_url", "")
        )


def _source(element: Json) -> str | None:
    """The address of a picture that this machine has; nothing is loaded from elsewhere."""
    file = element.get("slack_file") or {}
    file_id = file.get("id") or file_id_in(file.get("url", ""))
    if file_id:
        return f"/files/{file_id}"
    address = str(element.get("image_url", ""))
    try:
        host = urlsplit(address).hostname or ""
        return address if host == "localhost" or ip_address(host).is_loopback else None
    except ValueError:
        return None


def file_id_in(address: str) -> str:
    """The id of a workspace's file in its private address, or nothing."""
    found = FILE_ADDRESS.search(address)
    return found[1] if found else ""


def _draw_accessory_picture(_: Canvas, __: Json, element: Json, ___: str) -> None:
    draw_picture(element, "accessory-picture")


ELEMENTS: dict[str, DrawElement] = {
    "button": draw_button,
    "checkboxes": draw_checkboxes,
    "datepicker": draw_date,
    "datetimepicker": draw_datetime,
    "email_text_input": draw_text_input,
    "file_input": draw_file_input,
    "image": _draw_accessory_picture,
    "number_input": draw_text_input,
    "overflow": draw_overflow,
    "plain_text_input": draw_text_input,
    "radio_buttons": draw_radio_buttons,
    "rich_text_input": draw_rich_text_input,
    "timepicker": draw_time,
    "url_text_input": draw_text_input,
    **{f"{kind}_select": draw_select for kind in SELECTS},
    **{f"multi_{kind}_select": draw_select for kind in SELECTS},
}

RENDERED: frozenset[str] = frozenset(
    {
        *BLOCKS,
        *ELEMENTS,
        *rich_text.PARTS,
        *rich_text.PIECES,
        *rich_text.CELLS,
        "mrkdwn",
        "plain_text",
    }
)
"""The `type` of every block, element, text object, rich text part and table cell that is shown."""
