"""The short version of `make test-fuzz`: the same cases in every run."""

from tests.fuzz.slack_entries import send_odd_payloads
from tests.fuzz.vendor_replies import read_spoilt_replies


async def test_whatever_slack_sends_is_acknowledged(tmp_path):
    found = await send_odd_payloads(160, 1, tmp_path)

    assert found.cases == 160
    assert found.unacknowledged == []
    assert found.broken == []


async def test_whatever_a_vendor_answers_is_an_object_or_an_error_of_ours():
    found = await read_spoilt_replies(200, 1)

    assert found.cases == 200
    assert found.broken == []
