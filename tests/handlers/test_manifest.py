"""The manifest asks Slack for what the code uses, no more and no less."""

from pathlib import Path

import yaml

from handlers import catalog, ids

MANIFEST = yaml.safe_load((Path(__file__).parents[2] / "manifest.yml").read_text())


def test_every_slash_command_is_in_the_manifest():
    commands = MANIFEST["features"]["slash_commands"]

    assert [each["command"] for each in commands] == [one.name for one in catalog.COMMANDS]
    assert [each["description"] for each in commands] == [one.about for one in catalog.COMMANDS]


def test_every_shortcut_is_in_the_manifest():
    shortcuts = {each["callback_id"] for each in MANIFEST["features"]["shortcuts"]}

    assert shortcuts == {ids.REGISTER_SHORTCUT, ids.LOOK_UP_SHORTCUT, ids.LOOK_UP_MESSAGE}


def test_every_event_is_listened_to():
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]

    assert events == ["app_home_opened", "app_mention", "message.im"]
