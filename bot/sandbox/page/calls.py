"""The raw calls: Slack's Web API, what Slack delivers to the app, and the vendors' clouds."""

from nicegui.element import Element

from bot.sandbox.page.seat import Desk, Seat


class CallsDrawer:
    """Newest first, with a filter."""

    def __init__(self, container: Element, desk: Desk) -> None:
        self._container = container
        self._desk = desk

    def redraw(self, seat: Seat) -> None:
        """Show the calls, while the drawer is open."""
