"""The state of a Slack workspace: people, channels, messages, views, files and one app."""

import time
from collections.abc import Callable

from bot.clock import Clock, SystemClock
from bot.sandbox.slack.calls import CallLog
from bot.sandbox.slack.changes import Changes
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.files import Files
from bot.sandbox.slack.ids import Ids, named_id
from bot.sandbox.slack.installed_app import InstalledApp
from bot.sandbox.slack.messages import Messages
from bot.sandbox.slack.model import Channel, Json, Notice, User, UserGroup
from bot.sandbox.slack.scheduled import Scheduled
from bot.sandbox.slack.triggers import ResponseUrls, Triggers
from bot.sandbox.slack.views import Views

STRANGERS_TEAM = "T0ELSEWHERE"


class Workspace:
    """Everything that Slack would remember.

    Args:
        manifest: the app manifest, parsed.
        clock: the time of messages and response URLs.
        name: of the team; its domain is derived.
        team_id: of the team.
        trigger_seconds: how long a trigger id lives.
        monotonic: the time that passes, in seconds, for triggers.
    """

    def __init__(
        self,
        manifest: Json,
        *,
        clock: Clock | None = None,
        name: str = "Sandbox",
        team_id: str = "T0SANDBOX",
        trigger_seconds: float = 3.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock = clock or SystemClock()
        self.name = name
        self.domain = name.lower().replace(" ", "-")
        self.team_id = team_id
        self.ids = Ids(self.clock)
        self.changes = Changes()
        self.users: dict[str, User] = {}
        self.user_groups: dict[str, UserGroup] = {}
        self.channels: dict[str, Channel] = {}
        self.notices: list[Notice] = []
        self.messages = Messages(self.ids, self.changes, team_id)
        self.views = Views(self.ids, self.changes, team_id)
        self.files = Files(self.ids, self.changes)
        self.scheduled = Scheduled(self.ids)
        self.calls = CallLog(self.changes)
        self.triggers = Triggers(self.ids, trigger_seconds, monotonic)
        self.response_urls = ResponseUrls(self.ids, self.clock)
        self.app = InstalledApp.from_manifest(manifest)
        self._add_bot_user()

    def _add_bot_user(self) -> None:
        handle = self.app.name.lower().replace(" ", "")
        bot = User(self.app.bot_user_id, handle, self.team_id, self.app.name)
        bot.is_bot, bot.bot_id, bot.app_id = True, self.app.bot_id, self.app.id
        self.users[bot.id] = bot

    # seeding

    def add_user(
        self,
        name: str,
        *,
        real_name: str = "",
        email: str = "",
        tz: str = "Europe/Amsterdam",
        tz_offset: int = 3600,
        is_admin: bool = False,
        is_guest: bool = False,
        is_stranger: bool = False,
    ) -> User:
        """A person; `ada` gets the id `U0ADA`. A stranger belongs to another workspace."""
        user = User(
            id=named_id("U", name),
            name=name,
            team_id=STRANGERS_TEAM if is_stranger else self.team_id,
            real_name=real_name,
            email=email or f"{name}@example.com",
            tz=tz,
            tz_offset=tz_offset,
            is_admin=is_admin,
            is_guest=is_guest,
            is_stranger=is_stranger,
        )
        self.users[user.id] = user
        self.changes.publish("user", user=user.id)
        return user

    def add_user_group(self, handle: str, members: list[User], name: str = "") -> UserGroup:
        """A user group; `leads` gets the id `S0LEADS`."""
        group = UserGroup(named_id("S", handle), handle, name or handle, self.team_id)
        group.members = [member.id for member in members]
        self.user_groups[group.id] = group
        self.changes.publish("user_group")
        return group

    def add_channel(
        self,
        name: str,
        members: list[User],
        *,
        is_private: bool = False,
        with_bot: bool = True,
        topic: str = "",
    ) -> Channel:
        """A channel; `alerts` gets the id `C0ALERTS`."""
        channel = Channel(named_id("C", name), name, self.team_id, self._created(), is_private)
        channel.members = [member.id for member in members]
        channel.topic = topic
        if with_bot:
            channel.members.append(self.app.bot_user_id)
        self.channels[channel.id] = channel
        self.changes.publish("channel", channel=channel.id)
        return channel

    # looking up

    def user(self, user_id: str) -> User:
        """A user by id.

        Raises:
            RefusedError: `user_not_found`.
        """
        user = self.users.get(user_id)
        if user is None:
            raise RefusedError("user_not_found")
        return user

    def user_named(self, name: str) -> User:
        """A user by id, handle or real name.

        Raises:
            KeyError: there is nobody of that name.
        """
        for user in self.users.values():
            if name.removeprefix("@") in {user.id, user.name, user.real_name}:
                return user
        raise KeyError(name)

    def channel(self, channel_id: str) -> Channel:
        """A channel by id.

        Raises:
            RefusedError: `channel_not_found`.
        """
        channel = self.channels.get(channel_id)
        if channel is None:
            raise RefusedError("channel_not_found")
        return channel

    def channel_named(self, name: str) -> Channel:
        """A channel by id or name.

        Raises:
            KeyError: there is no channel of that name.
        """
        for channel in self.channels.values():
            if name == channel.id or (not channel.is_im and name.lstrip("#") == channel.name):
                return channel
        raise KeyError(name)

    def direct_message(self, one: str, other: str) -> Channel:
        """The direct messages between two users, opened when there are none yet."""
        members = [one, other]
        for channel in self.channels.values():
            if channel.is_im and sorted(channel.members) == sorted(members):
                return channel
        channel = Channel(self.ids.new("D"), "directmessage", self.team_id, self._created())
        channel.is_im, channel.members = True, members
        self.channels[channel.id] = channel
        self.changes.publish("channel", channel=channel.id)
        return channel

    def bot_channel(self, user_id: str) -> Channel:
        """The direct messages between a person and the app."""
        return self.direct_message(self.app.bot_user_id, user_id)

    # telling one person

    def tell(self, user_id: str, code: str, text: str, channel: str = "") -> None:
        """Slack itself says something to one person."""
        self.notices.append(Notice(user_id, code, text, channel))
        self.changes.publish("notice", user=user_id, channel=channel)

    def _created(self) -> int:
        return int(self.clock.now().timestamp())
