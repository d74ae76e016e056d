"""Asking, deciding, following up."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from bot.approvals.clicks import Said
from bot.approvals.request import Outcome, State
from bot.approvals.service import ReasonMissingError
from bot.audit.chain import digest
from bot.config.settings import PolicySettings
from bot.operations.archive_station_model import ArchiveStationModel
from bot.operations.base import canonical_json
from bot.operations.import_chargers import ImportChargers
from bot.operations.register_charger import RegisterCharger
from bot.operations.restart_charger import RestartCharger
from bot.store import Store
from tests.bot.desk import APPROVALS_CHANNEL, Desk
from tests.bot.operations.cases import EVERYTHING_ASKED, EVERYTHING_AT_ONCE
from tests.clock import VirtualClock
from vendors.errors import VendorUnreachableError
from vendors.models import NewCharger


@pytest.fixture
def desk(store: Store, clock: VirtualClock) -> Desk:
    return Desk(store, clock)


def archive(desk: Desk) -> ArchiveStationModel:
    model = desk.models.add("Autel", "DL0120", friendly_name="Autel 120 kW")
    return ArchiveStationModel(account="us", model_id=model.id, label="Autel 120 kW")


def register(identity: str = "AB123") -> RegisterCharger:
    return RegisterCharger(account="nl", charger=NewCharger(identity=identity))


async def test_what_the_policy_lets_through_runs_at_once(desk: Desk):
    request = await desk.ask(register())

    assert (request.state, request.outcome) == (State.APPROVED, Outcome.DONE)
    assert desk.chargers.writes == ["register AB123"]
    assert request.made is not None
    assert [charger.identity for charger in desk.mirror.seen] == ["AB123"]
    assert desk.watched == [(request.made, "U0ANN")]
    assert await desk.message(request.card_key) is None


async def test_a_request_waits_for_an_approver_and_then_runs(desk: Desk):
    request = await desk.ask(archive(desk))
    assert (request.state, desk.models.writes) == (State.PENDING, [])
    card = await desk.message(request.card_key)
    assert card is not None
    assert card.destination == APPROVALS_CHANNEL

    answer = await desk.approvals.approve(request.id, by="U0LEA")
    request = await desk.ended(request)

    assert answer.said is Said.APPROVED
    assert request.outcome is Outcome.DONE
    assert desk.models.writes == ["archive mo1"]
    outcome = await desk.message(request.outcome_key)
    assert outcome is not None
    assert outcome.destination == "U0ANN"
    assert (await desk.message(f"request_line:{request.id}:done")) is not None


async def test_every_step_is_in_the_audit_trail(desk: Desk):
    request = await desk.ask(archive(desk))
    await desk.approvals.approve(request.id, by="U0LEA")
    request = await desk.ended(request)

    assert await desk.trail(request) == [
        "request.opened",
        "request.prepared",
        "request.approve",
        "request.running",
        "request.intent",
        "request.result",
        "request.ended",
    ]


async def test_the_evidence_of_a_request_is_complete_and_holds_no_secret(desk: Desk):
    request = await desk.ask(archive(desk))
    await desk.approvals.approve(request.id, by="U0LEA")
    request = await desk.ended(request)

    evidence = json.loads(json.dumps(await desk.approvals.evidence(request)))

    assert evidence["hash_holds"] is True
    assert evidence["request"]["precheck"]["state"]["archived"] is False
    assert evidence["request"]["decisions"][0]["by"] == "U0LEA"
    assert evidence["executions"][0]["answer"]["is_archived"] is True
    assert evidence["audit"][0]["action"] == "request.opened"
    assert [message["topic"] for message in evidence["messages"]] == [
        "request_card",
        "request_line",
        "request_outcome",
    ]
    assert "delivery" not in evidence["request"]
    assert [digest(**_hashed(row)) for row in evidence["audit"]] == [
        row["hash"] for row in evidence["audit"]
    ]


def _hashed(row: dict[str, Any]) -> dict[str, Any]:
    """What the hash of an audit row is taken of, as it stands in the evidence."""
    names = ("number", "at", "actor", "action", "subject", "previous")
    return {**{name: row[name] for name in names}, "facts": canonical_json(row["facts"])}


async def test_nobody_approves_their_own_request(desk: Desk):
    request = await desk.ask(archive(desk), by="U0LEA")

    answer = await desk.approvals.approve(request.id, by="U0LEA")

    assert answer.said is Said.OWN_REQUEST
    assert (await desk.ended(request)).state is State.PENDING
    assert desk.models.writes == []


async def test_one_of_fifty_approvers_wins_and_the_others_are_told(desk: Desk):
    """All press at the same moment, and the model is archived once."""
    request = await desk.ask(archive(desk))

    clicks = (desk.approvals.approve(request.id, by=f"U{number}") for number in range(50))
    answers = await asyncio.gather(*clicks)
    await desk.ended(request)

    said = [answer.said for answer in answers]
    assert said.count(Said.APPROVED) == 1
    assert said.count(Said.ALREADY_DECIDED) == 49
    winner = f"U{said.index(Said.APPROVED)}"
    assert {answer.by for answer in answers if answer.by} == {winner}
    assert desk.models.writes == ["archive mo1"]


async def test_a_doubled_click_gets_the_first_answer(desk: Desk):
    request = await desk.ask(archive(desk))

    first, second = await asyncio.gather(
        desk.approvals.approve(request.id, by="U0LEA"),
        desk.approvals.approve(request.id, by="U0LEA"),
    )
    await desk.ended(request)

    assert (first.said, second.said) == (Said.APPROVED, Said.APPROVED)
    assert desk.models.writes == ["archive mo1"]


async def test_a_doubled_form_makes_one_request(desk: Desk):
    first = await desk.ask(register(), delivery="view 1")
    second = await desk.ask(register(), delivery="view 1")

    assert first.id == second.id
    assert desk.chargers.writes == ["register AB123"]


async def test_two_of_many_have_to_agree_where_the_policy_says_so(
    store: Store, clock: VirtualClock
):
    both = PolicySettings(
        operations=("archive_station_model",), approvals_needed=2, approvers=("S0LEADS",)
    )
    desk = Desk(store, clock, policies=(both,))
    request = await desk.ask(archive(desk))

    first = await desk.approvals.approve(request.id, by="U0LEA")
    again = await desk.approvals.approve(request.id, by="U0LEA")
    assert (first.said, first.still_needed) == (Said.COUNTED, 1)
    assert (again.said, again.still_needed) == (Said.COUNTED, 1)
    assert desk.models.writes == []

    second = await desk.approvals.approve(request.id, by="U0LEO")
    await desk.ended(request)
    assert second.said is Said.APPROVED
    assert desk.models.writes == ["archive mo1"]


async def test_who_left_the_group_a_minute_ago_decides_nothing(desk: Desk):
    request = await desk.ask(archive(desk))
    await desk.access.may_look_up("U0LEA")
    desk.book.groups["S0LEADS"].remove("U0LEA")

    answer = await desk.approvals.approve(request.id, by="U0LEA")

    assert answer.said is Said.NOT_ALLOWED
    assert answer.refused is not None
    assert answer.refused.who_can == ("S0LEADS",)
    assert desk.models.writes == []


async def test_a_right_that_cannot_be_checked_is_no_right(desk: Desk):
    request = await desk.ask(archive(desk))
    desk.book.is_silent = True

    answer = await desk.approvals.approve(request.id, by="U0LEA")

    assert answer.said is Said.CANNOT_CHECK_RIGHTS
    assert (await desk.ended(request)).state is State.PENDING


async def test_a_rejection_keeps_its_reason_and_ends_the_request(desk: Desk):
    request = await desk.ask(archive(desk))

    answer = await desk.approvals.reject(request.id, by="U0LEA", reason="Still sold.")
    late = await desk.approvals.approve(request.id, by="U0LEO")

    assert answer.said is Said.REJECTED
    assert answer.request is not None
    assert answer.request.decisions[-1].reason == "Still sold."
    assert (late.said, late.by) == (Said.ALREADY_DECIDED, "U0LEA")
    assert await desk.message(request.outcome_key) is not None
    assert desk.models.writes == []


async def test_only_the_requester_withdraws(desk: Desk):
    request = await desk.ask(archive(desk))

    other = await desk.approvals.withdraw(request.id, by="U0BEN")
    own = await desk.approvals.withdraw(request.id, by="U0ANN")
    late = await desk.approvals.approve(request.id, by="U0LEA")

    assert (other.said, own.said) == (Said.NOT_YOURS, Said.WITHDRAWN)
    assert (late.said, late.by) == (Said.ALREADY_DECIDED, "U0ANN")


async def test_a_request_expires_and_says_so(desk: Desk):
    request = await desk.ask(archive(desk))

    await desk.clock.advance(timedelta(hours=24))
    early = await desk.approvals.approve(request.id, by="U0LEA")
    await desk.approvals.tick()
    late = await desk.approvals.approve(request.id, by="U0LEA")

    assert (early.said, late.said) == (Said.EXPIRED, Said.EXPIRED)
    assert (await desk.ended(request)).state is State.EXPIRED
    assert await desk.message(request.outcome_key) is not None
    assert desk.models.writes == []


async def test_an_expired_request_can_be_asked_again(desk: Desk):
    request = await desk.ask(archive(desk))
    await desk.clock.advance(timedelta(hours=25))
    await desk.approvals.tick()

    answer = await desk.approvals.ask_again(request.id, by="U0ANN", delivery="again 1")
    twice = await desk.approvals.ask_again(request.id, by="U0ANN", delivery="again 2")
    assert answer.said is Said.ASKED_AGAIN
    assert answer.request is not None
    again = await desk.ended(answer.request)
    old = await desk.ended(request)

    assert (again.state, again.again_of) == (State.PENDING, request.id)
    assert old.again_as == again.id
    assert twice.request is not None
    assert (twice.said, twice.request.id, twice.by) == (Said.ASKED_AGAIN, again.id, "U0ANN")
    told = await desk.message(request.outcome_key)
    assert told is not None
    assert told.wanted == 2  # expired, and without a button for what is asked again


async def test_reminders_come_once_each(desk: Desk):
    request = await desk.ask(archive(desk))

    for _ in range(3):
        await desk.clock.advance(timedelta(minutes=50))
        await desk.approvals.tick()
    assert await desk.message(f"request_line:{request.id}:reminder") is not None
    assert await desk.message(f"request_line:{request.id}:last_call") is None

    await desk.clock.advance(timedelta(hours=21))
    await desk.approvals.tick()
    last_call = await desk.message(f"request_line:{request.id}:last_call")
    assert last_call is not None
    assert last_call.wanted == 1


async def test_what_has_changed_since_it_was_asked_does_not_run(desk: Desk):
    """What was approved is what was shown."""
    request = await desk.ask(archive(desk))
    desk.models.change("mo1", friendly_name="Autel Maxi")

    await desk.approvals.approve(request.id, by="U0LEA")
    request = await desk.ended(request)

    assert request.outcome is Outcome.REFUSED
    (change,) = request.drift
    assert (change.name, change.before, change.now) == (
        "friendly_name",
        "Autel 120 kW",
        "Autel Maxi",
    )
    assert desk.models.writes == []
    assert request.may_be_asked_again


async def test_a_quick_approver_does_not_make_an_old_look_new(desk: Desk):
    """What was read for the card is no look at the time of the approval."""
    request = await desk.approvals.open(
        archive(desk), by="U0ANN", reason="It is needed.", delivery="view 1"
    )
    await desk.clock.settle()
    desk.models.change("mo1", friendly_name="Autel Maxi")

    await desk.approvals.approve(request.id, by="U0LEA")

    assert (await desk.ended(request)).outcome is Outcome.REFUSED
    assert desk.models.writes == []


@pytest.mark.parametrize("hashed", [False, True], ids=["operation", "and its hash"])
async def test_an_operation_that_was_changed_in_the_database_does_not_run(desk: Desk, hashed: bool):
    """The hash of what was asked for is in the audit trail as well."""
    desk.models.add("Autel", "DL0240", friendly_name="Autel 240 kW")
    request = await desk.ask(archive(desk))
    other = request.operation.model_copy(update={"model_id": "mo1"})
    update = {"operation": other, "hash": other.hash if hashed else request.hash}
    forged = request.model_copy(update=update)
    await desk.store.write(lambda tables: tables.requests.save(request, forged))

    await desk.approvals.approve(request.id, by="U0LEA")
    request = await desk.ended(request)

    assert request.outcome is Outcome.REFUSED
    assert "not what was asked for" in (request.summary or "")
    assert desk.models.writes == []


async def test_rows_that_were_changed_while_an_import_stood_still_do_not_run(
    store: Store, clock: VirtualClock
):
    desk = Desk(store, clock, policies=(EVERYTHING_AT_ONCE,))
    desk.chargers.write_gate = asyncio.Event()
    rows = tuple(NewCharger(identity=f"AB{number}") for number in range(3))
    operation = ImportChargers(account="nl", rows=rows)
    request = await desk.approvals.open(operation, by="U0ANN", reason="", delivery="view 1")
    await clock.settle()
    desk.is_ending = True
    desk.chargers.write_gate.set()
    request = await desk.ended(request)
    other = operation.model_copy(update={"rows": (rows[0], NewCharger(identity="EVIL"))})
    forged = request.model_copy(update={"operation": other, "hash": other.hash})
    await store.write(lambda tables: tables.requests.save(request, forged))

    after = desk.restarted()
    await after.runner.recover()
    request = await after.ended(request)

    assert (request.outcome, request.summary) == (
        Outcome.FAILED,
        "What is stored is not what was asked for.",
    )
    assert desk.chargers.writes == ["register AB0"]


async def test_a_missing_reason_is_refused_before_anything_is_stored(desk: Desk):
    with pytest.raises(ReasonMissingError):
        await desk.approvals.open(archive(desk), by="U0ANN", reason=" ", delivery="view 1")

    assert (await desk.approvals.history()).total == 0


async def test_what_cannot_be_done_never_reaches_the_approvers(desk: Desk):
    operation = archive(desk)
    desk.models.change("mo1", is_archived=True)

    request = await desk.ask(operation)

    assert request.outcome is Outcome.REFUSED
    assert "archived already" in (request.summary or "")
    assert await desk.message(request.card_key) is None
    assert await desk.message(request.outcome_key) is not None


async def test_a_silent_vendor_loses_nothing(desk: Desk):
    desk.models.read_error = VendorUnreachableError("lynkwell", "no answer")
    request = await desk.ask(archive(desk))
    assert request.outcome is Outcome.FAILED

    desk.models.read_error = None
    answer = await desk.approvals.ask_again(request.id, by="U0ANN", delivery="again")
    assert answer.request is not None
    assert (await desk.ended(answer.request)).state is State.PENDING


async def test_a_car_that_charges_makes_a_restart_need_an_approver_who_knows(desk: Desk):
    charger = desk.chargers.add("AB123")
    desk.chargers.plug_in(charger.id)
    request = await desk.ask(RestartCharger(account="nl", charger_id=charger.id, label="AB123"))
    assert request.state is State.PENDING
    assert request.policy is not None
    assert request.policy.raised_because is not None

    first = await desk.approvals.approve(request.id, by="U0LEA")
    assert first.said is Said.CONFIRM_CHARGING
    assert first.charging[0].power_w == 11_000
    assert desk.chargers.writes == []

    second = await desk.approvals.approve(request.id, by="U0LEA", confirmed=True)
    await desk.ended(request)
    assert second.said is Said.APPROVED
    assert desk.chargers.writes == [f"restart {charger.id} soft"]


async def test_an_idle_charger_restarts_at_once(desk: Desk):
    charger = desk.chargers.add("AB123")

    request = await desk.ask(RestartCharger(account="nl", charger_id=charger.id, label="AB123"))

    assert request.outcome is Outcome.DONE
    assert desk.chargers.writes == [f"restart {charger.id} soft"]


async def test_nobody_can_restart_a_charger_with_an_open_safety_alert(
    store: Store, clock: VirtualClock
):
    asks = PolicySettings(
        operations=("restart_charger",), approvals_needed=1, approvers=("S0LEADS",)
    )
    desk = Desk(store, clock, policies=(asks,))
    charger = desk.chargers.add("AB123")
    restart = RestartCharger(account="nl", charger_id=charger.id, label="AB123")
    request = await desk.ask(restart)
    desk.safety[charger.ref] = "ground failure"

    await desk.approvals.approve(request.id, by="U0LEA", confirmed=True)
    request = await desk.ended(request)

    assert request.outcome is Outcome.REFUSED
    assert "ground failure" in (request.summary or "")
    assert desk.chargers.writes == []


async def test_approvers_who_press_at_once_share_one_look_at_the_charger(
    store: Store, clock: VirtualClock
):
    asks = PolicySettings(
        operations=("restart_charger",), approvals_needed=3, approvers=("S0LEADS",)
    )
    desk = Desk(store, clock, policies=(asks,))
    charger = desk.chargers.add("AB123")
    request = await desk.ask(RestartCharger(account="nl", charger_id=charger.id, label="AB123"))
    desk.chargers.reads.clear()
    desk.chargers.gate = asyncio.Event()

    clicks = [
        asyncio.create_task(desk.approvals.approve(request.id, by=f"U{number}"))
        for number in range(2)
    ]
    await clock.settle()
    desk.chargers.gate.set()
    answers = await asyncio.gather(*clicks)

    assert {answer.said for answer in answers} == {Said.COUNTED}
    assert desk.chargers.reads == [f"charger {charger.id}"]


async def test_an_approver_settles_what_the_bot_cannot_tell(desk: Desk):
    charger = desk.chargers.add("AB123")
    desk.chargers.trouble.lose_answer()
    request = await desk.ask(RestartCharger(account="nl", charger_id=charger.id, label="AB123"))
    assert request.outcome is Outcome.UNKNOWN
    assert await desk.message(request.card_key) is not None

    refused = await desk.approvals.settle(request.id, by="U0BEN", done=True)
    settled = await desk.approvals.settle(request.id, by="U0LEA", done=True)
    late = await desk.approvals.settle(request.id, by="U0LEO", done=False)

    assert refused.said is Said.NOT_ALLOWED
    assert settled.said is Said.SETTLED
    assert (late.said, late.by) == (Said.ALREADY_DECIDED, "U0LEA")
    assert (await desk.ended(request)).outcome is Outcome.DONE
    assert len(desk.chargers.writes) == 1


async def test_checking_again_reads_and_never_writes(desk: Desk):
    charger = desk.chargers.add("AB123")
    desk.chargers.trouble.lose_answer()
    request = await desk.ask(RestartCharger(account="nl", charger_id=charger.id, label="AB123"))

    desk.chargers.change(charger.id, last_connection_at=desk.clock.now())
    answer = await desk.approvals.check_again(request.id, by="U0ANN")

    assert answer.said is Said.CHECKED
    assert answer.request is not None
    assert answer.request.outcome is Outcome.DONE
    assert len(desk.chargers.writes) == 1


@pytest.mark.parametrize(
    "click", ["approve", "reject", "withdraw", "settle", "stop", "check_again"]
)
async def test_a_click_on_nothing_is_answered_too(desk: Desk, click: str):
    more = {"reject": {"reason": "no"}, "settle": {"done": True}}.get(click, {})

    answer = await getattr(desk.approvals, click)(404, by="U0LEA", **more)

    assert answer.said is Said.NO_SUCH_REQUEST


async def test_a_refusal_keeps_the_vendors_words_by_field(desk: Desk):
    desk.chargers.elsewhere.add("AB123")

    request = await desk.ask(register())

    assert request.outcome is Outcome.REFUSED
    assert request.fields == {"identity": ("The identity has already been taken.",)}
    assert "Another tenant" in (request.summary or "")


async def test_of_three_people_who_disagree_at_the_same_moment_one_wins(desk: Desk):
    """And whoever loses learns who it was."""
    request = await desk.ask(archive(desk))

    answers = await asyncio.gather(
        desk.approvals.withdraw(request.id, by="U0ANN"),
        desk.approvals.approve(request.id, by="U0LEA"),
        desk.approvals.reject(request.id, by="U0LEO", reason="No."),
    )
    request = await desk.ended(request)

    said = [answer.said for answer in answers]
    winners = {Said.WITHDRAWN, Said.APPROVED, Said.REJECTED} & set(said)
    assert len(winners) == 1
    assert said.count(Said.ALREADY_DECIDED) == 2
    assert len({answer.by for answer in answers if answer.by}) == 1
    assert len(desk.models.writes) == (request.state is State.APPROVED)


async def test_a_stranger_s_click_changes_nothing(desk: Desk):
    request = await desk.ask(archive(desk))

    for click in (
        desk.approvals.approve(request.id, by="U0BEN"),
        desk.approvals.reject(request.id, by="U0BEN", reason="No."),
        desk.approvals.settle(request.id, by="U0BEN", done=True),
        desk.approvals.ask_again(request.id, by="U0NOBODY", delivery="x"),
        desk.approvals.check_again(request.id, by="U0NOBODY"),
    ):
        answer = await click
        assert answer.said in {Said.NOT_ALLOWED, Said.NOT_NOW}

    after = await desk.ended(request)
    assert after == request
    assert desk.models.writes == []


async def test_a_click_before_the_state_was_read_is_told_to_wait(desk: Desk):
    desk.models.gate = asyncio.Event()
    request = await desk.approvals.open(archive(desk), by="U0ANN", reason="Old.", delivery="view 1")

    early = await desk.approvals.approve(request.id, by="U0LEA")
    desk.models.gate.set()
    await desk.ended(request)

    assert early.said is Said.NOT_READY
    assert (await desk.approvals.approve(request.id, by="U0LEA")).said is Said.APPROVED


async def test_a_request_that_is_withdrawn_while_its_state_is_read_stays_withdrawn(desk: Desk):
    desk.models.gate = asyncio.Event()
    request = await desk.approvals.open(archive(desk), by="U0ANN", reason="Old.", delivery="view 1")
    await desk.clock.settle()

    await desk.approvals.withdraw(request.id, by="U0ANN")
    desk.models.gate.set()

    assert (await desk.ended(request)).state is State.WITHDRAWN
    assert await desk.message(request.card_key) is None


async def test_a_vendor_that_is_silent_at_the_click_is_named(store: Store, clock: VirtualClock):
    asks = PolicySettings(
        operations=("restart_charger",), approvals_needed=1, approvers=("S0LEADS",)
    )
    desk = Desk(store, clock, policies=(asks,))
    charger = desk.chargers.add("AB123")
    request = await desk.ask(RestartCharger(account="nl", charger_id=charger.id, label="AB123"))
    desk.chargers.read_error = VendorUnreachableError("plugchoice", "no answer")

    answer = await desk.approvals.approve(request.id, by="U0LEA")

    assert answer.said is Said.VENDOR_SILENT
    assert "Plugchoice" in (answer.because or "")
    assert (await desk.ended(request)).decisions == ()


async def test_a_confirmation_is_for_the_car_that_was_there(store: Store, clock: VirtualClock):
    """The bot was down for an hour, and the car that charges now is another."""
    desk = Desk(store, clock, policies=(EVERYTHING_ASKED,))
    desk.chargers.plug_in(desk.chargers.add("AB123").id)
    doomed, trap = desk.doomed(4, held=False)  # asked, prepared, approved; not running
    operation = RestartCharger(account="nl", charger_id="ch1", label="AB123")
    request = await doomed.approvals.open(operation, by="U0ANN", reason="", delivery="view 1")
    await clock.advance(60)
    answer = await doomed.approvals.approve(request.id, by="U0LEA", confirmed=True)
    await clock.advance(timedelta(hours=1))
    assert (answer.said, trap.has_crashed) == (Said.APPROVED, True)

    after = doomed.restarted(store)
    await after.runner.recover()
    request = await after.ended(request)

    assert request.outcome is Outcome.REFUSED
    assert "A car has begun to charge since it was approved." in (request.summary or "")
    assert desk.chargers.writes == []


async def test_whoever_decides_is_told_that_the_same_was_asked_for_before(desk: Desk):
    """Two people saw the same alert, and two approvers would each think of one restart."""
    first = await desk.ask(archive(desk))
    operation = first.operation
    second = await desk.ask(operation, by="U0BEN", delivery="view 2")
    await desk.approvals.withdraw(first.id, by="U0ANN")
    third = await desk.ask(operation, by="U0BEN", delivery="view 3")

    assert (first.alike, second.alike, third.alike) == ((), (first.id,), (second.id,))


@pytest.mark.parametrize("begun", [False, True], ids=["at the same moment", "a little later"])
async def test_what_runs_at_once_does_not_run_twice_at_the_same_time(desk: Desk, begun: bool):
    """Two people press within the seconds that the vendor takes."""
    desk.chargers.write_gate = asyncio.Event()
    first = await desk.approvals.open(register(), by="U0ANN", reason="", delivery="view 1")
    if begun:
        await desk.clock.settle()
    second = await desk.approvals.open(register(), by="U0BEN", reason="", delivery="view 2")
    await desk.clock.settle()
    desk.chargers.write_gate.set()

    assert (await desk.ended(first)).outcome is Outcome.DONE
    second = await desk.ended(second)
    assert second.outcome is Outcome.REFUSED
    assert second.summary == "#1 is doing the same just now. Nothing was done."
