"""Radio buttons and checkboxes of Block Kit."""

from typing import Any

from nicegui import events

from bot.sandbox.page.canvas import Canvas
from bot.sandbox.page.tags import Tag, markup, tag
from bot.sandbox.slack.model import Json

CHECKED = "(event) => emit(event.target.checked)"


def draw_radio_buttons(canvas: Canvas, block: Json, element: Json, name: str) -> None:
    """`radio_buttons`: one of a few."""
    chosen = canvas.held(block, element)
    with tag("div", "choices", role="radiogroup", aria_label=name):
        for option in element["options"]:
            circle = _option(canvas, "radio", _group(canvas, block, element), option)
            circle.props["checked"] = option == chosen

            async def choose(_: Any, option: Json = option) -> None:
                await canvas.choose(block, element, option)

            circle.on("change", choose, args=[])


def draw_checkboxes(canvas: Canvas, block: Json, element: Json, name: str) -> None:
    """`checkboxes`: any of a few."""
    with tag("div", "choices", role="group", aria_label=name):
        for option in element["options"]:
            box = _option(canvas, "checkbox", _group(canvas, block, element), option)
            box.props["checked"] = option in canvas.held(block, element)

            async def tick(event: events.GenericEventArguments, option: Json = option) -> None:
                held = canvas.held(block, element)
                kept = [one for one in element["options"] if one in held and one != option]
                await canvas.choose(block, element, [*kept, option] if event.args else kept)

            box.on("change", tick, js_handler=CHECKED)


def _group(canvas: Canvas, block: Json, element: Json) -> str:
    surface = getattr(canvas.surface, "id", "") or getattr(canvas.surface, "ts", "")
    return f"{surface}/{block['block_id']}/{element['action_id']}"


def _option(canvas: Canvas, kind: str, group: str, option: Json) -> Tag:
    with tag("label", "choice"):
        field = tag("input", type=kind, name=group)
        with tag("span", "choice-words"):
            markup(canvas.words.text_object(option["text"]), name="span")
            if option.get("description"):
                markup(canvas.words.text_object(option["description"]), "description", "span")
    return field
