"""Requests as people see them."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.access import Because, Refused
from bot.approvals.clicks import Answer, Said
from bot.approvals.execution import Progress
from bot.approvals.request import Decision, Outcome, Policy, Request, State
from bot.operations.archive_station_model import ArchiveStationModel
from bot.operations.attach_charger import AttachCharger
from bot.operations.base import Change, Charging, Precheck
from bot.operations.import_chargers import ImportChargers
from handlers import ids
from handlers.blocks import approvals
from tests.handlers.blocks.slack_check import LONG, NASTY, assert_slack_takes
from vendors.models import NewCharger, Ref

NOW = datetime(2026, 1, 10, 8, 0, tzinfo=UTC)


def a_request(**changes):
    operation = ArchiveStationModel(account="us", model_id="m1", label=LONG)
    facts = {
        "id": 7,
        "version": 2,
        "operation": operation,
        "hash": operation.hash,
        "requested_by": "U0SUPPORT",
        "reason": LONG * 3,
        "delivery": "view:1",
        "created_at": NOW,
        "expires_at": NOW + timedelta(hours=24),
        "policy": Policy(approvers=("S0LEADS",), raised_because=LONG),
        "precheck": Precheck(
            checked_at=NOW,
            state={"archived": False, "name": LONG},
            problems=(LONG,) * 40,
            warnings=(LONG,) * 40,
            charging=tuple(Charging(connector=LONG, power_w=11_000) for _ in range(8)),
        ),
        **changes,
    }
    return Request(**facts)


IN_EVERY_STATE = [
    pytest.param({}, id="pending"),
    pytest.param({"policy": None, "precheck": None}, id="not-prepared"),
    *(pytest.param({"state": state}, id=state) for state in State),
    *(
        pytest.param({"state": State.APPROVED, "outcome": outcome, "summary": LONG}, id=outcome)
        for outcome in Outcome
    ),
    pytest.param(
        {
            "state": State.REJECTED,
            "decisions": (Decision(by="U0LEAD", approves=False, at=NOW, reason=LONG),) * 9,
            "drift": (Change(name="x_at", before=LONG, now=None),) * 40,
            "fields": {"identity": (LONG,) * 5},
            "made": Ref("nl", "x"),
            "settled_by": "U0LEAD",
            "ended_at": NOW,
        },
        id="everything",
    ),
]


@pytest.mark.parametrize("changes", IN_EVERY_STATE)
def test_slack_takes_a_request_in_every_state(changes):
    request = a_request(**changes)

    assert_slack_takes(approvals.card(request, Progress(300, 1, 2, 3, 4)))
    assert_slack_takes(approvals.outcome(request))
    assert_slack_takes(approvals.line(request, "reminder"))
    assert_slack_takes({"text": "x", "blocks": [approvals.short(request)]})


def test_the_largest_operations_fit_on_a_card():
    rows = tuple(NewCharger(identity=f"{LONG}{n}") for n in range(300))
    for operation in (
        ImportChargers(account="nl", rows=rows),
        AttachCharger(account="nl", site_id="s", site_name=LONG, identity=LONG),
    ):
        request = a_request(operation=operation, state=State.APPROVED)

        assert_slack_takes(approvals.card(request))
        assert_slack_takes(approvals.pincode_wanted(request))


@pytest.mark.parametrize("said", Said)
def test_every_answer_to_a_click_is_a_sentence(said):
    """Silence makes people press again."""
    answer = Answer(
        said,
        a_request(),
        by="U0LEAD",
        at=NOW,
        still_needed=2,
        refused=Refused(Because.NOT_NAMED, ("S0LEADS", "U0BOSS")),
        charging=(Charging(connector=NASTY),),
        because=LONG,
    )

    message = approvals.answer(answer)

    assert_slack_takes(message)
    assert_slack_takes(approvals.answer_page(answer))
    assert message["text"].endswith((".", ">", "decided", "`", "…"))


def buttons(message):
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    return [element["action_id"] for row in rows for element in row]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [ids.APPROVE, ids.REJECT, ids.REQUEST_DETAILS, ids.WITHDRAW]),
        (
            {"operation": ImportChargers(account="nl", rows=(NewCharger(identity="A"),))},
            [ids.APPROVE, ids.REJECT, ids.REQUEST_DETAILS, ids.IMPORT_RESULTS, ids.WITHDRAW],
        ),
        ({"state": State.APPROVED, "outcome": Outcome.DONE}, [ids.REQUEST_DETAILS]),
        ({"state": State.EXPIRED}, [ids.REQUEST_DETAILS, ids.ASK_AGAIN]),
        (
            {"state": State.APPROVED, "outcome": Outcome.UNKNOWN},
            [ids.REQUEST_DETAILS, ids.CHECK_AGAIN, ids.MARK_DONE, ids.MARK_NOT_DONE],
        ),
    ],
)
def test_a_card_offers_what_can_still_be_done(changes, expected):
    assert buttons(approvals.card(a_request(**changes))) == expected


def test_a_card_says_how_many_of_its_approvals_it_has():
    policy = Policy(approvals_needed=3, approvers=("S0LEADS",))
    decision = Decision(by="U0LEAD", approves=True, at=NOW)
    shown = [
        str(approvals.card(a_request(policy=policy, decisions=(decision,) * count)))
        for count in (0, 2)
    ]

    assert "0 of 3 approvals" in shown[0]
    assert "2 of 3 approvals" in shown[1]


def test_what_was_approved_does_not_expire_without_a_decision():
    request = a_request(state=State.EXPIRED, pincode_asked=1)

    assert "without a decision" not in approvals.state_line(request)
    assert "the pincode did not come" in approvals.spoken(request)


@pytest.mark.parametrize("said", [Said.CHECKED, Said.NOT_NOW])
def test_an_answer_that_changes_nothing_says_how_it_stands(said):
    request = a_request(state=State.APPROVED, outcome=Outcome.DONE, summary="It is archived.")

    assert "It is archived." in approvals.answer(Answer(said, request))["text"]


def test_a_card_names_the_requests_that_asked_for_the_same():
    assert "#3 asked for the same" in str(approvals.card(a_request(alike=(3,), precheck=None)))


def test_the_last_call_says_when_it_is_too_late():
    request = a_request()
    end = f"<!date^{int(request.expires_at.timestamp())}"

    assert end in approvals.line(request, "last_call")["text"]
    assert end not in approvals.line(request, "reminder")["text"]


def test_an_approval_that_is_pressed_again_says_what_came_of_it():
    """On an old copy of the card it runs no more."""
    request = a_request(state=State.APPROVED, outcome=Outcome.FAILED, summary="Too late.")

    said = approvals.answer(Answer(Said.APPROVED, request))["text"]

    assert "Failed" in said
    assert "runs now" not in said


def test_a_refused_precheck_says_why_and_not_that_somebody_withdrew():
    request = a_request(state=State.WITHDRAWN, outcome=Outcome.REFUSED, summary="It is there.")

    assert "Withdrawn" not in approvals.state_line(request)
    assert "It is there." in approvals.state_line(request)
