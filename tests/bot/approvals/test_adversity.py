"""What must hold when people, groups, settings and clocks change while a request is open."""

import asyncio
from datetime import timedelta
from itertools import permutations

import pytest

from bot.access import Person
from bot.approvals.clicks import Said
from bot.approvals.request import Outcome, Request, State
from bot.config.settings import PolicySettings
from bot.operations.import_chargers import ImportChargers
from bot.operations.kinds import KINDS
from bot.operations.register_charger import RegisterCharger
from bot.store import Store
from tests.bot.desk import Desk
from tests.bot.operations.cases import CASES, EVERYTHING_ASKED, PINCODE
from tests.clock import VirtualClock
from vendors.models import NewCharger


def needing(approvals: int) -> PolicySettings:
    return EVERYTHING_ASKED.model_copy(update={"approvals_needed": approvals})


@pytest.fixture
def desk(store: Store, clock: VirtualClock) -> Desk:
    return Desk(store, clock, policies=(EVERYTHING_ASKED,))


@pytest.fixture
def pair_desk(store: Store, clock: VirtualClock) -> Desk:
    """Where two have to agree."""
    return Desk(store, clock, policies=(needing(2),))


async def register(desk: Desk) -> Request:
    return await desk.ask(RegisterCharger(account="nl", charger=NewCharger(identity="AB123")))


@pytest.mark.parametrize("order", list(permutations(("withdraw", "approve", "expire"))))
async def test_of_withdrawing_approving_and_expiring_one_holds(desk: Desk, order: tuple[str, ...]):
    """Whatever comes first at the same moment; a write only follows an approval."""
    request = await register(desk)
    assert request.expires_at is not None
    await desk.clock.advance(request.expires_at - desk.clock.now())
    acts = {
        "withdraw": lambda: desk.approvals.withdraw(request.id, by="U0ANN"),
        "approve": lambda: desk.approvals.approve(request.id, by="U0LEA"),
        "expire": desk.approvals.tick,
    }

    await asyncio.gather(*(acts[name]() for name in order))
    request = await desk.ended(request)

    assert request.state in {State.WITHDRAWN, State.EXPIRED}
    assert desk.chargers.writes == []


async def test_a_withdrawal_and_an_approval_at_once_do_not_both_hold(desk: Desk):
    request = await register(desk)

    approved, withdrawn = await asyncio.gather(
        desk.approvals.approve(request.id, by="U0LEA"),
        desk.approvals.withdraw(request.id, by="U0ANN"),
    )
    request = await desk.ended(request)

    said = {approved.said, withdrawn.said}
    if request.state is State.APPROVED:
        assert said == {Said.APPROVED, Said.ALREADY_DECIDED}
        assert desk.chargers.writes == ["register AB123"]
    else:
        assert said == {Said.WITHDRAWN, Said.ALREADY_DECIDED}
        assert desk.chargers.writes == []


async def test_who_has_approved_may_think_better_of_it(pair_desk: Desk):
    request = await register(pair_desk)
    await pair_desk.approvals.approve(request.id, by="U0LEA")

    answer = await pair_desk.approvals.reject(request.id, by="U0LEA", reason="The wrong depot.")
    late = await pair_desk.approvals.approve(request.id, by="U0LEO")
    request = await pair_desk.ended(request)

    assert (answer.said, late.said) == (Said.REJECTED, Said.ALREADY_DECIDED)
    assert request.state is State.REJECTED
    assert [(each.by, each.approves) for each in request.decisions] == [("U0LEA", False)]
    assert pair_desk.chargers.writes == []


async def test_an_approval_counts_as_of_when_it_was_given(pair_desk: Desk):
    """Rights are read at the click; the second approver sees on the card who the first was."""
    request = await register(pair_desk)
    await pair_desk.approvals.approve(request.id, by="U0LEA")
    pair_desk.book.groups["S0LEADS"].discard("U0LEA")

    again = await pair_desk.approvals.approve(request.id, by="U0LEA")
    second = await pair_desk.approvals.approve(request.id, by="U0LEO")
    request = await pair_desk.ended(request)

    assert (again.said, second.said) == (Said.COUNTED, Said.APPROVED)
    assert [each.by for each in request.approvals] == ["U0LEA", "U0LEO"]
    assert pair_desk.chargers.writes == ["register AB123"]


async def test_nobody_decides_when_the_group_is_empty(desk: Desk):
    request = await register(desk)
    desk.book.groups["S0LEADS"].clear()

    answer = await desk.approvals.approve(request.id, by="U0LEA")

    assert answer.said is Said.NOT_ALLOWED
    assert answer.refused is not None
    assert answer.refused.who_can == ("S0LEADS",)
    assert (await desk.ended(request)).state is State.PENDING


async def test_a_request_of_who_has_left_still_needs_its_approver(desk: Desk):
    """The approver answers for it; the requester's own rights were checked when they asked."""
    request = await register(desk)
    desk.book.people["U0ANN"] = Person("U0ANN", is_deactivated=True)

    answer = await desk.approvals.approve(request.id, by="U0LEA")

    assert answer.said is Said.APPROVED
    assert (await desk.ended(request)).outcome is Outcome.DONE


