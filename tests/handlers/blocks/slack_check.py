"""Would Slack take this? Asked of the SDK's own models and of the sandbox's rules."""

import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.sandbox.slack.blockkit import problems

NASTY = "<!channel> & <@U1> *b* `c` \u202eevil 😀 " + "مرحبا بالعالم "
LONG = (NASTY * 12)[:300]


def assert_slack_takes(payload: Mapping[str, Any]) -> None:
    """Neither over a limit, nor of a shape that Slack does not know, nor waking anybody."""
    surface = payload.get("type", "message")
    assert problems(dict(payload), surface) == []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for block in Block.parse_all(payload["blocks"]):
            block.to_dict()
        if surface == "modal":
            View(**payload).to_dict()
    for text in parsed_texts(payload):
        assert "<!channel>" not in text
    assert "\u202e" not in str(payload)


def parsed_texts(node: Any) -> Iterator[str]:
    """The texts in which Slack looks for mentions: all but `plain_text` and table cells."""
    if isinstance(node, Mapping):
        if node.get("type") == "mrkdwn" or ("text" in node and "blocks" in node):
            yield node["text"]
        for part in node.values():
            yield from parsed_texts(part)
    elif isinstance(node, list):
        for part in node:
            yield from parsed_texts(part)
