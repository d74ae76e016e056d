"""A field in which one or several of many are chosen, with search: every select of Block Kit."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from nicegui import events

from bot.sandbox.page.tags import Tag, button, initially, markup, set_value, tag

PICKED = "(event) => { const at = pickedAt(event); if (at !== null) emit(at); }"
OPEN = "(event) => openList(event.target, emit)"
KEY = "(event) => listKey(event, emit)"
TYPED = "(event) => emit(event.target.value)"
REMOVE_SIGN = "\N{MULTIPLICATION SIGN}"
SHOWN = 100  # rows of a list at once; the rest is found by typing


@dataclass(frozen=True)
class Choice:
    """One row of the list. `value` is what the app gets, `group` the heading it stands under."""

    value: Any
    text: str
    description: str = ""
    group: str = ""


Offer = Callable[[str], Awaitable[list[Choice]]]
Chosen = Callable[[list[Choice]], Awaitable[bool]]


class Picker:
    """A search field with a list below it.

    Args:
        name: what the field is called.
        offer: the choices for what has been typed.
        chosen: told what is chosen now; False puts back what was chosen before.
        held: what is chosen at first.
        many: whether several can be chosen.
        clearable: whether a single choice can be taken back.
        most: how many of them.
        placeholder: shown while nothing is chosen.
        hint: shown in the list while it is empty.
    """

    def __init__(
        self,
        name: str,
        offer: Offer,
        chosen: Chosen,
        held: list[Choice],
        *,
        many: bool = False,
        clearable: bool = True,
        most: int | None = None,
        placeholder: str = "",
        hint: str = "No matches",
    ) -> None:
        self._name = name
        self._offer = offer
        self._chosen = chosen
        self._held = held
        self._many = many
        self._clearable = clearable
        self._most = most
        self._placeholder = placeholder
        self._hint = hint
        self._offered: list[Choice] = []
        self._asked = 0
        with tag("div", f"picker{' many' if many else ''}"):
            self._chips = tag("span", "chips")
            self._field = self._draw_field()
            if not many:
                self._draw_clear()
            self._list = markup("", "picker-list")
        self._list.props["role"] = "listbox"
        self._list.props["aria-label"] = name
        self._list.on("mousedown", self._pick, js_handler=PICKED)
        self._show_held()

    def _draw_field(self) -> Tag:
        field = tag(
            "input",
            "field",
            type="text",
            role="combobox",
            aria_label=self._name,
            aria_autocomplete="list",
            aria_expanded="false",
            placeholder=self._placeholder,
            autocomplete="off",
            spellcheck="false",
        )
        field.on("click", self._open, js_handler=OPEN)
        field.on("input", self._search, js_handler=TYPED)
        field.on("keydown", self._open, js_handler=KEY)
        field.on("blur", self._close, args=[])
        initially(field, "")
        return field

    def _draw_clear(self) -> None:
        self._clear = button(
            REMOVE_SIGN, self._choose_none, "picker-clear", aria_label=f"Clear {self._name}"
        )

    # what is chosen

    def _show_held(self) -> None:
        if self._many:
            self._chips.clear()
            with self._chips:
                for choice in self._held:
                    self._draw_chip(choice)
            set_value(self._field, "")
            self._field.props["placeholder"] = "" if self._held else self._placeholder
        else:
            text = self._held[0].text if self._held else ""
            initially(self._field, text)
            set_value(self._field, text)
            self._clear.set_visibility(self._clearable and bool(self._held))

    def _draw_chip(self, choice: Choice) -> None:
        with tag("span", "chip"):
            tag("span", text=choice.text)
            button(
                REMOVE_SIGN,
                lambda: self._become([one for one in self._held if one != choice]),
                "chip-remove",
                aria_label=f"Remove {choice.text}",
            )

    async def _become(self, held: list[Choice]) -> None:
        before, self._held = self._held, held
        self._show_held()
        if self._list.content:
            self._list.content = self._rows()
        if not await self._chosen(held) and not self._field.is_deleted:
            self._held = before
            self._show_held()

    async def _choose_none(self) -> None:
        await self._become([])

    async def _pick(self, event: events.GenericEventArguments) -> None:
        choice = self._offered[int(event.args)]
        if not self._many:
            self._close()
            await self._become([choice])
        elif choice in self._held:
            await self._become([one for one in self._held if one != choice])
        elif self._most is None or len(self._held) < self._most:
            await self._become([*self._held, choice])

    # the list

    async def _open(self, event: events.GenericEventArguments) -> None:
        """The list was asked for by mouse or key; None asks to close it."""
        if event.args is None:
            self._close()
        else:
            await self._show_offer("")

    async def _search(self, event: events.GenericEventArguments) -> None:
        await self._show_offer(event.args)

    async def _show_offer(self, query: str) -> None:
        self._asked += 1
        asked = self._asked
        offered = await self._offer(query)
        if asked != self._asked or self._list.is_deleted:
            return  # the person has typed on
        self._offered = offered[:SHOWN]
        self._list.content = self._rows()

    def _rows(self) -> str:
        if not self._offered:
            return f'<div class="picker-hint">{escape(self._hint)}</div>'
        rows, group = [], ""
        for at, choice in enumerate(self._offered):
            if choice.group != group:
                group = choice.group
                rows.append(f'<div class="picker-group">{escape(group)}</div>')
            rows.append(self._row(at, choice))
        return "".join(rows)

    def _row(self, at: int, choice: Choice) -> str:
        held = "true" if choice in self._held else "false"
        more = f'<span class="description">{escape(choice.description)}</span>'
        return (
            f'<div class="picker-option" role="option" data-at="{at}" aria-selected="{held}">'
            f"<span>{escape(choice.text)}</span>{more if choice.description else ''}</div>"
        )

    def _close(self) -> None:
        self._asked += 1
        self._list.content = ""
        self._show_held()
