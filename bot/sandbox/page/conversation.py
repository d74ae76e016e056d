"""The messages of a channel in the middle, and of a thread beside it."""

from nicegui.element import Element

from bot.sandbox.page.composer import Composer, place_name
from bot.sandbox.page.history import Row, rows
from bot.sandbox.page.message import draw_message, reply_count, signature
from bot.sandbox.page.seat import Seat
from bot.sandbox.page.tags import Draw, Keyed, button, tag
from bot.sandbox.slack.model import Channel

AT_ONCE = 100  # messages that are drawn before somebody asks for earlier ones


class MessageList:
    """Messages below each other, the newest in sight, with a composer."""

    def __init__(self, seat: Seat, channel: Channel, thread: str = "") -> None:
        self._seat = seat
        self._channel = channel
        self._thread = thread
        self._most = AT_ONCE
        name = "Thread" if thread else f"Messages in {place_name(seat, channel)}"
        with tag("div", "messages"), tag("div", "messages-inner", role="log", aria_label=name):
            self._beginning = tag("p", "beginning", _beginning(seat, channel))
            self._earlier = button("Show earlier messages", self._show_earlier, "earlier")
            self._list = Keyed(tag("div"))
        Composer(seat, channel, thread)
        self.redraw()

    def redraw(self) -> None:
        """Show what is new or has changed."""
        seat, in_thread = self._seat, bool(self._thread)
        messages = seat.messages(self._channel, self._thread)
        if not in_thread:
            seat.desk.marks.read(seat.person.id, self._channel.id, messages)
        has_earlier = len(messages) > self._most
        self._earlier.set_visibility(has_earlier)
        self._beginning.set_visibility(not has_earlier and not in_thread)
        shown = [
            (row.message.ts, signature(seat, row, in_thread=in_thread), self._drawer(row))
            for row in rows(messages[-self._most :], seat.zone)
        ]
        replies = len(messages) - 1
        if in_thread and replies > 0 and not has_earlier:
            shown.insert(1, ("replies", str(replies), lambda: _draw_count(replies)))
        self._list.show(shown)

    def _drawer(self, row: Row) -> Draw:
        return lambda: draw_message(self._seat, row, in_thread=bool(self._thread))

    def _show_earlier(self) -> None:
        self._most += AT_ONCE
        self.redraw()


def _draw_count(replies: int) -> None:
    """What stands between the message and its answers."""
    with tag("div", "reply-line"):
        tag("span", text=reply_count(replies))


def _beginning(seat: Seat, channel: Channel) -> str:
    """What stands above the first message of all."""
    name = place_name(seat, channel)
    if channel.is_im:
        return f"This is the very beginning of your messages with {name}."
    return f"This is the very beginning of {name}. Type / to see what the bot can do."


class Conversation:
    """The middle of the page while a channel is looked at."""

    def __init__(self, container: Element) -> None:
        self._container = container
        self._shown: tuple[str, str, int] = ("", "", 0)
        self._list: MessageList | None = None

    def redraw(self, seat: Seat) -> None:
        """Show the channel that is looked at."""
        channel = seat.channel
        if channel is None:
            self.clear()
        elif self._list and self._shown == (seat.person.id, channel.id, seat.prepared):
            self._list.redraw()
        else:
            self._shown = (seat.person.id, channel.id, seat.prepared)
            self._container.clear()
            with self._container:
                self._list = MessageList(seat, channel)

    def clear(self) -> None:
        """Something else is looked at."""
        self._container.clear()
        self._list, self._shown = None, ("", "", 0)


class Thread:
    """A thread beside the channel."""

    def __init__(self, container: Element) -> None:
        self._container = container
        self._shown: tuple[str, str, str] = ("", "", "")
        self._list: MessageList | None = None

    def redraw(self, seat: Seat) -> None:
        """Show the thread that is looked at, if any."""
        channel = seat.channel
        if seat.drawer != "thread" or channel is None:
            self._container.clear()
            self._list, self._shown = None, ("", "", "")
        elif self._list and self._shown == (seat.person.id, channel.id, seat.thread):
            self._list.redraw()
        else:
            self._shown = (seat.person.id, channel.id, seat.thread)
            self._container.clear()
            with self._container:
                self._list = MessageList(seat, channel, seat.thread)
