"""However many want to speak, no minute sees more calls than the chat allows."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.outbox.pace import Budget, Holds
from tests.clock import VirtualClock

PAUSES = st.floats(min_value=0.0, max_value=30.0)


def let_pass(clock: VirtualClock, seconds: float) -> None:
    clock._elapsed += seconds


@settings(derandomize=True)
@given(st.integers(min_value=3, max_value=300), st.lists(PAUSES, max_size=200), st.booleans())
def test_no_minute_exceeds_the_budget(per_minute, pauses, urgent):
    clock = VirtualClock()
    budget = Budget(per_minute, clock)
    calls: list[float] = []

    for pause in pauses:
        let_pass(clock, pause)
        while budget.wait(urgent=urgent) <= 0:
            budget.spend()
            calls.append(clock.monotonic())

    for first in calls:
        assert sum(first <= call < first + 60 for call in calls) <= per_minute


def test_a_wait_is_as_long_as_it_says():
    clock = VirtualClock()
    budget = Budget(50, clock)
    while budget.wait(urgent=False) <= 0:
        budget.spend()

    let_pass(clock, budget.wait(urgent=False) + 1e-6)

    assert budget.wait(urgent=False) == 0


def test_the_last_of_a_burst_is_for_what_is_urgent():
    budget = Budget(50, VirtualClock())
    while budget.wait(urgent=False) <= 0:
        budget.spend()

    assert budget.wait(urgent=False) > 0
    assert budget.wait(urgent=True) == 0


def test_a_pause_holds_everybody_and_is_never_shortened():
    clock = VirtualClock()
    budget = Budget(50, clock)

    budget.pause(30)
    budget.pause(5)

    assert budget.wait(urgent=True) == 30
    let_pass(clock, 30)
    assert budget.wait(urgent=True) == 0


def test_a_hold_ends_and_is_forgotten():
    clock = VirtualClock()
    holds = Holds(clock)

    holds.hold("C1", 10)
    holds.hold("C1", 2)
    assert holds.left("C1") == 10
    assert holds.left("C2") <= 0
    let_pass(clock, 10)
    holds.forget_past()

    assert holds.left("C1") <= 0
    assert holds._until == {}
