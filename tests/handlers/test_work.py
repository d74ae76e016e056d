"""What is done after an acknowledgement."""

import gc
import warnings

from handlers.work import Work


async def nothing(*_: object) -> None:
    """What somebody asked."""


async def test_what_comes_while_the_bot_ends_is_left_without_a_complaint(background, clock):
    """Slack may hand us a command in the moment in which nothing new is begun any more."""
    work = Work(background, clock)
    work.start(nothing(), "cut off", say=nothing)
    await background.drain(timeout=0)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        work.start(nothing(), "too late", say=nothing)
        gc.collect()
