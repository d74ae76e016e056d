"""Backups: made while the bot runs, whole, private, and never in place of something else."""

import stat

import pytest

from bot.store import Store, StoreError, backup
from tests.clock import START


async def test_a_backup_is_of_one_moment_while_writing_goes_on(tmp_path, store):
    await store.write(lambda tables: tables.meta.remember("fact", "in the backup"))

    backup(tmp_path / "chargehand.db", tmp_path / "copy.db")

    await store.write(lambda tables: tables.meta.remember("fact", "later"))
    restored = await Store.open(tmp_path / "copy.db", now=START)
    assert await restored.read(lambda tables: tables.meta.value("fact")) == "in the backup"
    await restored.close()


async def test_nobody_else_can_read_a_backup(tmp_path, store):
    backup(tmp_path / "chargehand.db", tmp_path / "copy.db")

    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


async def test_a_backup_never_overwrites(tmp_path, store):
    (tmp_path / "precious").write_text("yesterday's")

    with pytest.raises(StoreError, match="exists already"):
        backup(tmp_path / "chargehand.db", tmp_path / "precious")

    assert (tmp_path / "precious").read_text() == "yesterday's"


def test_a_backup_of_nothing_creates_nothing(tmp_path):
    with pytest.raises(StoreError, match="There is no database"):
        backup(tmp_path / "missing.db", tmp_path / "copy.db")

    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_fails_leaves_nothing_that_looks_like_one(tmp_path):
    """Else the next one would be refused, and an empty file kept on the other machine."""
    (tmp_path / "spoiled.db").write_bytes(b"Dear diary, " * 1000)

    with pytest.raises(StoreError, match="is not an SQLite database"):
        backup(tmp_path / "spoiled.db", tmp_path / "copy.db")

    assert [path.name for path in tmp_path.iterdir()] == ["spoiled.db"]


async def test_a_backup_is_restored_as_the_documents_say(tmp_path):
    """Copy in place, remove the files beside it, start: nothing of what came after is left."""
    path = tmp_path / "chargehand.db"
    damaged = await Store.open(path, now=START)
    await damaged.write(lambda tables: tables.meta.remember("fact", "in the backup"))
    backup(path, tmp_path / "copy.db")
    await damaged.write(lambda tables: tables.meta.remember("fact", "later"))
    left = {each.name: each.read_bytes() for each in tmp_path.glob("chargehand.db*")}
    await damaged.close()
    for name, content in left.items():  # as after a crash, with the write-ahead log beside it
        (tmp_path / name).write_bytes(content)
    assert "chargehand.db-wal" in left

    path.write_bytes((tmp_path / "copy.db").read_bytes())
    for side in ("-wal", "-shm"):
        path.with_name(path.name + side).unlink(missing_ok=True)
    restored = await Store.open(path, now=START)

    assert await restored.read(lambda tables: tables.meta.value("fact")) == "in the backup"
    await restored.close()
