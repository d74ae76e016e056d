"""Messages: posting, threads, edits, deletions, and who may see which."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.blocks import completed
from bot.sandbox.slack.changes import Changes
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.state import Values


@dataclass
class Message:
    """One message; `visible_to` makes it ephemeral, `typed` is what people chose on it."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    reply_broadcast: bool = False
    visible_to: str = ""
    bot_profile: Json | None = None
    metadata: Json | None = None
    files: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: Json | None = None
    subtype: str = ""
    typed: dict[str, Values] = field(default_factory=dict)
    before: Json = field(default_factory=dict)
    """As it was before it was changed or deleted."""

    @property
    def is_ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return bool(self.visible_to)

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread, not at its top."""
        return bool(self.thread_ts) and self.thread_ts != self.ts

    @property
    def every_block(self) -> list[Json]:
        """The blocks, those within attachments included."""
        attached = (block for entry in self.attachments for block in entry.get("blocks") or [])
        return [*self.blocks, *attached]

    def may_be_seen_by(self, user_id: str) -> bool:
        """Everyone sees a message, one person an ephemeral one."""
        return self.visible_to in {"", user_id}

    def to_api(self, *, with_metadata: bool = False) -> Json:
        """A message object without what it has as a thread (Slack docs, events/message)."""
        shown: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        if self.bot_profile:
            shown |= {
                "bot_id": self.bot_profile["id"],
                "app_id": self.bot_profile["app_id"],
                "bot_profile": self.bot_profile,
            }
        optional: Json = {
            "subtype": self.subtype,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "thread_ts": self.thread_ts,
            "files": self.files,
            "edited": self.edited,
            "reactions": [
                {"name": name, "users": list(users), "count": len(users)}
                for name, users in self.reactions.items()
            ],
            "metadata": self.metadata if with_metadata else None,
        }
        return shown | {key: value for key, value in optional.items() if value}


class Messages:
    """All messages of the workspace, by channel and time."""

    def __init__(self, ids: Ids, changes: Changes, team_id: str) -> None:
        self._ids = ids
        self._changes = changes
        self._team_id = team_id
        self._by_channel: dict[str, dict[str, Message]] = {}

    def post(self, channel: str, user: str, **fields: Any) -> Message:
        """Post a message.

        Raises:
            RefusedError: `thread_not_found`, when `thread_ts` names no message here.
        """
        thread_ts = fields.get("thread_ts", "")
        if thread_ts and not fields.get("visible_to"):
            self._start_thread(channel, thread_ts)
        message = Message(ts=self._ids.ts(), channel=channel, user=user, **fields)
        self._complete(message)
        self._by_channel.setdefault(channel, {})[message.ts] = message
        self._changes.publish("message", channel=channel, user=message.visible_to, ts=message.ts)
        return message

    def _complete(self, message: Message) -> None:
        message.blocks = self._completed(message.blocks)
        message.attachments = [
            {**entry, "blocks": self._completed(entry["blocks"])} if entry.get("blocks") else entry
            for entry in message.attachments
        ]

    def _completed(self, blocks: list[Json]) -> list[Json]:
        return completed(blocks, lambda: self._ids.new("b"))

    def _start_thread(self, channel: str, thread_ts: str) -> None:
        parent = self._by_channel.get(channel, {}).get(thread_ts)
        if parent is None or parent.is_ephemeral:
            raise RefusedError("thread_not_found")
        parent.thread_ts = parent.thread_ts or parent.ts

    def change(self, message: Message, *, by: str = "", **fields: Any) -> None:
        """Replace parts of a message; `by` marks it as edited."""
        message.before = self.to_api(message)
        for name, value in fields.items():
            setattr(message, name, value)
        self._complete(message)
        if by:
            message.edited = {"user": by, "ts": self._ids.ts()}
        self._changes.publish("message_changed", channel=message.channel, ts=message.ts)

    def delete(self, message: Message) -> None:
        """Remove a message; the start of a thread with replies leaves a tombstone."""
        message.before = self.to_api(message)
        if len(self.thread(message.channel, message.ts)) > 1:
            self._bury(message)
        else:
            del self._by_channel[message.channel][message.ts]
        self._changes.publish("message_deleted", channel=message.channel, ts=message.ts)

    def _bury(self, message: Message) -> None:
        message.subtype = "tombstone"
        message.text = "This message was deleted."
        message.user, message.bot_profile, message.metadata = "USLACKBOT", None, None
        message.blocks, message.attachments, message.files = [], [], []

    def find(self, channel: str, ts: str) -> Message:
        """The message with this time stamp, ephemeral ones included.

        Raises:
            RefusedError: `message_not_found`.
        """
        message = self._by_channel.get(channel, {}).get(ts)
        if message is None:
            raise RefusedError("message_not_found")
        return message

    def all(self, channel: str) -> list[Message]:
        """Everything in a channel, oldest first, replies and ephemeral messages included."""
        return list(self._by_channel.get(channel, {}).values())

    def seen_by(self, user_id: str, channel: str, thread_ts: str = "") -> list[Message]:
        """What a person sees in a channel, or in one of its threads, oldest first."""
        if thread_ts:
            shown = [m for m in self.all(channel) if thread_ts in {m.thread_ts, m.ts}]
        else:
            shown = [m for m in self.all(channel) if not m.is_reply or m.reply_broadcast]
        return [message for message in shown if message.may_be_seen_by(user_id)]

    def history(self, channel: str) -> list[Message]:
        """What conversations.history reads, newest first: no replies, nothing ephemeral."""
        shown = [
            message
            for message in self.all(channel)
            if not message.is_ephemeral and (not message.is_reply or message.reply_broadcast)
        ]
        return shown[::-1]

    def thread(self, channel: str, thread_ts: str) -> list[Message]:
        """A thread with its start, oldest first, nothing ephemeral."""
        return [
            message
            for message in self.all(channel)
            if thread_ts in {message.thread_ts, message.ts} and not message.is_ephemeral
        ]

    def to_api(self, message: Message, *, with_metadata: bool = False) -> Json:
        """A message object with what it has as the start of a thread."""
        shown = message.to_api(with_metadata=with_metadata) | {"team": self._team_id}
        if not message.thread_ts:
            return shown
        if message.is_reply:
            parent = self._by_channel[message.channel].get(message.thread_ts)
            return shown | {"parent_user_id": parent.user if parent else ""}
        replies = self.thread(message.channel, message.ts)[1:]
        return shown | {
            "reply_count": len(replies),
            "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
            "reply_users_count": len({reply.user for reply in replies}),
            "latest_reply": replies[-1].ts if replies else message.ts,
            "is_locked": False,
        }
