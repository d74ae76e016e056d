"""Tries cases that a seed chooses, and boils down the first one that breaks.

Hypothesis does it where a case is the same each time that it is tried; `hunt_in_steps` where what
can be done depends on what was done before.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

Trial = Callable[[random.Random], str]
"""Makes one case from its choices and tries it; says what broke, or nothing."""
Steps = Callable[[Sequence[str]], str]
"""Begins anew and takes the steps of these seeds; says what broke, or nothing."""


STEPS_A_DAY = 50
MOST_TRIES = 30
"""A day takes seconds."""


class BrokeError(Exception):
    """A case was not survived."""


@dataclass(frozen=True)
class Hunted:
    """What came of it."""

    cases: int
    broken: str
    """The smallest case that broke; empty where none did."""


def hunt(trial: Trial, cases: int, seed: int) -> Hunted:
    """Try so many cases; where one breaks, smaller ones like it are tried."""
    tried, broken = 0, list[str]()

    @seeded(seed)
    @settings(
        max_examples=cases,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
    )
    @given(st.randoms(use_true_random=False))
    def each(rng: random.Random) -> None:
        nonlocal tried
        tried += 1
        if said := trial(rng):
            broken.append(said)
            raise BrokeError

    try:
        each()
    except BrokeError:
        return Hunted(tried, broken[-1])  # Hypothesis tries the smallest last
    return Hunted(tried, "")


def hunt_in_steps(take: Steps, cases: int, seed: int) -> Hunted:
    """Take so many steps, a day's worth at a time; of a day that breaks, find the few it takes."""
    for number in range(0, cases, STEPS_A_DAY):
        steps = [f"{seed}.{step}" for step in range(number, min(number + STEPS_A_DAY, cases))]
        if broken := take(steps):
            return Hunted(number + len(steps), _boiled_down(take, steps, broken))
    return Hunted(cases, "")


def _boiled_down(take: Steps, steps: Sequence[str], broken: str) -> str:
    """Leave out half of the steps, then a quarter, and so on, for as long as it still breaks."""
    size, tries = len(steps) // 2, 0
    while size and tries < MOST_TRIES:
        at = 0
        while at < len(steps) and tries < MOST_TRIES:
            fewer = [*steps[:at], *steps[at + size :]]
            tries += 1
            if fewer and (said := take(fewer)):
                steps, broken = fewer, said
            else:
                at += size
        size //= 2
    return broken
