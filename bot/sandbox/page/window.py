"""One browser tab: its parts, and the redrawing of those that have changed."""

import asyncio
from collections.abc import Sequence
from datetime import tzinfo
from functools import partial

from nicegui import ui
from nicegui.element import Element

from bot.sandbox.page.calls import CallsDrawer
from bot.sandbox.page.composer import place_name
from bot.sandbox.page.conversation import Conversation, Thread
from bot.sandbox.page.faults import FaultsDrawer
from bot.sandbox.page.home import Home
from bot.sandbox.page.modal import Confirmation, Modal
from bot.sandbox.page.seat import HOME, SLACKBOT, Desk, Seat
from bot.sandbox.page.sidebar import Sidebar
from bot.sandbox.page.tags import Keyed, button, shown, tag
from bot.sandbox.slack.changes import Change
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.model import Json, Notice, User

BURST_SECONDS = 0.03  # changes that come together are shown together
TOAST_MS = 7000
DRAWERS = {"thread": "Thread", "faults": "Break things", "calls": "Raw calls"}


class Window:
    """What one browser tab shows; follows the workspace until it is closed.

    Args:
        desk: what all tabs share.
        person: who acts at first.
        place: what is looked at first.
        zone: the time zone of the browser.
        with_tour: whether the guided tour is shown.
    """

    def __init__(
        self, desk: Desk, person: User, place: str, zone: tzinfo, *, with_tour: bool = True
    ) -> None:
        self._desk = desk
        self._client = ui.context.client
        self._noticed = len(desk.workspace.notices)
        self._seat = Seat(desk, person, zone, moved=self.redraw, ask=self._ask, say=self._say)
        self._seat.place = place
        with tag("div", "app"):
            self._sidebar = Sidebar(tag("aside", "sidebar"), with_tour=with_tour)
            with tag("main", "middle"):
                self._head = Keyed(tag("header", "head"))
                self._conversation = Conversation(tag("div", "conversation"))
                self._home = Home(tag("div", "home-place"))
                self._toasts = tag("div", "toasts", role="status", aria_live="polite")
            self._draw_drawer()
        self._modal = Modal(tag("div"))
        self._confirmation = Confirmation(tag("div"))
        ui.on("escape", self._escape)

    def _draw_drawer(self) -> None:
        self._drawer: Element = tag("aside", "drawer")
        with self._drawer:
            with tag("div", "drawer-head"):
                with tag("div", "drawer-words"):
                    self._drawer_title = tag("h2")
                    self._drawer_place = tag("span", "topic")
                button("✕", self._close_drawer, "icon-button", aria_label="Close panel")
            self._thread = Thread(tag("div", "drawer-thread"))
            self._faults = FaultsDrawer(tag("div", "drawer-body"), self._desk)
            self._calls = CallsDrawer(tag("div", "drawer-body"), self._desk)

    # following

    async def follow(self) -> None:
        """Redraw what changes, for as long as the tab is open."""
        changes = self._desk.workspace.changes
        with self._client:
            self._seat.go(self._seat.place)
            seen = changes.version
            async for change in changes.follow(seen):
                if change.version <= seen:
                    continue
                await asyncio.sleep(BURST_SECONDS)
                burst, missed = changes.since(seen), changes.version - seen
                seen = changes.version
                self._show(burst, everything=len(burst) < missed)

    def _show(self, burst: Sequence[Change], *, everything: bool) -> None:
        kinds = {change.kind for change in burst}
        if everything or kinds - {"call", "view", "connection"}:
            self._take_notices()
            self.redraw()
        elif "view" in kinds:
            self._modal.redraw(self._seat)
        if "call" in kinds:
            self._calls.redraw(self._seat)
            if self._desk.tour.look(self._desk.workspace, self._desk.clouds):
                self._sidebar.redraw(self._seat)

    def redraw(self) -> None:
        """Show everything as it is now; what has not changed stays untouched."""
        seat = self._seat
        self._conversation.redraw(seat)
        self._home.redraw(seat)
        self._sidebar.redraw(seat)
        self._redraw_head()
        self._drawer.classes(replace=f"drawer {seat.drawer or 'closed'}")
        self._drawer.props["aria-label"] = DRAWERS.get(seat.drawer, "")
        self._drawer_title.text = DRAWERS.get(seat.drawer, "")
        beside = seat.channel if seat.drawer == "thread" else None
        self._drawer_place.text = place_name(seat, beside) if beside else ""
        self._thread.redraw(seat)
        self._faults.redraw(seat)
        self._calls.redraw(seat)
        self._modal.redraw(seat)
        self._remember()

    def _remember(self) -> None:
        """Keep who and where in the address, so that a reload stays."""
        place = self._seat.channel
        where = HOME if place is None else "messages" if place.is_im else place.name
        self._client.run_javascript(
            f"history.replaceState(null, '', '/?as={self._seat.person.name}&in={where}')"
        )

    # the head of the middle

    def _redraw_head(self) -> None:
        seat = self._seat
        self._head.show(
            [
                ("title", shown(seat.place, seat.person.id), self._draw_title),
                ("tools", seat.drawer, self._draw_tools),
            ]
        )

    def _draw_title(self) -> None:
        seat, channel = self._seat, self._seat.channel
        if channel is None or channel.is_im:
            tag("h1", text=seat.workspace.app.name)
            if seat.workspace.app.home_tab:
                with tag("div", "tabs", role="tablist"):
                    self._draw_tab("Home", HOME)
                    self._draw_tab("Messages", seat.bot_messages.id)
            return
        tag("h1", text=place_name(seat, channel).replace("#", "# "))
        tag("span", "topic", channel.topic)

    def _draw_tab(self, name: str, place: str) -> None:
        here = "true" if self._seat.place == place else "false"
        button(name, lambda: self._seat.go(place), "tab", role="tab", aria_selected=here)

    def _draw_tools(self) -> None:
        for name, drawer, sign in (("Break things", "faults", "🔧"), ("Raw calls", "calls", "⇄")):
            pressed = "true" if self._seat.drawer == drawer else "false"
            with button(
                "",
                partial(self._seat.open_drawer, drawer),
                "tool",
                aria_label=name,
                aria_pressed=pressed,
            ):
                tag("span", "tool-sign", sign, aria_hidden="true")
                tag("span", text=name)

    def _close_drawer(self) -> None:
        self._seat.thread = ""
        self._seat.open_drawer(self._seat.drawer)

    # being told

    def _take_notices(self) -> None:
        notices = self._desk.workspace.notices
        new, self._noticed = notices[self._noticed :], len(notices)
        for notice in new:
            if notice.user == self._seat.person.id:
                self._tell(notice)

    def _tell(self, notice: Notice) -> None:
        """In the channel, as Slackbot; without a channel as a passing sentence."""
        if notice.channel:
            ts = self._desk.workspace.ids.ts()
            said = Message(ts, notice.channel, SLACKBOT, notice.text, visible_to=notice.user)
            self._seat.slackbot.append(said)
        elif not self._modal.is_open:
            self._say(notice.text)

    def _say(self, sentence: str) -> None:
        with self._toasts:
            toast = tag("div", "toast", sentence)
            ui.timer(TOAST_MS / 1000, toast.delete, once=True)

    async def _ask(self, dialog: Json) -> bool:
        return await self._confirmation.ask(self._seat, dialog)

    async def _escape(self) -> None:
        """Close what is on top."""
        if self._confirmation.is_open:
            self._confirmation.answer(yes=False)
        elif self._modal.is_open:
            await self._modal.cancel()
        elif self._seat.drawer:
            self._close_drawer()
