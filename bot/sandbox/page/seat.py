"""Who sits at one browser tab, where they look, and what they can do there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import tzinfo

from bot.sandbox.page.call_book import CallBook
from bot.sandbox.page.canvas import Canvas
from bot.sandbox.page.hands import Hands
from bot.sandbox.page.history import ReadMarks
from bot.sandbox.page.tour import Tour
from bot.sandbox.page.words import Words
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.model import Channel, Json, User
from bot.sandbox.slack.payloads import Surface
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.vendors.clouds import VendorClouds

HOME = "home"
SLACKBOT = "USLACKBOT"


@dataclass
class Desk:
    """What all browser tabs share."""

    slack: SlackServer
    clouds: VendorClouds
    marks: ReadMarks = field(default_factory=ReadMarks)
    tour: Tour = field(default_factory=Tour)
    calls: CallBook = field(init=False)

    def __post_init__(self) -> None:
        self.calls = CallBook(self.workspace, self.clouds)

    @property
    def workspace(self) -> Workspace:
        """The workspace that everybody looks at."""
        return self.slack.workspace


class Seat:
    """One person at one tab.

    Args:
        desk: what all tabs share.
        person: who acts.
        zone: the time zone of the browser.
        moved: redraws the tab after the person has looked elsewhere.
        ask: shows a confirmation dialog and returns the answer.
        say: tells the person a sentence.
    """

    def __init__(
        self,
        desk: Desk,
        person: User,
        zone: tzinfo,
        *,
        moved: Callable[[], None],
        ask: Callable[[Json], Awaitable[bool]],
        say: Callable[[str], None],
    ) -> None:
        self.desk = desk
        self.slack = desk.slack
        self.workspace = desk.workspace
        self.zone = zone
        self.say = say
        self.place = ""
        self.thread = ""
        self.drawer = ""
        self.drafts: dict[tuple[str, str, str], str] = {}
        self.prepared = 0
        self.slackbot: list[Message] = []
        self._moved = moved
        self._ask = ask
        self._sit(person)

    def _sit(self, person: User) -> None:
        self.person = person
        self.words = Words(self.workspace, person.id, self.zone, self.workspace.clock.now)
        self.hands = Hands(self.slack, person, self._ask, self.say)

    # looking around

    def become(self, person: User) -> None:
        """Act as somebody else, who sees what is theirs."""
        at_app = self.place in {HOME, self.bot_messages.id}
        self._sit(person)
        self.thread, self.drawer = "", "" if self.drawer == "thread" else self.drawer
        self.go(self.bot_messages.id if at_app and self.place != HOME else self.place)

    def go(self, place: str) -> None:
        """Look at a channel, or at Home."""
        if place != self.place and self.drawer == "thread":
            self.drawer, self.thread = "", ""
        self.place = place
        if place == HOME:
            self.slack.interactions.open_home(self.person)
        elif place == self.bot_messages.id:
            self.slack.interactions.open_home(self.person, "messages")
        self._moved()

    def prepare(self, person: User, channel: Channel, text: str) -> None:
        """Let somebody find words in their composer, typed but not sent."""
        self.drafts[person.id, channel.id, ""] = text
        self.prepared += 1  # a composer that is already there is drawn anew

    def open_thread(self, ts: str) -> None:
        """Look at a thread beside the channel."""
        self.thread, self.drawer = ts, "thread"
        self._moved()

    def open_drawer(self, drawer: str) -> None:
        """Show `faults` or `calls` beside the channel, or nothing."""
        self.drawer = "" if drawer == self.drawer else drawer
        self._moved()

    # what is there

    @property
    def bot_messages(self) -> Channel:
        """The direct messages with the app."""
        return self.workspace.bot_channel(self.person.id)

    @property
    def channel(self) -> Channel | None:
        """The channel that is looked at; None for Home."""
        return self.workspace.channels.get(self.place)

    def channels(self) -> list[Channel]:
        """The channels of the person."""
        return [
            channel
            for channel in self.workspace.channels.values()
            if not channel.is_im and self.person.id in channel.members
        ]

    def messages(self, channel: Channel, thread: str = "") -> list[Message]:
        """What the person sees, with what Slack itself told them, oldest first."""
        shown = self.workspace.messages.seen_by(self.person.id, channel.id, thread)
        told = [m for m in self.slackbot if m.channel == channel.id and not thread]
        mine = [message for message in told if message.visible_to == self.person.id]
        return sorted([*shown, *mine], key=lambda message: message.ts)

    def canvas(
        self, surface: Surface, submit: Callable[[], Awaitable[None]] | None = None
    ) -> Canvas:
        """A canvas for a message, modal or Home tab."""
        return Canvas(self.workspace, self.words, self.hands, surface, submit)
