"""How much one person may ask of us: far more than anybody needs, and less than a script sends."""

from bot.clock import Clock

MOST_REMEMBERED = 10_000


class PaceOfPeople:
    """So many interactions a minute for each person, as many at once after a minute of rest."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self._clock = clock
        self._at_once = float(per_minute)
        self._per_second = per_minute / 60
        self._left: dict[str, tuple[float, float]] = {}
        """What a person had left, and when."""

    def wait(self, person: str) -> float:
        """Count one interaction; seconds until one is allowed again, or 0 where this one is."""
        now = self._clock.monotonic()
        left, counted_at = self._left.pop(person, (self._at_once, now))
        left = min(self._at_once, left + (now - counted_at) * self._per_second)
        if left < 1:
            self._left[person] = (left, now)
            return (1 - left) / self._per_second
        self._left[person] = (left - 1, now)  # at the end: who was here last is forgotten last
        if len(self._left) > MOST_REMEMBERED:
            del self._left[next(iter(self._left))]
        return 0.0
