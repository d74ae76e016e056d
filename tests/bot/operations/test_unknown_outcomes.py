"""What becomes of an outcome that nobody knows: read again, told anew, never written again."""

import asyncio
from datetime import timedelta

import pytest

from bot.approvals.clicks import Said
from bot.approvals.request import LOOKS, Outcome, Request
from bot.operations.restart_charger import RestartCharger
from bot.store import Store
from tests.bot.desk import Desk
from tests.bot.operations.cases import CASES, EVERYTHING_AT_ONCE
from tests.clock import START, VirtualClock
from vendors.errors import VendorUnreachableError
from vendors.models import Connectivity


@pytest.fixture
def desk(store: Store, clock: VirtualClock) -> Desk:
    return Desk(store, clock, policies=(EVERYTHING_AT_ONCE,))


SILENT = VendorUnreachableError("plugchoice", "no answer")


async def restarted_unknown(desk: Desk) -> Request:
    """A restart whose answer was lost, with nothing to tell whether it happened."""
    charger = desk.chargers.add("AB123", last_connection_at=START)
    desk.chargers.trouble.lose_answer()
    request = await desk.ask(RestartCharger(account="nl", charger_id=charger.id, label="AB123"))
    assert request.outcome is Outcome.UNKNOWN
    return request


async def wait_for_a_look(desk: Desk, request: Request) -> Request:
    assert request.next_look is not None
    await desk.clock.advance(request.next_look - desk.clock.now())
    assert await desk.runner.recover() == [request.id]
    return await desk.ended(request)


async def test_a_restart_is_known_once_its_charger_is_back(desk: Desk):
    """Nobody has to press anything: reading costs nothing."""
    request = await restarted_unknown(desk)
    desk.chargers.change("ch1", last_connection_at=START + timedelta(minutes=2))

    request = await wait_for_a_look(desk, request)

    assert request.outcome is Outcome.DONE
    assert desk.chargers.writes == ["restart ch1 soft"]
    line = await desk.message(f"{request.outcome_key}:done")
    assert line is not None
    assert (line.destination, line.thread_of) == ("U0ANN", request.outcome_key)
    assert await desk.message(f"request_line:{request.id}:done") is not None


LATER = START + timedelta(minutes=2)


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        pytest.param(
            {"last_connection_at": START},
            {"last_disconnection_at": LATER},
            Outcome.UNKNOWN,
            id="only gone",
        ),
        pytest.param(
            {"last_connection_event_at": START, "connectivity": Connectivity.ONLINE},
            {"last_connection_event_at": LATER, "connectivity": Connectivity.OFFLINE},
            Outcome.UNKNOWN,
            id="only gone, at Spirii",
        ),
        pytest.param(
            {"last_connection_event_at": START, "connectivity": Connectivity.OFFLINE},
            {"last_connection_event_at": LATER, "connectivity": Connectivity.ONLINE},
            Outcome.DONE,
            id="back, at Spirii",
        ),
        pytest.param(
            {}, {"last_connection_at": LATER}, Outcome.DONE, id="there for the first time"
        ),
        pytest.param({}, {"last_connection_at": START}, Outcome.UNKNOWN, id="there before"),
    ],
)
async def test_only_a_connection_after_the_restart_proves_it(
    desk: Desk, before: dict[str, object], after: dict[str, object], outcome: Outcome
):
    """A charger that has gone may never have heard of the restart."""
    await desk.clock.advance(60)
    charger = desk.chargers.add("AB123", **before)
    desk.chargers.trouble.lose_answer()
    request = await desk.ask(RestartCharger(account="nl", charger_id=charger.id, label="AB123"))
    desk.chargers.change(charger.id, **after)

    assert (await wait_for_a_look(desk, request)).outcome is outcome


async def test_a_site_of_the_same_name_elsewhere_is_somebody_elses(desk: Desk):
    """They made theirs while ours got lost."""
    desk.chargers.trouble.lose_request()
    operation = CASES["create_site"](desk)
    request = await desk.approvals.open(operation, by="U0ANN", reason="", delivery="view 1")
    await desk.clock.advance(1)
    desk.chargers.add_site("Depot", postal_code="9000", city="Gent")

    request = await desk.ended(request)

    assert request.outcome is Outcome.UNKNOWN
    assert request.summary == "There is a new site Depot, but at another address."


async def test_a_site_is_known_by_its_address_however_that_is_written(desk: Desk):
    desk.chargers.trouble.lose_request()
    operation = CASES["create_site"](desk)
    request = await desk.approvals.open(operation, by="U0ANN", reason="", delivery="view 1")
    await desk.clock.advance(1)
    desk.chargers.add_site("Depot", postal_code="1234ab", city="UTRECHT")

    assert (await desk.ended(request)).outcome is Outcome.DONE


