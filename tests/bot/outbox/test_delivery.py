"""Whatever happens to Slack or to us: each message arrives, once, in order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import topics
from bot.background import Background
from bot.message import Message, MessageState, Urgency
from bot.outbox import Outbox, Pace
from bot.store import Store
from tests.chat import Chat, Fault
from tests.clock import START, VirtualClock


class Desk:
    """A store, an outbox and a chat, with the words that the tests use."""

    def __init__(self, store: Store, clock: VirtualClock, chat: Chat) -> None:
        self.store, self.clock, self.chat = store, clock, chat
        self.sat_down = 0

    def start(self, pace: Pace | None = None) -> None:
        """Begin the outbox's work, as the program does at its start."""
        self.background = Background(self.clock)
        self.outbox = Outbox(
            self.store,
            self.chat,
            self.clock,
            self.background,
            fallback_channel="OPS",
            pace=pace,
        )
        self.background.supervise(self.outbox.run, "outbox")

    async def crash(self) -> None:
        """Stop at once, wherever the work is."""
        await self.background.drain(timeout=0)

    async def want(self, key: str, text: str = "", to: str = "C1", **more) -> Message:
        """Have `key` shown with `text`, now and whenever it is rendered again."""
        self.chat.records[key] = text
        return await self._queue("want", key, to, more)

    async def say(self, key: str, text: str = "", to: str = "C1", **more) -> Message:
        """Have `key` posted once."""
        self.chat.records.setdefault(key, text)
        return await self._queue("say", key, to, more)

    async def message(self, key: str) -> Message:
        """The row of this key."""
        message = await self.store.read(lambda tables: tables.messages.by_key(key))
        assert message is not None
        return message

    async def _queue(self, how: str, key: str, to: str, more: dict) -> Message:
        now = self.clock.now()
        message: Message = await self.store.write(
            lambda tables: getattr(tables.messages, how)(
                key=key, destination=to, topic=topics.ALERT_GROUP, subject=key, now=now, **more
            )
        )
        return message


@pytest.fixture
async def desk(store: Store, clock: VirtualClock) -> AsyncIterator[Desk]:
    desk = Desk(store, clock, Chat(clock))
    desk.start()
    yield desk
    await desk.crash()


async def test_a_message_is_posted_once_and_then_edited_in_place(desk):
    await desk.want("a", "firing")
    await desk.clock.advance(1)
    await desk.want("a", "resolved")
    await desk.clock.advance(5)

    assert desk.chat.calls == [("post", "a"), ("edit", "a")]
    assert desk.chat.one("a").text == "resolved"
    assert (await desk.message("a")).state is MessageState.SENT


async def test_what_is_said_once_is_said_once(desk):
    await desk.say("a", "hello")
    await desk.say("a", "hello again")
    await desk.clock.advance(1)
    await desk.say("a", "and again")
    await desk.clock.advance(5)

    assert desk.chat.calls == [("post", "a")]
    assert desk.chat.one("a").text == "hello"


async def test_a_channel_gets_one_message_a_second_in_order(desk):
    for key in "abcd":
        await desk.want(key)
    await desk.clock.advance(10)

    assert desk.chat.keys("C1") == ["a", "b", "c", "d"]
    assert [one.at for one in desk.chat.shown] == [0, 1, 2, 3]


async def test_channels_do_not_wait_for_each_other(desk):
    for key in "abc":
        await desk.want(key, to=key)
    await desk.clock.settle()

    assert [one.at for one in desk.chat.shown] == [0, 0, 0]


async def test_many_edits_become_one_with_the_newest_text(desk):
    await desk.want("a", "0")
    await desk.clock.advance(1)
    desk.chat.faults = iter([Fault.DELAYED])
    for count in range(20):
        await desk.want("a", str(count))
    await desk.clock.advance(10)

    assert desk.chat.calls == [("post", "a"), ("edit", "a"), ("edit", "a")]
    assert desk.chat.one("a").text == "19"


