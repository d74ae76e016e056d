"""Slack may deliver anything twice; it is done once."""

from datetime import timedelta

from bot.store import Tables
from tests.clock import START


async def test_a_doubled_delivery_gets_the_first_answer(store):
    def story(tables: Tables) -> None:
        assert tables.deliveries.is_first("view V1 hash 2", START, {"request": 7})
        assert not tables.deliveries.is_first("view V1 hash 2", START, {"request": 8})

        assert tables.deliveries.answer("view V1 hash 2") == {"request": 7}
        assert tables.deliveries.answer("view V1 hash 3") is None

    await store.write(story)


async def test_old_deliveries_are_forgotten(store):
    def story(tables: Tables) -> None:
        tables.deliveries.is_first("old", START)
        tables.deliveries.is_first("new", START + timedelta(days=2))

        assert tables.deliveries.forget_before(START + timedelta(days=1)) == 1
        assert tables.deliveries.answer("old") is None
        assert tables.deliveries.answer("new") == {}

    await store.write(story)
