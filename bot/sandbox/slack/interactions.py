"""What people do in Slack, by ids: commands, clicks, choices, searches, shortcuts, Home."""

from typing import Any

from bot.sandbox.slack import blockkit, mrkdwn
from bot.sandbox.slack.answers import Answers
from bot.sandbox.slack.blocks import element_at
from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.errors import RefusedError, UndeliveredError
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.model import Channel, Json, User
from bot.sandbox.slack.payloads import Payloads, Surface, action
from bot.sandbox.slack.state import VALUE_KEYS, Values, value_of
from bot.sandbox.slack.submissions import Submissions
from bot.sandbox.slack.views import View
from bot.sandbox.slack.webapi.registry import Context


class Interactions:
    """Delivers what a person does and applies what the app answers.

    Every method returns when the app has acknowledged, or when the person has been told that
    it did not (`Workspace.notices`).
    """

    def __init__(self, context: Context, delivery: Delivery) -> None:
        self._context = context
        self._workspace = context.workspace
        self._delivery = delivery
        self._payloads = Payloads(context.workspace)
        self.answers = Answers(context)
        self.submissions = Submissions(context, delivery, self._payloads)

    async def command(self, user: User, channel: Channel, typed: str) -> None:
        """Type a slash command such as `/charger show 12` in a channel."""
        command, *rest = typed.split(maxsplit=1)
        text = "".join(rest)
        known = self._workspace.app.commands.get(command)
        if known is None or "commands" not in self._workspace.app.scopes:
            self._workspace.tell(
                user.id, "invalid_command", f"{command} is not a valid command.", channel.id
            )
            return
        if known.should_escape:
            text = mrkdwn.escaped(self._workspace, text)
        url = self._workspace.response_urls.issue("commands", channel.id, user.id)
        payload = self._payloads.command(
            user,
            channel,
            command,
            text.strip(),
            response_url=self._address(url.id),
            trigger_id=self._workspace.triggers.issue(user.id),
        )
        try:
            answer = await self._delivery.ask("slash_commands", payload)
            self.answers.to_command(answer, channel.id, user.id, typed)
        except (UndeliveredError, RefusedError) as error:
            sentence = f'{command} failed with the error "{error.code}"'
            self._workspace.tell(user.id, error.code, sentence, channel.id)

    def enter(
        self, user: User, surface: Surface, block_id: str, action_id: str, value: Any
    ) -> Json:
        """Put a value into a field, sending nothing; returns its entry in `state.values`."""
        _, element = _placed(surface, block_id, action_id)
        entry = value_of(element, value)
        typed = _typed(user, surface)
        typed.setdefault(block_id, {})[action_id] = entry
        if isinstance(surface, View):
            surface.errors.pop(block_id, None)
        self._workspace.changes.publish("typed", user=user.id)
        return entry

    async def act(
        self, user: User, surface: Surface, block_id: str, action_id: str, value: Any = None
    ) -> None:
        """Press a button, or choose `value` in a field that sends its choices at once.

        An overflow menu takes the chosen option as its value.
        """
        block, element = _placed(surface, block_id, action_id)
        if element["type"] in VALUE_KEYS:
            shown = self.enter(user, surface, block_id, action_id, value)
            if block["type"] == "input" and not block.get("dispatch_action"):
                return
        elif element["type"] == "overflow":
            shown = {"selected_option": value}
        else:
            shown = {"value": element["value"]} if "value" in element else {}
        done = action(element, block, self._workspace.ids.ts(), shown)
        await self._send_action(user, surface, done)

    async def _send_action(self, user: User, surface: Surface, done: Json) -> None:
        from_modal = isinstance(surface, View) and surface.type == "modal"
        trigger_id = self._workspace.triggers.issue(user.id, from_modal=from_modal)
        channel, response_url = "", ""
        if isinstance(surface, Message):
            channel = surface.channel
            url = self._workspace.response_urls.issue("actions", channel, user.id, surface.ts)
            response_url = self._address(url.id)
        payload = self._payloads.block_actions(user, surface, done, trigger_id, response_url)
        try:
            await self._delivery.ask("interactive", payload, accepts_payload=False)
        except UndeliveredError as error:
            self._fail(user, surface, error.code)

    def _fail(self, user: User, surface: Surface, code: str) -> None:
        channel = surface.channel if isinstance(surface, Message) else ""
        sentence = "This app isn't responding. Try again?"
        if isinstance(surface, View) and surface.type == "modal":
            self._workspace.views.mark(surface, trouble=sentence)
        self._workspace.tell(user.id, code, sentence, channel)

    async def suggestions(
        self, user: User, surface: Surface, block_id: str, action_id: str, query: str
    ) -> Json:
        """What the app offers in an external select: `options` or `option_groups`.

        Shorter queries than `min_query_length` (default 3) reach nobody.
        """
        _, element = _placed(surface, block_id, action_id)
        if len(query) < element.get("min_query_length", 3):
            return {"options": []}
        payload = self._payloads.block_suggestion(user, surface, block_id, action_id, query)
        try:
            return _checked_options(await self._delivery.ask("interactive", payload))
        except (UndeliveredError, RefusedError) as error:
            channel = surface.channel if isinstance(surface, Message) else ""
            self._workspace.tell(user.id, error.code, "Result not available.", channel)
            return {"options": []}

    async def shortcut(self, user: User, callback_id: str) -> None:
        """Run a global shortcut of the app."""
        trigger_id = self._workspace.triggers.issue(user.id)
        await self._run(user, self._payloads.shortcut(user, callback_id, trigger_id))

    async def message_shortcut(self, user: User, callback_id: str, message: Message) -> None:
        """Run a shortcut of the app on a message."""
        url = self._workspace.response_urls.issue("actions", message.channel, user.id)
        payload = self._payloads.message_action(
            user,
            callback_id,
            message,
            response_url=self._address(url.id),
            trigger_id=self._workspace.triggers.issue(user.id),
        )
        await self._run(user, payload)

    async def _run(self, user: User, payload: Json) -> None:
        try:
            await self._delivery.ask("interactive", payload, accepts_payload=False)
        except UndeliveredError as error:
            self._workspace.tell(user.id, error.code, "This shortcut didn't work. Try again?")

    def open_home(self, user: User, tab: str = "home") -> None:
        """Look at the app's Home or, with tab `messages`, at its direct messages."""
        channel = self._workspace.bot_channel(user.id)
        view = self._workspace.views.home(user.id)
        event = self._payloads.app_home_opened(user, channel, tab, view)
        self._context.events.tell("app_home_opened", event)

    def _address(self, url_id: str) -> str:
        return f"{self._context.base_url}/response/{url_id}"


def _placed(surface: Surface, block_id: str, action_id: str) -> tuple[Json, Json]:
    """The block and element with these ids.

    Raises:
        LookupError: the message or view has changed and has no such element.
    """
    found = element_at(surface.every_block, block_id, action_id)
    if found is None:
        raise LookupError(f"there is no element {action_id!r} in block {block_id!r}")
    return found


def _typed(user: User, surface: Surface) -> Values:
    if isinstance(surface, View):
        return surface.typed
    return surface.typed.setdefault(user.id, {})


def _checked_options(answer: Any) -> Json:
    """Options as Slack would show them.

    Raises:
        RefusedError: `invalid_options`.
    """
    found = blockkit.option_problems(answer)
    if found:
        raise RefusedError("invalid_options", found)
    return {"option_groups": answer["option_groups"]} if answer.get("option_groups") else answer
