"""At most once, whatever happens in between."""

import asyncio
from contextlib import suppress

import pytest
from pydantic import SecretStr

from bot.approvals.clicks import Said
from bot.approvals.execution import Progress
from bot.approvals.request import Outcome, Request, State
from bot.operations.import_chargers import ImportChargers
from bot.operations.kinds import KINDS
from bot.store import Store
from tests.bot.clouds import Cloud
from tests.bot.desk import CrashError, Desk
from tests.bot.operations.cases import CASES, EVERYTHING_ASKED, EVERYTHING_AT_ONCE, PINCODE
from tests.clock import VirtualClock
from vendors.errors import (
    ForbiddenError,
    VendorAuthError,
    VendorRateLimitedError,
    VendorUnreachableError,
)
from vendors.models import Charger, NewCharger

EVERY_KIND = pytest.mark.parametrize("kind", CASES)
CANNOT_BE_READ_BACK = {"restart_charger"}
WRITES = {"import_chargers": 2}


@pytest.fixture
def desk(store: Store, clock: VirtualClock) -> Desk:
    return Desk(store, clock, policies=(EVERYTHING_AT_ONCE,))


def cloud_of(desk: Desk, request: Request) -> Cloud:
    return desk.models if request.operation.account == "us" else desk.chargers


def pincode_of(kind: str) -> dict[str, SecretStr]:
    return {"pincode": SecretStr(PINCODE)} if KINDS[kind].needs_pincode else {}


def test_every_kind_has_a_case():
    """What is not here is not held to its promises."""
    assert CASES.keys() == KINDS.keys()


@EVERY_KIND
async def test_every_kind_is_done_with_one_write(desk: Desk, kind: str):
    request = await desk.ask(CASES[kind](desk), **pincode_of(kind))

    assert request.outcome is Outcome.DONE, request.summary
    assert len(cloud_of(desk, request).writes) == WRITES.get(kind, 1)
    executions = await desk.approvals.executions(request.id)
    assert {execution.outcome for execution in executions} == {Outcome.DONE}


@EVERY_KIND
async def test_a_lost_answer_is_made_up_for_by_reading(desk: Desk, kind: str):
    """The write happened; nobody writes again."""
    operation = CASES[kind](desk)
    desk.chargers.trouble.lose_answer()
    desk.models.trouble.lose_answer()

    request = await desk.ask(operation, **pincode_of(kind))

    expected = Outcome.UNKNOWN if kind in CANNOT_BE_READ_BACK else Outcome.DONE
    assert request.outcome is expected, request.summary
    assert len(cloud_of(desk, request).writes) == WRITES.get(kind, 1)


@EVERY_KIND
async def test_a_lost_write_is_found_out_by_reading_and_not_repeated(desk: Desk, kind: str):
    operation = CASES[kind](desk)
    desk.chargers.trouble.lose_request()
    desk.models.trouble.lose_request()

    request = await desk.ask(operation, **pincode_of(kind))

    expected = Outcome.UNKNOWN if kind in CANNOT_BE_READ_BACK else Outcome.FAILED
    assert request.outcome is expected, request.summary
    assert cloud_of(desk, request).writes == []


@EVERY_KIND
@pytest.mark.parametrize("held", [False, True], ids=["before", "after"])
async def test_a_crash_at_any_transaction_never_writes_twice(
    store: Store, clock: VirtualClock, kind: str, held: bool
):
    """Killed at each boundary in turn, and started again on the same store."""
    for at in range(1, 20):
        desk = Desk(store, clock, policies=(EVERYTHING_AT_ONCE,))
        operation = CASES[kind](desk)
        doomed, trap = desk.doomed(at, held=held)
        delivery = f"{kind} {at}"
        try:
            await doomed.ask(operation, delivery=delivery, **pincode_of(kind))
        except (CrashError, AssertionError):
            assert trap.has_crashed
        if not trap.has_crashed:
            return
        await _check_after(doomed, store, delivery, at)
    pytest.fail("there are more transactions than this test expects")


