"""Where a person writes: messages, replies and slash commands with completion."""

from html import escape

from nicegui import events

from bot.sandbox.page.commands import Suggestion, suggestions, usage
from bot.sandbox.page.seat import Seat
from bot.sandbox.page.tags import Tag, button, initially, markup, set_value, tag
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.installed_app import SlashCommand
from bot.sandbox.slack.model import Channel

KEY = "(event) => composerKey(event, emit)"
SEND = "(event) => sendFrom(event, emit)"
TYPED = "(event) => emit(event.target.value)"
PICKED = "(event) => { const at = pickedAt(event); if (at !== null) emit(at); }"
REFUSALS = {
    "not_in_channel": "You are not a member of this channel.",
    "is_archived": "This channel is archived.",
    "restricted_action": "Sending messages to this app has been turned off.",
    "thread_not_found": "This thread is gone.",
}


class Composer:
    """The field below a conversation or thread."""

    def __init__(self, seat: Seat, channel: Channel, thread: str = "") -> None:
        self._seat = seat
        self._channel = channel
        self._thread = thread
        self._offered: list[Suggestion] = []
        with tag("div", "composer thread-composer" if thread else "composer"):
            self._list = markup("", "picker-list above")
            self._field = self._draw_field()
            with tag("div", "composer-bar"):
                if not thread:
                    self._draw_shortcuts()
                self._hint = tag("span", "composer-hint")
                self._show_hint(seat.drafts.get(self._key, ""))
                send = button("Send", None, "send", aria_label="Send", title="Send (Enter)")
                send.on("click", self._send, js_handler=SEND)

    @property
    def _standing_hint(self) -> str:
        return "" if self._thread else "Enter sends, Shift + Enter starts a new line"

    def _draw_field(self) -> Tag:
        name = "Reply" if self._thread else f"Message {place_name(self._seat, self._channel)}"
        field = tag(
            "textarea",
            "composer-field",
            rows=1,
            aria_label=name,
            placeholder=f"{name}…",
            spellcheck="false",
        )
        initially(field, self._seat.drafts.get(self._key, ""))
        field.on("input", self._typed, js_handler=TYPED)
        field.on("keydown", self._send, js_handler=KEY)
        field.on("blur", lambda _: self._offer([]), args=[])
        self._list.props["role"] = "listbox"
        self._list.props["aria-label"] = "Commands"
        self._list.on("mousedown", self._pick, js_handler=PICKED)
        return field

    def _draw_shortcuts(self) -> None:
        shortcuts = [s for s in self._seat.workspace.app.shortcuts.values() if s.type == "global"]
        if not shortcuts:
            return
        with tag("details", "menu up"):
            tag("summary", "icon-button", "⚡", role="button", aria_label="Shortcuts")
            with tag("div", "menu-list", role="menu"):
                for shortcut in shortcuts:
                    self._draw_shortcut(shortcut.name, shortcut.description, shortcut.callback_id)

    def _draw_shortcut(self, name: str, description: str, callback_id: str) -> None:
        async def run() -> None:
            await self._seat.slack.interactions.shortcut(self._seat.person, callback_id)

        with button("", run, "menu-item", role="menuitem", aria_label=name):
            tag("span", text=name)
            tag("span", "description", description)

    @property
    def _key(self) -> tuple[str, str, str]:
        return self._seat.person.id, self._channel.id, self._thread

    # typing

    def _typed(self, event: events.GenericEventArguments) -> None:
        typed = event.args
        self._seat.drafts[self._key] = typed
        self._show_hint(typed)
        self._offer([] if self._thread else suggestions(self._commands, typed))

    @property
    def _commands(self) -> list[SlashCommand]:
        return list(self._seat.workspace.app.commands.values())

    def _show_hint(self, typed: str) -> None:
        self._hint.text = usage(self._commands, typed) or self._standing_hint

    def _offer(self, offered: list[Suggestion]) -> None:
        self._offered = offered
        self._list.content = "".join(
            f'<div class="picker-option" role="option" data-at="{at}">'
            f"<span><b>{escape(each.insert)}</b> {escape(each.hint)}</span>"
            f'<span class="description">{escape(each.description)}</span></div>'
            for at, each in enumerate(offered)
        )

    def _pick(self, event: events.GenericEventArguments) -> None:
        typed = self._offered[int(event.args)].insert
        set_value(self._field, typed)
        self._typed_now(typed)

    def _typed_now(self, typed: str) -> None:
        self._seat.drafts[self._key] = typed
        self._show_hint(typed)
        self._offer(suggestions(self._commands, typed) if typed.endswith(" ") else [])

    # sending

    async def _send(self, event: events.GenericEventArguments) -> None:
        text = str(event.args).strip()
        self._seat.drafts.pop(self._key, None)
        self._show_hint("")
        self._offer([])
        if not text:
            return
        if text.startswith("/"):
            await self._command(text)
            return
        try:
            self._seat.slack.posts.post(
                self._seat.person, self._channel, text, thread_ts=self._thread
            )
        except RefusedError as error:
            self._seat.say(REFUSALS.get(error.code, f"Not sent: {error.code}."))

    async def _command(self, text: str) -> None:
        if self._thread:
            name = text.partition(" ")[0]
            self._seat.say(f"{name} is not supported in threads. Sorry!")
            return
        await self._seat.slack.interactions.command(self._seat.person, self._channel, text)


def place_name(seat: Seat, channel: Channel) -> str:
    """`#alerts`, or the name of the other side of a direct message."""
    if not channel.is_im:
        return f"#{channel.name}"
    other = seat.workspace.users.get(channel.other(seat.person.id))
    return other.label if other else channel.id
