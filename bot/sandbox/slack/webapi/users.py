"""Methods about people and user groups."""

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.model import Json, User
from bot.sandbox.slack.webapi.registry import Context, method, ok, page


def _shown(context: Context, user: User) -> Json:
    return user.to_api(with_email="users:read.email" in context.app.scopes)


@method("users.info", tier=4, scopes=("users:read",))
def user_info(context: Context, arguments: Arguments) -> Json:
    """One user."""
    user = context.workspace.user(arguments.required("user", "user_not_found"))
    return ok(user=_shown(context, user))


@method("users.list", tier=2, scopes=("users:read",))
def list_users(context: Context, arguments: Arguments) -> Json:
    """All users, the deactivated ones and bots included."""
    users, metadata = page(list(context.workspace.users.values()), arguments, 200)
    return ok(members=[_shown(context, user) for user in users], response_metadata=metadata)


@method("users.lookupByEmail", tier=3, scopes=("users:read.email",))
def user_by_email(context: Context, arguments: Arguments) -> Json:
    """The active user with an address."""
    email = arguments.required("email")
    for user in context.workspace.users.values():
        if user.email.lower() == email.lower() and not user.deleted:
            return ok(user=_shown(context, user))
    raise RefusedError("users_not_found")


@method("usergroups.list", tier=2, scopes=("usergroups:read",))
def list_user_groups(context: Context, arguments: Arguments) -> Json:
    """All user groups."""
    with_users, with_count = arguments.flag("include_users"), arguments.flag("include_count")
    with_disabled = arguments.flag("include_disabled")
    groups = context.workspace.user_groups.values()
    return ok(
        usergroups=[
            group.to_api(with_users=with_users, with_count=with_count)
            for group in groups
            if with_disabled or not group.disabled
        ]
    )


@method("usergroups.users.list", tier=2, scopes=("usergroups:read",))
def user_group_members(context: Context, arguments: Arguments) -> Json:
    """Who is in a user group."""
    group = context.workspace.user_groups.get(arguments.required("usergroup"))
    if group is None or (group.disabled and not arguments.flag("include_disabled")):
        raise RefusedError("no_such_subteam")
    return ok(users=list(group.members))
