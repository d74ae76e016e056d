"""What a person can do in Slack, by the words on the screen."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from bot.sandbox.slack.blocks import options_of
from bot.sandbox.slack.labels import (
    NotVisibleError,
    Placed,
    find_labelled,
    option_called,
)
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.payloads import Surface
from bot.sandbox.slack.screen import PATIENCE, Place, Screen
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.slack.state import LIST_KEYS, VALUE_KEYS, entered
from bot.sandbox.slack.views import View


class ConfirmationNeededError(AssertionError):
    """A dialog asks before anything is sent; answer it with `confirm=True` or `False`."""


class Person(Screen):
    """One person at the screen: what they see is in `Screen`, what they do is here.

    Args:
        slack: the server whose workspace the person works in.
        name: id, handle or real name.
        patience: seconds to wait for something to appear.
    """

    def __init__(self, slack: SlackServer, name: str, *, patience: float = PATIENCE) -> None:
        super().__init__(slack.workspace, slack.workspace.user_named(name), patience=patience)
        self._slack = slack

    # writing

    async def command(self, place: Place, typed: str) -> None:
        """Type a slash command with its text; returns when it is acknowledged."""
        await self._slack.interactions.command(self.user, self.channel(place), typed)

    async def say(self, place: Place, text: str, *, thread: Message | None = None) -> Message:
        """Write a message, or a reply in the thread of one."""
        thread_ts = (thread.thread_ts or thread.ts) if thread else ""
        return self._slack.posts.post(self.user, self.channel(place), text, thread_ts=thread_ts)

    async def mention(self, place: Place, text: str, *, thread: Message | None = None) -> Message:
        """Write `@bot` and a text."""
        bot = self._workspace.users[self._workspace.app.bot_user_id]
        return await self.say(place, f"@{bot.name} {text}", thread=thread)

    async def write_to_bot(self, text: str) -> Message:
        """Write a direct message to the bot."""
        return await self.say(self.bot_messages, text)

    async def edit(self, message: Message, text: str) -> None:
        """Change an own message."""
        self._slack.posts.edit(self.user, message, text)

    async def delete(self, message: Message) -> None:
        """Delete a message."""
        self._slack.posts.delete(self.user, message)

    async def react(self, message: Message, emoji: str) -> None:
        """Add an emoji to a message, or take it back."""
        self._slack.posts.react(self.user, message, emoji)

    async def upload(
        self,
        place: Place,
        name: str,
        content: bytes,
        *,
        text: str = "",
        thread: Message | None = None,
    ) -> Message:
        """Share a file in a channel."""
        file = self._workspace.files.add(name, content, self.id)
        thread_ts = (thread.thread_ts or thread.ts) if thread else ""
        return self._slack.posts.post(
            self.user, self.channel(place), text, thread_ts=thread_ts, files=[file]
        )

    # pressing

    async def press(
        self,
        label: str,
        on: Surface | None = None,
        *,
        beside: str = "",
        confirm: bool | None = None,
    ) -> None:
        """Press the button that is called so, by default on the modal that is open.

        Args:
            label: the words on the button.
            on: a message, the Home tab, or a modal.
            beside: words near the button that tell it from others of the same name.
            confirm: the answer to the button's confirmation dialog.

        Raises:
            NotVisibleError: there is no such button, or more than one.
            ConfirmationNeededError: a dialog asks, and `confirm` does not answer.
        """
        surface = self._surface(on)
        placed = self._find(surface, label, {"button"}, beside)
        if self._goes_ahead(placed, confirm):
            await self._act(surface, placed)

    def _goes_ahead(self, placed: Placed, confirm: bool | None) -> bool:
        dialog = placed[1].get("confirm")
        if dialog is None:
            return True
        if confirm is None:
            raise ConfirmationNeededError(f"{dialog['title']['text']}: {dialog['text']['text']}")
        return confirm

    async def choose(
        self,
        label: str,
        *wanted: str,
        on: Surface | None = None,
        beside: str = "",
        confirm: bool | None = None,
    ) -> None:
        """Choose in a select, radio buttons, checkboxes or an overflow menu, by the words.

        People and channels are chosen by their names. Several words replace the choice in
        fields that hold several.

        Raises:
            NotVisibleError: there is no such field or option.
            ConfirmationNeededError: as for `press`.
        """
        surface = self._surface(on)
        kinds = VALUE_KEYS.keys() | {"overflow"}
        placed = self._find(surface, label, kinds, beside)
        values = [self._value(placed[1], words) for words in wanted]
        if self._goes_ahead(placed, confirm):
            await self._act(surface, placed, self._one_or_many(placed[1], values))

    def _one_or_many(self, element: Json, values: list[Any]) -> Any:
        if element["type"] != "overflow" and VALUE_KEYS[element["type"]][0] in LIST_KEYS:
            return values
        return values[0] if values else None

    def _value(self, element: Json, words: str) -> Any:
        if "users" in element["type"]:
            return self._workspace.user_named(words).id
        if "conversations" in element["type"] or "channels" in element["type"]:
            return self._workspace.channel_named(words).id
        return option_called(element, words)

    async def search(self, label: str, query: str, *, on: Surface | None = None) -> list[str]:
        """Type into a typeahead; the texts of the options that it offers."""
        options = await self._options(label, query, on)
        return [option["text"]["text"] for option in options]

    async def pick(
        self, label: str, option: str, *, query: str | None = None, on: Surface | None = None
    ) -> None:
        """Search a typeahead (for the option's own words, if no query is given) and pick.

        Raises:
            NotVisibleError: the option is not offered.
        """
        options = await self._options(label, option if query is None else query, on)
        surface = self._surface(on)
        placed = self._find(surface, label, {"external_select", "multi_external_select"}, "")
        value = option_called(placed[1], option, options)
        await self._act(surface, placed, self._one_or_many(placed[1], [value]))

    async def _options(self, label: str, query: str, on: Surface | None) -> list[Json]:
        surface = self._surface(on)
        kinds = {"external_select", "multi_external_select"}
        block, element = self._find(surface, label, kinds, "")
        answer = await self._slack.interactions.suggestions(
            self.user, surface, block["block_id"], element["action_id"], query
        )
        return options_of(answer)

    # filling in

    async def fill(
        self, label: str, value: str, *, on: Surface | None = None, enter: bool = False
    ) -> None:
        """Type into a field, or set a date (2026-03-09), time (14:30) or both (ISO 8601).

        Args:
            label: of the field.
            value: what it shall hold; empty for nothing.
            on: by default the modal that is open.
            enter: press Enter, which some text fields send at once.

        Raises:
            NotVisibleError: there is no such field.
        """
        surface = self._surface(on)
        placed = self._find(surface, label, VALUE_KEYS.keys(), "")
        typed: Any = value or None
        if typed and placed[1]["type"] == "datetimepicker":
            typed = int(datetime.fromisoformat(value).timestamp())
        if "input" not in placed[1]["type"] or self._is_sent_at_once(placed, enter=enter):
            await self._act(surface, placed, typed)
        else:
            self._enter(surface, placed, typed)

    def _is_sent_at_once(self, placed: Placed, *, enter: bool) -> bool:
        config = placed[1].get("dispatch_action_config") or {}
        when = config.get("trigger_actions_on", ["on_enter_pressed"])
        return "on_character_entered" in when or (enter and "on_enter_pressed" in when)

    async def attach(
        self, label: str, name: str, content: bytes, *, on: Surface | None = None
    ) -> None:
        """Upload a file into a file field, beside those that are there."""
        surface = self._surface(on)
        placed = self._find(surface, label, {"file_input"}, "")
        block, element = placed
        file = self._workspace.files.add(name, content, self.id)
        shown = file.to_api(self._slack.base_url, self._workspace.team_id)
        view = self._view(surface)
        before = entered(view.values[block["block_id"]][element["action_id"]])
        self._enter(surface, placed, [*before, shown])

    async def submit(self) -> dict[str, str]:
        """Press the submit button of the modal; what then stands at its fields, by label.

        Raises:
            NotVisibleError: no modal is open, or it has nothing to submit.
        """
        view = self._top()
        if not view.content.get("submit"):
            raise NotVisibleError(f"the modal {view.title!r} has no submit button")
        await self._slack.interactions.submissions.submit(view)
        return self.errors

    async def close(self, *, whole_stack: bool = False) -> None:
        """Press Cancel, or the X that closes the whole stack."""
        await self._slack.interactions.submissions.close(self._top(), whole_stack=whole_stack)

    # shortcuts and Home

    async def open_home(self) -> None:
        """Look at the bot's Home."""
        self._slack.interactions.open_home(self.user)

    async def shortcut(self, name: str) -> None:
        """Run a global shortcut by its name."""
        await self._slack.interactions.shortcut(self.user, self._callback_id(name, "global"))

    async def message_shortcut(self, name: str, message: Message) -> None:
        """Run a message shortcut by its name."""
        callback_id = self._callback_id(name, "message")
        await self._slack.interactions.message_shortcut(self.user, callback_id, message)

    def _callback_id(self, name: str, kind: str) -> str:
        known = [s for s in self._workspace.app.shortcuts.values() if s.type == kind]
        for shortcut in known:
            if shortcut.name == name:
                return shortcut.callback_id
        raise NotVisibleError(f"no {kind} shortcut {name!r} among {[s.name for s in known]}")

    # finding

    def _top(self) -> View:
        view = self.top_modal
        if view is None:
            raise NotVisibleError(f"{self.user.name} has no modal open")
        return view

    def _surface(self, on: Surface | None) -> Surface:
        return self._top() if on is None else on

    def _view(self, surface: Surface) -> View:
        if not isinstance(surface, View):
            raise NotVisibleError("only a modal has file fields")
        return surface

    def _find(self, surface: Surface, label: str, kinds: Collection[str], beside: str) -> Placed:
        return find_labelled(
            self._workspace, surface, label, beside=beside, suits=lambda e: e["type"] in kinds
        )

    async def _act(self, surface: Surface, placed: Placed, value: Any = None) -> None:
        block, element = placed
        await self._slack.interactions.act(
            self.user, surface, block["block_id"], element["action_id"], value
        )

    def _enter(self, surface: Surface, placed: Placed, value: Any) -> None:
        block, element = placed
        self._slack.interactions.enter(
            self.user, surface, block["block_id"], element["action_id"], value
        )
