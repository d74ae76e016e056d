"""A fixed window of a minute that starts with the first request, as Laravel counts."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left after a request; `wait` is seconds, 0 when it was let in."""

    limit: int
    remaining: int
    resets_at: datetime
    wait: int = 0


class RateLimit:
    """How many requests a minute one credential may make."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._windows: dict[str, tuple[datetime, int]] = {}

    def hit(self, key: str, now: datetime) -> Quota:
        """Count a request."""
        started, used = self._windows.get(key, (now, 0))
        if now - started >= WINDOW:
            started, used = now, 0
        ends = started + WINDOW
        if used >= self.per_minute:
            return Quota(self.per_minute, 0, ends, max(1, math.ceil((ends - now).total_seconds())))
        self._windows[key] = (started, used + 1)
        return Quota(self.per_minute, self.per_minute - used - 1, ends)
