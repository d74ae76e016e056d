"""Whatever happens to Slack or to us: each message arrives, once, in order."""

import asyncio
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.message import Urgency
from bot.store import Store
from tests.bot.outbox.post_office import PostOffice
from tests.chat import Chat, Fault
from tests.clock import VirtualClock

WANT = st.tuples(st.just("want"), st.sampled_from("abcdef"))
LINE = st.tuples(st.just("line"), st.sampled_from("abcdef"))
PASS = st.tuples(st.just("pass"), st.sampled_from([0.0, 0.5, 2.0, 20.0]))
CRASH = st.tuples(st.just("crash"), st.just(0))
DELETE = st.tuples(st.just("delete"), st.sampled_from("abc"))
FAULTS = st.lists(
    st.sampled_from([Fault.LOST_REQUEST, Fault.LOST_ANSWER, Fault.SLOW, Fault.DELAYED, Fault.NONE]),
    min_size=4,
    max_size=20,
)


def steps_of(*kinds: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(st.one_of(*kinds), min_size=6, max_size=25)


async def play(steps: list[tuple[str, object]], faults: list[Fault], after: Callable) -> None:
    clock = VirtualClock()
    store = await Store.open(":memory:", now=clock.now())
    clock.wait_for(lambda: store.is_busy)
    office = PostOffice(store, clock, Chat(clock, iter(faults)))
    office.start()
    for number, (step, what) in enumerate(steps):
        match step:
            case "want":
                urgency = Urgency.CRITICAL if what in "ad" else Urgency.NORMAL
                await office.want(
                    what, f"version {number}", to="C1" if what in "abc" else "C2", urgency=urgency
                )
            case "line":
                await office.say(
                    f"line {number}", "x", to="C1" if what in "abc" else "C2", thread_of=what
                )
            case "delete":
                office.chat.delete(what)
            case "pass":
                await clock.advance(what)
            case "crash":
                await office.crash()
                office.start()
    await clock.advance(900)
    await after(office)
    await office.crash()
    await store.close()


@settings(max_examples=100, deadline=None, derandomize=True)
@given(steps_of(WANT, WANT, LINE, PASS, CRASH, DELETE), FAULTS)
def test_under_any_faults_nothing_is_lost_or_doubled(steps, faults):
    """Crashes, deleted messages, lost requests, lost answers: the end is the same."""
    wanted = {what: number for number, (step, what) in enumerate(steps) if step == "want"}
    lines = {
        f"line {number}": what
        for number, (step, what) in enumerate(steps)
        if step == "line" and what in wanted
    }
    deleted_last = {
        what
        for number, (step, what) in enumerate(steps)
        if step == "delete" and number > wanted.get(what, -1)
    }

    async def look(office: PostOffice) -> None:
        shown = [one.key for one in office.chat.shown]
        assert len(shown) == len(set(shown)), "doubled"
        missing = {*wanted, *lines} - set(shown)
        assert missing <= deleted_last, "lost"
        for key in wanted.keys() - missing:
            assert office.chat.one(key).text == f"version {wanted[key]}"
        assert (await office.store.read(lambda tables: tables.messages.depth())).waiting <= sum(
            step == "line" and what not in wanted for step, what in steps
        )

    asyncio.run(play(steps, faults, look))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(steps_of(WANT, WANT, LINE, PASS, CRASH), FAULTS)
def test_under_any_faults_a_channel_keeps_its_order(steps, faults):
    """People read a channel from top to bottom, and so do reports of what happened."""
    first_wanted: dict[str, int] = {}
    for number, (step, what) in enumerate(steps):
        if step == "want":
            first_wanted.setdefault(what, number)

    async def look(office: PostOffice) -> None:
        for keys in (office.chat.keys("C1"), office.chat.keys("C2")):
            cards = [key for key in keys if key in first_wanted]
            for line in (
                [key for key in cards if key in "ad"],
                [key for key in cards if key not in "ad"],
            ):
                assert line == sorted(line, key=first_wanted.__getitem__)

    asyncio.run(play(steps, faults, look))
