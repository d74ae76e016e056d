"""From a filled-in form to a request in the store, and back to the person with what came of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from pydantic import SecretStr
from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.approvals.request import Request
from bot.approvals.service import Approvals
from bot.operations.base import Operation
from handlers import payloads
from handlers.blocks import forms
from handlers.blocks.kit import Block, Message, View
from handlers.gate import Gate
from handlers.payloads import Payload
from handlers.work import Work

CLOSED: Final = frozenset({"not_found", "view_not_found"})
"""The person has closed the form meanwhile; a direct message tells them how it ended."""

After = Callable[[Request], Awaitable[list[Block]]]
"""What else the result page shows."""
Again = Callable[[Request], View | None]
"""The same form with what was typed and what the vendor says, where it can be repaired there."""


async def nothing_more(_request: Request) -> list[Block]:
    """The result page says all."""
    return []


def beyond_repair(_request: Request) -> View | None:
    """The form is not shown again."""
    return None


@dataclass(frozen=True)
class Submitted:
    """A form that was sent: what it asks for."""

    title: str
    operation: Operation
    reason: str = ""
    pincode: SecretStr | None = None
    after: After = nothing_more
    again: Again = beyond_repair


class Submissions:
    """Slack's side of asking for an operation."""

    def __init__(self, approvals: Approvals, gate: Gate, work: Work) -> None:
        self._approvals = approvals
        self._gate = gate
        self._work = work

    async def take(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, form: Submitted
    ) -> None:
        """Store the request, acknowledge with a working page, then show how it ended."""
        user_id = payloads.user_id(body)
        await self._gate.ask(user_id)
        view = body["view"]
        request = await self._approvals.open(
            form.operation,
            by=user_id,
            reason=form.reason,
            delivery=payloads.delivery_key(body),
            origin=payloads.kept(view).get("channel"),
            pincode=form.pincode,
        )
        page_id = f"{view['id']}-{request.id}"
        await ack(response_action="update", view=forms.working(form.title, page_id))
        shown = _Page(client, page_id, form.title)
        self._work.start(self._follow(request, form, shown), f"request {request.id}", say=shown.say)

    async def _follow(self, request: Request, form: Submitted, shown: "_Page") -> None:
        ended = await self._approvals.outcome_of(request.id)
        if (repair := form.again(ended)) is not None:
            await shown.show({**repair, "external_id": shown.id})
            return
        more = await form.after(ended)
        await shown.show(forms.result(form.title, ended, more, shown.id))


@dataclass(frozen=True)
class _Page:
    """The page that the form became."""

    client: AsyncWebClient
    id: str
    title: str

    async def show(self, view: View) -> None:
        try:
            await self.client.views_update(external_id=self.id, view=view)
        except SlackApiError as error:
            if error.response.get("error") not in CLOSED:
                raise

    async def say(self, message: Message) -> Any:
        blocks = [block for block in message["blocks"] if block["type"] != "table"]
        await self.show(forms.page(self.title, blocks, self.id))


def refused(ack: AsyncAck, complaints: dict[str, str]) -> Awaitable[Any]:
    """Keep the form open, with a sentence at each wrong input."""
    return ack(response_action="errors", errors=complaints)
