"""Slack's pace, where a test asks for it."""

import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox.slack.limits import PostingPace, RateLimits


class Stopwatch:
    """Time that a test moves."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        """The seconds so far."""
        return self.seconds


@pytest.mark.parametrize(("tier", "calls"), [(1, 1), (2, 20), (3, 50), (4, 100)])
def test_a_tier_is_a_number_of_calls_a_minute(tier, calls):
    watch = Stopwatch()
    limits = RateLimits(watch)

    assert [limits.wait_for("m", tier, "") for _ in range(calls)] == [0] * calls
    assert limits.wait_for("m", tier, "") == 60
    assert limits.wait_for("another", tier, "") == 0
    watch.seconds = 60.0
    assert limits.wait_for("m", tier, "") == 0


def test_a_channel_takes_a_message_a_second_after_a_short_burst():
    watch = Stopwatch()
    limits = RateLimits(watch, pace=PostingPace(burst=3))

    def post(channel="C1"):
        return limits.wait_for("chat.postMessage", 5, channel)

    assert [post(), post(), post(), post()] == [0, 0, 0, 1]
    assert post("C2") == 0
    watch.seconds = 1.0
    assert [post(), post()] == [0, 1]


async def test_too_many_calls_are_answered_with_429(slack, web_client):
    slack.limits.enabled = True

    for _ in range(20):
        await web_client.users_list()
    with pytest.raises(SlackApiError) as error:
        await web_client.users_list()

    assert error.value.response.status_code == 429
    assert 0 < int(error.value.response.headers["Retry-After"]) <= 60
    assert error.value.response.data == {"ok": False, "error": "ratelimited"}


async def test_limits_can_be_switched_off(slack, web_client):
    for _ in range(25):
        await web_client.users_list()
