"""Slack's rate limits (Slack docs, rate limits): per method tier, and posts per channel."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

TIERS = {1: 1, 2: 20, 3: 50, 4: 100, 5: 300}  # calls a minute; 5: "several hundred"
POSTING = {"chat.postMessage", "chat.postEphemeral"}


@dataclass(frozen=True)
class PostingPace:
    """How fast one channel takes messages: one a second, with short bursts."""

    per_second: float = 1.0
    burst: int = 5


class RateLimits:
    """Counts calls and says how long to wait.

    Args:
        monotonic: the time that passes, in seconds.
        enabled: tests that are about something else switch it off.
        pace: of messages in one channel.
    """

    def __init__(
        self,
        monotonic: Callable[[], float],
        *,
        enabled: bool = True,
        pace: PostingPace = PostingPace(),
    ) -> None:
        self.enabled = enabled
        self._monotonic = monotonic
        self._pace = pace
        self._calls: dict[str, deque[float]] = {}
        self._credit: dict[str, tuple[float, float]] = {}

    def wait_for(self, method: str, tier: int, channel: str) -> int:
        """Count a call; the whole seconds to wait if it comes too early, otherwise 0."""
        if not self.enabled:
            return 0
        wait = self._window_wait(method, TIERS[tier])
        if not wait and method in POSTING and channel:
            wait = self._channel_wait(channel)
        if not wait:
            self._calls[method].append(self._monotonic())
        return math.ceil(wait)

    def _window_wait(self, method: str, per_minute: int) -> float:
        now = self._monotonic()
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - 60:
            calls.popleft()
        return calls[0] + 60 - now if len(calls) >= per_minute else 0.0

    def _channel_wait(self, channel: str) -> float:
        now = self._monotonic()
        credit, since = self._credit.get(channel, (float(self._pace.burst), now))
        credit = min(self._pace.burst, credit + (now - since) * self._pace.per_second)
        if credit < 1:
            self._credit[channel] = (credit, now)
            return (1 - credit) / self._pace.per_second
        self._credit[channel] = (credit - 1, now)
        return 0.0
