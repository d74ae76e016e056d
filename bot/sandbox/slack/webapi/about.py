"""Methods about the app, the team and the API itself."""

from bot.sandbox.slack import blockkit
from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.webapi.registry import SPECIAL, Context, method, ok

VALIDATE_LIMIT = 100_000  # characters (Slack docs, blocks.validate)


@method("api.test", tier=4, caller="anyone")
def echo(_context: Context, arguments: Arguments) -> Json:
    """Echo the arguments."""
    if arguments.text("error"):
        raise RefusedError(arguments.text("error"), args=arguments.given)
    return ok(args=arguments.given)


@method("auth.test", tier=SPECIAL, caller="either")
def who_am_i(context: Context, _arguments: Arguments) -> Json:
    """Who the token belongs to."""
    workspace, app = context.workspace, context.app
    return ok(
        url=f"https://{workspace.domain}.slack.com/",
        team=workspace.name,
        user=workspace.users[app.bot_user_id].name,
        team_id=workspace.team_id,
        user_id=app.bot_user_id,
        bot_id=app.bot_id,
        is_enterprise_install=False,
    )


@method("apps.connections.open", tier=3, caller="app")
def open_connection(context: Context, _arguments: Arguments) -> Json:
    """The address of one Socket Mode connection."""
    ticket = context.sockets.issue_ticket()
    address = context.base_url.replace("http", "ws", 1)
    return ok(url=f"{address}/link/?ticket={ticket}&app_id={context.app.id}")


@method("bots.info", tier=3, scopes=("users:read",))
def bot_info(context: Context, arguments: Arguments) -> Json:
    """The app as a bot."""
    app = context.app
    if arguments.text("bot", app.bot_id) != app.bot_id:
        raise RefusedError("bot_not_found")
    profile = app.bot_profile(context.workspace.team_id)
    return ok(bot={**profile, "user_id": app.bot_user_id})


@method("team.info", tier=3, scopes=("team:read",))
def team_info(context: Context, _arguments: Arguments) -> Json:
    """The team."""
    workspace = context.workspace
    return ok(
        team={
            "id": workspace.team_id,
            "name": workspace.name,
            "domain": workspace.domain,
            "email_domain": "",
            "icon": {"image_default": True},
        }
    )


@method("blocks.validate", tier=3, caller="anyone")
def validate_blocks(_context: Context, arguments: Arguments) -> Json:
    """What Slack would object to in blocks, a view or a message."""
    given = [name for name in ("blocks", "view", "message") if arguments.text(name)]
    if len(given) != 1 or len(arguments.text(given[0])) > VALIDATE_LIMIT:
        raise RefusedError("invalid_arguments")
    payload = arguments.structure(given[0])
    if given[0] == "blocks":
        payload = {"blocks": payload}
    if not isinstance(payload, dict):
        raise RefusedError("invalid_arguments")
    surface = "message" if given[0] != "view" else payload.get("type", "modal")
    if surface not in ("message", "modal", "home"):
        raise RefusedError("invalid_arguments")
    found = blockkit.find_problems(payload, surface)
    return ok(
        errors=[
            {"code": "invalid", "message": problem.text, "pointer": problem.pointer}
            for problem in found
        ]
    )
