"""Which Block Kit types the bot has shown in this test run, from the sandbox's log of calls.

A pytest plugin. Whatever order the tests come in, and whichever are chosen: what was shown must
be something that the sandbox's page can draw.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.sandbox.page.blocks import RENDERED
from bot.sandbox.slack.calls import CallLog

SURFACES = {"modal", "home"}
SHOWN = ("blocks", "view", "options", "option_groups")

emitted: set[str] = set()
"""The types so far."""


def types_in(node: Any) -> Iterator[str]:
    """Every `type` in a payload."""
    if isinstance(node, list):
        for item in node:
            yield from types_in(item)
    elif isinstance(node, dict):
        if isinstance(node.get("type"), str):
            yield node["type"]
        for item in node.values():
            yield from types_in(item)


def note(direction: str, request: Any, answer: Any) -> None:
    """Remember what the app has shown with a call that was accepted, or in an answer."""
    said = request if direction == "to_slack" else answer
    refused = direction == "to_slack" and isinstance(answer, dict) and not answer.get("ok")
    if isinstance(said, dict) and not refused:
        for key in SHOWN:
            emitted.update(types_in(said.get(key)))


def pytest_configure() -> None:
    """Listen to the log of every sandbox."""
    record = CallLog.record

    def recorded(log: CallLog, **call: Any) -> None:
        note(call["direction"], call["request"], call["answer"])
        record(log, **call)

    setattr(CallLog, "record", recorded)  # noqa: B010 - the log has no listeners of its own


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run where something was shown that the page cannot draw."""
    missing = sorted(emitted - RENDERED - SURFACES)
    if missing:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter:
            reporter.write_line(f"The sandbox's page cannot draw: {', '.join(missing)}", red=True)
