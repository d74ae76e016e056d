"""Two lanes under one limit, in virtual time."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vendors.virtual_loop import in_virtual_time, virtual_clock
from vendors.limits import PATIENCE_S, Buckets, HeldError, Lane, Slots, TokenBucket, turn

ARRIVALS = st.lists(
    st.tuples(st.floats(0, 150), st.sampled_from(Lane), st.floats(0, 30)), max_size=150
)


def most_in_a_minute(sent: list[float]) -> int:
    return max((sum(1 for other in sent if at <= other < at + 60) for at in sent), default=0)


@settings(max_examples=60, deadline=None)
@given(arrivals=ARRIVALS, per_minute=st.integers(1, 60), slots=st.integers(1, 4))
def test_no_minute_ever_sees_more_than_the_limit(arrivals, per_minute, slots):
    """Whatever arrives when, in which lane, and however long the vendor takes."""
    sent: list[float] = []

    async def story() -> None:
        bucket, lane_slots = TokenBucket(per_minute, clock=virtual_clock), Slots(slots)

        async def call(at: float, lane: Lane, takes: float) -> None:
            await asyncio.sleep(at)
            async with turn([bucket], lane_slots, lane):
                sent.append(virtual_clock())
                await asyncio.sleep(takes)

        await asyncio.gather(*(call(*arrival) for arrival in arrivals))

    in_virtual_time(story())

    assert len(sent) == len(arrivals)
    assert most_in_a_minute(sent) <= per_minute


@pytest.mark.parametrize("per_minute", [1, 4, 5, 30, 60, 500])
def test_a_steady_queue_gets_four_fifths_of_the_limit(per_minute):
    sent: list[float] = []

    async def story() -> None:
        bucket, slots = TokenBucket(per_minute, clock=virtual_clock), Slots(4)

        async def call() -> None:
            async with turn([bucket], slots, Lane.BACKGROUND):
                sent.append(virtual_clock())

        await asyncio.gather(*(call() for _ in range(per_minute * 4)))

    in_virtual_time(story())

    assert most_in_a_minute(sent) <= per_minute
    assert sent[-1] <= 60 * 5


def test_a_person_waits_less_than_one_sweep_request_of_400_pages():
    """The sweep has used up the burst and keeps every token busy as soon as it appears."""
    waits: list[float] = []

    async def story() -> None:
        bucket, slots = TokenBucket(60, clock=virtual_clock), Slots(4)
        took: list[float] = []

        async def page() -> None:
            asked = virtual_clock()
            async with turn([bucket], slots, Lane.BACKGROUND):
                await asyncio.sleep(0.2)
            took.append(virtual_clock() - asked)

        async def sweep() -> None:
            pages = iter(range(400))

            async def worker() -> None:
                for _ in pages:
                    await page()

            await asyncio.gather(*(worker() for _ in range(4)))

        async def person() -> None:
            for _ in range(20):
                await asyncio.sleep(17.3)
                asked = virtual_clock()
                async with turn([bucket], slots, Lane.PERSON):
                    waits.append(virtual_clock() - asked)

        await asyncio.gather(sweep(), person())
        one_sweep_request = sorted(took)[len(took) // 2]
        assert max(waits) < one_sweep_request

    in_virtual_time(story())

    assert len(waits) == 20
    assert max(waits) <= 60 / 48


def test_a_freed_slot_goes_to_the_person():
    """All slots are taken and sweep requests wait already."""
    order: list[str] = []

    async def story() -> None:
        bucket, slots = TokenBucket(600, clock=virtual_clock), Slots(1)

        async def call(name: str, lane: Lane, at: float) -> None:
            await asyncio.sleep(at)
            async with turn([bucket], slots, lane):
                order.append(name)
                await asyncio.sleep(1)

        sweeps = [call(f"sweep {n}", Lane.BACKGROUND, 0) for n in range(3)]
        await asyncio.gather(*sweeps, call("person", Lane.PERSON, 0.5))

    in_virtual_time(story())

    assert order == ["sweep 0", "person", "sweep 1", "sweep 2"]


def test_sweeps_that_hang_leave_a_slot_to_people():
    """They may wait for fifteen seconds each, and a person asks about one charger."""
    waited: list[float] = []

    async def story() -> None:
        bucket, slots = TokenBucket(6_000, clock=virtual_clock), Slots(4)

        async def hang() -> None:
            async with turn([bucket], slots, Lane.BACKGROUND):
                await asyncio.sleep(15)

        async def ask(at: float) -> None:
            await asyncio.sleep(at)
            began = virtual_clock()
            async with turn([bucket], slots, Lane.PERSON):
                waited.append(virtual_clock() - began)

        await asyncio.gather(*(hang() for _ in range(9)), *(ask(n) for n in range(1, 40)))

    in_virtual_time(story())

    assert max(waited) < 0.1


def test_who_gives_up_takes_neither_token_nor_slot():
    async def story() -> None:
        bucket, slots = TokenBucket(5, clock=virtual_clock), Slots(1)
        entered: list[str] = []

        async def call(name: str, takes: float) -> None:
            async with turn([bucket], slots, Lane.PERSON):
                entered.append(name)
                await asyncio.sleep(takes)

        first = asyncio.create_task(call("first", 40))
        quitter = asyncio.create_task(call("quitter", 1))
        third = asyncio.create_task(call("third", 1))
        await asyncio.sleep(20)
        quitter.cancel()
        await asyncio.gather(first, third)

        assert quitter.cancelled()
        assert entered == ["first", "third"]

    in_virtual_time(story())


def test_a_long_pause_is_raised_with_its_length():
    """A coroutine that sleeps through minutes would hold up its sweep; the scheduler comes back."""

    async def story() -> None:
        bucket = TokenBucket(60, clock=virtual_clock)
        bucket.hold(PATIENCE_S + 10)
        with pytest.raises(HeldError) as held:
            async with turn([bucket], Slots(1), Lane.PERSON):
                pytest.fail("went out during the pause")
        assert held.value.wait_s == PATIENCE_S + 10
        assert virtual_clock() == 0

    in_virtual_time(story())


def test_a_short_pause_is_slept_through():
    async def story() -> None:
        bucket = TokenBucket(60, clock=virtual_clock)
        bucket.hold(7)
        async with turn([bucket], Slots(1), Lane.PERSON):
            assert virtual_clock() == pytest.approx(7)

    in_virtual_time(story())


def test_the_vendors_own_count_is_believed():
    """Somebody else uses the same credential."""

    async def story() -> None:
        bucket = TokenBucket(60, clock=virtual_clock)
        bucket.obey(2)
        sent: list[float] = []
        for _ in range(4):
            async with turn([bucket], Slots(1), Lane.PERSON):
                sent.append(virtual_clock())
        assert sent[:2] == [0, 0]
        assert sent[2] > 1

    in_virtual_time(story())


def test_the_vendors_count_does_not_include_what_is_still_on_its_way():
    """Two left, and two sent that it has not counted yet, are none."""

    async def story() -> None:
        bucket = TokenBucket(60, clock=virtual_clock)
        slots = Slots(4)

        async def call() -> None:
            async with turn([bucket], slots, Lane.PERSON):
                await asyncio.sleep(5)

        under_way = [asyncio.create_task(call()) for _ in range(2)]
        await asyncio.sleep(1)
        bucket.obey(2)
        async with turn([bucket], slots, Lane.PERSON):
            assert virtual_clock() > 2
        await asyncio.gather(*under_way)

    in_virtual_time(story())


@pytest.mark.parametrize(("reset_s", "held"), [(None, 60), (12.0, 12), (86_400.0, 60)])
def test_nothing_left_means_nothing_is_sent(reset_s, held):
    """Until the vendor's window ends: when it says so, else a minute after it began."""

    async def story() -> None:
        bucket = TokenBucket(60, clock=virtual_clock)
        bucket.obey(0, reset_s)
        assert bucket.held_s == held

    in_virtual_time(story())


