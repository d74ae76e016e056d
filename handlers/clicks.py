"""Buttons that are acknowledged at once and answered after."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers import payloads
from handlers.blocks.kit import View
from handlers.conversation import Asked, asked_by_click
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.payloads import Payload
from handlers.slack_codes import called, code_of
from handlers.work import NOTICE, Work

OVERTAKEN: Final = frozenset({"hash_conflict", "not_found", "view_not_found"})
"""A second click on the same form came first, or the form is closed: what is shown stands."""
Do = Callable[[Asked, str], Coroutine[Any, Any, object]]
"""What a click leads to, given the value of the button."""


async def redraw(gate: Gate, body: Payload, client: AsyncWebClient, form: View) -> None:
    """Show a form anew in its place; inputs that keep their ids keep what was typed."""
    await gate.look_up(payloads.user_id(body))
    await replace(body, client, form)


async def replace(body: Payload, client: AsyncWebClient, form: View) -> None:
    """The same for whoever has been let through already."""
    view = body["view"]
    try:
        await called(client.views_update, view_id=view["id"], hash=view["hash"], view=form)
    except SlackApiError as error:
        if code_of(error) not in OVERTAKEN:
            raise


def answer_clicks(app: Listeners, work: Work, clicks: Mapping[str, Do]) -> None:
    """Attach a listener for each action id."""
    for action_id, do in clicks.items():
        app.action(action_id)(_listener(work, action_id, do))


def _listener(work: Work, name: str, do: Do) -> Callable[..., Coroutine[Any, Any, None]]:
    async def click(
        ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack()
        asked = asked_by_click(body, client, respond)
        work.start(do(asked, payloads.clicked(body)), name, say=asked.say, notice=NOTICE)

    return click
