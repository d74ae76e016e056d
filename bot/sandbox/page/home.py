"""The app's Home tab of the person who acts."""

from nicegui.element import Element

from bot.sandbox.page.blocks import draw_block
from bot.sandbox.page.seat import HOME, Seat
from bot.sandbox.page.tags import Draw, Keyed, shown, tag
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.views import View


class Home:
    """In the middle, in place of a conversation."""

    def __init__(self, container: Element) -> None:
        self._container = container
        self._shown = ""
        self._blocks: Keyed | None = None

    def redraw(self, seat: Seat) -> None:
        """Show what the app has published for the person."""
        if seat.place != HOME:
            self._container.clear()
            self._blocks, self._shown = None, ""
            return
        if self._blocks is None or self._shown != seat.person.id:
            self._shown = seat.person.id
            self._container.clear()
            with self._container:
                self._blocks = Keyed(tag("div", "home", role="region", aria_label="Home"))
        view = seat.workspace.views.home(seat.person.id)
        if view is None:
            self._blocks.show([("empty", "", lambda: _draw_empty(seat))])
        else:
            self._blocks.show(
                (block["block_id"], shown(block), _drawer(seat, view, block))
                for block in view.blocks
            )


def _draw_empty(seat: Seat) -> None:
    tag("p", "empty", f"{seat.workspace.app.name} has not published a Home for you yet.")


def _drawer(seat: Seat, view: View, block: Json) -> Draw:
    return lambda: draw_block(seat.canvas(view), block)
