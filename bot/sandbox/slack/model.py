"""The things a workspace is made of, and how the Web API shows them."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class User:
    """A person or a bot."""

    id: str
    name: str
    team_id: str
    real_name: str = ""
    email: str = ""
    tz: str = "Europe/Amsterdam"
    tz_offset: int = 3600
    is_admin: bool = False
    is_bot: bool = False
    is_guest: bool = False
    deleted: bool = False
    is_stranger: bool = False
    bot_id: str = ""
    app_id: str = ""

    @property
    def label(self) -> str:
        """The name that people see."""
        return self.real_name or self.name

    def to_api(self, *, with_email: bool) -> Json:
        """A user object (Slack docs, types/user)."""
        profile = {
            "real_name": self.label,
            "real_name_normalized": self.label,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "image_48": f"https://example.invalid/avatars/{self.id}-48.png",
            "team": self.team_id,
        }
        if with_email and self.email:
            profile["email"] = self.email
        if self.is_bot:
            profile |= {"bot_id": self.bot_id, "api_app_id": self.app_id}
        shown: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": 0,
            "profile": profile,
        }
        if self.deleted:
            return shown
        return shown | {
            "real_name": self.label,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": self.tz_offset,
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.is_guest,
            "is_ultra_restricted": False,
            "is_stranger": self.is_stranger,
        }


@dataclass
class UserGroup:
    """A user group; people mention it as `@handle`."""

    id: str
    handle: str
    name: str
    team_id: str
    members: list[str] = field(default_factory=list)
    disabled: bool = False

    def to_api(self, *, with_users: bool, with_count: bool = True) -> Json:
        """A user group object (Slack docs, types/usergroup); the count is a text there."""
        shown: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "is_usergroup": True,
            "name": self.name,
            "handle": self.handle,
            "description": "",
            "is_external": False,
            "date_delete": int(self.disabled),
        }
        if with_count:
            shown["user_count"] = str(len(self.members))
        return shown | {"users": list(self.members)} if with_users else shown


@dataclass
class Channel:
    """A public or private channel, or a direct message of two."""

    id: str
    name: str
    team_id: str
    created: int
    is_private: bool = False
    is_im: bool = False
    is_archived: bool = False
    members: list[str] = field(default_factory=list)
    topic: str = ""

    @property
    def kind(self) -> str:
        """As in `types` of conversations.list: public_channel, private_channel or im."""
        if self.is_im:
            return "im"
        return "private_channel" if self.is_private else "public_channel"

    @property
    def interaction_name(self) -> str:
        """As payloads of commands and clicks name it, which tell no private name."""
        return {"im": "directmessage", "private_channel": "privategroup"}.get(self.kind, self.name)

    @property
    def event_kind(self) -> str:
        """As in the names of message events and history scopes: im, groups or channels."""
        return {"im": "im", "private_channel": "groups", "public_channel": "channels"}[self.kind]

    def other(self, user_id: str) -> str:
        """The other side of a direct message."""
        return next((member for member in self.members if member != user_id), user_id)

    def to_api(self, viewer_id: str) -> Json:
        """A conversation object (Slack docs, types/conversation)."""
        shown: Json = {
            "id": self.id,
            "created": self.created,
            "is_archived": self.is_archived,
            "is_im": self.is_im,
            "is_org_shared": False,
            "context_team_id": self.team_id,
        }
        if self.is_im:
            return shown | {"user": self.other(viewer_id), "is_user_deleted": False}
        return shown | {
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_mpim": False,
            "is_private": self.is_private,
            "is_general": False,
            "is_shared": False,
            "is_ext_shared": False,
            "is_member": viewer_id in self.members,
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "num_members": len(self.members),
        }


@dataclass(frozen=True)
class Notice:
    """Something that Slack itself tells one person, such as that a command failed."""

    user: str
    code: str
    text: str
    channel: str = ""
