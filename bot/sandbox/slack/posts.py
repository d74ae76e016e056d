"""What people write themselves: messages, replies, edits, deletions, files."""

from collections.abc import Sequence

from bot.sandbox.slack import mrkdwn
from bot.sandbox.slack.composing import rich_text
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.files import File
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.model import Channel, User
from bot.sandbox.slack.webapi.registry import Context


class Posts:
    """Writes as a person and tells the app's subscriptions."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._workspace = context.workspace

    def post(
        self,
        user: User,
        channel: Channel,
        text: str,
        *,
        thread_ts: str = "",
        files: Sequence[File] = (),
    ) -> Message:
        """Write a message; `@ada` and `#alerts` become mentions.

        Raises:
            RefusedError: `not_in_channel`, `is_archived`, or `restricted_action` where the
                app's direct messages are read-only.
        """
        self._check_may_post(user, channel)
        for file in files:
            self._workspace.files.complete(file, channel=channel.id)
        wire_text = mrkdwn.escaped(self._workspace, text)
        message = self._workspace.messages.post(
            channel.id,
            user.id,
            text=wire_text,
            blocks=rich_text(wire_text) if text else [],
            thread_ts=thread_ts,
            subtype="file_share" if files else "",
            files=[file.to_api(self._context.base_url, self._workspace.team_id) for file in files],
        )
        self._context.events.message_posted(message)
        return message

    def _check_may_post(self, user: User, channel: Channel) -> None:
        if user.id not in channel.members:
            raise RefusedError("not_in_channel")
        if channel.is_archived:
            raise RefusedError("is_archived")
        app = self._workspace.app
        if channel.is_im and app.bot_user_id in channel.members and app.messages_tab_read_only:
            raise RefusedError("restricted_action")

    def edit(self, user: User, message: Message, text: str) -> None:
        """Change the person's own message.

        Raises:
            RefusedError: `cant_update_message`, when it is another's.
        """
        if message.user != user.id:
            raise RefusedError("cant_update_message")
        wire_text = mrkdwn.escaped(self._workspace, text)
        self._workspace.messages.change(
            message, by=user.id, text=wire_text, blocks=rich_text(wire_text)
        )
        self._context.events.message_changed(message)

    def delete(self, user: User, message: Message) -> None:
        """Delete an own message, any as an administrator; dismiss an ephemeral one.

        Raises:
            RefusedError: `cant_delete_message`.
        """
        if message.visible_to == user.id:
            self._workspace.messages.delete(message)
            return
        if message.user != user.id and not user.is_admin:
            raise RefusedError("cant_delete_message")
        self._workspace.messages.delete(message)
        self._context.events.message_deleted(message)

    def react(self, user: User, message: Message, name: str) -> None:
        """Add an emoji, or take it back."""
        users = message.reactions.setdefault(name, [])
        event = "reaction_removed" if user.id in users else "reaction_added"
        if user.id in users:
            users.remove(user.id)
            message.reactions = {n: u for n, u in message.reactions.items() if u}
        else:
            users.append(user.id)
        self._workspace.changes.publish("reaction", channel=message.channel, ts=message.ts)
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        self._context.events.tell(
            event,
            {
                "type": event,
                "user": user.id,
                "reaction": name,
                "item": item,
                "item_user": message.user,
            },
        )
