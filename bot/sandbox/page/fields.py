"""Fields of Block Kit that hold text, dates, times and files."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from nicegui import events

from bot.sandbox.page.canvas import Canvas
from bot.sandbox.page.tags import Tag, button, initially, tag
from bot.sandbox.slack.composing import rich_text
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.mrkdwn import escaped, readable

TYPED = "(event) => emit(event.target.value)"
ENTER = "(event) => fieldKey(event, emit)"
UPLOADED = "async (event) => emit(await upload(event.target))"
KINDS = {"email_text_input": "email", "url_text_input": "url", "number_input": "text"}
LOCAL_TIME = "%Y-%m-%dT%H:%M"


def draw_text_input(canvas: Canvas, block: Json, element: Json, name: str) -> None:
    """`plain_text_input`, and those for an address, an email address or a number."""
    multiline = bool(element.get("multiline"))
    field = _text_field(element, name, "textarea" if multiline else "input")
    if element["type"] == "number_input":
        field.props["inputmode"] = "decimal" if element["is_decimal_allowed"] else "numeric"
    initially(field, canvas.held(block, element) or "")
    if element.get("max_length"):
        field.props["maxlength"] = element["max_length"]
    _take_typing(canvas, block, element, field, lambda text: text or None)


def draw_rich_text_input(canvas: Canvas, block: Json, element: Json, name: str) -> None:
    """`rich_text_input`: typed as plain text, handed over as a `rich_text` block."""
    field = _text_field(element, name, "textarea")
    initially(field, _plain(canvas, canvas.held(block, element)))

    def to_rich(text: str) -> Json | None:
        return rich_text(escaped(canvas.workspace, text))[0] if text else None

    _take_typing(canvas, block, element, field, to_rich)


def _plain(canvas: Canvas, held: Json | None) -> str:
    pieces = [piece for part in (held or {}).get("elements", []) for piece in part["elements"]]
    return readable(canvas.workspace, "".join(str(piece.get("text", "")) for piece in pieces))


def _text_field(element: Json, name: str, kind: str) -> Tag:
    return tag(
        kind,
        "field",
        type=None if kind == "textarea" else KINDS.get(element["type"], "text"),
        aria_label=name,
        placeholder=(element.get("placeholder") or {}).get("text"),
        autofocus=element.get("focus_on_load", False),
        autocomplete="off",
        rows=4 if kind == "textarea" else None,
    )


def _take_typing(
    canvas: Canvas, block: Json, element: Json, field: Tag, to_value: Callable[[str], Any]
) -> None:
    config = element.get("dispatch_action_config") or {}
    sent_when = config.get("trigger_actions_on", ["on_enter_pressed"])
    dispatches = block["type"] == "input" and bool(block.get("dispatch_action"))

    async def typed(event: events.GenericEventArguments) -> None:
        value = to_value(event.args)
        if dispatches and "on_character_entered" in sent_when:
            await canvas.act(block, element, value)
        else:
            canvas.enter(block, element, value)

    async def entered(event: events.GenericEventArguments) -> None:
        if dispatches and "on_enter_pressed" in sent_when:
            await canvas.act(block, element, to_value(event.args))
        elif canvas.submit:
            await canvas.submit()

    field.on("input", typed, js_handler=TYPED)
    field.on("keydown", entered, js_handler=ENTER)


# Dates and times


def draw_date(canvas: Canvas, block: Json, element: Json, name: str) -> None:
    """`datepicker`: `2026-03-09`."""
    _draw_picker(canvas, block, element, name, "date")


def draw_time(canvas: Canvas, block: Json, element: Json, name: str) -> None:
    """`timepicker`: `14:30`."""
    _draw_picker(canvas, block, element, name, "time")


def _draw_picker(canvas: Canvas, block: Json, element: Json, name: str, kind: str) -> None:
    field = tag("input", "field short", type=kind, aria_label=name)
    initially(field, canvas.held(block, element) or "")

    async def picked(event: events.GenericEventArguments) -> None:
        await canvas.choose(block, element, event.args or None)

    field.on("change", picked, js_handler=TYPED)


def draw_datetime(canvas: Canvas, block: Json, element: Json, name: str) -> None:
    """`datetimepicker`: a moment, chosen in the person's own time."""
    zone = canvas.words.zone
    field = tag("input", "field short", type="datetime-local", aria_label=name)
    held = canvas.held(block, element)
    initially(field, datetime.fromtimestamp(held, zone).strftime(LOCAL_TIME) if held else "")

    async def picked(event: events.GenericEventArguments) -> None:
        moment = datetime.fromisoformat(event.args).replace(tzinfo=zone) if event.args else None
        await canvas.choose(block, element, int(moment.timestamp()) if moment else None)

    field.on("change", picked, js_handler=TYPED)


# Files


def draw_file_input(canvas: Canvas, block: Json, element: Json, name: str) -> None:
    """`file_input`: uploaded at once, handed over with the form."""
    most = element.get("max_files", 10)
    kinds = ",".join(f".{kind}" for kind in element.get("filetypes") or [])
    with tag("div", "files-field"):
        chosen = tag("div", "chosen-files")
        field = tag("input", "field", type="file", aria_label=name, multiple=most > 1)
    if kinds:
        field.props["accept"] = kinds

    def show() -> None:
        chosen.clear()
        with chosen:
            for file in canvas.held(block, element):
                _draw_chosen(file, partial(drop, file))

    def drop(file: Json) -> None:
        kept = [one for one in canvas.held(block, element) if one["id"] != file["id"]]
        canvas.enter(block, element, kept)
        show()

    def uploaded(event: events.GenericEventArguments) -> None:
        added = [canvas.hands.file(file_id) for file_id in event.args]
        canvas.enter(block, element, [*canvas.held(block, element), *added])
        show()

    field.on("change", uploaded, js_handler=UPLOADED)
    show()


def _draw_chosen(file: Json, drop: Callable[[], None]) -> None:
    with tag("span", "chip"):
        tag("span", text=f"📄 {file['name']}")
        button("×", drop, "chip-remove", aria_label=f"Remove {file['name']}")  # noqa: RUF001 - the sign on the key