async def test_what_arrived_after_all_is_not_asked_for_again(desk: Desk):
    """A vendor that takes a minute made the site when we had already read that there is none."""
    operation = CASES["create_site"](desk)
    desk.chargers.trouble.lose_request()
    request = await desk.ask(operation)
    assert request.outcome is Outcome.FAILED
    desk.chargers.add_site("Depot", postal_code="1234 AB")

    answer = await desk.approvals.ask_again(request.id, by="U0ANN", delivery="again")

    assert answer.said is Said.ARRIVED_LATE
    assert answer.because == "The new site Depot is there."
    assert desk.chargers.writes == []
    assert (await desk.ended(request)).again_as is None


async def test_what_a_person_has_said_is_not_unsaid_by_a_look_that_was_under_way(
    store: Store, clock: VirtualClock
):
    """Neither on the card nor in the audit trail."""
    desk = Desk(store, clock, policies=(EVERYTHING_AT_ONCE,))
    request = await restarted_unknown(desk)
    desk.chargers.change("ch1", last_connection_at=LATER)
    desk.chargers.gate = asyncio.Event()
    look = asyncio.create_task(desk.approvals.check_again(request.id, by="U0ANN"))
    await clock.settle()
    await desk.approvals.settle(request.id, by="U0LEA", done=False)
    desk.chargers.gate.set()

    answer = await look

    assert answer.request is not None
    assert (answer.request.outcome, answer.request.summary) == (
        Outcome.FAILED,
        "Marked as not done.",
    )
    assert (await desk.trail(request))[-1] == "request.settle"


async def test_after_a_few_looks_it_is_left_to_people(desk: Desk):
    request = await restarted_unknown(desk)
    for _ in LOOKS:
        request = await wait_for_a_look(desk, request)

    await desk.clock.advance(timedelta(days=2))

    assert request.next_look is None
    assert await desk.runner.recover() == []
    assert (await desk.ended(request)).outcome is Outcome.UNKNOWN
    assert await desk.message(f"{request.outcome_key}:unknown") is None
    assert desk.chargers.writes == ["restart ch1 soft"]


async def test_between_two_looks_the_vendor_is_left_alone(desk: Desk):
    request = await wait_for_a_look(desk, await restarted_unknown(desk))
    reads = len(desk.chargers.reads)

    assert await desk.runner.recover() == []
    await desk.runner.advance(request.id)

    assert len(desk.chargers.reads) == reads


async def test_a_look_that_fails_counts_and_says_nothing_wrong(desk: Desk):
    request = await restarted_unknown(desk)
    desk.chargers.read_error = SILENT

    request = await wait_for_a_look(desk, request)

    assert (request.outcome, request.looks) == (Outcome.UNKNOWN, 1)


async def test_an_import_whose_row_turns_out_done_can_go_on(desk: Desk):
    """What was not run is asked for again, the row that was unknown is not."""
    desk.chargers.trouble.lose_answer()
    desk.chargers.read_error = SILENT
    request = await desk.ask(CASES["import_chargers"](desk))
    assert request.outcome is Outcome.UNKNOWN
    desk.chargers.read_error = None

    request = await wait_for_a_look(desk, request)
    answer = await desk.approvals.ask_again(request.id, by="U0ANN", delivery="again")

    assert request.summary == "1 of 2 done, 1 not run."
    assert answer.request is not None
    assert (await desk.ended(answer.request)).outcome is Outcome.DONE
    assert desk.chargers.writes == ["register AB1", "register AB2"]


async def test_what_stood_still_before_its_intent_is_looked_at_anew(desk: Desk):
    """A bot that was down for an hour must not write on what it saw before."""
    operation = CASES["set_reference"](desk)
    doomed, trap = desk.doomed(4, held=False)  # asked, prepared, running; not the intent
    await doomed.approvals.open(operation, by="U0ANN", reason="", delivery="view 1")
    await desk.clock.advance(60)
    assert trap.has_crashed
    desk.chargers.change("ch1", reference="somebody else's")
    await desk.clock.advance(timedelta(hours=1))

    after = doomed.restarted(desk.store)
    (number,) = await after.runner.recover()
    await desk.clock.advance(60)
    request = await after.approvals.request(number)

    assert request is not None
    assert request.outcome is Outcome.REFUSED
    assert [change.name for change in request.drift] == ["reference"]
    assert desk.chargers.writes == []


async def test_a_clock_that_was_set_back_makes_no_look_fresh(desk: Desk):
    """A precheck from the future is no news."""
    operation = CASES["set_reference"](desk)
    doomed, _ = desk.doomed(3, held=False)  # asked and prepared
    await doomed.approvals.open(operation, by="U0ANN", reason="", delivery="view 1")
    await desk.clock.advance(60)
    desk.chargers.change("ch1", reference="somebody else's")
    desk.clock.jump(timedelta(hours=-3))

    after = doomed.restarted(desk.store)
    (number,) = await after.runner.recover()
    await desk.clock.advance(60)
    request = await after.approvals.request(number)

    assert request is not None
    assert request.outcome is Outcome.REFUSED
    assert desk.chargers.writes == []
