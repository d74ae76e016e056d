"""What an app answers to a command or at a response URL, and what becomes of it."""

from typing import Any

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.triggers import ResponseUrl
from bot.sandbox.slack.webapi.chat import Content, read_content
from bot.sandbox.slack.webapi.registry import Context


class Answers:
    """Turns answers into messages; needs no membership and no scope, as in Slack."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def to_command(self, answer: Any, channel: str, user: str, typed: str) -> None:
        """Apply the acknowledgement of a command: nothing, a text, or a message.

        Raises:
            RefusedError: the message is not acceptable.
        """
        message = {"text": answer} if isinstance(answer, str) else answer
        if not message:
            return
        if not isinstance(message, dict):
            raise RefusedError("invalid_response")
        content = read_content(Arguments(message))
        if message.get("response_type") == "in_channel":
            self._context.workspace.messages.post(channel, user, text=typed)
            self._post(content, channel, "")
        else:
            self._post(content, channel, user)

    def at_response_url(self, url_id: str, body: Json) -> None:
        """Apply a post to a response URL.

        Raises:
            RefusedError: the URL is used up or too old, or the message is not acceptable.
        """
        url = self._context.workspace.response_urls.use(url_id)
        original = self._original(url)
        if body.get("delete_original"):
            if original:
                self._delete(original)
            return
        content = read_content(Arguments(body))
        if body.get("replace_original") and original:
            self._replace(original, content)
        elif body.get("response_type") == "in_channel":
            self._post(content, url.channel, "", str(body.get("thread_ts") or ""))
        else:
            self._post(content, url.channel, url.user, str(body.get("thread_ts") or ""))

    def _original(self, url: ResponseUrl) -> Message | None:
        """The message that was acted on; a slash command has none to replace."""
        if not url.ts:
            return None
        try:
            return self._context.workspace.messages.find(url.channel, url.ts)
        except RefusedError:
            return None

    def _delete(self, message: Message) -> None:
        self._context.workspace.messages.delete(message)
        if not message.is_ephemeral:
            self._context.events.message_deleted(message)

    def _replace(self, message: Message, content: Content) -> None:
        self._context.workspace.messages.change(message, **content.fields())
        if not message.is_ephemeral:
            self._context.events.message_changed(message)

    def _post(self, content: Content, channel: str, visible_to: str, thread_ts: str = "") -> None:
        workspace = self._context.workspace
        message = workspace.messages.post(
            channel,
            self._context.app.bot_user_id,
            bot_profile=self._context.app.bot_profile(workspace.team_id),
            visible_to=visible_to,
            thread_ts=thread_ts,
            **content.fields(),
        )
        if not message.is_ephemeral:
            self._context.events.message_posted(message)