async def test_edits_stay_within_their_budget_of_50_a_minute(desk):
    for number in range(100):
        await desk.want(f"k{number}", to=f"C{number}")
    await desk.clock.advance(60)
    desk.chat.calls.clear()
    for number in range(100):
        await desk.want(f"k{number}", "new", to=f"C{number}")

    await desk.clock.advance(59)
    within_a_minute = len(desk.chat.calls)
    await desk.clock.advance(90)

    assert 45 <= within_a_minute <= 50
    assert {one.text for one in desk.chat.shown} == {"new"}


async def test_a_critical_message_overtakes_those_that_wait(desk):
    for number in range(5):
        await desk.want(f"n{number}")
    await desk.want("critical", urgency=Urgency.CRITICAL)
    await desk.clock.advance(10)

    assert desk.chat.keys("C1")[:3] == ["n0", "critical", "n1"]


async def test_a_critical_message_does_not_wait_for_one_that_hangs(desk):
    desk.chat.faults = iter([Fault.LOST_REQUEST])
    await desk.want("normal")
    await desk.clock.settle()
    await desk.want("critical", urgency=Urgency.CRITICAL)
    await desk.clock.advance(2)

    assert desk.chat.keys("C1") == ["critical"]


async def test_retry_after_is_obeyed_and_holds_up_its_channel_alone(desk):
    desk.chat.faults = iter([Fault.DELAYED])
    await desk.want("a")
    await desk.clock.settle()
    await desk.want("b", to="C2")
    await desk.clock.advance(6.9)
    assert desk.chat.keys("C1") == []
    assert desk.chat.keys("C2") == ["b"]

    await desk.clock.advance(0.2)

    assert desk.chat.calls == [("post", "a"), ("post", "b"), ("post", "a")]


async def test_a_lost_answer_is_looked_for_and_never_posted_twice(desk):
    """Slack has no key against doubled posts; only looking tells."""
    desk.chat.faults = iter([Fault.LOST_ANSWER])
    await desk.want("a")
    await desk.clock.advance(60)

    assert desk.chat.calls == [("post", "a"), ("find", "a")]
    assert (await desk.message("a")).posted is not None
    assert (await desk.message("a")).first_sent_at == START


async def test_a_lost_request_is_posted_after_a_look(desk):
    desk.chat.faults = iter([Fault.LOST_REQUEST, Fault.LOST_REQUEST, Fault.DELAYED])
    await desk.want("a")
    await desk.want("b")
    await desk.clock.advance(120)

    first_four = [("post", "a"), ("find", "a"), ("find", "a"), ("find", "a")]
    assert desk.chat.calls == [*first_four, ("post", "a"), ("post", "b")]


async def test_what_changed_after_a_lost_answer_is_shown(desk):
    """The message that is found may show an older version than is wanted now."""
    desk.chat.faults = iter([Fault.LOST_ANSWER])
    await desk.want("a", "firing")
    await desk.clock.advance(1)
    await desk.want("a", "resolved")
    await desk.clock.advance(60)

    assert desk.chat.calls == [("post", "a"), ("find", "a"), ("edit", "a")]
    assert desk.chat.one("a").text == "resolved"


async def test_where_nobody_can_look_the_repeat_says_so(desk):
    desk.chat.faults = iter([Fault.LOST_ANSWER, Fault.REFUSED])
    await desk.want("a", "firing")
    await desk.clock.advance(60)

    assert [one.text for one in desk.chat.shown] == ["firing", "firing (may be a repeat)"]


async def test_a_refusal_is_kept_and_reported_once(desk):
    desk.chat.faults = iter([Fault.REFUSED, Fault.NONE, Fault.REFUSED])
    await desk.want("a")
    await desk.want("b")
    await desk.want("c")
    await desk.clock.advance(10)

    refused = await desk.store.read(lambda tables: tables.messages.refused())
    assert [(message.key, message.trouble) for message in refused] == [
        ("b", "is_archived"),
        ("a", "is_archived"),
    ]
    assert len(desk.chat.keys("OPS")) == 1
    assert desk.chat.keys("C1") == ["c"]
    report = await desk.message(desk.chat.keys("OPS")[0])
    assert (report.topic, report.subject) == (topics.TROUBLE, "is_archived")
    assert report.details == {"destination": "C1", "about": topics.ALERT_GROUP}


