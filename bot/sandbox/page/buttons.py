"""Buttons and overflow menus of Block Kit."""

from bot.sandbox.page.canvas import Canvas
from bot.sandbox.page.tags import Tag, busily, button, markup, tag
from bot.sandbox.page.words import SAFE_SCHEMES, emoji
from bot.sandbox.slack.model import Json


def draw_button(canvas: Canvas, block: Json, element: Json, _: str) -> None:
    """A `button`, in its style, with its link."""
    pressed = tag(
        "button",
        f"kit-button {element.get('style', 'default')}",
        type="button",
        aria_label=element.get("accessibility_label"),
    )
    with pressed:
        markup(canvas.words.text_object(element["text"]), name="span")

    async def press() -> None:
        await busily(pressed, canvas.act(block, element))

    pressed.on("click", press, args=[])
    address = element.get("url", "")
    if address.partition(":")[0].lower() in SAFE_SCHEMES:
        pressed.props["data-url"] = address  # page.js opens it
        markup(emoji("link"), "kit-button-link", "span")


def draw_overflow(canvas: Canvas, block: Json, element: Json, name: str) -> None:
    """An `overflow` menu."""
    with tag("details", "menu kit-overflow"):
        opener = tag("summary", "icon-button", "⋯", role="button", aria_label=f"More: {name}")
        with tag("div", "menu-list", role="menu"):
            for option in element["options"]:
                _menu_item(canvas, block, element, option, opener)


def _menu_item(canvas: Canvas, block: Json, element: Json, option: Json, opener: Tag) -> None:
    async def choose() -> None:
        await busily(opener, canvas.act(block, element, option))

    with button("", choose, "menu-item", role="menuitem"):
        markup(canvas.words.text_object(option["text"]), name="span")
