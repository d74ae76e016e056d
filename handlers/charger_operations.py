"""Detach, delete, restart a charger, and give it a reference: one small form for all four."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.service import Alerts
from bot.approvals.request import Request
from bot.approvals.service import Approvals
from bot.clock import Clock
from bot.inventory import Inventory, KnownCharger
from bot.operations.base import Operation
from bot.operations.delete_charger import DeleteCharger
from bot.operations.detach_charger import DetachCharger
from bot.operations.restart_charger import RestartCharger
from bot.operations.set_reference import SetReference
from handlers import ids, payloads
from handlers.abilities import able
from handlers.audience import audience
from handlers.blocks import charger_forms as blocks
from handlers.blocks import kit
from handlers.blocks.forms import Filled
from handlers.blocks.kit import Message, View
from handlers.clicks import answer_clicks
from handlers.conversation import Asked
from handlers.errors import RefusedError
from handlers.find import FindHandlers
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.payloads import Payload
from handlers.submissions import Submissions, Submitted, at_fields, trouble
from handlers.text import Order
from handlers.work import Work
from vendors.fleet import Fleet
from vendors.models import Ref, Reset
from vendors.ports import DeletesChargers, DetachesChargers, RestartsChargers, SetsReference

CAPABILITY: Final[Mapping[str, Callable[..., Any]]] = {
    blocks.DETACH: DetachesChargers,
    blocks.DELETE: DeletesChargers,
    blocks.RESTART: RestartsChargers,
    blocks.REFERENCE: SetsReference,
}
BUTTON: Final = {
    blocks.DETACH: ids.CHARGER_DETACH,
    blocks.DELETE: ids.CHARGER_DELETE,
    blocks.RESTART: ids.CHARGER_RESTART,
    blocks.REFERENCE: ids.CHARGER_REFERENCE,
}
"""Which button of a card asks for which operation."""
NO_SITE: Final = "{name} is at no site."
NOTHING_TO_RESTART: Final = "A restart would not help here, or it would be dangerous."


class ChargerOperationHandlers:
    """Slack's side of operations on one charger."""

    def __init__(
        self,
        *,
        fleet: Fleet,
        inventory: Inventory,
        alerts: Alerts,
        approvals: Approvals,
        find: FindHandlers,
        submissions: Submissions,
        gate: Gate,
        work: Work,
        clock: Clock,
    ) -> None:
        self._fleet = fleet
        self._inventory = inventory
        self._alerts = alerts
        self._approvals = approvals
        self._find = find
        self._submissions = submissions
        self._gate = gate
        self._work = work
        self._clock = clock

    def register(self, app: Listeners) -> None:
        """Attach the listeners."""
        clicks = {button: self._button(kind) for kind, button in BUTTON.items()}
        answer_clicks(app, self._work, {**clicks, ids.ALERT_RESTART: self.restart_from_alert})
        app.view(ids.CHARGER_FORM)(self.submit)

    def command(self, kind: str) -> Callable[[Asked, Order], Any]:
        """The subcommand that asks for this kind of operation."""

        async def ask(asked: Asked, order: Order) -> Message | None:
            await self._gate.ask(asked.user_id)
            if kind == blocks.REFERENCE:
                known, rest = await self._find.meant_first(order.words, BUTTON[kind])
            else:
                known, rest = await self._find.meant(order.text, BUTTON[kind]), ()
            await self._open(asked, kind, known, typed=" ".join(rest) or None)
            return None

        return ask

    def _button(self, kind: str) -> Callable[[Asked, str], Any]:
        async def ask(asked: Asked, value: str) -> None:
            await self._gate.ask(asked.user_id)
            await self._open(asked, kind, await self._known(value))

        return ask

    async def _known(self, value: str) -> KnownCharger:
        known = await self._inventory.known(Ref.parse(value))
        if known is None:
            raise RefusedError(f"I no longer know {kit.code(value)}. Look it up again.")
        return known

    async def restart_from_alert(self, asked: Asked, group_id: str) -> None:
        """The first charger of an alert that a restart may help."""
        record = await self._alerts.group(group_id)
        if record is None or not record.restartable:
            raise RefusedError(NOTHING_TO_RESTART)
        await self._gate.tend_alerts(asked.user_id, tuple(record.audience))
        known = await self._known(str(record.restartable[0]))
        await self._open(asked, blocks.RESTART, known, alert=group_id)

    async def _open(
        self,
        asked: Asked,
        kind: str,
        known: KnownCharger,
        *,
        typed: str | None = None,
        alert: str | None = None,
    ) -> None:
        charger = known.charger
        able(self._fleet, charger.account, CAPABILITY[kind])
        if kind == blocks.DETACH and charger.site_id is None:
            raise RefusedError(NO_SITE.format(name=kit.inline(charger.label)))
        filled = Filled({ids.REFERENCE: typed} if typed else {})
        await asked.open(await self._form(known, kind, filled, asked.channel, alert))

    async def _form(
        self,
        known: KnownCharger,
        kind: str,
        filled: Filled,
        channel: str | None,
        alert: str | None,
    ) -> View:
        (known,) = await self._inventory.with_site_names([known])
        charger = known.charger
        client = self._fleet.client(charger.account)
        facts = {"site_id": charger.site_id, "label": charger.label}
        draft = _operation(kind, known.ref, facts, {})
        return blocks.form(
            known,
            draft,
            self._approvals.policy(draft),
            self._clock.now(),
            resets=client.resets if isinstance(client, RestartsChargers) else (),
            filled=filled,
            channel=channel,
            alert=alert,
        )

    async def submit(
        self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient
    ) -> None:
        """Ask for what the form is about."""
        kept, typed = payloads.kept(view), payloads.entered(view)

        async def again(request: Request) -> View | None:
            """Where something was typed that would be lost."""
            filled = Filled(typed, complaints=at_fields(request), trouble=trouble(request))
            if not typed.keys() & {ids.REFERENCE, ids.REASON} or not filled.trouble:
                return None
            known = await self._known(kept["ref"])
            return await self._form(
                known, kept["kind"], filled, kept.get("channel"), kept.get("alert")
            )

        form = Submitted(
            title=blocks.TITLES[kept["kind"]],
            operation=_operation(kept["kind"], Ref.parse(kept["ref"]), kept, typed),
            reason=typed.get(ids.REASON, ""),
            audience=await audience(self._alerts, kept.get("alert")),
            again=again,
        )
        await self._submissions.take(ack, body, client, form)


def _operation(
    kind: str, ref: Ref, facts: Mapping[str, Any], typed: Mapping[str, str]
) -> Operation:
    about: dict[str, Any] = {
        "account": ref.account,
        "charger_id": ref.id,
        "label": facts["label"],
    }
    match kind:
        case blocks.DETACH:
            site = facts.get("site_name")
            return DetachCharger(**about, site_id=facts["site_id"], site_name=site)
        case blocks.DELETE:
            return DeleteCharger(**about)
        case blocks.RESTART:
            return RestartCharger(**about, reset=Reset(typed.get(ids.RESET, Reset.SOFT)))
        case _:
            return SetReference(**about, reference=typed.get(ids.REFERENCE))
