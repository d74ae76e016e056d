"""What the outbox promises, one promise a test."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot import topics
from bot.background import Background
from bot.message import MessageState, Urgency
from bot.outbox import Outbox, Pace
from bot.store import Store
from tests.bot.outbox.post_office import PostOffice
from tests.chat import Chat, Fault
from tests.clock import START, VirtualClock


@pytest.fixture
async def office(store: Store, clock: VirtualClock) -> AsyncIterator[PostOffice]:
    office = PostOffice(store, clock, Chat(clock))
    office.start()
    yield office
    await office.crash()


async def test_a_message_is_posted_once_and_then_edited_in_place(office):
    await office.want("a", "firing")
    await office.clock.advance(1)
    await office.want("a", "resolved")
    await office.clock.advance(5)

    assert office.chat.calls == [("post", "a"), ("edit", "a")]
    assert office.chat.one("a").text == "resolved"
    assert (await office.message("a")).state is MessageState.SENT


async def test_what_is_said_once_is_said_once(office):
    await office.say("a", "hello")
    await office.say("a", "hello again")
    await office.clock.advance(1)
    await office.say("a", "and again")
    await office.clock.advance(5)

    assert office.chat.calls == [("post", "a")]
    assert office.chat.one("a").text == "hello"


async def test_a_channel_gets_one_message_a_second_in_order(office):
    for key in "abcd":
        await office.want(key)
    await office.clock.advance(10)

    assert office.chat.keys("C1") == ["a", "b", "c", "d"]
    assert [one.at for one in office.chat.shown] == [0, 1, 2, 3]


async def test_channels_do_not_wait_for_each_other(office):
    for key in "abc":
        await office.want(key, to=key)
    await office.clock.settle()

    assert [one.at for one in office.chat.shown] == [0, 0, 0]


async def test_many_edits_become_one_with_the_newest_text(office):
    await office.want("a", "0")
    await office.clock.advance(1)
    office.chat.faults = iter([Fault.DELAYED])
    for count in range(20):
        await office.want("a", str(count))
    await office.clock.advance(10)

    assert office.chat.calls == [("post", "a"), ("edit", "a"), ("edit", "a")]
    assert office.chat.one("a").text == "19"


async def test_edits_stay_within_their_budget_of_50_a_minute(office):
    for number in range(100):
        await office.want(f"k{number}", to=f"C{number}")
    await office.clock.advance(60)
    office.chat.calls.clear()
    for number in range(100):
        await office.want(f"k{number}", "new", to=f"C{number}")

    await office.clock.advance(59)
    within_a_minute = len(office.chat.calls)
    await office.clock.advance(90)

    assert 45 <= within_a_minute <= 50
    assert {one.text for one in office.chat.shown} == {"new"}


async def test_a_critical_message_overtakes_those_that_wait(office):
    for number in range(5):
        await office.want(f"n{number}")
    await office.want("critical", urgency=Urgency.CRITICAL)
    await office.clock.advance(10)

    assert office.chat.keys("C1")[:3] == ["n0", "critical", "n1"]


async def test_a_critical_message_does_not_wait_for_one_that_hangs(office):
    office.chat.faults = iter([Fault.LOST_REQUEST])
    await office.want("normal")
    await office.clock.settle()
    await office.want("critical", urgency=Urgency.CRITICAL)
    await office.clock.advance(2)

    assert office.chat.keys("C1") == ["critical"]


async def test_retry_after_is_obeyed_and_holds_up_its_channel_alone(office):
    office.chat.faults = iter([Fault.DELAYED])
    await office.want("a")
    await office.clock.settle()
    await office.want("b", to="C2")
    await office.clock.advance(6.9)
    assert office.chat.keys("C1") == []
    assert office.chat.keys("C2") == ["b"]

    await office.clock.advance(0.2)

    assert office.chat.calls == [("post", "a"), ("post", "b"), ("post", "a")]


async def test_a_lost_answer_is_looked_for_and_never_posted_twice(office):
    """Slack has no key against doubled posts; only looking tells."""
    office.chat.faults = iter([Fault.LOST_ANSWER])
    await office.want("a")
    await office.clock.advance(60)

    assert office.chat.calls == [("post", "a"), ("find", "a")]
    assert (await office.message("a")).posted is not None
    assert (await office.message("a")).first_sent_at == START


async def test_a_lost_request_is_posted_after_a_look(office):
    office.chat.faults = iter([Fault.LOST_REQUEST, Fault.LOST_REQUEST, Fault.DELAYED])
    await office.want("a")
    await office.want("b")
    await office.clock.advance(120)

    first_four = [("post", "a"), ("find", "a"), ("find", "a"), ("find", "a")]
    assert office.chat.calls == [*first_four, ("post", "a"), ("post", "b")]


async def test_what_changed_after_a_lost_answer_is_shown(office):
    """The message that is found may show an older version than is wanted now."""
    office.chat.faults = iter([Fault.LOST_ANSWER])
    await office.want("a", "firing")
    await office.clock.advance(1)
    await office.want("a", "resolved")
    await office.clock.advance(60)

    assert office.chat.calls == [("post", "a"), ("find", "a"), ("edit", "a")]
    assert office.chat.one("a").text == "resolved"


async def test_where_nobody_can_look_the_repeat_says_so(office):
    office.chat.faults = iter([Fault.LOST_ANSWER, Fault.REFUSED])
    await office.want("a", "firing")
    await office.clock.advance(60)

    assert [one.text for one in office.chat.shown] == ["firing", "firing (may be a repeat)"]


async def test_a_refusal_is_kept_and_reported_once(office):
    office.chat.faults = iter([Fault.REFUSED, Fault.NONE, Fault.REFUSED])
    await office.want("a")
    await office.want("b")
    await office.want("c")
    await office.clock.advance(10)

    refused = await office.store.read(lambda tables: tables.messages.refused())
    assert [(message.key, message.trouble) for message in refused] == [
        ("b", "is_archived"),
        ("a", "is_archived"),
    ]
    assert len(office.chat.keys("OPS")) == 1
    assert office.chat.keys("C1") == ["c"]
    report = await office.message(office.chat.keys("OPS")[0])
    assert (report.topic, report.subject) == (topics.TROUBLE, "is_archived")
    assert report.details == {"destination": "C1", "about": topics.ALERT_GROUP}


async def test_a_report_that_is_refused_is_not_reported(office):
    """Otherwise an archived fallback channel would keep the bot busy with itself."""
    office.chat.faults = iter([Fault.REFUSED] * 9)
    await office.want("a")
    await office.clock.advance(60)

    assert len(office.chat.calls) == 2
    assert (await office.store.read(lambda tables: tables.messages.depth())).refused == 2


async def test_a_refused_message_is_tried_again_when_it_is_wanted_again(office):
    office.chat.faults = iter([Fault.REFUSED])
    await office.want("a", "firing")
    await office.clock.advance(5)
    await office.want("a", "still firing")
    await office.clock.advance(5)

    assert office.chat.one("a").text == "still firing"
    assert (await office.message("a")).trouble is None


async def test_a_rendering_that_fails_holds_up_nobody(office, caplog):
    office.chat.faults = iter([Fault.BUG])
    await office.want("broken")
    await office.want("whole")
    await office.clock.advance(10)

    assert office.chat.keys("C1") == ["whole"]
    assert (await office.message("broken")).trouble == "internal_error"
    assert "Background work failed" in caplog.text


async def test_a_deleted_message_is_posted_again(office):
    await office.want("a", "firing")
    await office.clock.advance(1)
    office.chat.delete("a")
    await office.want("a", "resolved")
    await office.clock.advance(5)

    assert office.chat.calls == [("post", "a"), ("edit", "a"), ("post", "a")]
    assert office.chat.one("a").text == "resolved"


async def test_a_line_waits_for_the_message_above_it(office):
    office.chat.faults = iter([Fault.DELAYED])
    await office.say("line", thread_of="card", to="C1", urgency=Urgency.CRITICAL)
    await office.clock.advance(60)
    assert office.chat.calls == []

    await office.want("card")
    await office.clock.advance(60)

    assert office.chat.keys("C1") == ["card", "line"]
    assert office.chat.one("line").thread == office.chat.one("card").ts


async def test_lines_of_a_deleted_message_bring_it_back_once(office):
    await office.want("card")
    await office.clock.advance(1)
    office.chat.delete("card")
    await office.say("line", thread_of="card")
    await office.say("urgent line", thread_of="card", urgency=Urgency.CRITICAL)
    await office.clock.advance(60)

    assert sorted(office.chat.keys("C1")) == ["card", "line", "urgent line"]
    assert office.chat.one("line").thread == office.chat.one("card").ts


async def test_lines_below_a_refused_message_do_not_count_as_waiting(office):
    office.chat.faults = iter([Fault.REFUSED])
    await office.want("card")
    await office.say("line", thread_of="card")
    await office.clock.advance(10)

    depth = await office.store.read(lambda tables: tables.messages.depth())

    assert (depth.waiting, depth.refused) == (0, 1)


async def test_a_message_that_left_just_before_a_crash_is_looked_for_first(office):
    office.chat.faults = iter([Fault.SLOW])
    await office.want("a")
    await office.clock.settle()
    assert (await office.message("a")).state is MessageState.SENDING

    await office.crash()
    office.start()
    await office.clock.advance(60)

    assert office.chat.calls == [("post", "a"), ("find", "a")]


async def test_trouble_with_the_store_delays_and_loses_nothing(office, caplog):
    full = "pragma query_only = on"
    await office.want("a")
    await office.store.read(lambda tables: tables.meta._db.execute(full))
    await office.clock.advance(3)
    assert office.chat.calls == []

    await office.store.read(lambda tables: tables.meta._db.execute("pragma query_only = off"))
    await office.clock.advance(30)

    assert office.chat.calls == [("post", "a")]
    assert "cannot be written to" in caplog.text


async def test_draining_sends_what_may_go_now_and_keeps_the_rest(store, clock):
    office = PostOffice(store, clock, Chat(clock))
    office.start()
    await office.crash()
    background = Background(clock)
    outbox = Outbox(store, office.chat, clock, background, fallback_channel="OPS")
    for key in "abc":
        await office.want(key, to="C1" if key != "c" else "C2")

    await outbox.drain()

    assert sorted(one.key for one in office.chat.shown) == ["a", "c"]
    assert (await office.message("b")).state is MessageState.WAITING


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


async def test_old_messages_are_forgotten_and_open_ones_kept(office):
    await office.want("old")
    await office.clock.advance(1)
    await office.say("never", thread_of="unborn")
    office.clock.jump(timedelta(days=2))
    await office.want("new")
    await office.clock.advance(5)
    yesterday = office.clock.now() - timedelta(days=1)

    forgotten = await office.store.write(lambda tables: tables.messages.forget_before(yesterday))

    assert forgotten == 1
    assert await office.store.read(lambda tables: tables.messages.by_key("old")) is None
    assert await office.message("never")
    assert await office.message("new")


async def test_a_busy_day_leaves_nothing_behind_in_memory(office):
    for number in range(200):
        await office.want(f"k{number}", to=f"U{number}")
    await office.clock.advance(120)
    office.clock.jump(timedelta(hours=1))
    await office.clock.advance(60)

    assert len(office.background) == 1
    assert office.outbox._under_way == {}
    assert office.outbox._holds._until == {}
