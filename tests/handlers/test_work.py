"""What is done after an acknowledgement, and what is said of it meanwhile."""

import gc
import warnings

import pytest

from bot.background import Background
from handlers import work
from handlers.work import NOTICE, Work
from tests.clock import VirtualClock


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


@pytest.mark.parametrize(("takes", "said"), [(0.5, ["done"]), (9.0, [NOTICE, "done"])])
async def test_a_decision_that_takes_long_is_announced(
    clock: VirtualClock, monkeypatch: pytest.MonkeyPatch, takes: float, said: list[str]
):
    """Reading a vendor again may take it long, and whoever sees nothing presses again."""
    monkeypatch.setattr(work, "DECIDE_WITHIN_S", 0)
    heard: list[str] = []

    async def decision() -> str:
        await clock.sleep(takes)
        return "done"

    async def tell(result: str) -> None:
        heard.append(result)

    async def say(message: dict[str, str]) -> None:
        heard.append(message["text"])

    await Work(Background(clock), clock).decide(decision(), tell, "click", say=say)
    await clock.advance(10)

    assert heard == said
