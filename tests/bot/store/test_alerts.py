"""Alerts in the store: one open alert per fingerprint, and no write over a newer version."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alerts.groups import Group
from bot.alerts.model import Phase
from bot.store import Store
from bot.store.alerts import StaleVersionError
from tests.bot.alerts.test_transitions import MUTES, NOW, firing
from tests.clock import VirtualClock

GROUP = Group("grp_1", "default", "C0", "dk|S1|connectivity", NOW)


@pytest.fixture
async def store(clock: VirtualClock) -> AsyncIterator[Store]:
    store = await Store.open(":memory:", now=clock.now())
    yield store
    await store.close()


async def test_an_alert_comes_back_as_it_was_written(store: Store):
    alert = replace(firing(), mutes=MUTES, next_at=NOW, vendor_time=NOW)

    await store.write(lambda tables: tables.alerts.insert([alert]))

    assert await store.read(lambda tables: tables.alerts.alert(alert.id)) == alert


async def test_a_fingerprint_has_at_most_one_open_alert(store: Store):
    await store.write(lambda tables: tables.alerts.insert([firing()]))

    with pytest.raises(sqlite3.IntegrityError):
        await store.write(lambda tables: tables.alerts.insert([replace(firing(), id="alr_2")]))


async def test_what_is_over_makes_room_for_a_new_alert(store: Store):
    over = replace(firing(), phase=Phase.RESOLVED, ended_at=NOW)

    await store.write(lambda tables: tables.alerts.insert([over, replace(firing(), id="alr_2")]))

    assert len(await store.read(lambda tables: tables.alerts.firing())) == 1


async def test_who_decided_on_an_older_version_loses(store: Store):
    """Compare and set: nothing of the losing transaction happens."""
    await store.write(lambda tables: tables.alerts.insert([firing()]))
    await store.write(lambda tables: tables.alerts.save([replace(firing(), connector="9")]))

    with pytest.raises(StaleVersionError):
        await store.write(lambda tables: tables.alerts.save([replace(firing(), connector="8")]))

    kept = await store.read(lambda tables: tables.alerts.alert("alr_1"))
    assert kept is not None
    assert (kept.connector, kept.version) == ("9", 1)


async def test_a_route_has_one_open_group_per_key(store: Store):
    await store.write(lambda tables: tables.alerts.save_group(GROUP))

    with pytest.raises(sqlite3.IntegrityError):
        await store.write(lambda tables: tables.alerts.save_group(replace(GROUP, id="grp_2")))


async def test_what_is_forgotten_takes_its_story_along(store: Store):
    over = replace(firing(), phase=Phase.RESOLVED, ended_at=NOW)

    def work(tables):
        tables.alerts.insert([over])
        tables.alerts.save_group(replace(GROUP, closed_at=NOW))
        tables.alerts.join(GROUP.id, [over.id], NOW)
        return tables.alerts.forget_before(NOW + timedelta(days=400))

    assert await store.write(work) == 1
    assert await store.read(lambda tables: tables.alerts.members(GROUP.id)) == []
