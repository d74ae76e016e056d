"""What the app gets when a person does something (Slack docs, interaction payloads)."""

from typing import Any

from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.model import Channel, Json, User
from bot.sandbox.slack.state import values
from bot.sandbox.slack.views import View
from bot.sandbox.slack.workspace import Workspace

Surface = Message | View


class Payloads:
    """Builds payloads with the workspace's names and ids."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def command(self, user: User, channel: Channel, command: str, text: str, **rights: str) -> Json:
        """A slash command; `rights` are trigger_id and response_url."""
        workspace = self._workspace
        return {
            "token": workspace.app.verification_token,
            "team_id": workspace.team_id,
            "team_domain": workspace.domain,
            "channel_id": channel.id,
            "channel_name": channel.interaction_name,
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": workspace.app.id,
            "is_enterprise_install": "false",
            **rights,
        }

    def block_actions(
        self, user: User, surface: Surface, action: Json, trigger_id: str, response_url: str
    ) -> Json:
        """A click or a choice on a message or view."""
        payload = self._common("block_actions", user) | {
            "trigger_id": trigger_id,
            "container": _container(surface),
            "actions": [action],
        }
        if isinstance(surface, View):
            return payload | {"view": self.view(surface)}
        current = values(surface.every_block, surface.typed.get(user.id, {}))
        payload |= {
            "channel": self._channel(surface.channel),
            "state": {"values": current},
            "response_url": response_url,
        }
        if surface.is_ephemeral:
            return payload
        return payload | {"message": self._workspace.messages.to_api(surface)}

    def block_suggestion(
        self, user: User, surface: Surface, block_id: str, action_id: str, query: str
    ) -> Json:
        """A search in an external select."""
        payload = self._common("block_suggestion", user) | {
            "container": _container(surface),
            "block_id": block_id,
            "action_id": action_id,
            "value": query,
        }
        if isinstance(surface, View):
            return payload | {"view": self.view(surface)}
        payload["channel"] = self._channel(surface.channel)
        if surface.is_ephemeral:
            return payload
        return payload | {"message": self._workspace.messages.to_api(surface)}

    def view_submission(
        self, user: User, view: View, trigger_id: str, response_urls: list[Json]
    ) -> Json:
        """A modal that was submitted."""
        return self._common("view_submission", user) | {
            "trigger_id": trigger_id,
            "view": self.view(view),
            "response_urls": response_urls,
        }

    def view_closed(self, user: User, view: View, *, is_cleared: bool) -> Json:
        """A modal that was closed; all of its stack when cleared."""
        return self._common("view_closed", user) | {
            "view": self.view(view),
            "is_cleared": is_cleared,
        }

    def shortcut(self, user: User, callback_id: str, trigger_id: str) -> Json:
        """A global shortcut."""
        return self._common("shortcut", user) | {
            "callback_id": callback_id,
            "trigger_id": trigger_id,
            "action_ts": self._workspace.ids.ts(),
        }

    def message_action(self, user: User, callback_id: str, message: Message, **rights: str) -> Json:
        """A shortcut on a message; `rights` are trigger_id and response_url."""
        return self._common("message_action", user) | {
            "callback_id": callback_id,
            "action_ts": self._workspace.ids.ts(),
            "message_ts": message.ts,
            "channel": self._channel(message.channel),
            "message": self._workspace.messages.to_api(message),
            **rights,
        }

    def app_home_opened(self, user: User, channel: Channel, tab: str, view: View | None) -> Json:
        """The event that someone looks at the app's Home."""
        event: Json = {
            "type": "app_home_opened",
            "user": user.id,
            "channel": channel.id,
            "tab": tab,
            "event_ts": self._workspace.ids.ts(),
        }
        return event | ({"view": self.view(view)} if view and tab == "home" else {})

    def view(self, view: View) -> Json:
        """A view with its state."""
        app = self._workspace.app
        return self._workspace.views.to_api(view, app.id, app.bot_id)

    def _common(self, kind: str, user: User) -> Json:
        workspace = self._workspace
        return {
            "type": kind,
            "team": {"id": workspace.team_id, "domain": workspace.domain},
            "user": {
                "id": user.id,
                "username": user.name,
                "name": user.name,
                "team_id": user.team_id,
            },
            "api_app_id": workspace.app.id,
            "token": workspace.app.verification_token,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _channel(self, channel_id: str) -> Json:
        return {"id": channel_id, "name": self._workspace.channels[channel_id].interaction_name}


def _container(surface: Surface) -> Json:
    if isinstance(surface, View):
        return {"type": "view", "view_id": surface.id}
    container: Json = {
        "type": "message",
        "message_ts": surface.ts,
        "channel_id": surface.channel,
        "is_ephemeral": surface.is_ephemeral,
    }
    return container | ({"thread_ts": surface.thread_ts} if surface.thread_ts else {})


def action(element: Json, block: Json, ts: str, value: Json) -> Json:
    """One entry of `actions`: what was used, with the value that it has now."""
    copied: dict[str, Any] = {
        key: element[key] for key in ("text", "placeholder", "style", "url") if key in element
    }
    return {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": ts,
        **copied,
        **value,
    }