@pytest.mark.parametrize("held", [False, True], ids=["before", "after"])
async def test_a_crash_around_a_decision_loses_neither_it_nor_the_request(
    store: Store, clock: VirtualClock, held: bool
):
    """The approver presses again where nothing was kept, and nothing runs twice."""
    for at in range(1, 20):
        desk = Desk(store, clock, policies=(EVERYTHING_ASKED,))
        operation = CASES["archive_station_model"](desk)
        doomed, trap = desk.doomed(at, held=held)
        delivery = f"decision {at}"
        with suppress(CrashError):
            opened = await doomed.approvals.open(
                operation, by="U0ANN", reason="Old.", delivery=delivery
            )
            await clock.advance(60)
            await doomed.approvals.approve(opened.id, by="U0LEA")
        await clock.advance(60)
        if not trap.has_crashed:
            return
        after = doomed.restarted(store)
        await after.runner.recover()
        await clock.advance(60)
        known = await store.read(lambda tables, key=delivery: tables.requests.by_delivery(key))
        if known is None:
            assert (at, held) == (1, False)
            continue
        answer = await after.approvals.approve(known.id, by="U0LEA")
        request = await after.ended(known)
        assert answer.said is Said.APPROVED
        assert [each.by for each in request.approvals] == ["U0LEA"]
        assert desk.models.writes == (["archive mo1"] if request.outcome is Outcome.DONE else [])
        assert request.outcome in {Outcome.DONE, Outcome.FAILED}
        assert await after.message(request.outcome_key) is not None
    pytest.fail("there are more transactions than this test expects")


@EVERY_KIND
@pytest.mark.parametrize("applied", [False, True], ids=["not applied", "applied"])
async def test_a_crash_while_the_vendor_is_being_written_to_is_reconciled(
    desk: Desk, kind: str, applied: bool
):
    operation = CASES[kind](desk)
    for trouble in (desk.chargers.trouble, desk.models.trouble):
        trouble.before, trouble.after = (None, CrashError()) if applied else (CrashError(), None)
    asked = await desk.ask(operation, **pincode_of(kind))
    assert asked.outcome is Outcome.RUNNING
    done_before = len(cloud_of(desk, asked).writes)

    after = desk.restarted()
    await after.runner.recover()
    request = await after.ended(asked)

    if kind in CANNOT_BE_READ_BACK:
        assert request.outcome is Outcome.UNKNOWN
    else:
        assert request.outcome is (Outcome.DONE if applied else Outcome.FAILED)
    assert done_before == (1 if applied else 0)
    assert len(cloud_of(desk, asked).writes) == (WRITES.get(kind, 1) if applied else 0)
    assert await after.message(request.outcome_key) is not None


async def _check_after(doomed: Desk, store: Store, delivery: str, at: int) -> None:
    desk = doomed.restarted(store)
    await desk.runner.recover()
    await desk.clock.advance(60)
    known = await store.read(lambda tables: tables.requests.by_delivery(delivery))
    if known is None:
        assert at == 1
        return
    request = await desk.ended(known)
    if request.awaits_pincode:
        await desk.approvals.enter_pincode(request.id, by="U0ANN", pincode=SecretStr(PINCODE))
        request = await desk.ended(request)
    writes = len(cloud_of(desk, request).writes)
    assert writes <= WRITES.get(request.operation.kind, 1)
    if request.outcome is Outcome.DONE:
        assert writes == WRITES.get(request.operation.kind, 1)
    else:
        assert request.outcome in {Outcome.FAILED, Outcome.UNKNOWN}
    assert await desk.message(request.outcome_key) is not None


async def test_of_two_bots_on_one_database_one_writes(desk: Desk):
    """The lease should keep the second away; the intent row does so also where it does not.

    Nor does the second read back what the first is still writing, and call it not done.
    """
    other = Desk(desk.store, desk.clock, policies=desk.policies, chargers=desk.chargers)
    desk.chargers.write_gate = asyncio.Event()
    request = await desk.approvals.open(
        CASES["register_charger"](desk), by="U0ANN", reason="", delivery="view 1"
    )
    other.runner.start(request.id)
    await desk.clock.advance(30)
    desk.chargers.write_gate.set()

    request = await desk.ended(request)

    assert other.errors == []
    assert request.outcome is Outcome.DONE
    assert desk.chargers.writes == ["register AB123"]
    assert (await desk.trail(request)).count("request.intent") == 1


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        pytest.param(VendorUnreachableError("acme", "no route"), Outcome.FAILED, id="unreachable"),
        pytest.param(VendorAuthError("acme", "bad token"), Outcome.FAILED, id="credential"),
        pytest.param(ForbiddenError("acme", "not yours"), Outcome.REFUSED, id="forbidden"),
    ],
)
async def test_an_answer_that_proves_nothing_was_done_needs_no_reading(
    desk: Desk, error: Exception, outcome: Outcome
):
    desk.chargers.trouble.before = error

    request = await desk.ask(CASES["register_charger"](desk))

    assert request.outcome is outcome
    assert "Nothing was done." in (request.summary or "")
    assert desk.chargers.reads == []


