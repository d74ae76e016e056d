"""Names are found by exact match, beginning, and from three letters on anywhere inside."""

from collections.abc import AsyncIterator

import pytest

from bot.store import Store
from bot.store.search import LONGEST_NAME
from tests.clock import VirtualClock
from vendors.models import Charger, Vendor


@pytest.fixture
async def store(clock: VirtualClock) -> AsyncIterator[Store]:
    store = await Store.open(":memory:", now=clock.now())
    yield store
    await store.close()


def charger(charger_id: str, clock: VirtualClock, **names: str) -> Charger:
    return Charger(
        account="dk", vendor=Vendor.SPIRII, id=charger_id, observed_at=clock.now(), **names
    )


async def test_a_renamed_charger_is_found_by_its_new_name_only(store: Store, clock: VirtualClock):
    def rename(tables):
        tables.chargers.insert([charger("1", clock, identity="OLD-1")])
        ((row,), _) = tables.chargers.find("OLD-1", 10)
        tables.chargers.update([(row, charger("1", clock, identity="NEW-1"))])
        return tables.chargers.find("OLD-1", 10)[0], tables.chargers.find("NEW-1", 10)[0]

    old, new = await store.write(rename)

    assert (old, len(new)) == ([], 1)


async def test_at_most_two_hundred_candidates_are_looked_at(store: Store, clock: VirtualClock):
    def work(tables):
        tables.chargers.insert([charger(str(n), clock, identity=f"CH-{n:05}") for n in range(500)])
        return tables.chargers.find("ch-", 500)[0]

    assert len(await store.write(work)) == 200


@pytest.mark.parametrize("text", ["'", '"', "*", "a AND b", "NEAR(", "%", "_", "\\", "ø\U0010ffff"])
async def test_whatever_people_type_is_plain_text(store: Store, text: str):
    assert await store.read(lambda tables: tables.chargers.find(text, 10)) == ([], 0)


async def test_more_are_counted_than_are_read(store: Store, clock: VirtualClock):
    """Reading the bodies is what costs, and nobody looks at two hundred."""

    def work(tables):
        tables.chargers.insert([charger(f"ch-{n}", clock) for n in range(9)])
        return tables.chargers.find("ch-", 2)

    rows, total = await store.write(work)

    assert (len(rows), total) == (2, 9)


async def test_who_has_vanished_is_neither_found_nor_counted(store: Store, clock: VirtualClock):
    def work(tables):
        tables.chargers.insert([charger("ch-1", clock), charger("ch-2", clock)])
        tables.chargers.vanish([charger("ch-1", clock).ref], clock.now())
        return tables.chargers.find("ch-", 10)

    rows, total = await store.write(work)

    assert ([row.charger.id for row in rows], total) == (["ch-2"], 1)


async def test_what_is_longer_than_any_name_is_compared_with_none(
    store: Store, clock: VirtualClock
):
    """It would keep everybody else waiting for a second."""
    name = "x" * LONGEST_NAME

    def work(tables):
        tables.chargers.insert([charger("1", clock, identity=name)])
        return [tables.chargers.nearest(text, 5) for text in (f"{name[:-1]}y", f"{name}y")]

    near, too_long = await store.write(work)

    assert (len(near), too_long) == (1, [])
