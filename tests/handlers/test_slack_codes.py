"""Slack's answers are not always JSON."""

import pytest
from slack_sdk.errors import SlackApiError

from handlers.slack_codes import code_of


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param({"ok": False, "error": "invalid_auth"}, "invalid_auth", id="refused"),
        pytest.param({"ok": False}, "", id="no-reason"),
        pytest.param("Internal Server Error", "", id="text"),
        pytest.param(object(), "", id="raw-answer"),
    ],
)
def test_a_code_is_read_from_whatever_came_back(answer, code):
    assert code_of(SlackApiError("no", answer)) == code
