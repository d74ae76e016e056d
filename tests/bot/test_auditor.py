"""The heartbeat beats only while all holds, and people are told once of what does not."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot import topics
from bot.auditor import Auditor
from bot.message import Message
from bot.store import Store
from bot.store.invariants import Violation
from tests.clock import VirtualClock

OVERDUE = "2026-01-01T00:00:00.000000+00:00"


class Watch:
    """Counts heartbeats and what was observed."""

    def __init__(self) -> None:
        self.beats = 0
        self.observed: list[Sequence[Violation]] = []

    async def beat(self) -> None:
        """One more."""
        self.beats += 1


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def auditor(store: Store, clock: VirtualClock, watch: Watch) -> Auditor:
    return Auditor(
        store,
        clock,
        fallback_channel="C0OPS",
        beat=watch.beat,
        observe=watch.observed.append,
    )


async def break_something(store: Store) -> None:
    await store.write(
        lambda tables: tables.meta._db.execute(
            "insert into alert_groups (id, route, key, opened_at, next_at, version, body)"
            " values ('grp_1', 'default', 'dk', ?, ?, 1, '{}')",
            [OVERDUE, OVERDUE],
        )
    )


async def troubles(store: Store) -> list[Message]:
    return await store.read(
        lambda tables: tables.messages._select("where m.topic = ?", [topics.TROUBLE])
    )


async def test_all_is_well_and_the_watchdog_hears_it(auditor: Auditor, watch: Watch, store: Store):
    assert await auditor.run() == []

    assert watch.beats == 1
    assert watch.observed == [[]]
    assert await troubles(store) == []


async def test_the_heartbeat_stops_at_once(auditor: Auditor, watch: Watch, store: Store, caplog):
    await break_something(store)

    (violation,) = await auditor.run()

    assert (violation.invariant.name, violation.subjects) == ("rule_clock_runs", ("grp_1",))
    assert watch.beats == 0
    assert "nobody has looked at it" in caplog.text


async def test_people_are_told_of_what_lasts_once_a_day(
    auditor: Auditor, store: Store, clock: VirtualClock
):
    await break_something(store)
    await auditor.run()
    assert await troubles(store) == []

    for _ in range(5):
        await auditor.run()
    (message,) = await troubles(store)
    assert (message.destination, message.details["subjects"]) == ("C0OPS", ["grp_1"])

    clock.jump(timedelta(days=1))
    await auditor.run()
    assert len(await troubles(store)) == 2


async def test_what_was_late_only_because_the_machine_slept_is_not_told(
    auditor: Auditor, watch: Watch, store: Store
):
    await break_something(store)
    await auditor.run()
    await store.write(lambda tables: tables.meta._db.execute("delete from alert_groups"))

    await auditor.run()

    assert await troubles(store) == []
    assert watch.beats == 1


async def test_an_unreadable_store_is_no_proof_that_all_is_well(
    auditor: Auditor, watch: Watch, store: Store, caplog
):
    """A damaged page is only met when somebody reads it."""
    await store.write(lambda tables: tables.meta._db.execute("drop table alert_members"))

    await auditor.run()

    assert watch.beats == 0
    assert "No audit" in caplog.text
