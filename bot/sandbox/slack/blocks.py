"""What Slack adds to the blocks that it is given, and how to find things in them."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from bot.sandbox.slack.model import Json


def completed(blocks: list[Json], new_id: Callable[[], str]) -> list[Json]:
    """A copy in which every block has its block_id and every element its action_id."""
    copy = deepcopy(blocks)
    for block in copy:
        block.setdefault("block_id", new_id())
        for element in interactive_elements(block):
            element.setdefault("action_id", new_id())
        _complete_texts(block)
    return copy


def _complete_texts(node: Any) -> None:
    """Slack returns text objects with their defaults filled in."""
    if isinstance(node, list):
        for item in node:
            _complete_texts(item)
    elif isinstance(node, dict):
        if node.get("type") == "plain_text":
            node.setdefault("emoji", True)
        elif node.get("type") == "mrkdwn":
            node.setdefault("verbatim", False)
        for value in node.values():
            _complete_texts(value)


def interactive_elements(block: Json) -> Iterator[Json]:
    """The elements of one block that a person can use."""
    if block.get("type") in {"actions", "context_actions"}:
        yield from block.get("elements") or []
    elif block.get("type") == "section" and (block.get("accessory") or {}).get("type") != "image":
        if block.get("accessory"):
            yield block["accessory"]
    elif block.get("type") == "input" and block.get("element"):
        yield block["element"]


def placed_elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every usable element with the block that it stands in."""
    for block in blocks:
        for element in interactive_elements(block):
            yield block, element


def element_at(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json] | None:
    """The block and element with these ids."""
    for block, element in placed_elements(blocks):
        if block.get("block_id") == block_id and element.get("action_id") == action_id:
            return block, element
    return None


def options_of(element: Json) -> list[Json]:
    """All options of a select, flat."""
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(option for g in groups for option in g["options"])]
