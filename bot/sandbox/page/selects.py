"""The select menus of Block Kit: static, external, people, conversations, channels."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.page.canvas import Canvas
from bot.sandbox.page.picker import Choice, Picker
from bot.sandbox.slack.model import Channel, Json
from bot.sandbox.slack.mrkdwn import unescaped
from bot.sandbox.slack.workspace import Workspace


def draw_select(canvas: Canvas, block: Json, element: Json, name: str) -> None:
    """Any `…_select`; `multi_…` holds several."""
    many = element["type"].startswith("multi_")
    kind = element["type"].removeprefix("multi_").removesuffix("_select")
    held = canvas.held(block, element)
    values = held if many else [held] if held else []

    async def offer(query: str) -> list[Choice]:
        if kind == "external":
            return _choices(await canvas.suggestions(block, element, query))
        return [one for one in _known(canvas, kind, element) if _fits(one, query)]

    async def chosen(choices: list[Choice]) -> bool:
        picked = [choice.value for choice in choices]
        value = picked if many else picked[0] if picked else None
        return await canvas.choose(block, element, value)

    Picker(
        name,
        offer,
        chosen,
        [_held_choice(canvas, kind, element, value) for value in values],
        many=many,
        clearable=block["type"] == "input" and bool(block.get("optional")),
        most=element.get("max_selected_items"),
        placeholder=(element.get("placeholder") or {}).get("text", "Select an option"),
        hint=_hint(kind, element),
    )


def _hint(kind: str, element: Json) -> str:
    least = element.get("min_query_length", 3)
    if kind == "external" and least > 1:
        return f"No matches. Type at least {least} characters."
    return "No matches"


def _fits(choice: Choice, query: str) -> bool:
    return all(part in choice.text.casefold() for part in query.casefold().split())


def _known(canvas: Canvas, kind: str, element: Json) -> list[Choice]:
    if kind == "static":
        return _choices(element)
    return SOURCES[kind](canvas.workspace, canvas.hands.user.id)


def _held_choice(canvas: Canvas, kind: str, element: Json, value: Any) -> Choice:
    if isinstance(value, dict):
        return _choice(value)
    known = {choice.value: choice for choice in _known(canvas, kind, element)}
    return known.get(value, Choice(value, str(value)))


def _choices(source: Json) -> list[Choice]:
    groups = source.get("option_groups") or [{"options": source.get("options") or []}]
    return [
        _choice(option, (group.get("label") or {}).get("text", ""))
        for group in groups
        for option in group["options"]
    ]


def _choice(option: Json, group: str = "") -> Choice:
    description = (option.get("description") or {}).get("text", "")
    return Choice(option, unescaped(option["text"]["text"]), description, group)


def _people(workspace: Workspace) -> list[Choice]:
    people = [user for user in workspace.users.values() if not user.deleted]
    return [Choice(user.id, user.label, f"@{user.name}") for user in people]


def _channels(workspace: Workspace) -> list[Choice]:
    channels = [c for c in workspace.channels.values() if c.kind == "public_channel"]
    return [Choice(channel.id, f"# {channel.name}", channel.topic) for channel in channels]


def _conversations(workspace: Workspace, user_id: str) -> list[Choice]:
    mine = [c for c in workspace.channels.values() if user_id in c.members and not c.is_archived]
    return [Choice(c.id, _conversation_name(workspace, c, user_id)) for c in mine]


def _conversation_name(workspace: Workspace, channel: Channel, user_id: str) -> str:
    if not channel.is_im:
        return f"# {channel.name}"
    other = workspace.users.get(channel.other(user_id))
    return other.label if other else channel.id


SOURCES: dict[str, Callable[[Workspace, str], list[Choice]]] = {
    "users": lambda workspace, _: _people(workspace),
    "conversations": _conversations,
    "channels": lambda workspace, _: _channels(workspace),
}
