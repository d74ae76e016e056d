"""Everyone who waits hears of every change."""

import asyncio

import pytest

from bot.sandbox.slack.changes import Changes


async def test_a_follower_gets_every_change_in_order():
    changes = Changes()
    changes.publish("message", channel="C1")
    following = changes.follow(after=0)

    first = await anext(following)
    waiting = asyncio.ensure_future(anext(following))
    await asyncio.sleep(0)
    changes.publish("view", user="U1")
    changes.publish("home", user="U1")

    assert (first.kind, first.channel, first.version) == ("message", "C1", 1)
    assert (await waiting).kind == "view"
    assert (await anext(following)).kind == "home"
    await following.aclose()


async def test_what_is_there_already_needs_no_change():
    assert await Changes().until(lambda: "here", timeout=0) == "here"


async def test_waiting_ends():
    with pytest.raises(TimeoutError):
        await Changes().until(lambda: None, timeout=0.01)


async def test_the_past_can_be_read_again():
    changes = Changes()
    for kind in ("a", "b", "c"):
        changes.publish(kind)

    assert [change.kind for change in changes.since(1)] == ["b", "c"]
