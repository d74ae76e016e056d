"""From a filled-in form to a request in the store, and back to the person with what came of it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.approvals.request import Outcome, Request
from bot.approvals.service import Approvals
from bot.operations.base import Operation
from handlers import payloads
from handlers.blocks import forms
from handlers.blocks.kit import Block, View
from handlers.gate import Gate
from handlers.pages import Page
from handlers.payloads import Payload
from handlers.work import Work

After = Callable[[Request], Awaitable[list[Block]]]
"""What else the result page shows."""
Again = Callable[[Request], Awaitable[View | None]]
"""The same form with what was typed and what the vendor says, where it can be repaired there."""


async def nothing_more(_request: Request) -> list[Block]:
    """The result page says all."""
    return []


async def beyond_repair(_request: Request) -> View | None:
    """The form is not shown again."""
    return None


@dataclass(frozen=True)
class Submitted:
    """A form that was sent: what it asks for."""

    title: str
    operation: Operation
    reason: str = ""
    pincode: SecretStr | None = None
    audience: Sequence[str] | None = None
    """Whom the alert calls that it comes from: they may ask as well as support."""
    after: After = nothing_more
    again: Again = beyond_repair


def trouble(request: Request) -> str | None:
    """Why it came to nothing, where nothing was changed: so the form may be sent again."""
    came_to_nothing = request.outcome in (Outcome.FAILED, Outcome.REFUSED)
    return request.summary if came_to_nothing else None


def at_fields(request: Request) -> dict[str, str]:
    """What the vendor says about single fields of the form."""
    return {name: " ".join(said) for name, said in request.fields.items()}


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
        if form.audience is None:
            await self._gate.ask(user_id)
        else:
            await self._gate.tend_alerts(user_id, form.audience)
        view = body["view"]
        request = await self._approvals.open(
            form.operation,
            by=user_id,
            reason=form.reason,
            delivery=payloads.delivery_key(body),
            origin=payloads.kept(view).get("channel"),
            pincode=form.pincode,
        )
        page = Page(client, form.title, f"{view['id']}-{request.id}")
        await ack(response_action="update", view=forms.working(form.title, page.id))
        self._work.start(self._follow(request, form, page), f"request {request.id}", say=page.say)

    async def _follow(self, request: Request, form: Submitted, page: Page) -> None:
        ended = await self._approvals.outcome_of(request.id)
        repair = await form.again(ended)
        await page.show(repair or forms.result(form.title, ended, await form.after(ended)))


def refused(ack: AsyncAck, complaints: dict[str, str]) -> Awaitable[Any]:
    """Keep the form open, with a sentence at each wrong input."""
    return ack(response_action="errors", errors=complaints)
