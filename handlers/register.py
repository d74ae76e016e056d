"""Register a charger: the command, the shortcut, the form, and what came of it."""

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.approvals.request import Request
from bot.approvals.service import Approvals
from bot.operations.new_charger import complaints
from bot.operations.register_charger import RegisterCharger
from handlers import ids, payloads, text
from handlers.abilities import first_able
from handlers.blocks import charger as charger_blocks
from handlers.blocks import forms
from handlers.blocks import register as blocks
from handlers.blocks.forms import Filled
from handlers.blocks.kit import Block, Message, View
from handlers.blocks.register import Target
from handlers.clicks import redraw
from handlers.conversation import Asked, asked_by_click
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.payloads import Payload
from handlers.submissions import Submissions, Submitted, at_fields, refused, trouble
from handlers.text import Order
from handlers.work import Work
from vendors.fleet import Fleet
from vendors.models import Need, NewCharger, Registration
from vendors.ports import RegistersChargers


class RegisterHandlers:
    """Slack's side of `register_charger`."""

    def __init__(
        self, fleet: Fleet, approvals: Approvals, submissions: Submissions, gate: Gate, work: Work
    ) -> None:
        self._fleet = fleet
        self._able = fleet.able(RegistersChargers)
        self._vendors = {name: fleet.client(name).vendor for name in self._able}
        self._approvals = approvals
        self._submissions = submissions
        self._gate = gate
        self._work = work

    def register(self, app: Listeners) -> None:
        """Attach the listeners."""
        app.action(ids.START_REGISTER)(self.begin)
        app.shortcut(ids.REGISTER_SHORTCUT)(self.begin)
        app.action(ids.REGISTER_ACCOUNT)(self.choose_account)
        app.view(ids.REGISTER_FORM)(self.submit)

    async def open(self, asked: Asked, order: Order) -> Message | None:
        """`/charger register`."""
        await self._gate.ask(asked.user_id)
        account = first_able(self._fleet, RegistersChargers, order.filters.get("account"))
        filled = Filled(_typed(order, self._able[account].registration))
        await asked.open(blocks.form(self._target(account), filled, asked.channel))
        return None

    async def begin(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """A button or shortcut that opens the form."""
        await ack()
        asked = asked_by_click(body, client, respond)
        self._work.start(self.open(asked, Order("register")), "register form", say=asked.say)

    async def choose_account(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """Show the fields that the picked account's vendor wants; what was typed stays.

        What was picked goes: a site or model of one account is none of another.
        """
        await ack()
        view = body["view"]
        target = self._target(payloads.clicked(body))
        typed = Filled(payloads.entered(view))
        form = blocks.form(target, typed, payloads.kept(view).get("channel"))
        say = asked_by_click(body, client, respond).say
        self._work.start(redraw(self._gate, body, client, form), "register form", say=say)

    async def submit(
        self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient
    ) -> None:
        """Check what can be checked here, then ask for the registration."""
        target = self._target(payloads.kept(view)["account"])
        operation = _operation(target.account, view)
        if wrong := complaints(operation.charger, target.wanted):
            await refused(ack, _at_inputs(wrong, target.account))
            return

        async def again(request: Request) -> View | None:
            shown = {
                blocks.INPUTS[name]: said
                for name, said in at_fields(request).items()
                if name in blocks.INPUTS
            }
            why = None if shown else trouble(request)
            if not shown and not why:
                return None
            filled = _filled(view, shown, why)
            return blocks.form(target, filled, payloads.kept(view).get("channel"))

        form = Submitted(
            title=blocks.TITLE,
            operation=operation,
            reason=payloads.entered(view).get(ids.REASON, ""),
            after=self._after,
            again=again,
        )
        await self._submissions.take(ack, body, client, form)

    async def _after(self, request: Request) -> list[Block]:
        if not forms.was_done(request) or request.made is None:
            return []
        return [
            blocks.next_steps(request.operation.target),
            *charger_blocks.show_row(request.made, request.operation.target),
        ]

    def _target(self, account: str) -> Target:
        wanted = self._able[account].registration
        draft = RegisterCharger(account=account, charger=NewCharger())
        return Target(
            accounts=tuple(self._able),
            account=account,
            vendor=self._vendors[account],
            wanted=wanted,
            policy=self._approvals.policy(draft),
        )


def _typed(order: Order, wanted: Registration) -> dict[str, str]:
    """`/charger register NL-1` begins the form with what stands on the command."""
    name = ids.IDENTITY if wanted.identity is Need.REQUIRED else ids.SERIAL_NUMBER
    return {name: text.cleaned(order.text)} if order.words else {}


def _operation(account: str, view: Payload) -> RegisterCharger:
    typed = payloads.entered(view)
    names = {name: option["text"]["text"] for name, option in _chosen(view).items()}
    return RegisterCharger(
        account=account,
        charger=NewCharger(
            identity=text.pasted(typed.get(ids.IDENTITY)),
            serial_number=text.pasted(typed.get(ids.SERIAL_NUMBER)),
            site_id=typed.get(ids.SITE),
            station_model_id=typed.get(ids.STATION_MODEL),
        ),
        site_name=names.get(ids.SITE),
        station_model_name=names.get(ids.STATION_MODEL),
    )


def _chosen(view: Payload) -> dict[str, Payload]:
    return payloads.chosen_options(view)


def _filled(
    view: Payload, complained: dict[str, str] | None = None, why: str | None = None
) -> Filled:
    return Filled(payloads.entered(view), _chosen(view), complained or {}, why)


def _at_inputs(wrong: dict[str, str], account: str) -> dict[str, str]:
    return {blocks.block_of(blocks.INPUTS[field], account): said for field, said in wrong.items()}
