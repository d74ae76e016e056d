"""A database is looked at from outside, and what is wrong with it is a sentence."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import Store, StoreError
from bot.store.inspection import inspect
from tests.clock import VirtualClock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chargehand.db"


def run(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def damage(path: Path) -> None:
    """Write nonsense over some pages, not the first."""
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\x7f" * 4096 * 3)


def test_none_yet_is_fine_and_none_is_made(path: Path):
    found = inspect(path)

    assert (found.exists, found.size) == (False, 0)
    assert found.free > 0
    assert not path.exists()


def test_no_folder_is_told(tmp_path: Path):
    with pytest.raises(StoreError, match=r"The folder .*nowhere has to exist"):
        inspect(tmp_path / "nowhere" / "chargehand.db")


async def test_it_can_be_looked_at_while_a_bot_works_on_it(store: Store, tmp_path: Path):
    found = inspect(tmp_path / "chargehand.db")

    assert found.exists
    assert found.size > 0
    assert found.steps_left == ()
    await store.write(lambda tables: tables.meta.remember("still", "writable"))


async def test_an_older_form_is_told_and_left_alone(path: Path, clock: VirtualClock):
    await (await Store.open(path, now=clock.now())).close()
    run(path, "delete from _sqlite_migrations where name = 'm006_silences'")

    assert inspect(path).steps_left == ("monitoring/m006_silences",)
    assert inspect(path).steps_left == ("monitoring/m006_silences",)


async def test_a_newer_form_is_told(path: Path, clock: VirtualClock):
    await (await Store.open(path, now=clock.now())).close()
    run(
        path,
        "insert into _sqlite_migrations (migration_set, name, applied_at)"
        " values ('platform', 'm999_future', '2030-01-01')",
    )

    with pytest.raises(StoreError, match=r"newer version.*platform/m999_future"):
        inspect(path)


def test_what_is_no_database_is_told(path: Path):
    path.write_bytes(b"not a database at all" * 500)

    with pytest.raises(StoreError, match="is not an SQLite database"):
        inspect(path)


async def test_damage_is_told_although_the_bot_may_not_have_met_it(path: Path, clock: VirtualClock):
    store = await Store.open(path, now=clock.now())
    await store.close()
    damage(path)

    with pytest.raises(StoreError, match="damaged"):
        inspect(path)


async def test_a_locked_database_is_told(path: Path, clock: VirtualClock, monkeypatch):
    await (await Store.open(path, now=clock.now())).close()
    monkeypatch.setattr("bot.store.inspection.PATIENCE_S", 0.01)
    with closing(sqlite3.connect(path)) as other:
        other.execute("begin immediate")

        with pytest.raises(StoreError, match="locked by another process"):
            inspect(path)
