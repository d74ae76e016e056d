"""Plain HTML elements for NiceGUI, without the looks of a framework."""

import json
from collections.abc import Callable, Hashable, Iterable
from typing import Any

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

Draw = Callable[[], None]


class Tag(TextElement):
    """Any HTML element; its text can never become markup."""


def tag(kind: str, /, classes: str = "", text: str = "", **attributes: Any) -> Tag:
    """An element; `aria_label` stands for `aria-label`, None and False leave an attribute out."""
    element = Tag(tag=kind, text=text)
    if classes:
        element.classes(classes)
    for key, value in attributes.items():
        if value is not None and value is not False:
            shown = "" if value is True else value
            element.props[key.rstrip("_").replace("_", "-")] = shown
    return element


def markup(html: str, classes: str = "", name: str = "div") -> ui.html:
    """HTML that `words` made, which escapes everything."""
    element = ui.html(html, sanitize=False, tag=name)
    return element.classes(classes) if classes else element


def button(
    text: str, press: Callable[..., Any] | None = None, classes: str = "", **attributes: Any
) -> Tag:
    """A button."""
    element = tag("button", classes, text, type="button", **attributes)
    if press is not None:
        element.on("click", lambda _: press(), args=[])
    return element


def initially(element: Element, value: Any) -> None:
    """What a field shows at first; later only the person changes it."""
    element.props[".value"] = value


def set_value(element: Element, value: str) -> None:
    """Change what a field shows, at any time."""
    element.client.run_javascript(f"setValue({json.dumps(element.html_id)}, {json.dumps(value)})")


async def busily(element: Element, work: Any) -> None:
    """Show that something is going on while `work` is awaited."""
    element.classes(add="busy")
    element.props["aria-busy"] = "true"
    try:
        await work
    finally:
        if not element.is_deleted:
            element.classes(remove="busy")
            element.props.pop("aria-busy", None)


class Keyed:
    """The children of a container, redrawn one by one when what they show has changed."""

    def __init__(self, container: Element) -> None:
        self._container = container
        self._shown: dict[str, tuple[Hashable, Element]] = {}

    def show(self, wanted: Iterable[tuple[str, Hashable, Draw]]) -> None:
        """Make the children these, in this order: key, what is shown, how to draw it."""
        entries = list(wanted)
        for key in self._shown.keys() - {key for key, _, _ in entries}:
            self._shown.pop(key)[1].delete()
        for index, (key, signature, draw) in enumerate(entries):
            self._place(index, key, signature, draw)

    def _place(self, index: int, key: str, signature: Hashable, draw: Draw) -> None:
        before, element = self._shown.get(key, (None, None))
        if element is None:
            with self._container:
                element = tag("div", "keyed")
        if element.parent_slot and element.parent_slot.children.index(element) != index:
            element.move(target_index=index)
        if before != signature:
            self._shown[key] = (signature, element)
            element.clear()
            with element:
                draw()


def shown(*parts: Any) -> str:
    """A signature of JSON-like parts, for `Keyed`."""
    return json.dumps(parts, sort_keys=True, default=str)
