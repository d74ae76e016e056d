"""Create a station model: the form that grows, and its checks."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.approvals.request import Request
from bot.approvals.service import Approvals
from bot.operations.create_station_model import CreateStationModel
from handlers import ids, payloads
from handlers.abilities import first_able
from handlers.blocks import model_form as blocks
from handlers.blocks.forms import Filled
from handlers.blocks.kit import Message, View
from handlers.clicks import answer_clicks, redraw
from handlers.conversation import Asked, asked_by_click
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.payloads import Payload
from handlers.submissions import Submissions, Submitted, at_fields, refused, trouble
from handlers.text import Order
from handlers.work import Work
from vendors.fleet import Fleet
from vendors.models import ModelConnector, NewStationModel, PowerType
from vendors.ports import CreatesStationModels

NOT_A_NUMBER: Final = "A number above 0."
INPUTS: Final = {
    "make": ids.MAKE,
    "name": ids.MODEL_NAME,
    "friendly_name": ids.FRIENDLY_NAME,
    "power_type": ids.POWER_TYPE,
    "ocpp_url": ids.OCPP_URL,
    "image_url": ids.IMAGE_URL,
}
"""Which input holds which field."""
DRAFT: Final = NewStationModel(
    make="-", name="-", power_type=PowerType.DC, connectors=(), ocpp_url="-"
)
"""Stands for any model where only the policy is asked for."""


class NewModelHandlers:
    """Slack's side of `create_station_model`."""

    def __init__(
        self, fleet: Fleet, approvals: Approvals, submissions: Submissions, gate: Gate, work: Work
    ) -> None:
        self._fleet = fleet
        self._accounts = list(fleet.able(CreatesStationModels))
        self._approvals = approvals
        self._submissions = submissions
        self._gate = gate
        self._work = work

    def register(self, app: Listeners) -> None:
        """Attach the listeners."""
        app.action(ids.MODEL_ACCOUNT)(self.change)
        app.action(ids.ADD_ROW)(self.change)
        app.action(re.compile(rf"{ids.REMOVE_ROW}-\d+"))(self.change)
        app.view(ids.MODEL_FORM)(self.submit)
        answer_clicks(app, self._work, {ids.START_MODEL: self._begin})

    async def _begin(self, asked: Asked, _value: str) -> None:
        await self.open(asked, Order("create"))

    async def open(self, asked: Asked, order: Order) -> Message | None:
        """`/model create`."""
        await self._gate.ask(asked.user_id)
        account = first_able(self._fleet, CreatesStationModels, order.filters.get("account"))
        kept = {"account": account, "rows": [1], "channel": asked.channel}
        await asked.open(self._form(kept, {}))
        return None

    def _form(
        self,
        kept: Mapping[str, Any],
        entered: Mapping[str, str],
        complaints: Mapping[str, str] | None = None,
        why: str | None = None,
    ) -> View:
        draft = CreateStationModel(account=kept["account"], station_model=DRAFT)
        return blocks.form(
            self._accounts,
            kept["account"],
            kept["rows"],
            self._approvals.policy(draft),
            filled=Filled(entered, complaints=complaints or {}, trouble=why),
            channel=kept.get("channel"),
        )

    async def change(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """Another account, one more row, or one row less; what was typed stays."""
        await ack()
        view = body["view"]
        kept = _changed(
            payloads.kept(view), body["actions"][0]["action_id"], payloads.clicked(body)
        )
        form = self._form(kept, payloads.entered(view))
        say = asked_by_click(body, client, respond).say
        self._work.start(redraw(self._gate, body, client, form), "station model form", say=say)

    async def submit(
        self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient
    ) -> None:
        """Check the numbers, then ask for it."""
        kept, typed = payloads.kept(view), payloads.entered(view)
        if wrong := _complaints(kept["rows"], typed):
            await refused(ack, wrong)
            return

        async def again(request: Request) -> View | None:
            said = at_fields(request).items()
            shown = {INPUTS[name]: text for name, text in said if name in INPUTS}
            why = None if shown else trouble(request)
            return self._form(kept, typed, shown, why) if shown or why else None

        model = _station_model(kept["rows"], typed)
        form = Submitted(
            title=blocks.TITLE,
            operation=CreateStationModel(account=kept["account"], station_model=model),
            reason=typed.get(ids.REASON, ""),
            again=again,
        )
        await self._submissions.take(ack, body, client, form)


def _changed(kept: Payload, action_id: str, value: str) -> Payload:
    rows: list[int] = kept["rows"]
    if action_id == ids.MODEL_ACCOUNT:
        return {**kept, "account": value}
    if action_id == ids.ADD_ROW:
        return {**kept, "rows": [*rows, max(rows) + 1][: blocks.MOST_CONNECTORS]}
    left = [row for row in rows if str(row) != value]
    return {**kept, "rows": left or rows}


def _complaints(rows: Sequence[int], typed: Mapping[str, str]) -> dict[str, str]:
    cells = [blocks.cell(name, row) for row in rows for name, _ in blocks.NUMBERS]
    return {cell: NOT_A_NUMBER for cell in cells if not (_number(typed.get(cell, "")) or 0) > 0}


def _number(text: str) -> float | None:
    """In digits, with a point or a comma before the decimals: no `inf`, no `1e9`."""
    plain = text.replace(",", ".")
    return float(plain) if re.fullmatch(r"\d+(\.\d+)?", plain, re.ASCII) else None


def _station_model(rows: Sequence[int], typed: Mapping[str, str]) -> NewStationModel:
    return NewStationModel(
        make=typed[ids.MAKE],
        name=typed[ids.MODEL_NAME],
        friendly_name=typed.get(ids.FRIENDLY_NAME),
        power_type=PowerType(typed[ids.POWER_TYPE]),
        connectors=tuple(_connector(number, row, typed) for number, row in enumerate(rows, 1)),
        ocpp_url=typed[ids.OCPP_URL],
        image_url=typed.get(ids.IMAGE_URL),
    )


def _connector(number: int, row: int, typed: Mapping[str, str]) -> ModelConnector:
    amperes, volts, watts = (
        _number(typed[blocks.cell(name, row)]) or 0.0 for name, _ in blocks.NUMBERS
    )
    return ModelConnector(
        number=number,
        connection_type=typed[blocks.cell("type", row)],
        format=typed[blocks.cell("format", row)],
        max_current_a=amperes,
        max_voltage_v=volts,
        max_power_w=watts,
    )