async def test_a_report_that_is_refused_is_not_reported(desk):
    """Otherwise an archived fallback channel would keep the bot busy with itself."""
    desk.chat.faults = iter([Fault.REFUSED] * 9)
    await desk.want("a")
    await desk.clock.advance(60)

    assert len(desk.chat.calls) == 2
    assert (await desk.store.read(lambda tables: tables.messages.depth())).refused == 2


async def test_a_refused_message_is_tried_again_when_it_is_wanted_again(desk):
    desk.chat.faults = iter([Fault.REFUSED])
    await desk.want("a", "firing")
    await desk.clock.advance(5)
    await desk.want("a", "still firing")
    await desk.clock.advance(5)

    assert desk.chat.one("a").text == "still firing"
    assert (await desk.message("a")).trouble is None


async def test_a_rendering_that_fails_holds_up_nobody(desk, caplog):
    desk.chat.faults = iter([Fault.BUG])
    await desk.want("broken")
    await desk.want("whole")
    await desk.clock.advance(10)

    assert desk.chat.keys("C1") == ["whole"]
    assert (await desk.message("broken")).trouble == "internal_error"
    assert "Background work failed" in caplog.text


async def test_a_deleted_message_is_posted_again(desk):
    await desk.want("a", "firing")
    await desk.clock.advance(1)
    desk.chat.delete("a")
    await desk.want("a", "resolved")
    await desk.clock.advance(5)

    assert desk.chat.calls == [("post", "a"), ("edit", "a"), ("post", "a")]
    assert desk.chat.one("a").text == "resolved"


async def test_a_line_waits_for_the_message_above_it(desk):
    desk.chat.faults = iter([Fault.DELAYED])
    await desk.say("line", thread_of="card", to="C1", urgency=Urgency.CRITICAL)
    await desk.clock.advance(60)
    assert desk.chat.calls == []

    await desk.want("card")
    await desk.clock.advance(60)

    assert desk.chat.keys("C1") == ["card", "line"]
    assert desk.chat.one("line").thread == desk.chat.one("card").ts


async def test_lines_of_a_deleted_message_bring_it_back_once(desk):
    await desk.want("card")
    await desk.clock.advance(1)
    desk.chat.delete("card")
    await desk.say("line", thread_of="card")
    await desk.say("urgent line", thread_of="card", urgency=Urgency.CRITICAL)
    await desk.clock.advance(60)

    assert sorted(desk.chat.keys("C1")) == ["card", "line", "urgent line"]
    assert desk.chat.one("line").thread == desk.chat.one("card").ts


async def test_lines_below_a_refused_message_do_not_count_as_waiting(desk):
    desk.chat.faults = iter([Fault.REFUSED])
    await desk.want("card")
    await desk.say("line", thread_of="card")
    await desk.clock.advance(10)

    depth = await desk.store.read(lambda tables: tables.messages.depth())

    assert (depth.waiting, depth.refused) == (0, 1)


async def test_a_message_that_left_just_before_a_crash_is_looked_for_first(desk):
    desk.chat.faults = iter([Fault.SLOW])
    await desk.want("a")
    await desk.clock.settle()
    assert (await desk.message("a")).state is MessageState.SENDING

    await desk.crash()
    desk.start()
    await desk.clock.advance(60)

    assert desk.chat.calls == [("post", "a"), ("find", "a")]


async def test_trouble_with_the_store_delays_and_loses_nothing(desk, caplog):
    full = "pragma query_only = on"
    await desk.want("a")
    await desk.store.read(lambda tables: tables.meta._db.execute(full))
    await desk.clock.advance(3)
    assert desk.chat.calls == []

    await desk.store.read(lambda tables: tables.meta._db.execute("pragma query_only = off"))
    await desk.clock.advance(30)

    assert desk.chat.calls == [("post", "a")]
    assert "cannot be written to" in caplog.text


