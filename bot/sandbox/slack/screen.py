"""What one person sees of a workspace, and waiting for it to appear."""

from collections.abc import Callable
from typing import TypeVar

from bot.sandbox.slack.labels import NotVisibleError, labels, surface_text
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.model import Channel, Notice, User
from bot.sandbox.slack.payloads import Surface
from bot.sandbox.slack.views import View
from bot.sandbox.slack.workspace import Workspace

PATIENCE = 5.0  # seconds a person waits for something to appear

Place = Channel | str
Seen = TypeVar("Seen")


class Screen:
    """One person's view of a workspace.

    Args:
        workspace: what is looked at.
        user: who looks.
        patience: seconds to wait for something to appear.
    """

    def __init__(self, workspace: Workspace, user: User, *, patience: float = PATIENCE) -> None:
        self._workspace = workspace
        self._patience = patience
        self.user = user

    @property
    def id(self) -> str:
        """The user id."""
        return self.user.id

    @property
    def bot_messages(self) -> Channel:
        """The direct messages with the bot."""
        return self._workspace.bot_channel(self.id)

    def channel(self, place: Place) -> Channel:
        """A channel by name or id."""
        return place if isinstance(place, Channel) else self._workspace.channel_named(place)

    def messages(self, place: Place, *, thread: Message | None = None) -> list[Message]:
        """What the person sees in a channel or thread now, oldest first."""
        thread_ts = (thread.thread_ts or thread.ts) if thread else ""
        return self._workspace.messages.seen_by(self.id, self.channel(place).id, thread_ts)

    def text_of(self, surface: Surface) -> str:
        """All words on a message, modal or Home tab."""
        return surface_text(self._workspace, surface)

    @property
    def top_modal(self) -> View | None:
        """The modal that the person sees now."""
        return self._workspace.views.top(self.id)

    @property
    def errors(self) -> dict[str, str]:
        """What stands at the fields of the modal, by label; `""` for above the form."""
        view = self.top_modal
        if view is None:
            return {}
        names = {
            block["block_id"]: labels(self._workspace, block, block["element"])[0]
            for block in view.blocks
            if block["type"] == "input"
        }
        shown = {names[block_id]: text for block_id, text in view.errors.items()}
        return shown | ({"": view.trouble} if view.trouble else {})

    @property
    def notices(self) -> list[Notice]:
        """What Slack itself has told this person."""
        return [notice for notice in self._workspace.notices if notice.user == self.id]

    async def sees(
        self,
        place: Place,
        *containing: str,
        thread: Message | None = None,
        timeout: float | None = None,
    ) -> Message:
        """Wait for a message with all these words; the newest, if there are several.

        Raises:
            NotVisibleError: it did not come; says what is there.
        """

        def look() -> Message | None:
            for message in reversed(self.messages(place, thread=thread)):
                words = f"{self.text_of(message)}\n{message.text}"
                if all(part in words for part in containing):
                    return message
            return None

        return await self._wait(
            look, f"{containing} in {place}", lambda: self._screen(place, thread), timeout
        )

    async def modal(self, *containing: str, title: str = "", timeout: float | None = None) -> View:
        """Wait for a modal with this title and words on top.

        Raises:
            NotVisibleError: it did not come.
        """

        def look() -> View | None:
            view = self.top_modal
            fits = view and title in {"", view.title}
            if view and fits and all(part in self.text_of(view) for part in containing):
                return view
            return None

        return await self._wait(look, f"modal {title!r} {containing}", self._modal_text, timeout)

    async def no_modal(self, *, timeout: float | None = None) -> None:
        """Wait until no modal is open.

        Raises:
            NotVisibleError: one stays open.
        """
        await self._wait(
            lambda: True if self.top_modal is None else None,
            "no modal",
            self._modal_text,
            timeout,
        )

    async def home(self, *containing: str, timeout: float | None = None) -> View:
        """Wait for a Home tab with these words.

        Raises:
            NotVisibleError: it did not come.
        """

        def look() -> View | None:
            view = self._workspace.views.home(self.id)
            if view and all(part in self.text_of(view) for part in containing):
                return view
            return None

        return await self._wait(look, f"Home {containing}", self._home_text, timeout)

    async def told(self, containing: str = "", *, timeout: float | None = None) -> Notice:
        """Wait until Slack itself says something to this person; the newest of that kind.

        Raises:
            NotVisibleError: it said nothing of the kind.
        """

        def look() -> Notice | None:
            fitting = [n for n in self.notices if containing in n.text or containing == n.code]
            return fitting[-1] if fitting else None

        return await self._wait(look, f"notice {containing!r}", lambda: str(self.notices), timeout)

    async def _wait(
        self,
        look: Callable[[], Seen | None],
        wanted: str,
        shown: Callable[[], str],
        timeout: float | None,
    ) -> Seen:
        patience = self._patience if timeout is None else timeout
        try:
            return await self._workspace.changes.until(look, patience)
        except TimeoutError:
            raise NotVisibleError(
                f"{self.user.name} waited {patience} s for {wanted} but sees:\n{shown()}"
            ) from None

    def _screen(self, place: Place, thread: Message | None) -> str:
        notices = [notice.text for notice in self.notices]
        texts = [self.text_of(message) for message in self.messages(place, thread=thread)]
        return "\n---\n".join([*texts, *notices]) or "nothing"

    def _modal_text(self) -> str:
        view = self.top_modal
        return self.text_of(view) if view else f"no modal; notices: {self.notices}"

    def _home_text(self) -> str:
        view = self._workspace.views.home(self.id)
        return self.text_of(view) if view else "no Home"
