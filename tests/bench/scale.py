"""How much is measured: the real sizes, and small ones that prove the measuring itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Numbers of chargers, rounds and requests."""

    rounds: int = 5
    sweep: int = 10_000
    """Chargers of the full sweep."""
    growth: tuple[int, ...] = (1_000, 10_000, 100_000)
    troubled: int = 30
    singles: int = 40
    """Requests one after the other, in each round."""
    bursts: int = 2
    burst: int = 50
    """Requests at once; so many bursts in each round."""
    storm: int = 5_000
    """Chargers that change at once, of three times as many."""
    silences: int = 1_000
    active: int = 10_000
    """Alerts that fire already."""
    messages: int = 2_000
    seeks: int = 20
    """Searches of each kind, in each round."""


FULL = Scale()
QUICK = Scale(
    rounds=1,
    sweep=60,
    growth=(40, 80),
    troubled=6,
    singles=3,
    bursts=1,
    burst=5,
    storm=25,
    silences=5,
    active=20,
    messages=10,
    seeks=2,
)
