"""What the composer offers."""

import pytest

from bot.sandbox.page.commands import suggestions, usage, usages
from bot.sandbox.slack.installed_app import SlashCommand

CHARGER = SlashCommand("/charger", "Look after chargers", "[TEXT | show ID | list | register]")
SITE = SlashCommand("/site", "Look after sites", "[list]")
COMMANDS = (CHARGER, SITE)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("/", ["/charger ", "/site "]),
        ("/ch", ["/charger "]),
        ("/charger", ["/charger "]),
        ("/charger ", ["/charger show ", "/charger list", "/charger register"]),
        ("/charger re", ["/charger register"]),
        ("/charger show NL", []),
        ("/nothing ", []),
        ("hello /charger", []),
        ("/charger\n", []),
    ],
)
def test_commands_and_subcommands_are_offered_by_their_beginning(typed, offered):
    assert [each.insert for each in suggestions(COMMANDS, typed)] == offered


def test_placeholders_are_hints_and_not_inserted():
    assert usages(CHARGER.usage_hint) == ["TEXT", "show ID", "list", "register"]
    assert suggestions(COMMANDS, "/charger s")[0].hint == "ID"


def test_the_usage_of_the_command_stands_below():
    assert usage(COMMANDS, "/site l") == "/site [list]"
    assert usage(COMMANDS, "hello") == ""
