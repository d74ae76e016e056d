"""The database holds what is still asked for, and no more."""

from datetime import timedelta

from bot import topics
from bot.retention import Retention
from bot.store import Tables
from tests.bot.tower import Cloud, Tower

ROWS = (
    ("*", "alerts"),
    ("*", "alert_groups"),
    ("*", "alert_members"),
    ("distinct alert_id", "verdicts"),
    ("*", "alert_lines"),
)


async def test_what_is_old_goes_and_what_is_asked_for_stays(store, clock):
    def write(tables: Tables) -> None:
        tables.deliveries.is_first(f"event of {clock.now()}", clock.now())
        tables.messages.say(
            key=f"message of {clock.now()}",
            destination="C1",
            topic=topics.DIGEST,
            subject="today",
            now=clock.now(),
        )

    def counts(tables: Tables) -> tuple[int, int]:
        db = tables.meta._db
        return db["deliveries"].count, db["messages"].count

    await store.write(write)
    clock.jump(timedelta(days=6))
    await Retention(store, clock).forget()
    assert await store.read(counts) == (1, 1)

    clock.jump(timedelta(days=2))
    await Retention(store, clock).forget()
    assert await store.read(counts) == (0, 1)


async def test_a_message_that_was_never_sent_is_not_forgotten(store, clock):
    """Slack was away for a year; nothing may be lost all the same."""
    await store.write(
        lambda tables: tables.messages.say(
            key="patient", destination="C1", topic=topics.DIGEST, subject="x", now=clock.now()
        )
    )
    clock.jump(timedelta(days=500))

    await Retention(store, clock).forget()

    assert await store.read(lambda tables: tables.messages.by_key("patient")) is not None


async def test_what_is_still_so_is_kept_however_old_it_is(store, clock):
    """With an alert that is over goes all that was said of it; with an open one nothing."""
    tower = Tower(store, clock, Cloud("dk", clock))
    tower.add_many(2)
    await tower.sweep()
    tower.offline("ch00000", "ch00001")
    await tower.run(8)
    tower.online("ch00000")
    await tower.run(3)

    def counts(tables: Tables) -> list[int]:
        db = tables.meta._db
        return [
            db.execute(f"select count({one}) from {table}").fetchone()[0] for one, table in ROWS
        ]

    before = await store.read(counts)
    clock.jump(timedelta(days=401))
    await tower.sweep()  # which also repeats what still fires
    await Retention(store, clock).forget()

    (still_open,) = await tower.of("ch00001")
    states = await store.read(lambda tables: tables.history.of(still_open.subject.ref))
    assert before == [2, 2, 2, 2, 1]
    assert await store.read(counts) == [1, 1, 1, 1, 1]
    assert still_open.is_firing
    assert [span.ended for span in states] == [None, None]
