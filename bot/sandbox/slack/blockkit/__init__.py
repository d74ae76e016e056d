"""Slack's judgement of Block Kit: limits and rules for messages, modals and Home tabs."""

from typing import Any

from bot.sandbox.slack.blockkit.blocks import check_payload
from bot.sandbox.slack.blockkit.checks import Findings, Problem
from bot.sandbox.slack.blockkit.elements import check_suggestions

__all__ = ["Problem", "characters", "find_problems", "option_problems", "problems"]


def find_problems(payload: Any, surface: str) -> list[Problem]:
    """What Slack objects to, each with a JSON pointer.

    Args:
        payload: a message (a dict with `blocks`) or a view.
        surface: `message`, `modal` or `home`.
    """
    found = Findings()
    check_payload(payload, surface, found)
    return found.problems


def problems(payload: Any, surface: str) -> list[str]:
    """The same as lines in the form of Slack's `response_metadata.messages`."""
    found = Findings()
    check_payload(payload, surface, found)
    return _lines(found)


def _lines(found: Findings) -> list[str]:
    return [f"[ERROR] {one.text} [json-pointer:{one.pointer}]" for one in found.problems]


def option_problems(answer: Any) -> list[str]:
    """What Slack objects to in the answer to a search: `options`, or `option_groups`."""
    found = Findings()
    check_suggestions(answer, "", found)
    return _lines(found)


def characters(node: Any) -> int:
    """The characters of all texts in a node of blocks."""
    if isinstance(node, list):
        return sum(characters(item) for item in node)
    if not isinstance(node, dict):
        return 0
    own = len(node["text"]) if isinstance(node.get("text"), str) else 0
    return own + sum(characters(item) for item in node.values())
