"""How fast a chat may be spoken to."""

from dataclasses import dataclass
from typing import Self

from bot.clock import Clock


@dataclass(frozen=True, slots=True)
class Pace:
    """What the chat allows us; the defaults are Slack's (Slack API docs, "Rate limits").

    Posting: one message a second and channel, and several hundred a minute in all. Editing
    (`chat.update`) and looking back (`conversations.history`): 50 a minute each. And what we allow
    one person in the chat to ask.
    """

    between_posts_s: float = 1.0
    posts_per_minute: int = 300
    edits_per_minute: int = 50
    looks_per_minute: int = 50
    asks_per_minute: int = 60

    @classmethod
    def unlimited(cls) -> Self:
        """As fast as it goes."""
        return cls(0.0, 10**9, 10**9, 10**9, 10**9)


class Budget:
    """So many of one kind of call in any minute, a fifth of them at once at most.

    A fifth of that burst is kept back for what is urgent.
    """

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._clock = clock
        self._burst = max(2.0, per_minute / 5)
        self._per_second = (per_minute - self._burst) / 60
        self._kept_back = self._burst / 5
        self._left = self._burst
        self._counted_at = clock.monotonic()
        self._paused_until = self._counted_at

    def wait(self, *, urgent: bool) -> float:
        """Seconds until one more call may be made; 0 means now."""
        self._count()
        missing = 1.0 + (0.0 if urgent else self._kept_back) - self._left
        pause = self._paused_until - self._clock.monotonic()
        return max(0.0, missing / self._per_second, pause)

    def spend(self) -> None:
        """Count one call."""
        self._count()
        self._left -= 1.0

    def pause(self, seconds: float) -> None:
        """Make no call for so long, because the chat says so."""
        self._paused_until = max(self._paused_until, self._clock.monotonic() + seconds)

    def _count(self) -> None:
        now = self._clock.monotonic()
        earned = (now - self._counted_at) * self._per_second
        self._left = min(self._burst, self._left + earned)
        self._counted_at = now


class Holds:
    """What has to wait, by name, and until when."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def hold(self, name: str, seconds: float) -> None:
        """Let `name` wait for so long, or for as long as it has to already."""
        self._until[name] = max(self._until.get(name, 0.0), self._clock.monotonic() + seconds)

    def left(self, name: str) -> float:
        """Seconds that `name` still has to wait; not positive where it has not."""
        return self._until.get(name, 0.0) - self._clock.monotonic()

    def forget_past(self) -> None:
        """Keep no account of waits that are over."""
        now = self._clock.monotonic()
        self._until = {name: moment for name, moment in self._until.items() if moment > now}
