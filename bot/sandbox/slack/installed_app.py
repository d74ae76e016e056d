"""The one app that is installed in the workspace, as its manifest describes it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import yaml

from bot.sandbox.slack.model import Json


@dataclass(frozen=True)
class SlashCommand:
    """A slash command of the manifest; `url` counts in HTTP mode only."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False
    url: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A global or message shortcut of the manifest."""

    name: str
    type: str
    callback_id: str
    description: str = ""


@dataclass
class InstalledApp:
    """Identity, credentials, rights and features of the app.

    `request_url`, when set, makes Slack deliver by signed HTTP instead of Socket Mode.
    """

    id: str
    name: str
    bot_id: str
    bot_user_id: str
    scopes: frozenset[str]
    commands: dict[str, SlashCommand]
    shortcuts: dict[str, Shortcut]
    bot_events: frozenset[str]
    home_tab: bool
    messages_tab_read_only: bool
    interactive: bool = True
    request_url: str = ""
    options_url: str = ""
    event_url: str = ""
    bot_token: str = "xoxb-sandbox-bot-token"  # noqa: S105  # made up; opens the sandbox only
    app_token: str = "xapp-1-sandbox-app-token"  # noqa: S105  # the same
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105  # the same
    verification_token: str = field(default="sandbox-verification", repr=False)

    @classmethod
    def from_manifest(cls, manifest: Json) -> Self:
        """Read an app manifest (Slack docs, app manifest reference, v2)."""
        features: dict[str, Any] = manifest.get("features") or {}
        settings: dict[str, Any] = manifest.get("settings") or {}
        scopes = ((manifest.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []
        events = (settings.get("event_subscriptions") or {}).get("bot_events") or []
        home = features.get("app_home") or {}
        name = manifest["display_information"]["name"]
        return cls(
            id="A0SANDBOX",
            name=(features.get("bot_user") or {}).get("display_name", name),
            bot_id="B0SANDBOX",
            bot_user_id="U0BOT",
            scopes=frozenset(scopes),
            commands={
                entry["command"]: SlashCommand(
                    command=entry["command"],
                    description=entry.get("description", ""),
                    usage_hint=entry.get("usage_hint", ""),
                    should_escape=entry.get("should_escape", False),
                    url=entry.get("url", ""),
                )
                for entry in features.get("slash_commands") or []
            },
            shortcuts={
                entry["callback_id"]: Shortcut(
                    name=entry["name"],
                    type=entry["type"],
                    callback_id=entry["callback_id"],
                    description=entry.get("description", ""),
                )
                for entry in features.get("shortcuts") or []
            },
            bot_events=frozenset(events),
            interactive=bool((settings.get("interactivity") or {}).get("is_enabled")),
            home_tab=home.get("home_tab_enabled", False),
            messages_tab_read_only=home.get("messages_tab_read_only_enabled", False),
        )

    def bot_profile(self, team_id: str) -> Json:
        """The `bot_profile` that messages of the app carry."""
        return {
            "id": self.bot_id,
            "app_id": self.id,
            "name": self.name,
            "icons": {},
            "deleted": False,
            "updated": 0,
            "team_id": team_id,
        }


def read_manifest(path: Path) -> Json:
    """The manifest in a YAML or JSON file."""
    manifest: Json = yaml.safe_load(path.read_text(encoding="utf-8"))
    return manifest
