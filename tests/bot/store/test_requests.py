"""Requests in the database."""

from bot.approvals.request import Outcome, Policy, Request, State
from bot.operations.register_charger import RegisterCharger
from bot.store import Store
from tests.clock import VirtualClock
from vendors.models import NewCharger


def request(clock: VirtualClock, delivery: str = "view 1", by: str = "U0ANN") -> Request:
    operation = RegisterCharger(account="nl", charger=NewCharger(identity="AB123"))
    return Request(
        operation=operation,
        hash=operation.hash,
        requested_by=by,
        reason="It is needed.",
        delivery=delivery,
        created_at=clock.now(),
    )


async def test_a_request_reads_back_as_it_was_kept(store: Store, clock: VirtualClock):
    added = await store.write(lambda tables: tables.requests.add(request(clock)))

    read = await store.read(lambda tables: tables.requests.by_id(added.id))

    assert read == added
    assert read is not None
    assert read.operation.hash == read.hash


async def test_only_the_newest_version_can_be_changed(store: Store, clock: VirtualClock):
    """The second of two people who saw the same version changes nothing."""
    added = await store.write(lambda tables: tables.requests.add(request(clock)))
    approved = added.model_copy(update={"state": State.APPROVED})
    rejected = added.model_copy(update={"state": State.REJECTED})

    first = await store.write(lambda tables: tables.requests.save(added, approved))
    second = await store.write(lambda tables: tables.requests.save(added, rejected))

    assert first is not None
    assert second is None
    read = await store.read(lambda tables: tables.requests.by_id(added.id))
    assert read is not None
    assert read.state is State.APPROVED


async def test_what_is_unfinished_is_found_after_a_restart(store: Store, clock: VirtualClock):
    endings = (
        {},
        {"state": State.APPROVED},
        {"state": State.APPROVED, "outcome": Outcome.RUNNING},
        {"state": State.APPROVED, "outcome": Outcome.DONE},
        {"state": State.REJECTED},
        {"state": State.APPROVED, "outcome": Outcome.UNKNOWN},
    )
    for number, ending in enumerate(endings):
        added = await store.write(
            lambda tables, number=number: tables.requests.add(request(clock, f"view {number}"))
        )
        after = added.model_copy(update=ending)
        await store.write(lambda tables, a=added, b=after: tables.requests.save(a, b))

    unfinished = await store.read(lambda tables: tables.requests.unfinished())

    assert [each.id for each in unfinished] == [1, 2, 3, 6]


async def test_history_is_paged_newest_first(store: Store, clock: VirtualClock):
    for number in range(3):
        await store.write(
            lambda tables, number=number: tables.requests.add(request(clock, f"view {number}"))
        )

    page = await store.read(lambda tables: tables.requests.history(offset=1, limit=1))

    assert ([each.id for each in page.items], page.total) == ([2], 3)


async def test_people_find_their_own_requests(store: Store, clock: VirtualClock):
    for delivery, by in (("view 1", "U0ANN"), ("view 2", "U0BEN")):
        await store.write(
            lambda tables, delivery=delivery, by=by: tables.requests.add(
                request(clock, delivery, by)
            )
        )

    mine = await store.read(lambda tables: tables.requests.of("U0BEN"))

    assert [each.requested_by for each in mine] == ["U0BEN"]


async def test_only_what_still_waits_can_expire(store: Store, clock: VirtualClock):
    for number, state in enumerate((State.PENDING, State.REJECTED)):
        added = await store.write(
            lambda tables, number=number: tables.requests.add(request(clock, f"view {number}"))
        )
        ending = {"state": state, "policy": Policy(), "expires_at": clock.now()}
        after = added.model_copy(update=ending)
        await store.write(lambda tables, a=added, b=after: tables.requests.save(a, b))

    expired = await store.read(lambda tables: tables.requests.expired_at(clock.now()))

    assert [each.id for each in expired] == [1]
