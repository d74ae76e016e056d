"""What administrators do to a workspace, with the events that apps get of it."""

from bot.sandbox.slack.model import Channel, User, UserGroup
from bot.sandbox.slack.webapi.registry import Context


class Administration:
    """Changes people, groups and channels while everything runs."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._workspace = context.workspace

    def deactivate(self, user: User) -> None:
        """Take a person's account away."""
        user.deleted = True
        self._workspace.changes.publish("user", user=user.id)
        event = {"type": "user_change", "user": user.to_api(with_email=False)}
        self._context.events.tell("user_change", event)

    def set_members(self, group: UserGroup, members: list[User]) -> None:
        """Replace the members of a user group."""
        before, after = set(group.members), {member.id for member in members}
        group.members = [member.id for member in members]
        self._workspace.changes.publish("user_group")
        self._context.events.tell(
            "subteam_members_changed",
            {
                "type": "subteam_members_changed",
                "subteam_id": group.id,
                "team_id": group.team_id,
                "added_users": sorted(after - before),
                "removed_users": sorted(before - after),
            },
        )
        event = {"type": "subteam_updated", "subteam": group.to_api(with_users=True)}
        self._context.events.tell("subteam_updated", event)

    def invite(self, user: User, channel: Channel) -> None:
        """Make someone (or the app) a member of a channel."""
        if user.id in channel.members:
            return
        channel.members.append(user.id)
        self._workspace.changes.publish("channel", channel=channel.id)
        self._context.events.tell(
            "member_joined_channel",
            {
                "type": "member_joined_channel",
                "user": user.id,
                "channel": channel.id,
                "channel_type": "G" if channel.is_private else "C",
                "team": channel.team_id,
            },
        )

    def remove(self, user: User, channel: Channel) -> None:
        """Take someone (or the app) out of a channel."""
        if user.id in channel.members:
            channel.members.remove(user.id)
            self._workspace.changes.publish("channel", channel=channel.id)

    def archive(self, channel: Channel) -> None:
        """Close a channel for good."""
        channel.is_archived = True
        self._workspace.changes.publish("channel", channel=channel.id)
