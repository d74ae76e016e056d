"""What Slack answers when it refuses."""

from collections.abc import Sequence
from typing import Any


class RefusedError(Exception):
    """Slack answers `ok: false` with this code.

    Args:
        code: Slack's error code, such as `channel_not_found`.
        messages: lines for `response_metadata.messages`.
        details: further keys of the answer, such as `needed` and `provided`.
    """

    def __init__(self, code: str, messages: Sequence[str] = (), **details: Any) -> None:
        super().__init__(code, *messages)
        self.code = code
        self.messages = list(messages)
        self.details = details

    def to_answer(self) -> dict[str, Any]:
        """The body of the HTTP answer."""
        answer: dict[str, Any] = {"ok": False, "error": self.code, **self.details}
        if self.messages:
            answer["response_metadata"] = {"messages": self.messages}
        return answer


class UndeliveredError(Exception):
    """What a person did could not be brought to the app.

    Args:
        code: what Slack tells the person: `operation_timeout` (no answer in time) or
            `dispatch_failed` (no connection, or an HTTP error).
        reason: the value of `x-slack-retry-reason`, where an event is retried.
        may_retry: False when the app asked not to try again (`x-slack-no-retry`).
    """

    def __init__(self, code: str, reason: str, *, may_retry: bool = True) -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason
        self.may_retry = may_retry
