"""The outbox's rows, where the order of things matters."""

from datetime import timedelta

from bot import topics
from bot.message import Message, Posted, Urgency
from bot.store import Tables
from tests.clock import START

POSTED = Posted(channel="C1", ts="1.0")


def want(tables: Tables, key: str, **more) -> Message:
    return tables.messages.want(
        **{
            "key": key,
            "destination": "C1",
            "topic": topics.ALERT_GROUP,
            "subject": "7",
            "now": START,
        }
        | more
    )


def keys_in_line(tables: Tables) -> list[str]:
    return [due.message.key for due in tables.messages.next_in_line()]


async def test_an_edit_takes_the_newest_details_and_keeps_the_place(store):
    def story(tables: Tables) -> None:
        first = want(tables, "a", details={"mention": "S1"})
        again = want(
            tables,
            "a",
            destination="C2",
            details={"mention": "S2"},
            urgency=Urgency.CRITICAL,
            now=START + timedelta(minutes=5),
        )

        assert (first.wanted, again.wanted) == (1, 2)
        assert again.id == first.id
        assert again.position == first.position
        assert again.destination == "C1"
        assert again.details == {"mention": "S2"}
        assert again.urgency is Urgency.CRITICAL
        assert again.waiting_since == START

    await store.write(story)


async def test_what_is_saved_can_be_found_by_its_marker_and_key(store):
    def story(tables: Tables) -> None:
        message = want(tables, "a", thread_of="b", details={"count": 3, "at": START})

        assert message.id.startswith("msg_")
        assert tables.messages.by_key("a") == message
        assert tables.messages.by_key("b") is None
        assert message.details == {"count": 3, "at": "2026-01-10T01:14:32Z"}
        assert message.created_at == START

    await store.write(story)


async def test_only_the_first_of_each_line_is_next(store):
    def story(tables: Tables) -> None:
        for key, more in {
            "a": {},
            "b": {},
            "c": {"urgency": Urgency.CRITICAL},
            "d": {"destination": "C2"},
        }.items():
            want(tables, key, **more)

        assert keys_in_line(tables) == ["c", "a", "d"]

    await store.write(story)


async def test_edits_wait_for_no_post(store):
    def story(tables: Tables) -> None:
        for key in "ab":
            tables.messages.arrived(want(tables, key), POSTED, START)
        want(tables, "new")
        want(tables, "newer")
        want(tables, "b")
        want(tables, "a")

        assert keys_in_line(tables) == ["new", "b", "a"]

    await store.write(story)


async def test_a_crowd_of_edits_hides_no_new_message(store):
    """Edits wait for their budget of 50 a minute; what is new does not."""

    def story(tables: Tables) -> None:
        for key in ("a", "b", "c"):
            tables.messages.arrived(want(tables, key), POSTED, START)
            want(tables, key)
        want(tables, "new")

        line = tables.messages.next_in_line(limit=2)

        assert [due.message.key for due in line] == ["new", "a"]

    await store.write(story)


async def test_a_message_that_has_moved_on_is_not_begun_again(store):
    """Whoever read the line a moment ago may be late: the row decides."""

    def story(tables: Tables) -> None:
        seen = want(tables, "a")
        begun = tables.messages.begin(seen, START)
        assert begun is not None
        assert tables.messages.begin(seen, START) is None
        tables.messages.arrived(begun, POSTED, START)

        assert tables.messages.begin(seen, START) is None
        assert tables.messages.begin(begun, START) is None

    await store.write(story)


async def test_what_is_wanted_in_mid_send_is_sent_after_it(store):
    def story(tables: Tables) -> None:
        begun = tables.messages.begin(want(tables, "a"), START)
        assert begun is not None
        want(tables, "a")
        tables.messages.arrived(begun, POSTED, START)

        message = tables.messages.by_key("a")
        assert message is not None
        assert (message.sent, message.wanted, message.posted) == (1, 2, POSTED)
        assert keys_in_line(tables) == ["a"]

    await store.write(story)


async def test_a_refusal_does_not_hit_a_newer_version(store):
    """The version that was too long may be followed by one that is not."""

    def story(tables: Tables) -> None:
        begun = tables.messages.begin(want(tables, "a"), START)
        assert begun is not None
        want(tables, "a")

        assert not tables.messages.refuse(begun, "msg_too_long")
        assert keys_in_line(tables) == ["a"]

    await store.write(story)


async def test_depth_tells_how_much_waits_and_since_when(store):
    def story(tables: Tables) -> None:
        later = START + timedelta(minutes=1)
        assert tables.messages.depth() == (0, None, 0)
        tables.messages.arrived(want(tables, "a"), POSTED, START)
        want(tables, "a", now=later)
        want(tables, "b", now=later + timedelta(minutes=1))

        assert tables.messages.depth() == (2, later, 0)

    await store.write(story)