async def test_a_pincode_is_not_taken_from_who_may_no_longer_ask(desk: Desk):
    """Entering it has it written, and rights are checked at every interaction."""
    request = await desk.ask(CASES["attach_charger"](desk))
    await desk.approvals.approve(request.id, by="U0LEA")
    await desk.ended(request)
    desk.book.groups["S0SUPPORT"].discard("U0ANN")

    refused = await desk.enter_pincode(request, PINCODE)
    request = await desk.ended(request)

    assert refused.said is Said.NOT_ALLOWED
    assert request.awaits_pincode
    assert desk.chargers.writes == []


async def test_a_request_keeps_the_policy_that_it_was_made_under(store: Store, clock: VirtualClock):
    """A restart with other policies changes neither how many nor who."""
    desk = Desk(store, clock, policies=(needing(2),))
    request = await register(desk)
    desk.policies = (PolicySettings(operations=tuple(KINDS), approvals_needed=0),)
    after = desk.restarted()

    first = await after.approvals.approve(request.id, by="U0LEA")
    second = await after.approvals.approve(request.id, by="U0LEO")

    assert (first.said, second.said) == (Said.COUNTED, Said.APPROVED)


@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_a_request_for_an_account_that_is_gone_ends_in_a_sentence(
    store: Store, clock: VirtualClock, kind: str
):
    """The account was taken out of the configuration while approvers slept."""
    desk = Desk(store, clock, policies=(EVERYTHING_ASKED,))
    request = await desk.ask(CASES[kind](desk))
    desk.accounts = {}
    await clock.advance(timedelta(minutes=5))
    after = desk.restarted()

    answer = await after.approvals.approve(request.id, by="U0LEA")
    ended = await after.ended(request)

    if request.operation.needs_pincode:
        await after.enter_pincode(request, PINCODE)
        ended = await after.ended(request)
    assert answer.said is Said.APPROVED
    assert ended.outcome is Outcome.FAILED
    assert "any more" in (ended.summary or "")
    assert desk.chargers.writes + desk.models.writes == []


async def test_a_clock_that_jumps_forward_expires_once(desk: Desk):
    request = await register(desk)
    desk.clock.jump(timedelta(days=30))

    late = await desk.approvals.approve(request.id, by="U0LEA")
    await desk.approvals.tick()
    await desk.approvals.tick()

    assert late.said is Said.EXPIRED
    assert (await desk.trail(request)).count("request.expired") == 1
    assert await desk.message(f"request_line:{request.id}:reminder") is None


async def test_a_clock_that_is_set_back_does_not_bring_a_request_back(desk: Desk):
    request = await register(desk)
    await desk.clock.advance(timedelta(hours=25))
    await desk.approvals.tick()
    desk.clock.jump(timedelta(days=-2))

    answer = await desk.approvals.approve(request.id, by="U0LEA")

    assert answer.said is Said.EXPIRED
    assert desk.chargers.writes == []


async def test_a_decision_is_in_the_trail_with_its_reason(desk: Desk):
    request = await register(desk)
    await desk.approvals.reject(request.id, by="U0LEA", reason="The wrong depot.")

    entries = await desk.store.read(lambda tables: tables.audit.of(f"request:{request.id}"))

    (decision,) = entries[-1].details["decisions"]
    assert (decision["by"], decision["reason"]) == ("U0LEA", "The wrong depot.")


async def test_two_imports_of_the_same_rows_register_each_charger_once(
    store: Store, clock: VirtualClock
):
    """They run at the same time, and the vendor refuses whoever comes second."""
    at_once = PolicySettings(operations=("import_chargers",), approvals_needed=0)
    desk = Desk(store, clock, policies=(at_once,))
    desk.chargers.write_costs = (clock, 0.2)
    rows = tuple(NewCharger(identity=f"AB{number}") for number in range(5))
    operation = ImportChargers(account="nl", rows=rows)

    requests = [
        await desk.approvals.open(operation, by="U0ANN", reason="Now.", delivery=f"view {number}")
        for number in range(2)
    ]
    outcomes = [(await desk.ended(request)).outcome for request in requests]

    assert sorted(desk.chargers.writes) == [f"register AB{number}" for number in range(5)]
    assert Outcome.UNKNOWN not in outcomes


async def test_an_import_of_a_hundred_goes_past_what_the_vendor_refuses(
    store: Store, clock: VirtualClock
):
    at_once = PolicySettings(operations=("import_chargers",), approvals_needed=0)
    desk = Desk(store, clock, policies=(at_once,))
    taken = {f"AB{number}" for number in range(10, 100, 7)}
    desk.chargers.elsewhere |= taken
    rows = tuple(NewCharger(identity=f"AB{number}") for number in range(100))

    request = await desk.ask(ImportChargers(account="nl", rows=rows))

    progress = await desk.approvals.progress(request)
    assert (progress.done, progress.refused, progress.left) == (100 - len(taken), len(taken), 0)
    assert len(desk.chargers.writes) == len(set(desk.chargers.writes)) == 100 - len(taken)
    assert request.outcome is Outcome.FAILED
    left = request.operation.without(
        frozenset(
            each.step
            for each in await desk.approvals.executions(request.id)
            if each.outcome is Outcome.DONE
        )
    )
    assert isinstance(left, ImportChargers)
    assert {row.identity for row in left.rows} == taken
