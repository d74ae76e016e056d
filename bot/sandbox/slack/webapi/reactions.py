"""Methods for emoji reactions."""

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.webapi.registry import Context, method, ok


def _message(context: Context, arguments: Arguments) -> Message:
    channel = context.own_channel(arguments.required("channel", "channel_not_found"))
    message = context.workspace.messages.find(
        channel.id, arguments.required("timestamp", "bad_timestamp")
    )
    if message.is_ephemeral:
        raise RefusedError("message_not_found")
    return message


@method("reactions.add", tier=3, scopes=("reactions:write",))
def add_reaction(context: Context, arguments: Arguments) -> Json:
    """React to a message as the app."""
    message = _message(context, arguments)
    users = message.reactions.setdefault(arguments.required("name", "invalid_name"), [])
    if context.app.bot_user_id in users:
        raise RefusedError("already_reacted")
    users.append(context.app.bot_user_id)
    _publish(context, message)
    return ok()


@method("reactions.remove", tier=3, scopes=("reactions:write",))
def remove_reaction(context: Context, arguments: Arguments) -> Json:
    """Take a reaction of the app back."""
    message = _message(context, arguments)
    name = arguments.required("name", "invalid_name")
    users = message.reactions.get(name, [])
    if context.app.bot_user_id not in users:
        raise RefusedError("no_reaction")
    users.remove(context.app.bot_user_id)
    if not users:
        del message.reactions[name]
    _publish(context, message)
    return ok()


@method("reactions.get", tier=3, scopes=("reactions:read",))
def reactions(context: Context, arguments: Arguments) -> Json:
    """A message with its reactions."""
    message = _message(context, arguments)
    shown = context.workspace.messages.to_api(message)
    return ok(type="message", channel=message.channel, message=shown)


def _publish(context: Context, message: Message) -> None:
    context.workspace.changes.publish("reaction", channel=message.channel, ts=message.ts)
