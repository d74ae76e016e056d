"""The left side: who acts, channels with unread marks, the app, and the guided tour."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from nicegui import events
from nicegui.element import Element

from bot.sandbox.page.message import draw_avatar
from bot.sandbox.page.seat import HOME, Seat
from bot.sandbox.page.tags import Keyed, Tag, button, shown, tag
from bot.sandbox.page.tour import STEPS, Step
from bot.sandbox.slack.model import Channel, User

CHOSEN = "(event) => emit(event.target.value)"
HIDE_TOUR = "() => { localStorage.setItem('chargehand-tour', 'hidden'); emit(); }"
SHOW_TOUR = "() => { localStorage.removeItem('chargehand-tour'); emit(); }"


@dataclass(frozen=True)
class Place:
    """Where one can go: a channel, the app's Home, or the messages with it."""

    id: str
    name: str
    sign: str
    unread: int = 0


class Sidebar:
    """Redrawn part by part."""

    def __init__(self, container: Element, *, with_tour: bool) -> None:
        self._parts = Keyed(container)
        self._tour_hidden = not with_tour

    def redraw(self, seat: Seat) -> None:
        """Show what is there for the person."""
        done = sorted(seat.desk.tour.done)
        self._parts.show(
            [
                ("head", seat.workspace.name, lambda: _draw_head(seat)),
                ("people", seat.person.id, lambda: _draw_people(seat)),
                ("channels", "", lambda: self._draw_channels(seat)),
                ("apps", "", lambda: self._draw_apps(seat)),
                ("tour", shown(done, self._tour_hidden), lambda: self._draw_tour(seat)),
            ]
        )
        self._channels.show(_channels(seat))
        self._apps.show(_apps(seat))

    def _draw_channels(self, seat: Seat) -> None:
        self._channels = Places("Channels", seat)

    def _draw_apps(self, seat: Seat) -> None:
        self._apps = Places("Apps", seat)

    # the tour

    def _draw_tour(self, seat: Seat) -> None:
        if self._tour_hidden:
            again = button("✨ Five things to try", None, "tour-again")
            again.on("click", lambda _: self._hide(seat, hidden=False), js_handler=SHOW_TOUR)
            return
        done, upcoming = seat.desk.tour.done, seat.desk.tour.next
        with tag("section", "tour", aria_label="Five things to try"):
            with tag("div", "tour-head"):
                tag("span", text="Five things to try" if upcoming else "That was all. Well done!")
                tag("span", "tour-count", f"{len(done)}/{len(STEPS)}")
                hide = button("✕", None, "icon-button", aria_label="Hide the tour")
                hide.on("click", lambda _: self._hide(seat, hidden=True), js_handler=HIDE_TOUR)
            with tag("ol", "tour-steps"):
                for key, step in STEPS.items():
                    _draw_step(seat, step, done=key in done, active=key == upcoming)

    def _hide(self, seat: Seat, *, hidden: bool) -> None:
        self._tour_hidden = hidden
        self.redraw(seat)


def _draw_head(seat: Seat) -> None:
    with tag("div", "workspace-head"):
        tag("span", "workspace-name", seat.workspace.name)
        tag("span", "workspace-kind", "Simulated on this machine")


def _draw_people(seat: Seat) -> None:
    people = [u for u in seat.workspace.users.values() if not u.is_bot and not u.deleted]

    def act_as(event: events.GenericEventArguments) -> None:
        seat.become(seat.workspace.users[event.args])

    with tag("label", "act-as"):
        draw_avatar(seat.person.label)
        with tag("span", "act-as-words"):
            tag("span", "act-as-label", "You act as")
            chooser = tag("select", aria_label="Act as")
            with chooser:
                for person in people:
                    _draw_person(person, chosen=person.id == seat.person.id)
    chooser.on("change", act_as, js_handler=CHOSEN)


def _draw_person(person: User, *, chosen: bool) -> None:
    tag("option", text=person.label, value=person.id, selected=chosen)


def _channels(seat: Seat) -> Iterator[Place]:
    for channel in seat.channels():
        sign = "🔒" if channel.is_private else "#"
        yield Place(channel.id, channel.name, sign, _unread(seat, channel))


def _apps(seat: Seat) -> Iterator[Place]:
    name, messages = seat.workspace.app.name, seat.bot_messages
    if seat.workspace.app.home_tab:
        yield Place(HOME, f"{name} Home", "⚡")
    yield Place(messages.id, f"{name} messages", "💬", _unread(seat, messages))


def _unread(seat: Seat, channel: Channel) -> int:
    return seat.desk.marks.unread(seat.person.id, channel.id, seat.messages(channel))


class Places:
    """A list of places; what is at one changes without drawing anew what somebody may be pressing.

    Args:
        name: of the list.
        seat: who goes there.
    """

    def __init__(self, name: str, seat: Seat) -> None:
        self._seat = seat
        self._drawn: dict[str, tuple[Tag, Tag]] = {}
        self._marked: dict[str, tuple[bool, int]] = {}
        with tag("nav", "places", aria_label=name):
            tag("div", "places-head", name)
            self._list = Keyed(tag("div"))

    def show(self, places: Iterable[Place]) -> None:
        """Make the places these, and mark where somebody is and what is unread."""
        wanted = list(places)
        self._list.show(
            (place.id, shown(place.name, place.sign), partial(self._draw, place))
            for place in wanted
        )
        for place in wanted:
            self._mark(place)

    def _draw(self, place: Place) -> None:
        with button("", partial(self._seat.go, place.id), "place") as pressed:
            tag("span", "place-sign", place.sign, aria_hidden="true")
            tag("span", "place-name", place.name)
            count = tag("span", "count")
        self._drawn[place.id] = pressed, count
        self._marked.pop(place.id, None)

    def _mark(self, place: Place) -> None:
        here = self._seat.place == place.id
        unread = 0 if here else place.unread
        if self._marked.get(place.id) == (here, unread):
            return
        self._marked[place.id] = here, unread
        pressed, count = self._drawn[place.id]
        looks = f"place{' here' if here else ''}{' unread' if unread else ''}"
        label = f"{place.name}, {unread} unread" if unread else place.name
        pressed.classes(replace=looks)
        pressed.props["aria-label"] = label
        pressed.props["aria-current"] = "page" if here else "false"
        count.text = str(unread)
        count.set_visibility(bool(unread))


def _draw_step(seat: Seat, step: Step, *, done: bool, active: bool) -> None:
    with tag("li", f"step{' done' if done else ''}{' active' if active else ''}"):
        tag("span", "tick", "✓" if done else "", aria_hidden="true")
        with tag("div", "step-words"):
            tag("span", "step-title", step.title)
            if done:
                tag("span", "sr-only", "done")
            if active:
                tag("p", "step-how", step.how)
                button("Take me there", lambda: _begin(seat, step), "step-go")


def _begin(seat: Seat, step: Step) -> None:
    """Sit the right person at the right place, with the command typed but not sent."""
    person = seat.workspace.user_named(step.person)
    channel = seat.workspace.channel_named(step.channel)
    if step.text:
        seat.prepare(person, channel, step.text)
    else:
        seat.drawer = "faults" if step.channel == "alerts" else seat.drawer
    seat.place = channel.id
    seat.become(person)