async def test_not_done_has_to_hold_for_a_moment_to_be_believed(desk: Desk):
    """A vendor may still be at it when we look for the first time."""
    operation = CASES["register_charger"](desk)
    desk.chargers.trouble.lose_request()
    request = await desk.approvals.open(operation, by="U0ANN", reason="", delivery="view 1")
    await desk.clock.advance(1)
    desk.chargers.add("AB123")

    request = await desk.ended(request)

    assert request.outcome is Outcome.DONE


async def test_an_outcome_that_cannot_be_read_now_stays_unknown(desk: Desk):
    desk.chargers.trouble.lose_answer()
    desk.chargers.read_error = VendorUnreachableError("acme", "no route")

    request = await desk.ask(CASES["register_charger"](desk))
    assert request.outcome is Outcome.UNKNOWN

    desk.chargers.read_error = None
    answer = await desk.approvals.check_again(request.id, by="U0ANN")
    assert answer.request is not None
    assert answer.request.outcome is Outcome.DONE
    assert desk.chargers.writes == ["register AB123"]


async def test_a_pincode_is_asked_for_after_the_approval_and_stands_nowhere(
    store: Store, clock: VirtualClock
):
    desk = Desk(store, clock, policies=(EVERYTHING_ASKED,))
    request = await desk.ask(CASES["attach_charger"](desk), **pincode_of("attach_charger"))
    await desk.approvals.approve(request.id, by="U0LEA")
    request = await desk.ended(request)
    assert request.awaits_pincode
    assert await desk.message(f"request_pincode:{request.id}:1") is not None

    other = await desk.approvals.enter_pincode(request.id, by="U0LEA", pincode=SecretStr(PINCODE))
    own = await desk.approvals.enter_pincode(request.id, by="U0ANN", pincode=SecretStr(PINCODE))
    request = await desk.ended(request)

    assert (other.said, own.said) == (Said.NOT_YOURS, Said.STARTED)
    assert request.outcome is Outcome.DONE
    assert await _texts_with(store, PINCODE) == []


async def _texts_with(store: Store, secret: str) -> list[str]:
    def work(tables: object) -> list[str]:
        connection = tables.meta._db.conn  # type: ignore[attr-defined]
        return [line for line in connection.iterdump() if f"'{secret}" in line or secret in line]

    return await store.read(work)


async def test_a_pincode_that_a_crash_lost_is_asked_for_again(store: Store, clock: VirtualClock):
    desk = Desk(store, clock, policies=(EVERYTHING_ASKED,))
    request = await desk.ask(CASES["attach_charger"](desk))
    await desk.approvals.approve(request.id, by="U0LEA")
    await desk.ended(request)

    after = desk.restarted()
    await after.runner.recover()
    request = await after.ended(request)

    assert request.awaits_pincode
    assert await after.message(f"request_pincode:{request.id}:2") is not None
    assert desk.chargers.writes == []


async def test_nobody_is_asked_twice_for_a_pincode_without_a_restart(
    store: Store, clock: VirtualClock
):
    """Looking for what was left behind must not become a nuisance."""
    desk = Desk(store, clock, policies=(EVERYTHING_ASKED,))
    request = await desk.ask(CASES["attach_charger"](desk))
    await desk.approvals.approve(request.id, by="U0LEA")
    await desk.ended(request)

    assert await desk.runner.recover() == []
    request = await desk.ended(request)

    assert request.pincode_asked == 1
    assert await desk.message(f"request_pincode:{request.id}:2") is None


async def test_what_trouble_with_the_disk_left_behind_is_brought_on(desk: Desk):
    """Without waiting for a restart, and still with one write."""
    operation = CASES["register_charger"](desk)
    doomed, trap = desk.doomed(5, held=False)
    await doomed.approvals.open(operation, by="U0ANN", reason="", delivery="view 1")
    await doomed.clock.advance(60)
    assert trap.has_crashed
    assert desk.chargers.writes == ["register AB123"]
    trap.has_crashed = False

    (number,) = await doomed.runner.recover()
    await doomed.clock.advance(60)

    request = await doomed.approvals.request(number)
    assert request is not None
    assert request.outcome is Outcome.DONE
    assert desk.chargers.writes == ["register AB123"]


async def test_what_is_being_worked_on_is_left_alone(desk: Desk):
    desk.chargers.write_gate = asyncio.Event()
    request = await desk.approvals.open(
        CASES["register_charger"](desk), by="U0ANN", reason="", delivery="view 1"
    )
    await desk.clock.settle()

    assert await desk.runner.recover() == []

    desk.chargers.write_gate.set()
    assert (await desk.ended(request)).outcome is Outcome.DONE


