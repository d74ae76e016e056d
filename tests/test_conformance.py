"""The check of what the bot sends finds what Slack would refuse."""

import json

import pytest

from tests.conformance import objections, payloads_of

FINE = {"type": "section", "text": {"type": "mrkdwn", "text": "fine"}}
EMPTY = {"type": "section", "text": {"type": "mrkdwn", "text": ""}}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [EMPTY]}


@pytest.mark.parametrize(
    "call",
    [
        {"direction": "to_slack", "request": {"text": "x", "blocks": [EMPTY]}},
        {"direction": "to_slack", "request": {"text": "x", "blocks": json.dumps([EMPTY])}},
        {"direction": "to_slack", "request": {"blocks": [FINE]}},
        {"direction": "to_slack", "request": {"text": "x", "blocks": [{"type": "novel"}]}},
        {"direction": "to_slack", "request": {"view": json.dumps(MODAL)}},
        {"direction": "to_app", "answer": {"response_action": "update", "view": MODAL}},
    ],
    ids=["empty-text", "as-json", "no-fallback", "unknown-block", "view", "acknowledgement"],
)
def test_a_bad_payload_is_found_wherever_it_is_sent(call):
    (payload,) = payloads_of(call)

    assert objections(payload) != []


@pytest.mark.parametrize(
    "call",
    [
        {"direction": "to_slack", "request": {"text": "x", "blocks": [FINE]}},
        {"direction": "to_app", "request": {"view": MODAL}, "answer": {}},
        {"direction": "to_app", "answer": None},
    ],
    ids=["fine", "what-Slack-sends", "no-answer"],
)
def test_nothing_else_is_objected_to(call):
    assert [said for payload in payloads_of(call) for said in objections(payload)] == []
