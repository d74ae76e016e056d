"""What the bot can show is what the page can draw; more than that the sandbox's Slack refuses."""

import ast
from pathlib import Path

import pytest

from bot.sandbox.page.blocks import BLOCKS, ELEMENTS, RENDERED
from bot.sandbox.slack.blockkit import blocks, elements
from tests import emitted
from tests.sandbox.page.every_block import message_blocks

BUILDERS = sorted((Path(__file__).parents[3] / "handlers" / "blocks").rglob("*.py"))
SURFACES = {"modal", "home"}


def literal_types(path: Path) -> set[str]:
    """The `"type": "…"` of every dict that is written in a file."""
    return {
        value.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == "type"
        if isinstance(value, ast.Constant) and isinstance(value.value, str)
    }


@pytest.mark.parametrize("path", BUILDERS, ids=lambda path: path.stem)
def test_whatever_a_builder_writes_the_page_draws(path):
    assert literal_types(path) <= RENDERED | SURFACES


def test_the_builders_are_read_at_all():
    found = set().union(*(literal_types(path) for path in BUILDERS))

    assert {"section", "button", "divider", "table"} <= found


def test_whatever_slack_takes_here_the_page_draws():
    """An unknown type is refused by the workspace already, so it cannot be missed on the page."""
    accepted = {
        *elements.IN_ACTIONS,
        *elements.IN_SECTION,
        *elements.IN_INPUT,
        *elements.IN_CONTEXT,
    }

    assert blocks.BLOCKS.keys() == BLOCKS.keys()
    assert accepted - {"mrkdwn", "plain_text"} == ELEMENTS.keys()


async def test_what_is_shown_in_a_run_is_noted(slack, web_client, monkeypatch):
    monkeypatch.setattr(emitted, "emitted", set())

    shown = message_blocks("F1")[:2]
    await web_client.chat_postMessage(channel="C0ORDERS", text="all", blocks=shown)

    assert {"header", "plain_text", "section", "mrkdwn"} <= emitted.emitted <= RENDERED


def test_what_slack_refused_was_shown_to_nobody(monkeypatch):
    monkeypatch.setattr(emitted, "emitted", set())

    emitted.note("to_slack", {"blocks": [{"type": "carousel"}]}, {"ok": False})
    assert emitted.emitted == set()
    emitted.note("to_app", {}, {"view": {"type": "modal", "blocks": [{"type": "carousel"}]}})
    assert "carousel" in emitted.emitted