def test_a_window_that_began_a_while_ago_ends_sooner():
    async def story() -> None:
        bucket = TokenBucket(60, clock=virtual_clock)
        bucket.obey(59)
        await asyncio.sleep(55)
        bucket.obey(0)
        assert bucket.held_s == pytest.approx(5)

    in_virtual_time(story())


def test_accounts_on_one_credential_share_a_bucket():
    buckets = Buckets()

    one = buckets.bucket("https://a.test/api/", "token", 60)

    assert buckets.bucket("https://a.test/api", "token", 60) is one
    assert buckets.bucket("https://a.test/api", "other", 60) is not one
    assert buckets.bucket("https://b.test/api", "token", 60) is not one
    assert buckets.bucket("https://a.test/api", "token", 30, purpose="commands") is not one
    assert "token" not in repr(vars(buckets))


@pytest.mark.parametrize("limits", [(60, 10), (10, 60)])
def test_of_two_limits_for_one_credential_the_lower_counts(limits):
    """Whichever account stands first in the configuration."""
    sent: list[float] = []

    async def story() -> None:
        buckets = Buckets(clock=virtual_clock)
        made = [buckets.bucket("https://a.test/api", "token", limit) for limit in limits]
        for n in range(20):
            async with turn([made[n % 2]], Slots(1), Lane.PERSON):
                sent.append(virtual_clock())

    in_virtual_time(story())

    assert most_in_a_minute(sent) <= 10


def test_a_limit_of_nothing_is_a_mistake():
    with pytest.raises(ValueError, match="one request"):
        TokenBucket(0)


async def test_a_slot_given_to_one_who_is_just_called_off_is_passed_on():
    """The slot is theirs already when the cancellation arrives, and nobody else would free it."""
    slots = Slots(1)

    async def hold() -> None:
        async with slots.one(Lane.PERSON):
            pass

    async with slots.one(Lane.PERSON):
        second = asyncio.ensure_future(hold())
        await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)

    assert second.cancelled()
    await asyncio.wait_for(hold(), 1)
