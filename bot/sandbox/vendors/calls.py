"""Every request that reached a cloud, as it arrived, and what was answered; secrets left out."""

import json
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SECRET_FIELDS = frozenset({"pincode", "client_secret", "access_token", "id_tag", "id_token"})
HIDDEN = "(hidden)"
TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path


@dataclass(slots=True)
class Call:
    """One request and its answer.

    `path` is below the cloud's base URL; `template` is the route that it met, such as
    `/chargers/{charger}`. `status` is None until an answer went out, and stays None where
    the connection was dropped instead.
    """

    number: int
    vendor: str
    at: datetime
    method: str
    path: str
    template: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: Any
    status: int | None = None
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    fault: str | None = None
    _sent: bytes = field(default=b"", repr=False)

    @property
    def answer(self) -> Any:
        """The body that was sent: JSON where it is JSON, else text."""
        try:
            return without_secrets(json.loads(self._sent)) if self._sent else None
        except ValueError:
            return self._sent.decode(errors="replace")

    def finished(self, status: int | None, headers: Mapping[str, str], sent: bytes) -> None:
        """Note what went out."""
        self.status, self.answer_headers, self._sent = status, dict(headers), sent

    @property
    def size(self) -> int:
        """Bytes of answer that are kept."""
        return len(self._sent)


Listener = Callable[[Call], None]


class CallLog:
    """The latest calls, newest last, and how many there were of each kind."""

    def __init__(self, *, keep: int = 500, keep_bytes: int = 8_000_000) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self._keep = keep
        self._keep_bytes = keep_bytes
        self._bytes = 0
        self._calls: deque[Call] = deque()
        self._listeners: list[Listener] = []

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self._calls))

    def __len__(self) -> int:
        return len(self._calls)

    def matching(self, method: str, template: str) -> list[Call]:
        """The kept calls of one kind, oldest first."""
        return [call for call in self._calls if (call.method, call.template) == (method, template)]

    def writes(self) -> list[Call]:
        """The kept calls that were meant to change something, oldest first; no token is one."""
        return [
            call for call in self._calls if call.method != "GET" and call.template != TOKEN_PATH
        ]

    def arrived(self, call: Call) -> None:
        """Note a request, before it is answered."""
        self.counts[call.method, call.template] += 1
        self._calls.append(call)

    def answered(self, call: Call) -> None:
        """Tell the listeners, and forget what is too much."""
        self._bytes += call.size
        while len(self._calls) > self._keep or self._bytes > self._keep_bytes:
            self._bytes -= self._calls.popleft().size
        for listener in tuple(self._listeners):
            listener(call)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each call once it is answered or dropped; returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def clear(self) -> None:
        """Forget all calls and counts."""
        self._calls.clear()
        self.counts.clear()
        self._bytes = 0


def without_secrets(value: Any) -> Any:
    """The same JSON with what is secret or personal hidden."""
    if isinstance(value, dict):
        return {
            key: HIDDEN if key in SECRET_FIELDS and inner is not None else without_secrets(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(inner) for inner in value]
    return value
