"""Methods that post and change messages."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack import blockkit
from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.model import Channel, Json
from bot.sandbox.slack.webapi.registry import SPECIAL, Context, method, ok, page

TEXT_LIMIT = 40_000  # longer text is cut, with a warning (Slack docs, chat.postMessage)
UPDATE_TEXT_LIMIT = 4_000  # longer text is refused (Slack docs, chat.update)
BLOCKS_LIMIT = 13_200  # characters in all blocks; undocumented (bolt-js issue 2509)
MARKDOWN_LIMIT = 12_000
METADATA_LIMIT = 16_000
DAYS_AHEAD = 120 * 24 * 3600  # how far a message may be scheduled
PER_WINDOW = 30  # scheduled messages in five minutes of one channel


@dataclass
class Content:
    """What a message says, checked; `warnings` go into the answer."""

    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    warnings: list[str] = field(default_factory=list)

    def fields(self) -> dict[str, Any]:
        """As fields of a message."""
        return {
            "text": self.text,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "metadata": self.metadata,
        }


def read_content(arguments: Arguments) -> Content:
    """The text, blocks, attachments and metadata in a call.

    Raises:
        RefusedError: `no_text`, `invalid_blocks`, `msg_blocks_too_long` and the like.
    """
    content = Content(
        text=arguments.text("text"),
        blocks=read_list(arguments, "blocks", "invalid_blocks_format"),
        attachments=read_list(arguments, "attachments", "invalid_attachments"),
        metadata=_metadata(arguments),
    )
    markdown = arguments.text("markdown_text")
    if markdown:
        _take_markdown(content, markdown)
    check_blocks(content)
    if not (content.text or content.blocks or content.attachments):
        raise RefusedError("no_text")
    if len(content.text) > TEXT_LIMIT:
        content.text = content.text[:TEXT_LIMIT]
        content.warnings.append("message_truncated")
    return content


def check_blocks(content: Content) -> None:
    """Refuse what Slack refuses.

    Raises:
        RefusedError: `invalid_blocks`, `msg_blocks_too_long` or `too_many_attachments`.
    """
    if len(content.attachments) > 100:
        raise RefusedError("too_many_attachments")
    every_block = [*content.blocks, *attached_blocks(content.attachments)]
    found = blockkit.problems({"blocks": content.blocks}, "message")
    for attachment in content.attachments:
        found += blockkit.problems({"blocks": attachment.get("blocks") or []}, "message")
    if found:
        raise RefusedError(
            "invalid_blocks", found, errors=[line.removeprefix("[ERROR] ") for line in found]
        )
    if blockkit.characters(every_block) > BLOCKS_LIMIT:
        raise RefusedError("msg_blocks_too_long")


def attached_blocks(attachments: list[Json]) -> list[Json]:
    """The blocks within attachments."""
    return [block for attachment in attachments for block in attachment.get("blocks") or []]


def read_list(arguments: Arguments, name: str, code: str) -> list[Json]:
    """A list of objects, such as blocks; raises RefusedError with `code`."""
    value = arguments.structure(name, code)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise RefusedError(code)
    return value


def _take_markdown(content: Content, markdown: str) -> None:
    if content.text or content.blocks:
        raise RefusedError("markdown_text_conflict")
    if len(markdown) > MARKDOWN_LIMIT:
        raise RefusedError("msg_too_long")
    content.text = markdown
    content.blocks = [{"type": "markdown", "text": markdown}]


def _metadata(arguments: Arguments) -> Json | None:
    value = arguments.structure("metadata", "invalid_metadata_format")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise RefusedError("invalid_metadata_format")
    if value and not (
        isinstance(value.get("event_type"), str) and isinstance(value.get("event_payload"), dict)
    ):
        raise RefusedError("invalid_metadata_schema")
    if len(str(value)) > METADATA_LIMIT:
        raise RefusedError("metadata_too_large")
    return value


def target_channel(context: Context, arguments: Arguments) -> Channel:
    """The channel to post in: by id, by name, or a user's direct messages.

    Raises:
        RefusedError: `channel_not_found`, `not_in_channel` or `is_archived`.
    """
    wanted = arguments.required("channel", "channel_not_found")
    workspace = context.workspace
    if wanted in workspace.users:
        if wanted == context.app.bot_user_id or workspace.users[wanted].deleted:
            raise RefusedError("channel_not_found")
        return workspace.bot_channel(wanted)
    try:
        channel = context.visible_channel(workspace.channel_named(wanted).id)
    except KeyError:
        raise RefusedError("channel_not_found") from None
    if channel.is_archived:
        raise RefusedError("is_archived")
    is_member = context.app.bot_user_id in channel.members
    if not is_member and "chat:write.public" not in context.app.scopes:
        raise RefusedError("not_in_channel")
    return channel


def post_as_app(context: Context, channel: Channel, content: Content, **fields: Any) -> Message:
    """Post in the app's name and tell the app's own subscriptions."""
    message = context.workspace.messages.post(
        channel.id,
        context.app.bot_user_id,
        bot_profile=context.app.bot_profile(context.workspace.team_id),
        **content.fields(),
        **fields,
    )
    if not message.is_ephemeral:
        context.events.message_posted(message)
    return message


def _warned(answer: Json, content: Content) -> Json:
    if content.warnings:
        answer["warning"] = ",".join(content.warnings)
        answer["response_metadata"] = {"warnings": content.warnings}
    return answer


@method("chat.postMessage", tier=SPECIAL, scopes=("chat:write",))
def post_message(context: Context, arguments: Arguments) -> Json:
    """Post a message."""
    channel = target_channel(context, arguments)
    content = read_content(arguments)
    message = post_as_app(
        context,
        channel,
        content,
        thread_ts=arguments.text("thread_ts"),
        reply_broadcast=arguments.flag("reply_broadcast"),
    )
    shown = context.workspace.messages.to_api(message)
    return _warned(ok(channel=channel.id, ts=message.ts, message=shown), content)


@method("chat.postEphemeral", tier=4, scopes=("chat:write",))
def post_ephemeral(context: Context, arguments: Arguments) -> Json:
    """Post a message that one person sees."""
    channel = target_channel(context, arguments)
    user = context.workspace.user(arguments.required("user", "user_not_found"))
    if user.id not in channel.members:
        raise RefusedError("user_not_in_channel")
    content = read_content(arguments)
    message = post_as_app(
        context, channel, content, thread_ts=arguments.text("thread_ts"), visible_to=user.id
    )
    return _warned(ok(message_ts=message.ts), content)


def own_message(context: Context, channel: Channel, ts: str, code: str) -> Message:
    """A message of the app itself.

    Raises:
        RefusedError: `message_not_found` (ephemeral ones too), or `code` for others' messages.
    """
    message = context.workspace.messages.find(channel.id, ts)
    if message.is_ephemeral or message.subtype == "tombstone":
        raise RefusedError("message_not_found")
    if message.user != context.app.bot_user_id:
        raise RefusedError(code)
    return message


@method("chat.update", tier=3, scopes=("chat:write",))
def update_message(context: Context, arguments: Arguments) -> Json:
    """Change a message.

    Text alone drops the blocks and shows as edited; absent attachments and metadata stay
    (Slack docs, chat.update).
    """
    channel = context.visible_channel(arguments.required("channel", "channel_not_found"))
    ts = arguments.required("ts", "message_not_found")
    message = own_message(context, channel, ts, "cant_update_message")
    if len(arguments.text("text")) > UPDATE_TEXT_LIMIT:
        raise RefusedError("msg_too_long")
    content = read_content(arguments)
    if _is_rich(message.blocks) and content.blocks and not _is_rich(content.blocks):
        raise RefusedError("block_mismatch")
    fields = content.fields()
    for kept in {"attachments", "metadata"} - arguments.given.keys():
        del fields[kept]
    editor = "" if content.blocks else context.app.bot_user_id
    context.workspace.messages.change(message, by=editor, **fields)
    context.events.message_changed(message)
    shown = context.workspace.messages.to_api(message)
    return _warned(ok(channel=channel.id, ts=ts, text=message.text, message=shown), content)


def _is_rich(blocks: list[Json]) -> bool:
    """Rich text is replaced by rich text only (Slack docs, chat.update)."""
    return any(block["type"] == "rich_text" for block in blocks)


@method("chat.delete", tier=3, scopes=("chat:write",))
def delete_message(context: Context, arguments: Arguments) -> Json:
    """Delete a message of the app."""
    channel = context.visible_channel(arguments.required("channel", "channel_not_found"))
    ts = arguments.required("ts", "message_not_found")
    message = own_message(context, channel, ts, "cant_delete_message")
    context.workspace.messages.delete(message)
    context.events.message_deleted(message)
    return ok(channel=channel.id, ts=ts)


@method("chat.getPermalink", tier=SPECIAL)
def permalink(context: Context, arguments: Arguments) -> Json:
    """The address of a message."""
    channel = context.visible_channel(arguments.required("channel", "channel_not_found"))
    ts = arguments.required("message_ts", "message_not_found")
    message = context.workspace.messages.find(channel.id, ts)
    address = f"https://{context.workspace.domain}.slack.com/archives/{channel.id}"
    link = f"{address}/p{ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return ok(channel=channel.id, permalink=link)


@method("chat.scheduleMessage", tier=3, scopes=("chat:write",))
def schedule_message(context: Context, arguments: Arguments) -> Json:
    """Keep a message until `post_at`."""
    channel = target_channel(context, arguments)
    post_at = arguments.number("post_at", 0)
    now = int(context.workspace.clock.now().timestamp())
    if post_at <= now:
        raise RefusedError("time_in_past")
    if post_at > now + DAYS_AHEAD:
        raise RefusedError("time_too_far")
    content = read_content(arguments)
    scheduled = context.workspace.scheduled
    if scheduled.close_to(channel.id, post_at) >= PER_WINDOW:
        raise RefusedError("restricted_too_many")
    fields = content.fields() | {"thread_ts": arguments.text("thread_ts")}
    entry = scheduled.add(channel.id, post_at, fields)
    return ok(channel=channel.id, scheduled_message_id=entry.id, post_at=post_at)


@method("chat.scheduledMessages.list", tier=3)
def list_scheduled_messages(context: Context, arguments: Arguments) -> Json:
    """What waits for its time."""
    entries = context.workspace.scheduled.waiting(arguments.text("channel"))
    shown, metadata = page(entries, arguments, 100)
    return ok(
        scheduled_messages=[
            {
                "id": entry.id,
                "channel_id": entry.channel,
                "post_at": entry.post_at,
                "text": entry.fields["text"],
            }
            for entry in shown
        ],
        response_metadata=metadata,
    )


@method("chat.deleteScheduledMessage", tier=3, scopes=("chat:write",))
def delete_scheduled_message(context: Context, arguments: Arguments) -> Json:
    """Take back a scheduled message."""
    channel = context.visible_channel(arguments.required("channel", "channel_not_found"))
    context.workspace.scheduled.remove(channel.id, arguments.required("scheduled_message_id"))
    return ok()
