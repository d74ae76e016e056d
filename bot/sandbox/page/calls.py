"""The drawer with the raw calls, newest first: filter, look inside, copy."""

from collections.abc import Callable
from datetime import tzinfo
from functools import partial

from nicegui import events, ui
from nicegui.element import Element

from bot.sandbox.page.call_book import TO_APP, TO_SLACK, Entry, as_text
from bot.sandbox.page.seat import Desk, Seat
from bot.sandbox.page.tags import Keyed, button, tag

ROWS = 80
LOOK_SECONDS = 0.7  # vendors' calls come without a word; this is how often we look
VALUE = "(event) => emit(event.target.value)"
SLACK_SIDES = {TO_SLACK, TO_APP}

KINDS: dict[str, Callable[[Entry], bool]] = {
    "Slack and writes": lambda entry: entry.side in SLACK_SIDES or entry.writes,
    "Everything": lambda _: True,
    "To Slack": lambda entry: entry.side == TO_SLACK,
    "To the bot": lambda entry: entry.side == TO_APP,
    "Vendors": lambda entry: entry.side not in SLACK_SIDES,
    "Failed": lambda entry: not entry.is_fine,
}


class CallsDrawer:
    """Filters and a list."""

    def __init__(self, container: Element, desk: Desk) -> None:
        self._container = container
        self._desk = desk
        self._list: Keyed | None = None
        self._kind, self._words, self._paused = next(iter(KINDS)), "", False

    def redraw(self, seat: Seat) -> None:
        """Show the calls, while the drawer is open."""
        self._zone = seat.zone
        if seat.drawer != "calls":
            if self._list:
                self._container.clear()
                self._list = None
        elif self._list is None:
            with self._container:
                self._draw_filters()
                self._list = Keyed(tag("div", "calls", role="list", aria_label="Calls"))
                self._look()
                ui.timer(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        if self._list and not self._paused:
            self._show(self._list)

    def _show(self, rows: Keyed) -> None:
        entries = self._desk.calls.entries(self._suits, ROWS)
        rows.show((entry.key, entry.key, partial(_draw, entry, self._zone)) for entry in entries)

    def _suits(self, entry: Entry) -> bool:
        words = f"{entry.side} {entry.title} {entry.status}".casefold()
        return KINDS[self._kind](entry) and all(part in words for part in self._words.split())

    def _draw_filters(self) -> None:
        with tag("div", "filters"):
            words = tag("input", "field", type="search", aria_label="Filter calls")
            words.props["placeholder"] = "Filter: method, path, status"
            words.on("input", self._filter, js_handler=VALUE)
            kinds = tag("select", "field", aria_label="Kind of calls")
            with kinds:
                for name in KINDS:
                    tag("option", text=name, value=name, selected=name == self._kind)
            kinds.on("change", self._choose, js_handler=VALUE)
            self._pause = button("Pause", self._toggle, "kit-button default")

    def _filter(self, event: events.GenericEventArguments) -> None:
        self._words = str(event.args).casefold()
        self._look_again()

    def _choose(self, event: events.GenericEventArguments) -> None:
        self._kind = event.args
        self._look_again()

    def _toggle(self) -> None:
        self._paused = not self._paused
        self._pause.text = "Go on" if self._paused else "Pause"
        self._look_again()

    def _look_again(self) -> None:
        if self._list:
            self._show(self._list)


def _draw(entry: Entry, zone: tzinfo) -> None:
    with tag("div", f"call {'' if entry.is_fine else 'failed'}", role="listitem"):
        head = button("", None, "call-head", aria_expanded="false")
        with head:
            tag("span", "call-time", f"{entry.at.astimezone(zone):%H:%M:%S}")
            tag("span", f"call-side {entry.side.replace(' ', '-')}", entry.side)
            tag("span", "call-title", entry.title)
            tag("span", "call-status", _status(entry))
            tag("span", "call-seconds", f"{entry.seconds * 1000:.0f} ms")
        body = tag("div", "call-body")
    head.on("click", lambda _: _toggle(entry, head, body), args=[])


def _status(entry: Entry) -> str:
    error = entry.answer.get("error") if isinstance(entry.answer, dict) else None
    if entry.side in SLACK_SIDES and isinstance(error, str):
        return error
    return str(entry.status) if entry.status else "no answer"


def _toggle(entry: Entry, head: Element, body: Element) -> None:
    is_open = head.props["aria-expanded"] == "true"
    head.props["aria-expanded"] = "false" if is_open else "true"
    body.clear()
    if is_open:
        return
    with body:
        for name, value in (("request", entry.request), ("answer", entry.answer)):
            with tag("div", "call-part"):
                tag("span", text=name.capitalize())
                button("Copy", None, "copy", data_copy=name, aria_label=f"Copy {name}")
            tag("pre", name, as_text(value))
