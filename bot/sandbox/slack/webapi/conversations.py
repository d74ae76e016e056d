"""Methods about channels and what is said in them."""

import math
import re
from collections.abc import Sequence

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.model import Channel, Json
from bot.sandbox.slack.webapi.registry import Context, method, ok, page

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
TIME_STAMP = re.compile(r"\d{1,15}(\.\d{1,6})?")
KINDS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def _kinds(context: Context, arguments: Arguments) -> set[str]:
    kinds = set(arguments.names("types")) or {"public_channel"}
    if not kinds <= KINDS.keys():
        raise RefusedError("invalid_types")
    for kind in sorted(kinds):
        context.require_scope(f"{KINDS[kind]}:read")
    return kinds


def _listed(context: Context, arguments: Arguments, channels: Sequence[Channel]) -> Json:
    kinds = _kinds(context, arguments)
    hide_archived = arguments.flag("exclude_archived")
    wanted = [
        channel
        for channel in channels
        if channel.kind in kinds and not (hide_archived and channel.is_archived)
    ]
    shown, metadata = page(wanted, arguments, 100)
    viewer = context.app.bot_user_id
    return ok(channels=[channel.to_api(viewer) for channel in shown], response_metadata=metadata)


@method("conversations.list", tier=2, scopes=READ)
def list_channels(context: Context, arguments: Arguments) -> Json:
    """Public channels, and the private ones that the app is in."""
    bot = context.app.bot_user_id
    known = [
        channel
        for channel in context.workspace.channels.values()
        if channel.kind == "public_channel" or bot in channel.members
    ]
    return _listed(context, arguments, known)


@method("users.conversations", tier=3, scopes=READ)
def list_own_channels(context: Context, arguments: Arguments) -> Json:
    """The channels that a user, or else the app, is in."""
    user_id = arguments.text("user", context.app.bot_user_id)
    bot = context.app.bot_user_id
    joined = [
        channel
        for channel in context.workspace.channels.values()
        if user_id in channel.members
        and (channel.kind == "public_channel" or bot in channel.members)
    ]
    return _listed(context, arguments, joined)


@method("conversations.info", tier=3, scopes=READ)
def channel_info(context: Context, arguments: Arguments) -> Json:
    """One channel."""
    channel = context.visible_channel(arguments.required("channel", "channel_not_found"))
    context.require_scope(f"{channel.event_kind}:read")
    shown = channel.to_api(context.app.bot_user_id)
    if not arguments.flag("include_num_members"):
        shown.pop("num_members", None)
    return ok(channel=shown)


@method("conversations.members", tier=4, scopes=READ)
def channel_members(context: Context, arguments: Arguments) -> Json:
    """Who is in a channel."""
    channel = context.visible_channel(arguments.required("channel", "channel_not_found"))
    members, metadata = page(channel.members, arguments, 100)
    return ok(members=members, response_metadata=metadata)


@method("conversations.open", tier=3, scopes=("im:write", "mpim:write"))
def open_direct_message(context: Context, arguments: Arguments) -> Json:
    """The direct messages with one user."""
    users = arguments.names("users")
    if not users and arguments.text("channel"):
        channel = context.visible_channel(arguments.text("channel"))
    elif len(users) != 1:
        raise RefusedError("users_list_not_supplied" if not users else "not_enough_users")
    else:
        channel = context.workspace.bot_channel(context.workspace.user(users[0]).id)
    if arguments.flag("return_im"):
        return ok(channel=channel.to_api(context.app.bot_user_id))
    return ok(channel={"id": channel.id})


@method("conversations.join", tier=3, scopes=("channels:join",))
def join_channel(context: Context, arguments: Arguments) -> Json:
    """Make the app a member of a public channel."""
    channel = context.visible_channel(arguments.required("channel", "channel_not_found"))
    if channel.kind != "public_channel":
        raise RefusedError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise RefusedError("is_archived")
    bot = context.app.bot_user_id
    if bot in channel.members:
        return ok(channel=channel.to_api(bot), warning="already_in_channel")
    channel.members.append(bot)
    context.workspace.changes.publish("channel", channel=channel.id)
    return ok(channel=channel.to_api(bot))


@method("conversations.history", tier=3, scopes=HISTORY)
def history(context: Context, arguments: Arguments) -> Json:
    """The messages of a channel, newest first."""
    channel = _readable(context, arguments)
    messages = _between(context.workspace.messages.history(channel.id), arguments)
    shown, metadata = page(messages, arguments, 100, 999)
    return ok(
        messages=_shown(context, arguments, shown),
        has_more=bool(metadata["next_cursor"]),
        pin_count=0,
        response_metadata=metadata,
    )


@method("conversations.replies", tier=3, scopes=HISTORY)
def replies(context: Context, arguments: Arguments) -> Json:
    """A thread with its start, oldest first."""
    channel = _readable(context, arguments)
    thread_ts = arguments.required("ts", "thread_not_found")
    thread = context.workspace.messages.thread(channel.id, thread_ts)
    if not thread:
        raise RefusedError("thread_not_found")
    top, rest = thread[:1], _between(thread[1:], arguments)
    shown, metadata = page([*top, *rest], arguments, 1000)
    return ok(
        messages=_shown(context, arguments, shown),
        has_more=bool(metadata["next_cursor"]),
        response_metadata=metadata,
    )


def _readable(context: Context, arguments: Arguments) -> Channel:
    channel = context.own_channel(arguments.required("channel", "channel_not_found"))
    context.require_scope(f"{channel.event_kind}:history")
    return channel


def _between(messages: list[Message], arguments: Arguments) -> list[Message]:
    oldest = _bound(arguments, "oldest", 0.0)
    latest = _bound(arguments, "latest", math.inf)
    inclusive = arguments.flag("inclusive")
    return [
        message
        for message in messages
        if oldest < float(message.ts) < latest
        or (inclusive and float(message.ts) in {oldest, latest})
    ]


def _bound(arguments: Arguments, name: str, default: float) -> float:
    given = arguments.text(name)
    if given and not TIME_STAMP.fullmatch(given):
        raise RefusedError(f"invalid_ts_{name}")
    return float(given) if given else default


def _shown(context: Context, arguments: Arguments, messages: list[Message]) -> list[Json]:
    with_metadata = arguments.flag("include_all_metadata")
    to_api = context.workspace.messages.to_api
    return [to_api(message, with_metadata=with_metadata) for message in messages]
