"""Intents and results in the database."""

from bot.approvals.request import Outcome
from bot.store import Store
from tests.bot.store.test_requests import request
from tests.clock import VirtualClock


async def test_only_one_may_write(store: Store, clock: VirtualClock):
    """Whoever does not add the intent row has no right to write."""
    added = await store.write(lambda tables: tables.requests.add(request(clock)))

    first = await store.write(lambda tables: tables.executions.intend(added.id, 0, clock.now()))
    second = await store.write(lambda tables: tables.executions.intend(added.id, 0, clock.now()))

    assert (first, second) == (True, False)


async def test_a_result_is_final_and_an_unknown_one_is_not(store: Store, clock: VirtualClock):
    added = await store.write(lambda tables: tables.requests.add(request(clock)))
    await store.write(lambda tables: tables.executions.intend(added.id, 0, clock.now()))

    async def ended(outcome: Outcome) -> bool:
        return await store.write(
            lambda tables: tables.executions.end(
                added.id, 0, outcome=outcome, summary="", answer={}, now=clock.now()
            )
        )

    assert await ended(Outcome.UNKNOWN)
    assert await ended(Outcome.DONE)
    assert not await ended(Outcome.FAILED)
    (execution,) = await store.read(lambda tables: tables.executions.of(added.id))
    assert execution.outcome is Outcome.DONE
