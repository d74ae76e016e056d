"""The short version of `make test-fuzz`: the same cases in every run."""

from tests.fuzz.campaign import let_loose, send_payloads, spoil_replies


def test_whatever_slack_sends_to_any_listener_is_acknowledged(tmp_path):
    found = send_payloads(50, 1, tmp_path)

    assert found.broken == []
    assert found.reached == found.listeners


def test_whatever_people_do_and_vendors_answer_nothing_breaks(tmp_path):
    found = let_loose(50, 1, tmp_path)

    assert found.broken == []
    assert found.steps == 50


def test_whatever_a_vendor_answers_is_an_object_or_an_error_of_ours():
    found = spoil_replies(120, 1)

    assert found.broken == []
    assert found.replies >= found.calls >= 60
