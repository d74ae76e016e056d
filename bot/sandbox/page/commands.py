"""What the composer offers while somebody types a slash command."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.sandbox.slack.installed_app import SlashCommand


@dataclass(frozen=True)
class Suggestion:
    """One offer: what is typed instead, and the words beside it."""

    insert: str
    hint: str
    description: str


def usages(usage_hint: str) -> list[str]:
    """The alternatives in a usage hint such as `[TEXT | show ID | list]`."""
    bare = usage_hint.strip().removeprefix("[").removesuffix("]")
    return [usage for usage in (part.strip() for part in bare.split("|")) if usage]


def suggestions(commands: Iterable[SlashCommand], typed: str) -> list[Suggestion]:
    """Commands that begin so, or after a whole command its subcommands that begin so."""
    name, space, rest = typed.partition(" ")
    if not name.startswith("/") or "\n" in typed:
        return []
    if not space:
        return [_of_command(each) for each in commands if each.command.startswith(name)]
    known = {each.command: each for each in commands}
    if name not in known or " " in rest:
        return []
    found = [_of_usage(known[name], usage) for usage in usages(known[name].usage_hint)]
    return [each for each in found if each and each.insert.startswith(f"{name} {rest}")]


def _of_command(command: SlashCommand) -> Suggestion:
    return Suggestion(f"{command.command} ", command.usage_hint, command.description)


def _of_usage(command: SlashCommand, usage: str) -> Suggestion | None:
    """A subcommand; words in capitals are placeholders, nothing to insert."""
    word, _, details = usage.partition(" ")
    if word != word.lower():
        return None
    ending = " " if details else ""
    return Suggestion(f"{command.command} {word}{ending}", details, "")


def usage(commands: Iterable[SlashCommand], typed: str) -> str:
    """The usage of the command that is being typed, or nothing."""
    name = typed.partition(" ")[0]
    for command in commands:
        if command.command == name:
            return f"{command.command} {command.usage_hint}".strip()
    return ""
