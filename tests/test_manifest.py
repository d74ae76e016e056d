"""manifest.yml is what the code uses: no more, so that nobody grants too much, and no less."""

import ast
import json
from pathlib import Path

import pytest
import yaml
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from handlers import catalog, ids

ROOT = Path(__file__).parents[1]
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
FEATURES = MANIFEST["features"]

HISTORY = {"channels:history", "groups:history", "im:history"}
SCOPES_OF_METHOD = {  # Slack's reference, each method's "required scopes"
    "chat_getPermalink": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": HISTORY,
    "conversations_replies": HISTORY,
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "files_info": {"files:read"},
    "files_upload_v2": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "files_completeUploadExternal": {"files:write"},
    "usergroups_list": {"usergroups:read"},
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read"},
    "auth_test": set(),
    "apps_connections_open": set(),
    "views_open": set(),
    "views_publish": set(),
    "views_push": set(),
    "views_update": set(),
}
SCOPES_OF_EVENT = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "message.im": {"im:history"},
}


def trees() -> list[ast.Module]:
    return [
        ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "handlers").rglob("*.py")
    ]


def methods() -> set[str]:
    """The Web API methods that the code names."""
    return {
        node.attr
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and "_" in node.attr
        and not node.attr.startswith("_")
        and hasattr(AsyncWebClient, node.attr)
    }


def listened(kind: str) -> list[ast.expr]:
    """What stands in `app.event(…)`, `app.shortcut(…)` and their like."""
    return [
        node.args[0]
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == kind
        and getattr(node.func.value, "id", "") == "app"
    ]


def events() -> set[str]:
    found = set()
    for argument in listened("event"):
        if isinstance(argument, ast.Constant):
            found.add(argument.value)
        elif isinstance(argument, ast.Dict):
            said = ast.literal_eval(argument)
            found.add(f"{said['type']}.{said['channel_type']}")
    return found


def test_the_scopes_are_those_of_what_is_called_and_heard():
    needed = {"commands"}
    for method in methods():
        assert method in SCOPES_OF_METHOD, f"which scopes does {method} need?"
        needed |= SCOPES_OF_METHOD[method]
    for event in events():
        needed |= SCOPES_OF_EVENT[event]
    if any("url_private" in ast.dump(tree) for tree in trees()):
        needed |= {"files:read"}  # a form takes a file, and the bot reads it

    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed


def test_the_events_are_those_that_are_heard():
    assert set(MANIFEST["settings"]["event_subscriptions"]["bot_events"]) == events()


def test_the_commands_are_those_of_the_catalog():
    offered = {entry["command"]: entry["description"] for entry in FEATURES["slash_commands"]}

    assert offered == {command.name: command.about for command in catalog.COMMANDS}


def test_the_shortcuts_are_those_that_are_heard():
    heard = {
        getattr(ids, argument.attr)
        for argument in listened("shortcut")
        if isinstance(argument, ast.Attribute)
    }

    assert {shortcut["callback_id"] for shortcut in FEATURES["shortcuts"]} == heard


@pytest.mark.parametrize(
    ("texts", "longest"),
    [
        pytest.param([MANIFEST["display_information"]["name"]], 35, id="name"),
        pytest.param([MANIFEST["display_information"]["description"]], 140, id="description"),
        pytest.param([s["name"] for s in FEATURES["shortcuts"]], 24, id="shortcuts"),
        pytest.param([c["command"] for c in FEATURES["slash_commands"]], 32, id="commands"),
        pytest.param([c["usage_hint"] for c in FEATURES["slash_commands"]], 1000, id="hints"),
    ],
)
def test_slack_takes_the_lengths(texts, longest):
    """Slack docs, app manifest reference."""
    assert [text for text in texts if len(text) > longest] == []


def test_the_long_description_has_a_length_that_slack_takes():
    assert 175 <= len(MANIFEST["display_information"]["long_description"]) <= 4000


def test_the_manifest_names_no_address():
    """Socket Mode needs none, and whoever uses HTTP adds their own."""
    assert "://" not in json.dumps(MANIFEST)


def test_bolt_is_what_listens():
    """The names that the tests above look for are Bolt's."""
    assert all(hasattr(AsyncApp, kind) for kind in ("event", "shortcut"))
