"""Would Slack take all that the bot sends? Asked of the SDK's models and the sandbox's rules.

One fixture for every test that runs the bot over the sandbox's Slack: it looks at each payload of
the whole test, also at those that an acknowledgement carries.
"""

import json
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.sandbox.slack.blockkit import problems
from bot.sandbox.slack.calls import CallLog

ANSWERS_TO_FORMS = ("update", "push")


class Payload(NamedTuple):
    """Something that people are to see."""

    surface: str
    """`message`, `modal` or `home`."""
    content: Mapping[str, Any]


@pytest.fixture(autouse=True)
def every_payload_fits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Payload]]:
    """Everything that the bot has sent, checked when the test is over."""
    sent: list[Payload] = []
    record = CallLog.record

    def watched(log: CallLog, **call: Any) -> None:
        sent.extend(payloads_of(call))
        record(log, **call)

    monkeypatch.setattr(CallLog, "record", watched)
    yield sent
    assert [(payload, said) for payload in sent if (said := objections(payload))] == []


def payloads_of(call: Mapping[str, Any]) -> Iterator[Payload]:
    """What one call between Slack and the bot shows to people."""
    said = call["request"] if call["direction"] == "to_slack" else call["answer"]
    if not isinstance(said, Mapping):
        return
    if said.get("response_action") in (None, *ANSWERS_TO_FORMS) and "view" in said:
        view = _decoded(said["view"])
        yield Payload(view["type"], view)
    if "blocks" in said:
        yield Payload("message", {**said, "blocks": _decoded(said["blocks"])})


def objections(payload: Payload) -> list[str]:
    """What Slack, its SDK, or somebody who is read to would object to."""
    content = dict(payload.content)
    said = problems(content, payload.surface)
    if payload.surface == "message" and not content.get("text"):
        said.append("a message with blocks and no text: notifications are empty")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # the SDK warns of blocks that it does not know
        try:
            for block in Block.parse_all(content["blocks"]):
                block.to_dict()
            if payload.surface != "message":
                View(**content).to_dict()
        except Exception as error:  # noqa: BLE001 - the SDK raises several kinds
            said.append(repr(error))
    return said


def _decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
