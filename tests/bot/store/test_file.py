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
