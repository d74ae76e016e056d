"""What Bolt's check of signatures leaves open: headers that cannot be read, and replays."""

from collections.abc import Mapping
from typing import Final

from bot.clock import Clock

TIMESTAMP: Final = "X-Slack-Request-Timestamp"
SIGNATURE: Final = "X-Slack-Signature"
VALID_FOR_S: Final = 600.0
"""Five minutes before and after the time that a request names (Slack docs, verifying requests)."""
_MOST_DIGITS: Final = 12


def is_readable(headers: Mapping[str, str]) -> bool:
    """Whether Bolt can check these headers; it fails on others instead of refusing them."""
    timestamp, signature = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
    is_number = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _MOST_DIGITS
    return is_number and bool(signature) and signature.isascii()


class SeenSignatures:
    """The signatures of the last minutes: who sends one again is not Slack, which signs anew."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: dict[str, float] = {}

    def is_new(self, signature: str) -> bool:
        """Take note of a good signature; false where it was good before."""
        now = self._clock.monotonic()
        self._forget(now)
        if signature in self._seen:
            return False
        self._seen[signature] = now
        return True

    def _forget(self, now: float) -> None:
        """In the order in which they came, so that only the old ones are looked at."""
        while self._seen and now - next(iter(self._seen.values())) > VALID_FOR_S:
            del self._seen[next(iter(self._seen))]
