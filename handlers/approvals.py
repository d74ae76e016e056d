"""Decide about requests: the buttons of a card, the lists, and the two forms that go with it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from pydantic import SecretStr
from slack_bolt.async_app import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.approvals.clicks import Answer, Said
from bot.approvals.request import Request
from bot.approvals.service import Approvals
from bot.clock import Clock
from bot.operations.attempt import sentence
from bot.operations.base import CannotDoError, Precheck
from handlers import ids, payloads, text
from handlers.blocks import approvals as blocks
from handlers.blocks import kit, request_details
from handlers.blocks.kit import Message, View
from handlers.blocks.lists import SIZE, Query, page
from handlers.clicks import answer_clicks
from handlers.conversation import Asked, asked_by_click
from handlers.errors import RefusedError
from handlers.files import permalink, send_file
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.pages import Page
from handlers.payloads import Payload
from handlers.submissions import refused
from handlers.text import Order
from handlers.work import Work
from vendors.errors import VendorError

PENDING: Final = "requests_pending"
MINE: Final = "requests_mine"
HISTORY: Final = "requests_history"
NOTHING: Final = {
    PENDING: "Nothing waits for a decision.",
    MINE: "You have not asked for anything yet.",
    HISTORY: "Nothing has been asked for yet.",
}
TRY_AGAIN: Final = frozenset({Said.CANNOT_CHECK_RIGHTS, Said.NOT_READY})
ASK_FOR_NUMBER: Final = "Say which one, for example `/approvals show 12`."

Decide = Callable[[int, str], Awaitable[Answer]]


class ApprovalHandlers:
    """Slack's side of approval requests."""

    def __init__(self, approvals: Approvals, gate: Gate, work: Work, clock: Clock) -> None:
        self._approvals = approvals
        self._gate = gate
        self._work = work
        self._clock = clock

    def register(self, app: Listeners) -> None:
        """Attach the listeners."""
        for action_id, decide in self._decisions().items():
            app.action(action_id)(self._listener(decide))
        app.action(ids.ASK_AGAIN)(self.ask_again)
        openers = {
            ids.REJECT: self.open_reject_form,
            ids.ENTER_PINCODE: self.open_pincode_form,
            ids.REQUEST_DETAILS: self.details,
            ids.REQUEST_EVIDENCE: self.send_evidence,
            ids.REQUEST_SHOW: self.show_clicked,
        }
        answer_clicks(app, self._work, openers)
        app.view(ids.REJECT_FORM)(self.reject)
        app.view(ids.PINCODE_FORM)(self.enter_pincode)

    # Buttons that decide

    def _decisions(self) -> dict[str, Decide]:
        approvals = self._approvals
        return {
            ids.APPROVE: lambda number, by: approvals.approve(number, by=by),
            ids.APPROVE_ANYWAY: lambda number, by: approvals.approve(number, by=by, confirmed=True),
            ids.WITHDRAW: lambda number, by: approvals.withdraw(number, by=by),
            ids.STOP: lambda number, by: approvals.stop(number, by=by),
            ids.CHECK_AGAIN: lambda number, by: approvals.check_again(number, by=by),
            ids.MARK_DONE: lambda number, by: approvals.settle(number, by=by, done=True),
            ids.MARK_NOT_DONE: lambda number, by: approvals.settle(number, by=by, done=False),
        }

    def _listener(self, decide: Decide) -> Callable[..., Awaitable[None]]:
        async def click(
            ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
        ) -> None:
            await self._click(ack, asked_by_click(body, client, respond), body, decide)

        return click

    async def _click(self, ack: AsyncAck, asked: Asked, body: Payload, decide: Decide) -> None:
        """Store the decision, acknowledge, and tell the one who clicked what it came to."""

        async def tell(answer: Answer) -> None:
            await asked.say(blocks.answer(answer))

        decision = decide(int(payloads.clicked(body)), asked.user_id)
        await self._work.decide(decision, tell, "click on a request", say=asked.say)
        await ack()

    async def ask_again(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """The same request anew, on the state as it is now."""
        asked = asked_by_click(body, client, respond)

        async def again(number: int, by: str) -> Answer:
            return await self._approvals.ask_again(number, by=by, delivery=asked.delivery)

        await self._click(ack, asked, body, again)

    # Forms

    async def open_reject_form(self, asked: Asked, value: str) -> None:
        """Ask for the reason, where they may reject it at all."""
        if await self._may_go_on(asked, int(value), Said.REJECTED):
            await asked.open(blocks.reject_form(int(value)))

    async def _may_go_on(self, asked: Asked, number: int, to: Said) -> bool:
        """Spares people a form that leads nowhere, and tells them why."""
        objection = await self._approvals.objection(number, by=asked.user_id, to=to)
        if objection is not None:
            await asked.say(blocks.answer(objection))
        return objection is None

    async def reject(
        self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient
    ) -> None:
        """Reject with the reason that was given."""
        reason = payloads.entered(view).get(ids.REASON, "")
        decision = self._approvals.reject(
            payloads.kept(view)["request"], by=payloads.user_id(body), reason=reason
        )
        await self._submit(ack, client, decision, at=ids.REASON)

    async def open_pincode_form(self, asked: Asked, value: str) -> None:
        """Ask the requester for the pincode."""
        if await self._may_go_on(asked, int(value), Said.STARTED):
            await asked.open(blocks.pincode_form(int(value)))

    async def enter_pincode(
        self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient
    ) -> None:
        """Run what only lacked its pincode; the pincode stays in memory."""
        pincode = SecretStr(payloads.entered(view).get(ids.PINCODE, ""))
        decision = self._approvals.enter_pincode(
            payloads.kept(view)["request"], by=payloads.user_id(body), pincode=pincode
        )
        await self._submit(ack, client, decision, at=ids.PINCODE)

    async def _submit(
        self, ack: AsyncAck, client: AsyncWebClient, decision: Awaitable[Answer], *, at: str
    ) -> None:
        """Answer in the form's place: in the acknowledgement, or later where Slack is slow."""
        page, answers, acknowledged = Page(client, blocks.ANSWER), [], asyncio.Event()

        async def decide() -> None:
            answers.append(await decision)

        async def show(_: None) -> None:
            if not in_time:
                await acknowledged.wait()
                await page.show(blocks.answer_page(answers[0]))

        async def say(message: Message) -> None:
            await acknowledged.wait()
            await page.say(message)

        in_time = True
        await self._work.decide(decide(), show, "form of a request", say=say)
        in_time = bool(answers)
        if in_time:
            await _answered(ack, at, answers[0])
        else:
            await ack(response_action="update", view=page.loading)
        acknowledged.set()

    # Reading

    async def details(self, asked: Asked, value: str) -> None:
        """Everything about a request, in a page of its own."""
        await self._gate.look_up(asked.user_id)
        request = await self._request(int(value))
        page = await asked.open_page(request_details.TITLE.format(number=request.id))
        await page.fill(self._details(request))

    async def _details(self, request: Request) -> View:
        look = await self._look(request) if request.is_undecided else None
        return request_details.details(request, self._clock.now(), look)

    async def _look(self, request: Request) -> Precheck | str:
        try:
            return await self._approvals.precheck_now(request)
        except (VendorError, CannotDoError) as error:
            return sentence(error)

    async def send_evidence(self, asked: Asked, value: str) -> None:
        """How it came about, as a JSON file in a direct message."""
        await self._gate.look_up(asked.user_id)
        request = await self._request(int(value))
        evidence = await self._approvals.evidence(request)
        for message in evidence["messages"]:
            message["link"] = await permalink(asked.client, message["channel"], message["ts"])
        content = json.dumps(evidence, indent=2, ensure_ascii=False)
        await send_file(
            asked,
            name=f"request-{request.id}.json",
            title=f"Evidence of request #{request.id}",
            content=content,
        )

    async def show_clicked(self, asked: Asked, value: str) -> None:
        """The card, from a list."""
        await self._gate.look_up(asked.user_id)
        await asked.say(await self._card(int(value)))

    async def show(self, _asked: Asked, order: Order) -> Message:
        """`/approvals show N`."""
        number = text.whole_number(text.cleaned(order.text).lstrip("#"))
        if number is None:
            raise RefusedError(ASK_FOR_NUMBER)
        return await self._card(number)

    async def _card(self, number: int) -> Message:
        request = await self._request(number)
        return blocks.card(request, await self._approvals.progress(request))

    async def _request(self, number: int) -> Request:
        request = await self._approvals.request(number)
        if request is None:
            raise RefusedError(blocks.SAID[Said.NO_SUCH_REQUEST])
        return request

    async def pending(self, asked: Asked, _order: Order) -> Message:
        """`/approvals list`."""
        return await self.pending_page(Query(PENDING), asked.user_id)

    async def mine(self, asked: Asked, _order: Order) -> Message:
        """`/approvals mine`."""
        return await self.my_page(Query(MINE), asked.user_id)

    async def history(self, asked: Asked, _order: Order) -> Message:
        """`/approvals history`."""
        return await self.history_page(Query(HISTORY), asked.user_id)

    async def pending_page(self, query: Query, _user_id: str) -> Message:
        """What waits, oldest first."""
        return _page(query, "Waiting for a decision", await self._approvals.pending())

    async def my_page(self, query: Query, user_id: str) -> Message:
        """What a person asked for, newest first."""
        return _page(query, "What you asked for", await self._approvals.of(user_id))

    async def history_page(self, query: Query, _user_id: str) -> Message:
        """All requests, newest first."""
        found = await self._approvals.history(offset=query.offset, limit=SIZE)
        if not found.total:
            return kit.message(NOTHING[HISTORY])
        rows = [blocks.short(request) for request in found.items]
        return page(query, "All requests", rows, total=found.total)


async def _answered(ack: AsyncAck, input_id: str, answer: Answer) -> None:
    """In place of the form; but where it only has to be sent again, it stays as it is."""
    if answer.said in TRY_AGAIN:
        await refused(ack, {input_id: blocks.SAID[answer.said]})
    else:
        await ack(response_action="update", view=blocks.answer_page(answer))


def _page(query: Query, title: str, requests: Sequence[Request]) -> Message:
    if not requests:
        return kit.message(NOTHING[query.name])
    shown = requests[query.offset : query.offset + SIZE]
    rows = [blocks.short(request) for request in shown]
    return page(query, title, rows, total=len(requests))