async def test_draining_sends_what_may_go_now_and_keeps_the_rest(store, clock):
    desk = Desk(store, clock, Chat(clock))
    desk.start()
    await desk.crash()
    background = Background(clock)
    outbox = Outbox(store, desk.chat, clock, background, fallback_channel="OPS")
    for key in "abc":
        await desk.want(key, to="C1" if key != "c" else "C2")

    await outbox.drain()

    assert sorted(one.key for one in desk.chat.shown) == ["a", "c"]
    assert (await desk.message("b")).state is MessageState.WAITING


async def test_some_topics_have_a_voice_of_their_own(store, clock):
    chat, pager = Chat(clock), Chat(clock)
    outbox = Outbox(
        store,
        chat,
        clock,
        Background(clock),
        fallback_channel="OPS",
        others={topics.WEBHOOK: pager},
        pace=Pace.unlimited(),
    )
    await store.write(
        lambda tables: tables.messages.say(
            key="w", destination="pager", topic=topics.WEBHOOK, subject="1", now=clock.now()
        )
    )

    await outbox.drain()

    assert (chat.calls, pager.calls) == ([], [("post", "w")])


async def test_old_messages_are_forgotten_and_open_ones_kept(desk):
    await desk.want("old")
    await desk.clock.advance(1)
    await desk.say("never", thread_of="unborn")
    desk.clock.jump(timedelta(days=2))
    await desk.want("new")
    await desk.clock.advance(5)
    yesterday = desk.clock.now() - timedelta(days=1)

    forgotten = await desk.store.write(lambda tables: tables.messages.forget_before(yesterday))

    assert forgotten == 1
    assert await desk.store.read(lambda tables: tables.messages.by_key("old")) is None
    assert await desk.message("never")
    assert await desk.message("new")


async def test_a_busy_day_leaves_nothing_behind_in_memory(desk):
    for number in range(200):
        await desk.want(f"k{number}", to=f"U{number}")
    await desk.clock.advance(120)
    desk.clock.jump(timedelta(hours=1))
    await desk.clock.advance(60)

    assert len(desk.background) == 1
    assert desk.outbox._under_way == {}
    assert desk.outbox._holds._until == {}


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
    desk = Desk(store, clock, Chat(clock, iter(faults)))
    desk.start()
    for number, (step, what) in enumerate(steps):
        match step:
            case "want":
                urgency = Urgency.CRITICAL if what in "ad" else Urgency.NORMAL
                await desk.want(
                    what, f"version {number}", to="C1" if what in "abc" else "C2", urgency=urgency
                )
            case "line":
                await desk.say(
                    f"line {number}", "x", to="C1" if what in "abc" else "C2", thread_of=what
                )
            case "delete":
                desk.chat.delete(what)
            case "pass":
                await clock.advance(what)
            case "crash":
                await desk.crash()
                desk.start()
    await clock.advance(900)
    await after(desk)
    await desk.crash()
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

    async def look(desk: Desk) -> None:
        shown = [one.key for one in desk.chat.shown]
        assert len(shown) == len(set(shown)), "doubled"
        missing = {*wanted, *lines} - set(shown)
        assert missing <= deleted_last, "lost"
        for key in wanted.keys() - missing:
            assert desk.chat.one(key).text == f"version {wanted[key]}"
        assert (await desk.store.read(lambda tables: tables.messages.depth())).waiting <= sum(
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

    async def look(desk: Desk) -> None:
        for keys in (desk.chat.keys("C1"), desk.chat.keys("C2")):
            cards = [key for key in keys if key in first_wanted]
            for line in (
                [key for key in cards if key in "ad"],
                [key for key in cards if key not in "ad"],
            ):
                assert line == sorted(line, key=first_wanted.__getitem__)

    asyncio.run(play(steps, faults, look))
