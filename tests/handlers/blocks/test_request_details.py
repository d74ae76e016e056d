"""The page with everything about a request."""

import json
from datetime import timedelta

import pytest

from bot.approvals.request import Outcome, State
from bot.operations.base import Charging, Precheck
from bot.operations.import_chargers import ImportChargers
from handlers import ids
from handlers.blocks import request_details
from tests.handlers.blocks.slack_check import LONG, assert_slack_takes
from tests.handlers.blocks.test_approvals import IN_EVERY_STATE, NOW, a_request, buttons
from vendors.models import NewCharger


def words(view):
    return json.dumps(view["blocks"], ensure_ascii=False)


def looked(**facts):
    return Precheck(checked_at=NOW, **facts)


@pytest.mark.parametrize("changes", IN_EVERY_STATE)
@pytest.mark.parametrize(
    "look",
    [None, LONG, looked(state={LONG: LONG}, problems=(LONG,) * 40)],
    ids=["finished", "silent", "long"],
)
def test_slack_takes_the_page_in_every_state(changes, look):
    assert_slack_takes(request_details.details(a_request(**changes), NOW, look))


def test_slack_takes_the_page_of_the_largest_import():
    rows = tuple(NewCharger(identity=f"{LONG}{n}") for n in range(300))
    request = a_request(operation=ImportChargers(account="nl", rows=rows), state=State.APPROVED)

    assert_slack_takes(request_details.details(request, NOW))


def test_what_is_sent_is_shown_with_its_whole_fingerprint():
    request = a_request()

    shown = words(request_details.details(request, NOW))

    assert request.hash in shown
    assert "archive_station_model" in shown
    assert "beginning" not in shown


def test_what_is_too_long_to_be_shown_says_where_the_rest_is():
    """A fingerprint below a part would be taken for the fingerprint of the part."""
    rows = tuple(NewCharger(identity=f"AB{number}") for number in range(1_000))
    request = a_request(operation=ImportChargers(account="nl", rows=rows))

    assert "the whole is in the evidence" in words(request_details.details(request, NOW))


def test_how_things_stand_now_is_told_apart_from_what_it_was_asked_on():
    request = a_request(precheck=looked(state={"archived": False, "name": "old"}))
    look = looked(
        state={"archived": False, "name": "new"},
        problems=("A safety alert is open.",),
        charging=(Charging(connector="1", power_w=11_000),),
    )

    shown = words(request_details.details(request, NOW, look))

    assert "changed meanwhile: old → new" in shown
    assert "Archived: no" in shown
    assert "A safety alert is open." in shown
    assert "11 kW" in shown
    assert request_details.AS_ASKED not in shown


def test_a_vendor_that_does_not_say_is_no_all_clear():
    shown = words(request_details.details(a_request(), NOW, "Plugchoice does not answer just now."))

    assert "does not answer" in shown
    assert request_details.AS_ASKED not in shown


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [ids.REQUEST_EVIDENCE]),
        (
            {"operation": ImportChargers(account="nl", rows=(NewCharger(identity="A"),))},
            [ids.REQUEST_EVIDENCE, ids.IMPORT_RESULTS],
        ),
        (
            {
                "operation": ImportChargers(account="nl", rows=(NewCharger(identity="A"),)),
                "state": State.APPROVED,
                "outcome": Outcome.FAILED,
            },
            [ids.REQUEST_EVIDENCE, ids.IMPORT_RESULTS],
        ),
    ],
)
def test_files_are_offered_where_there_are_any(changes, expected):
    assert buttons(request_details.details(a_request(**changes), NOW)) == expected


def test_an_unknown_outcome_says_when_it_is_looked_at_again():
    request = a_request(state=State.APPROVED, outcome=Outcome.UNKNOWN, ended_at=NOW)
    later = NOW + timedelta(minutes=1)

    assert f"<!date^{int(later.timestamp())}" in words(request_details.details(request, NOW))