async def test_a_wrong_pincode_is_told_and_can_be_asked_again(desk: Desk):
    operation = CASES["attach_charger"](desk)

    request = await desk.ask(operation, pincode=SecretStr("9999"))

    assert request.outcome is Outcome.REFUSED
    assert "pincode is wrong" in (request.summary or "")
    assert request.may_be_asked_again


async def test_the_first_row_of_an_import_runs_alone(desk: Desk):
    """If it fails, the file is probably wrong as a whole."""
    desk.chargers.elsewhere.add("AB1")

    request = await desk.ask(CASES["import_chargers"](desk))

    assert request.outcome is Outcome.REFUSED
    assert desk.chargers.writes == []
    assert await desk.approvals.progress(request) == Progress(
        total=2, done=0, refused=1, failed=0, unknown=0
    )


async def test_a_later_row_that_is_refused_stops_nothing(desk: Desk):
    desk.chargers.elsewhere.add("AB2")
    operation = CASES["import_chargers"](desk)
    third = operation.rows[0].model_copy(update={"identity": "AB3"})
    operation = operation.model_copy(update={"rows": (*operation.rows, third)})

    request = await desk.ask(operation)

    assert request.outcome is Outcome.FAILED
    assert desk.chargers.writes == ["register AB1", "register AB3"]
    assert request.summary == (
        "2 of 3 done, 1 refused. Row 2: Another tenant has this identity;"
        " attach the charger with its pincode. Nothing was done."
    )


async def test_asking_again_for_an_import_asks_only_for_what_is_left(desk: Desk):
    desk.chargers.elsewhere.add("AB2")
    request = await desk.ask(CASES["import_chargers"](desk))
    desk.chargers.elsewhere.clear()

    answer = await desk.approvals.ask_again(request.id, by="U0ANN", delivery="again")
    assert answer.request is not None
    again = await desk.ended(answer.request)

    assert again.outcome is Outcome.DONE
    assert desk.chargers.writes == ["register AB1", "register AB2"]


async def test_a_refused_row_does_not_stop_the_others_when_it_is_asked_for_again(desk: Desk):
    """It would be the first of those that are left, and the first decides about all others."""
    register, unreached = desk.chargers.register_charger, {"AB2"}

    async def once_silent(charger: NewCharger) -> Charger:
        if charger.identity in unreached:
            unreached.clear()
            raise VendorUnreachableError("acme", "no route")
        return await register(charger)

    desk.chargers.register_charger = once_silent
    desk.chargers.elsewhere.add("AB1")
    request = await desk.ask(import_of(5))
    assert request.summary is not None
    assert request.summary.startswith("1 of 5 done, 1 refused, 1 failed, 2 not run.")

    answer = await desk.approvals.ask_again(request.id, by="U0ANN", delivery="again")
    assert answer.request is not None
    again = await desk.ended(answer.request)

    assert again.summary is not None
    assert again.summary.startswith("3 of 4 done, 1 refused.")
    assert desk.chargers.writes == [f"register AB{number}" for number in (0, 2, 3, 4)]


async def test_an_import_stops_after_the_row_that_is_being_written(desk: Desk):
    desk.chargers.write_gate = asyncio.Event()
    request = await desk.approvals.open(
        CASES["import_chargers"](desk), by="U0ANN", reason="", delivery="view 1"
    )
    await desk.clock.settle()

    stranger = await desk.approvals.stop(request.id, by="U0BEN")
    own = await desk.approvals.stop(request.id, by="U0ANN")
    desk.chargers.write_gate.set()
    request = await desk.ended(request)

    assert (stranger.said, own.said) == (Said.NOT_ALLOWED, Said.STOPPING)
    assert desk.chargers.writes == ["register AB1"]
    assert request.outcome is Outcome.FAILED
    assert request.summary == "1 of 2 done, 1 not run. It was stopped."


async def test_a_long_import_shows_how_far_it_is(store: Store, clock: VirtualClock):
    """At most every five seconds, whatever the rows cost."""
    desk = Desk(store, clock, policies=(EVERYTHING_ASKED,))
    desk.chargers.write_costs = (clock, 2.0)
    rows = tuple(NewCharger(identity=f"AB{number}") for number in range(9))
    request = await desk.ask(ImportChargers(account="nl", rows=rows))
    await desk.approvals.approve(request.id, by="U0LEA")
    await desk.ended(request)

    card = await desk.message(request.card_key)
    assert card is not None
    results = await desk.approvals.results(request)
    assert results is not None
    assert results.count("done") == 9
    own = await desk.message(request.progress_key)
    assert own is not None
    assert (own.destination, own.topic, own.wanted) == ("U0ANN", "request_card", 5)
    assert card.wanted == 4 + 3  # asked, approved, running, ended; and after 6, 12 and 18 seconds


