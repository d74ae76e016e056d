"""One file, one thread, one transaction at a time, and what is said when it cannot be used."""

import asyncio
import sqlite3
import stat
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlite_utils import Database

from bot import topics
from bot.store import Store, StoreError, Tables
from bot.store.codec import to_text
from bot.store.migrations.platform import platform
from tests.clock import START, VirtualClock


def remember(value: str):
    return lambda tables: tables.meta.remember("fact", value)


def fact(tables: Tables) -> str | None:
    return tables.meta.value("fact")


async def test_what_was_written_survives_a_restart(tmp_path):
    first = await Store.open(tmp_path / "a.db", now=START)
    await first.write(remember("kept"))
    await first.close()

    second = await Store.open(tmp_path / "a.db", now=START)

    assert await second.read(fact) == "kept"
    await second.close()


async def test_a_transaction_that_raises_leaves_nothing_behind(store):
    """A decision and its messages are written together or not at all."""

    def fail_half_way(tables: Tables) -> None:
        tables.meta.remember("fact", "half")
        raise KeyError("no such thing")

    with pytest.raises(KeyError):
        await store.write(fail_half_way)

    assert await store.read(fact) is None
    await store.write(remember("whole"))
    assert await store.read(fact) == "whole"


async def test_a_write_that_fails_takes_none_of_those_beside_it_along(store):
    """Writes that wait together share a transaction, and nobody may notice."""

    def fail_half_way(tables: Tables) -> None:
        tables.meta.remember("failed", "half")
        raise KeyError("no such thing")

    before, failed, after = await asyncio.gather(
        store.write(lambda tables: tables.meta.remember("before", "kept")),
        store.write(fail_half_way),
        store.write(lambda tables: tables.meta.value("before")),
        return_exceptions=True,
    )

    assert (before, after) == (None, "kept")
    assert isinstance(failed, KeyError)
    assert await store.read(lambda tables: tables.meta.value("failed")) is None


@asynccontextmanager
async def occupied(store: Store) -> AsyncIterator[None]:
    """A write that has begun and does not end meanwhile."""
    begun, go_on = threading.Event(), threading.Event()
    first = asyncio.create_task(store.write(lambda _: (begun.set(), go_on.wait())))
    await asyncio.to_thread(begun.wait)
    try:
        yield
    finally:
        go_on.set()
        await first


async def test_writes_that_wait_together_are_flushed_together(store, monkeypatch):
    """Fifty forms at once cost one flush of the disk, not fifty in a row."""
    commits: list[int] = []
    commit = Database.commit
    monkeypatch.setattr(Database, "commit", lambda db: (commits.append(1), commit(db)))

    async with occupied(store):
        writes = [asyncio.create_task(store.write(remember(str(number)))) for number in range(50)]
        await asyncio.sleep(0)
    await asyncio.gather(*writes)

    assert len(commits) == 2
    assert await store.read(fact) == "49"


async def test_who_no_longer_waits_before_it_has_begun_writes_nothing(store):
    """As if it had never been asked for; what is cut off later is finished."""
    async with occupied(store):
        second = asyncio.create_task(store.write(remember("too late")))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.wait({second})

    assert await store.read(fact) is None


async def test_a_transaction_that_sqlite_gives_up_fails_all_that_were_in_it(store):
    """A full disk may undo what came before in the same transaction: nobody is told "kept" then."""

    def fill_the_disk(tables: Tables) -> None:
        tables.meta.remember("filler", "x" * 10_000_000)

    pages = await store.read(lambda tables: tables.meta._db.execute("pragma page_count").fetchone())
    await store.read(lambda tables: tables.meta._db.execute(f"pragma max_page_count = {pages[0]}"))

    async with occupied(store):
        works = (remember("before"), fill_the_disk)
        writes = [asyncio.create_task(store.write(work)) for work in works]
        await asyncio.sleep(0)
    before, filler = await asyncio.gather(*writes, return_exceptions=True)

    assert isinstance(filler, StoreError)
    assert await store.read(fact) == ("before" if before is None else None)


async def test_reading_changes_nothing(store):
    await store.read(remember("smuggled"))

    assert await store.read(fact) is None


async def test_others_on_the_machine_cannot_read_the_file(tmp_path, store):
    await store.write(remember("private"))

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}

    assert modes == dict.fromkeys(
        ("chargehand.db", "chargehand.db-wal", "chargehand.db-shm"), 0o600
    )


