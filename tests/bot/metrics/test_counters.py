"""What happens is counted, under names of accounts and words of ours."""

import pytest

from bot.metrics import Counters
from bot.store.invariants import INVARIANTS, Violation
from vendors.pacing import Sent


@pytest.fixture
def counters() -> Counters:
    return Counters()


def value(counters: Counters, name: str, **labels: str) -> float | None:
    return counters.registry.get_sample_value(f"chargehand_{name}", labels)


def test_requests_are_counted_by_account_and_status(counters: Counters):
    nl, dk = counters.requests_of("nl"), counters.requests_of("dk")

    nl(Sent(200, 0.0))
    nl(Sent(200, 4.0))
    nl(Sent(None, 0.0))
    dk(Sent(429, 0.0))

    assert value(counters, "vendor_requests_total", account="nl", status="200") == 2
    assert value(counters, "vendor_requests_total", account="nl", status="none") == 1
    assert value(counters, "vendor_requests_total", account="dk", status="429") == 1
    assert value(counters, "rate_limit_wait_seconds_sum", account="nl") == 4.0


def test_acknowledgements_are_a_histogram_up_to_slack_s_three_seconds(counters: Counters):
    counters.acknowledged(0.004)
    counters.acknowledged(2.5)

    assert value(counters, "acknowledgement_seconds_bucket", le="0.005") == 1
    assert value(counters, "acknowledgement_seconds_bucket", le="3.0") == 2


def test_an_invariant_that_holds_again_is_back_at_zero(counters: Counters):
    first, second, *_ = INVARIANTS

    counters.audited([Violation(first, ("alr_1",))])
    assert value(counters, "invariant_violations", invariant=first.name) == 1
    assert value(counters, "invariant_violations", invariant=second.name) == 0

    counters.audited([])
    assert value(counters, "invariant_violations", invariant=first.name) == 0


def test_two_bots_in_one_process_count_apart():
    one, other = Counters(), Counters()

    one.acknowledged(1.0)

    assert value(other, "acknowledgement_seconds_count") == 0
