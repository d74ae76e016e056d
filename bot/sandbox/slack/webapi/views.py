"""Methods that open and change modals and the Home tab."""

import json

from bot.sandbox.slack import blockkit
from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.blocks import placed_elements
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.views import View
from bot.sandbox.slack.webapi.registry import Context, method, ok

VIEW_LIMIT = 250_000  # bytes (Slack docs, views.open)


def checked_view(context: Context, content: object, *types: str) -> Json:
    """A view that Slack would show.

    Raises:
        RefusedError: `invalid_arguments`, `view_too_large`, or `missing_scope` for a file input
            without `files:read` (the code is inferred).
    """
    if not isinstance(content, dict):
        raise RefusedError("invalid_arguments", ["[ERROR] missing required field: view"])
    if content.get("type") not in types:
        raise RefusedError("invalid_arguments", ["[ERROR] invalid type [json-pointer:/view/type]"])
    if len(json.dumps(content, ensure_ascii=False).encode()) > VIEW_LIMIT:
        raise RefusedError("view_too_large")
    found = blockkit.problems(content, content["type"])
    if found:
        raise RefusedError("invalid_arguments", found)
    if any(element["type"] == "file_input" for _, element in placed_elements(content["blocks"])):
        context.require_scope("files:read")
    return content


def _answer(context: Context, view: View) -> Json:
    app = context.app
    return ok(view=context.workspace.views.to_api(view, app.id, app.bot_id))


def _trigger_id(arguments: Arguments) -> str:
    given = arguments.text("trigger_id") or arguments.text("interactivity_pointer")
    if not given:
        raise RefusedError("invalid_arguments", ["[ERROR] missing required field: trigger_id"])
    return given


@method("views.open", tier=4)
def open_view(context: Context, arguments: Arguments) -> Json:
    """Open a modal; pressed within a modal, it comes on top of that one."""
    content = checked_view(context, arguments.structure("view"), "modal")
    trigger = context.workspace.triggers.redeem(_trigger_id(arguments))
    views = context.workspace.views
    if trigger.from_modal and views.top(trigger.user):
        return _answer(context, views.push(trigger.user, content))
    return _answer(context, views.open(trigger.user, content))


@method("views.push", tier=4)
def push_view(context: Context, arguments: Arguments) -> Json:
    """Put a modal on top of the one in which the trigger came about."""
    content = checked_view(context, arguments.structure("view"), "modal")
    trigger = context.workspace.triggers.redeem(_trigger_id(arguments))
    return _answer(context, context.workspace.views.push(trigger.user, content))


@method("views.update", tier=4)
def update_view(context: Context, arguments: Arguments) -> Json:
    """Change a view that is open."""
    content = checked_view(context, arguments.structure("view"), "modal", "home")
    view_id, external_id = arguments.text("view_id"), arguments.text("external_id")
    if not (view_id or external_id):
        raise RefusedError("invalid_arguments", ["[ERROR] missing required field: view_id"])
    view = context.workspace.views.find(view_id=view_id, external_id=external_id)
    updated = context.workspace.views.update(view, content, arguments.text("hash"))
    return _answer(context, updated)


@method("views.publish", tier=4)
def publish_view(context: Context, arguments: Arguments) -> Json:
    """Set the Home tab of one person."""
    content = checked_view(context, arguments.structure("view"), "home")
    if not context.app.home_tab:
        raise RefusedError("not_enabled")
    user = context.workspace.users.get(arguments.required("user_id"))
    if user is None or user.is_bot:
        raise RefusedError("invalid_arguments", ["[ERROR] unknown user: user_id"])
    published = context.workspace.views.publish(user.id, content, arguments.text("hash"))
    return _answer(context, published)
