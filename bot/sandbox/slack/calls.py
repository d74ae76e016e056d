"""The raw calls between Slack and the app, both directions, for people to look at."""

import re
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.sandbox.slack.changes import Changes

KEPT = 500
TOKEN = re.compile(r"\b(xox[a-z]|xapp)-[A-Za-z0-9-]+")


@dataclass(frozen=True)
class Call:
    """One call.

    Attributes:
        direction: `to_slack` (Web API, response URLs) or `to_app` (Socket Mode, HTTP).
        name: the method, or the kind of envelope.
        status: the HTTP status, or 0 where there was no answer.
        seconds: how long the answer took.
    """

    number: int
    at: datetime
    direction: str
    name: str
    request: Any
    answer: Any
    status: int
    seconds: float


class CallLog:
    """The newest calls, tokens redacted."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._calls: deque[Call] = deque(maxlen=KEPT)
        self._count = 0

    def record(
        self,
        *,
        at: datetime,
        direction: str,
        name: str,
        request: Any,
        answer: Any,
        status: int = 200,
        seconds: float = 0.0,
    ) -> None:
        """Keep one call."""
        self._count += 1
        self._calls.append(
            Call(
                number=self._count,
                at=at,
                direction=direction,
                name=name,
                request=redacted(request),
                answer=redacted(answer),
                status=status,
                seconds=seconds,
            )
        )
        self._changes.publish("call")

    def all(self, *, direction: str = "", name: str = "") -> list[Call]:
        """The kept calls, oldest first, of one direction or name if given."""
        return [
            call
            for call in self._calls
            if direction in {"", call.direction} and name in {"", call.name}
        ]


def redacted(value: Any) -> Any:
    """The same value without Slack tokens."""
    if isinstance(value, str):
        return TOKEN.sub(r"\1-…", value)
    if isinstance(value, dict):
        return {key: "…" if key == "token" else redacted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [redacted(item) for item in value]
    return value
