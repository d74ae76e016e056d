"""Sees what goes wrong while a bot is tried: in its log, at Slack's border, and to people."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.sandbox.slack.calls import CallLog
from tests.conformance import objections, payloads_of
from tests.handlers.house import House

LONGEST_WORK_S = 60.0


class Watch(logging.Handler):
    """What has been seen since it was last asked."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._logged: list[str] = []
        self._calls: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what the bot logs as its own mistake, with where it was raised."""
        self._logged.append(logging.Formatter().format(record))

    async def troubles(self, house: House) -> str:
        """Everything that is wrong, once the work that is under way has ended."""
        await quiet(house)
        workspace = house.slack.workspace
        troubles = [f"logged: {each}" for each in self._logged]
        troubles += [said for call in self._calls for said in _wrong_with(call)]
        troubles += [f"Slack tells {notice.user}: {notice.text}" for notice in workspace.notices]
        self._logged.clear()
        self._calls.clear()
        workspace.notices.clear()
        return "\n".join(troubles)

    def keep(self, call: dict[str, Any]) -> None:
        """Take note of a call between Slack and the bot."""
        self._calls.append(call)


def _wrong_with(call: dict[str, Any]) -> Iterator[str]:
    name, answer = call["name"], call["answer"]
    for payload in payloads_of(call):
        for objection in objections(payload):
            yield f"Slack would not show: {objection}"
    if call["direction"] == "to_slack" and isinstance(answer, dict) and answer.get("ok") is False:
        yield f"Slack refuses {name}: {answer}"


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch everything that is logged and every call, from now on."""
    watch, root, record = Watch(), logging.getLogger(), CallLog.record

    def watched(log: CallLog, **call: Any) -> None:
        watch.keep(call)
        record(log, **call)

    root.addHandler(watch)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CallLog, "record", watched)
        yield watch
    root.removeHandler(watch)


async def quiet(house: House) -> None:
    """Let the work that follows an acknowledgement end."""
    background = house.services.background
    async with asyncio.timeout(LONGEST_WORK_S):
        while background._passing:
            await asyncio.wait(set(background._passing))
