"""Whatever else Slack sends is acknowledged, and whatever breaks is said.

In Socket Mode a payload that nobody acknowledges makes Slack show an error, or send it again.
"""

import json
from typing import Any, Final

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks import kit
from handlers.blocks.kit import View
from handlers.conversation import TITLE, asked_by_click
from handlers.listeners import ANYTHING, Listeners
from handlers.payloads import Payload
from handlers.work import Say, Work, explained

CLICKS: Final = ("block_actions", "shortcut", "message_action")
"""Their acknowledgement cannot carry a text."""
OUTDATED: Final = (
    "This belongs to an older version of me and does nothing any more. `/chargehand help` shows"
    " what there is."
)


class CatchAll:
    """Registered last, so that it gets only what nobody else wants."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def register(self, app: Listeners) -> None:
        """Attach the listeners and the error guard."""
        app.command(ANYTHING)(self.command)
        app.action(ANYTHING)(self.action)
        app.view(ANYTHING)(self.view)
        app.view_closed(ANYTHING)(self.closed)
        app.options(ANYTHING)(self.options)
        app.shortcut(ANYTHING)(self.shortcut)
        app.event(ANYTHING)(self.event)
        app.error(self.error)

    async def command(self, ack: AsyncAck) -> None:
        """A slash command of ours that we do not know (any more)."""
        await ack(OUTDATED)

    async def action(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """A click on something old; a link or a menu that only holds a choice needs no answer."""
        await ack()
        kind = body["actions"][0].get("type")
        if kind == "button" and not body["actions"][0].get("url"):
            await asked_by_click(body, client, respond).say(kit.message(OUTDATED))

    async def view(self, ack: AsyncAck, view: Payload) -> None:
        """A form that nobody reads any more: closing it would look as if it were done."""
        await ack(response_action="update", view=_page(view, OUTDATED))

    async def closed(self, ack: AsyncAck) -> None:
        """Nobody waits for an answer to this."""
        await ack()

    async def shortcut(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """A shortcut of ours that we do not know (any more)."""
        await ack()
        await asked_by_click(body, client, respond).say(kit.message(OUTDATED))

    async def options(self, ack: AsyncAck) -> None:
        """A typeahead that nobody answers has no options."""
        await ack(options=[])

    async def event(self) -> None:
        """An event that we subscribed to and do not need here; Bolt acknowledges it."""

    async def error(
        self, error: Exception, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> BoltResponse:
        """Turn what a listener raised before its acknowledgement into the acknowledgement.

        One of the two guards of the program: a bug is logged with the code that the person sees.
        """
        sentence = explained(error)
        if body.get("type") in CLICKS:
            say = asked_by_click(body, client, respond).say
            self._work.start(_tell(say, sentence), "tell of an error", say=say)
        return BoltResponse(
            status=200,
            body=json.dumps(_answer(body, sentence)),
            headers={"content-type": "application/json"},
        )


async def _tell(say: Say, sentence: str) -> None:
    await say(kit.message(sentence))


def _answer(body: Payload, sentence: str) -> dict[str, Any]:
    """The acknowledgement that shows a sentence, by what Slack asked."""
    match body.get("type"):
        case "view_submission":
            return _beside_the_first_input(body["view"], sentence)
        case "block_suggestion":
            return {"options": []}
        case _ if body.get("command"):
            return {"response_type": "ephemeral", "text": sentence}
        case _:
            return {}


def _beside_the_first_input(view: Payload, sentence: str) -> dict[str, Any]:
    """A text is no answer to a form; at an input it is, and nothing typed is lost."""
    inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    if not inputs:
        return {"response_action": "update", "view": _page(view, sentence)}
    return {"response_action": "errors", "errors": {inputs[0]: sentence}}


def _page(view: Payload, sentence: str) -> View:
    return kit.modal(TITLE, [kit.section(sentence)], callback_id=view["callback_id"])
