"""Identifiers in Slack's shapes, the same in every run."""

import re
from datetime import datetime

from bot.clock import Clock


class Ids:
    """Counts up ids and time stamps."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._count = 0
        self._last_ts = 0

    def new(self, prefix: str) -> str:
        """An id such as `V0000000007`."""
        self._count += 1
        return f"{prefix}{self._count:010d}"

    def ts(self) -> str:
        """A message time stamp: seconds and six digits, unique and increasing."""
        self._last_ts = max(self._last_ts + 1, microseconds(self._clock.now()))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970."""
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def named_id(prefix: str, name: str) -> str:
    """A readable id for something seeded: `C` and `night-shift` give `C0NIGHTSHIFT`."""
    return f"{prefix}0{re.sub(r'[^A-Z0-9]', '', name.upper())}"
