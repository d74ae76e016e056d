"""The panel to break things."""

from nicegui.element import Element

from bot.sandbox.page.seat import Desk, Seat


class FaultsDrawer:
    """Everything that can go wrong."""

    def __init__(self, container: Element, desk: Desk) -> None:
        self._container = container
        self._desk = desk

    def redraw(self, seat: Seat) -> None:
        """Show the world as it is, while the drawer is open."""
