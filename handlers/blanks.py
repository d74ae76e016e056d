"""A required input in which only blanks stand is empty, though Slack takes it for filled in."""

import json
from collections.abc import Awaitable, Callable
from typing import Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from handlers.payloads import Payload

FILL_IN: Final = "Please fill this in."


def register(app: AsyncApp) -> None:
    """Look at every form before its listener, which can rely on what it requires."""
    app.middleware(_complain)


async def _complain(body: Payload, next_: Callable[[], Awaitable[object]]) -> BoltResponse | None:
    empty = blanks(body["view"]) if body.get("type") == "view_submission" else ()
    if not empty:
        await next_()
        return None
    said = {"response_action": "errors", "errors": dict.fromkeys(empty, FILL_IN)}
    return BoltResponse(
        status=200, body=json.dumps(said), headers={"content-type": "application/json"}
    )


def blanks(view: Payload) -> tuple[str, ...]:
    """The block ids of the required inputs that hold nothing but blanks."""
    required = (
        block for block in view["blocks"] if block["type"] == "input" and not block.get("optional")
    )
    values = view["state"]["values"]
    return tuple(
        block["block_id"]
        for block in required
        if any(
            isinstance(said := element.get("value"), str) and said and not said.strip()
            for element in values.get(block["block_id"], {}).values()
        )
    )
