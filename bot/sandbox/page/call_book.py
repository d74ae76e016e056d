"""All raw calls in one shape: Slack's Web API, deliveries to the app, the vendors' clouds."""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.sandbox.slack import calls as slack_calls
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.vendors import calls as vendor_calls
from bot.sandbox.vendors.clouds import VendorClouds

KEPT = 500
SHOWN_CHARACTERS = 30_000
TO_SLACK, TO_APP = "to Slack", "to the bot"


@dataclass(frozen=True)
class Entry:
    """One call.

    `side` is `to Slack`, `to the bot` or the vendor; `status` 0 means that no answer came.
    """

    key: str
    at: datetime
    side: str
    title: str
    status: int
    seconds: float
    request: Any
    answer: Any
    writes: bool = True

    @property
    def is_fine(self) -> bool:
        """Whether it ended as the caller hoped."""
        refused = isinstance(self.answer, dict) and self.answer.get("ok") is False
        return 200 <= self.status < 300 and not refused


class CallBook:
    """The newest calls of all sides."""

    def __init__(self, workspace: Workspace, clouds: VendorClouds) -> None:
        self._workspace = workspace
        self._vendors: deque[Entry] = deque(maxlen=KEPT)
        self.close: Callable[[], None] = clouds.subscribe(self._answered)

    def _answered(self, call: vendor_calls.Call) -> None:
        lasted = (self._workspace.clock.now() - call.at).total_seconds()
        self._vendors.append(_from_vendor(call, max(lasted, 0.0)))

    def entries(self, suits: Callable[[Entry], bool], most: int) -> list[Entry]:
        """The newest that suit, newest first."""
        slack = [_from_slack(call) for call in self._workspace.calls.all()]
        everything = sorted([*slack, *self._vendors], key=lambda entry: entry.at, reverse=True)
        return [entry for entry in everything if suits(entry)][:most]


def _from_slack(call: slack_calls.Call) -> Entry:
    return Entry(
        key=f"slack {call.number}",
        at=call.at,
        side=TO_SLACK if call.direction == "to_slack" else TO_APP,
        title=call.name,
        status=call.status,
        seconds=call.seconds,
        request=call.request,
        answer=call.answer,
    )


def _from_vendor(call: vendor_calls.Call, seconds: float) -> Entry:
    query = "&".join(f"{key}={value}" for key, many in call.query.items() for value in many)
    return Entry(
        key=f"{call.vendor} {call.number}",
        at=call.at,
        side=str(call.vendor),
        title=f"{call.method} {call.path}{'?' if query else ''}{query}",
        status=call.status or 0,
        seconds=seconds,
        request=call.body,
        answer=call.answer,
        writes=call.method != "GET",
    )


def as_text(value: Any) -> str:
    """A request or answer for people to read."""
    if value is None or value == "":
        return "(nothing)"
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    if len(text) <= SHOWN_CHARACTERS:
        return text
    return f"{text[:SHOWN_CHARACTERS]}\n… {len(text) - SHOWN_CHARACTERS} more characters"
