"""The left side: who acts, channels with unread marks, the app, and the guided tour."""

from nicegui import events
from nicegui.element import Element

from bot.sandbox.page.message import draw_avatar
from bot.sandbox.page.seat import HOME, Seat
from bot.sandbox.page.tags import Keyed, button, shown, tag
from bot.sandbox.page.tour import STEPS, Step
from bot.sandbox.slack.model import Channel, User

CHOSEN = "(event) => emit(event.target.value)"
HIDE_TOUR = "() => { localStorage.setItem('chargehand-tour', 'hidden'); emit(); }"
SHOW_TOUR = "() => { localStorage.removeItem('chargehand-tour'); emit(); }"


class Sidebar:
    """Redrawn part by part."""

    def __init__(self, container: Element, *, with_tour: bool) -> None:
        self._parts = Keyed(container)
        self._tour_hidden = not with_tour

    def redraw(self, seat: Seat) -> None:
        """Show what is there for the person."""
        unread = [(channel, self._unread(seat, channel)) for channel in seat.channels()]
        from_bot = self._unread(seat, seat.bot_messages)
        channels = [(channel.id, channel.name, count) for channel, count in unread]
        done = sorted(seat.desk.tour.done)
        self._parts.show(
            [
                ("head", seat.workspace.name, lambda: _draw_head(seat)),
                ("people", seat.person.id, lambda: _draw_people(seat)),
                (
                    "channels",
                    shown(channels, seat.place),
                    lambda: _draw_channels(seat, unread),
                ),
                (
                    "apps",
                    shown(from_bot, seat.place, seat.bot_messages.id),
                    lambda: _draw_apps(seat, from_bot),
                ),
                ("tour", shown(done, self._tour_hidden), lambda: self._draw_tour(seat)),
            ]
        )

    def _unread(self, seat: Seat, channel: Channel) -> int:
        messages = seat.messages(channel)
        return seat.desk.marks.unread(seat.person.id, channel.id, messages)

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


def _draw_channels(seat: Seat, unread: list[tuple[Channel, int]]) -> None:
    with tag("nav", "places", aria_label="Channels"):
        tag("div", "places-head", "Channels")
        for channel, count in unread:
            sign = "🔒" if channel.is_private else "#"
            _draw_place(seat, channel.id, channel.name, sign, count)


def _draw_apps(seat: Seat, unread: int) -> None:
    name = seat.workspace.app.name
    with tag("nav", "places", aria_label="Apps"):
        tag("div", "places-head", "Apps")
        if seat.workspace.app.home_tab:
            _draw_place(seat, HOME, f"{name} Home", "⚡", 0)
        _draw_place(seat, seat.bot_messages.id, f"{name} messages", "💬", unread)


def _draw_place(seat: Seat, place: str, name: str, sign: str, unread: int) -> None:
    here = seat.place == place
    label = f"{name}, {unread} unread" if unread and not here else name
    looks = f"place{' here' if here else ''}{' unread' if unread and not here else ''}"
    with button(
        "", lambda: seat.go(place), looks, aria_label=label, aria_current="page" if here else None
    ):
        tag("span", "place-sign", sign, aria_hidden="true")
        tag("span", "place-name", name)
        if unread and not here:
            tag("span", "count", str(unread))


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
        seat.drafts[person.id, channel.id, ""] = step.text
    else:
        seat.drawer = "faults" if step.channel == "alerts" else seat.drawer
    seat.place = channel.id
    seat.become(person)
