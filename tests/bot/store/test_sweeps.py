"""A year of sweeps is asked each second how old it is."""

from datetime import timedelta

import pytest

from bot.store import Store
from bot.store.codec import to_text
from bot.store.sweeps import SweepKind, Sweeps
from tests.clock import VirtualClock

MINUTES = 5_000
STEPS_BETWEEN = 100
"""Of SQLite's own machine, between two counts."""


@pytest.fixture
def year(clock: VirtualClock):
    """Sweeps by the minute, one in sixty a full one, the newest of them incomplete."""
    began = clock.now()

    def fill(sweeps: Sweeps) -> None:
        rows = [
            (
                "troubled" if n % 60 else "full",
                to_text(began + timedelta(minutes=n)),
                to_text(began + timedelta(minutes=n, seconds=5)),
                int(n < MINUTES - 5),
            )
            for n in range(MINUTES)
        ]
        sweeps._db.conn.executemany(
            "insert into sweeps (account, kind, started_at, ended_at, is_complete)"
            " values ('nl', ?, ?, ?, ?)",
            rows,
        )

    return fill


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda sweeps: sweeps.newest("nl"), id="newest"),
        pytest.param(lambda sweeps: sweeps.newest("nl", complete=False), id="newest-of-any"),
        pytest.param(lambda sweeps: sweeps.newest("nl", kind=SweepKind.FULL), id="newest-full"),
        pytest.param(lambda sweeps: sweeps.has_baseline("nl"), id="baseline"),
        pytest.param(lambda sweeps: sweeps.first_at("nl"), id="first"),
        pytest.param(lambda sweeps: sweeps.newest("dk"), id="none"),
    ],
)
async def test_the_newest_is_found_without_reading_the_others(store: Store, year, ask):
    """The store has one thread, and everybody waits for it."""
    await store.write(lambda tables: year(tables.sweeps))
    counts: list[int] = []

    def work(sweeps: Sweeps) -> None:
        sweeps._db.conn.set_progress_handler(lambda: counts.append(1), STEPS_BETWEEN)
        ask(sweeps)
        sweeps._db.conn.set_progress_handler(None, 0)

    await store.read(lambda tables: work(tables.sweeps))

    assert len(counts) < 10


async def test_what_is_old_is_forgotten_without_reading_the_rest(
    store: Store, year, clock: VirtualClock
):
    """It happens at night, when somebody may be acknowledging something."""
    await store.write(lambda tables: year(tables.sweeps))
    counts: list[int] = []
    until = clock.now() + timedelta(minutes=20)

    def work(sweeps: Sweeps) -> tuple[int, int]:
        sweeps._db.conn.set_progress_handler(lambda: counts.append(1), STEPS_BETWEEN)
        gone = sweeps.forget_before(until)
        sweeps._db.conn.set_progress_handler(None, 0)
        return gone, sweeps.forget_before(until + timedelta(days=400))

    assert await store.write(lambda tables: work(tables.sweeps)) == (20, MINUTES - 20)
    assert len(counts) < 30


async def test_the_newest_is_the_newest_of_both_kinds(store: Store, year, clock: VirtualClock):
    await store.write(lambda tables: year(tables.sweeps))

    newest, whole = await store.read(
        lambda t: (t.sweeps.newest("nl"), t.sweeps.newest("nl", kind=SweepKind.FULL))
    )

    assert newest.started_at == clock.now() + timedelta(minutes=MINUTES - 6)
    assert whole.started_at == clock.now() + timedelta(minutes=(MINUTES - 6) // 60 * 60)
