"""Asking once more, where asking twice harms nobody."""

import random
from collections.abc import Awaitable, Callable

import httpx

from vendors.limits import PATIENCE_S, Sleep
from vendors.pacing import retry_after_s

TRIES = 3
FIRST_PAUSE_S = 0.5
WORTH_ANOTHER_TRY = frozenset({429, 502, 503, 504})


def pause_s(attempt: int, rng: random.Random) -> float:
    """Half a second, one, two, each shortened by chance so that clients do not march."""
    return FIRST_PAUSE_S * 2.0**attempt * rng.uniform(0.5, 1.0)


async def last_answer(
    send: Callable[[], Awaitable[httpx.Response]], *, sleep: Sleep, rng: random.Random
) -> httpx.Response:
    """Send up to three times; the last answer, whatever it is.

    Raises httpx.TransportError where the last try brought none. An answer that asks for a longer
    pause than our patience is the last one.
    """
    for attempt in range(TRIES):
        is_last = attempt == TRIES - 1
        wait = pause_s(attempt, rng)
        try:
            response = await send()
        except httpx.TransportError:
            if is_last:
                raise
        else:
            wait = max(wait, retry_after_s(response) or 0.0)
            if response.status_code not in WORTH_ANOTHER_TRY or is_last or wait > PATIENCE_S:
                return response
        await sleep(wait)
    raise AssertionError("the last try returns or raises")
