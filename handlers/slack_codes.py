"""What Slack calls the reason why it did not do something."""

from collections.abc import Mapping

from slack_sdk.errors import SlackApiError


def code_of(error: SlackApiError) -> str:
    """Such as `channel_not_found`; empty where the answer was no JSON, as those of proxies are."""
    answer = getattr(error.response, "data", error.response)
    return str(answer.get("error") or "") if isinstance(answer, Mapping) else ""
