"""The database holds what is still asked for, and no more."""

from datetime import timedelta

from bot import topics
from bot.retention import Retention
from bot.store import Tables


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