async def test_an_import_goes_on_after_a_restart_without_repeating_rows(desk: Desk):
    operation = CASES["import_chargers"](desk)
    doomed, trap = desk.doomed(5, held=True)
    await doomed.approvals.open(operation, by="U0ANN", reason="", delivery="view 1")
    await doomed.clock.advance(60)
    assert trap.has_crashed
    assert desk.chargers.writes == ["register AB1"]

    after = doomed.restarted(desk.store)
    (number,) = await after.runner.recover()
    await after.clock.advance(60)
    request = await after.approvals.request(number)

    assert request is not None
    assert (request.state, request.outcome) == (State.APPROVED, Outcome.DONE)
    assert desk.chargers.writes == ["register AB1", "register AB2"]


async def test_a_row_that_a_restart_cut_off_stops_no_others(desk: Desk):
    """It failed because we were stopped, not because of anything in the sheet."""
    operation = import_of(4)
    doomed, trap = desk.doomed(6, held=True)  # asked, prepared, running; intent, result, intent
    await doomed.approvals.open(operation, by="U0ANN", reason="", delivery="view 1")
    await doomed.clock.advance(60)
    assert trap.has_crashed
    again, trap = desk.doomed(5, held=True)  # row 2 is read back and shown, row 3, intent
    await again.runner.recover()
    await again.clock.advance(60)
    assert trap.has_crashed

    after = again.restarted(desk.store)
    (number,) = await after.runner.recover()
    await after.clock.advance(60)
    request = await after.approvals.request(number)

    assert request is not None
    assert request.summary == ("2 of 4 done, 2 failed. Row 2: AB1 is not at nl. Nothing was done.")
    assert desk.chargers.writes == ["register AB0", "register AB2"]


async def test_an_import_that_is_told_to_end_leaves_the_next_rows_for_the_next_start(desk: Desk):
    """Between two rows, so that no write is cut off."""
    desk.chargers.write_gate = asyncio.Event()
    request = await desk.approvals.open(import_of(3), by="U0ANN", reason="", delivery="view 1")
    await desk.clock.settle()
    desk.is_ending = True
    desk.chargers.write_gate.set()
    request = await desk.ended(request)
    assert (request.outcome, desk.chargers.writes) == (Outcome.RUNNING, ["register AB0"])
    assert {each.outcome for each in await desk.approvals.executions(1)} == {Outcome.DONE}

    after = desk.restarted()
    await after.runner.recover()

    assert (await after.ended(request)).outcome is Outcome.DONE
    assert desk.chargers.writes == ["register AB0", "register AB1", "register AB2"]


@pytest.mark.parametrize(
    ("wait", "times", "outcome"),
    [(60.0, 1, Outcome.DONE), (60.0, 9, Outcome.FAILED), (600.0, 1, Outcome.FAILED)],
)
async def test_an_import_waits_for_a_vendor_that_asks_it_to_slow_down(
    desk: Desk, wait: float, times: int, outcome: Outcome
):
    """For a while, since that answer proves that nothing was done."""
    register, left = desk.chargers.register_charger, [times]

    async def slow_down(charger: NewCharger) -> Charger:
        if charger.identity == "AB1" and left[0]:
            left[0] -= 1
            raise VendorRateLimitedError("acme", "too many", retry_after=wait)
        return await register(charger)

    desk.chargers.register_charger = slow_down
    request = await desk.ask(import_of(3))
    await desk.clock.advance(600)

    request = await desk.ended(request)

    assert request.outcome is outcome, request.summary
    assert len(desk.chargers.writes) == (3 if outcome is Outcome.DONE else 1)


async def test_an_import_that_waits_for_its_vendor_can_be_stopped(desk: Desk):
    async def slow_down(_: NewCharger) -> Charger:
        raise VendorRateLimitedError("acme", "too many", retry_after=60.0)

    desk.chargers.register_charger = slow_down
    request = await desk.approvals.open(import_of(3), by="U0ANN", reason="", delivery="view 1")
    await desk.clock.advance(30)

    await desk.approvals.stop(request.id, by="U0ANN")
    await desk.clock.advance(31)

    request = await desk.ended(request)
    assert (request.outcome, desk.chargers.writes) == (Outcome.FAILED, [])
    assert (request.summary or "").endswith("It was stopped.")


def import_of(rows: int) -> ImportChargers:
    chargers = tuple(NewCharger(identity=f"AB{number}") for number in range(rows))
    return ImportChargers(account="nl", rows=chargers)