async def test_a_memory_database_works_too():
    store = await Store.open(":memory:", now=START)

    await store.write(remember("short-lived"))

    assert await store.read(fact) == "short-lived"
    await store.close()


async def test_a_locked_database_is_named_as_such(tmp_path, monkeypatch, store):
    monkeypatch.setattr("bot.store.database.BUSY_TIMEOUT_S", 0.01)
    impatient = await Store.open(tmp_path / "chargehand.db", now=START)
    other = sqlite3.connect(tmp_path / "chargehand.db")
    other.execute("begin immediate")

    with pytest.raises(StoreError, match="is locked by another process"):
        await impatient.write(remember("too late"))

    other.rollback()
    await impatient.write(remember("in time"))
    assert await impatient.read(fact) == "in time"
    other.close()
    await impatient.close()


async def test_a_full_disk_is_named_and_nothing_is_lost(store):
    """`max_page_count` makes SQLite report exactly what a full disk makes it report."""
    await store.write(remember("before"))
    pages = await store.read(
        lambda tables: tables.meta._db.execute("pragma page_count").fetchone()[0]
    )
    await store.read(lambda tables: tables.meta._db.execute(f"pragma max_page_count = {pages}"))

    with pytest.raises(StoreError, match="the disk is full"):
        await store.write(remember("x" * 1_000_000))

    assert await store.read(fact) == "before"
    await store.read(lambda tables: tables.meta._db.execute("pragma max_page_count = 1000000"))
    await store.write(remember("after"))
    assert await store.read(fact) == "after"


async def test_a_read_only_database_is_named_as_such(store):
    await store.read(lambda tables: tables.meta._db.execute("pragma query_only = on"))

    with pytest.raises(StoreError, match="cannot be written to"):
        await store.write(remember("no"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"Dear diary, " * 1000, "is not an SQLite database", id="something-else"),
        pytest.param(None, "is damaged", id="damaged"),
    ],
)
async def test_a_spoiled_file_stops_the_start_with_a_sentence(tmp_path, content, sentence):
    path = tmp_path / "spoiled.db"
    if content is None:
        good = await Store.open(path, now=START)
        await good.close()
        raw = bytearray(path.read_bytes())
        raw[100:8192] = b"\xa5" * (8192 - 100)
        content = bytes(raw)
    path.write_bytes(content)

    with pytest.raises(StoreError, match=sentence):
        await Store.open(path, now=START)

    assert path.read_bytes() == content


async def test_a_missing_folder_stops_the_start_with_a_sentence(tmp_path):
    with pytest.raises(StoreError, match="No such file or directory"):
        await Store.open(tmp_path / "nowhere" / "a.db", now=START)


async def test_an_older_database_is_brought_up_to_date_with_its_rows(tmp_path):
    older = Database(tmp_path / "older.db")
    platform.apply(older, stop_before="m003_lease")
    older["deliveries"].insert({"key": "Ev1", "received_at": to_text(START), "answer": "{}"})
    older.close()

    store = await Store.open(tmp_path / "older.db", now=START)

    assert await store.read(lambda tables: tables.deliveries.answer("Ev1")) == {}
    assert await store.read(lambda tables: tables.lease.holder()) is None
    await store.close()


async def test_a_newer_database_is_refused_untouched(tmp_path):
    """An older program would write rows that the newer one cannot read."""
    path = tmp_path / "newer.db"
    await (await Store.open(path, now=START)).close()
    db = sqlite3.connect(path)
    db.execute(
        "insert into _sqlite_migrations (migration_set, name) values ('platform', 'm999_wings')"
    )
    db.commit()
    db.close()

    with pytest.raises(StoreError, match=r"newer version of the bot \(platform/m999_wings\)"):
        await Store.open(path, now=START)


async def test_a_queued_message_is_announced_after_its_commit(store: Store, clock: VirtualClock):
    """Announced earlier, the outbox would look too early and then sleep."""
    announced: list[str | None] = []
    store.on_message(lambda: announced.append("news"))

    def queue(tables: Tables) -> None:
        tables.messages.want(
            key="k", destination="C1", topic=topics.DIGEST, subject="today", now=clock.now()
        )

    await store.write(remember("nothing to say"))
    with pytest.raises(ZeroDivisionError):
        await store.write(lambda tables: (queue(tables), 1 / 0))
    await clock.settle()
    assert announced == []

    await store.write(queue)
    await clock.settle()
    assert announced == ["news"]
