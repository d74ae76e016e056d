"""Silences: begin one, see them, end one."""

from collections.abc import Mapping
from typing import Final

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.model import Condition
from bot.alerts.service import Alerts, Result, SilenceRefusedError
from bot.clock import Clock
from bot.config import Match
from bot.inventory import Inventory
from bot.severity import Severity
from handlers import ids, payloads
from handlers.audience import audience, everybody_called
from handlers.blocks import forms, kit
from handlers.blocks import silences as blocks
from handlers.blocks.forms import Filled
from handlers.blocks.kit import Element, Message
from handlers.blocks.lists import Query
from handlers.clicks import answer_clicks, replace
from handlers.conversation import Asked, asked_by_click
from handlers.errors import RefusedError
from handlers.find import FindHandlers
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.payloads import Payload
from handlers.submissions import refused
from handlers.text import Order
from handlers.work import Work
from vendors.fleet import Fleet
from vendors.models import Ref

SILENCES: Final = "silences"
INPUTS: Final = {
    "account": ids.SILENCED_ACCOUNT,
    "site": ids.SILENCED_SITE,
    "charger": ids.CHARGER,
    "condition": ids.CONDITION,
    "severity": ids.SILENCED_SEVERITY,
}
"""Which input holds which part of a silence's match."""
AT_INPUT: Final = {"match": ids.CHARGER, "reason": ids.REASON, "ends_at": ids.LENGTH}
"""Where a mistake is shown."""
ENDED: Final = "It has ended already."
END_SAID: Final = {
    Result.DONE: "Ended. What it hid is told at once.",
    Result.MISSING: "There is no such silence.",
}


class SilenceHandlers:
    """Slack's side of silences."""

    def __init__(
        self,
        *,
        alerts: Alerts,
        inventory: Inventory,
        fleet: Fleet,
        find: FindHandlers,
        gate: Gate,
        work: Work,
        clock: Clock,
    ) -> None:
        self._alerts = alerts
        self._inventory = inventory
        self._fleet = fleet
        self._find = find
        self._gate = gate
        self._work = work
        self._clock = clock

    def register(self, app: Listeners) -> None:
        """Attach the listeners."""
        clicks = {
            ids.ALERT_SILENCE: self.from_alert,
            ids.CHARGER_SILENCE: self.from_charger,
            ids.START_SILENCE: self.begin,
            ids.SILENCE_END: self.end,
        }
        answer_clicks(app, self._work, clicks)
        app.action(ids.SILENCE_PREVIEW)(self.preview)
        app.view(ids.SILENCE_FORM)(self.submit)

    # Opening the form

    async def silence(self, asked: Asked, order: Order) -> Message | None:
        """`/alerts silence [CHARGER|site:…|account:…]`."""
        await self._admit(asked.user_id)
        chosen: dict[str, Element] = {}
        if name := order.filters.get("charger") or order.text:
            known = await self._find.meant(name, ids.CHARGER_SILENCE)
            chosen[ids.CHARGER] = kit.option(known.charger.label, str(known.ref))
        if site := order.filters.get("site"):
            chosen[ids.SILENCED_SITE] = await self._site(site)
        await self._open(asked, chosen, _entered(order))
        return None

    async def _admit(self, user_id: str, group_id: str | None = None) -> None:
        """Support, and whom this alert calls, or any where it is about none."""
        called = await audience(self._alerts, group_id)
        await self._gate.tend_alerts(
            user_id, everybody_called(self._alerts) if called is None else called
        )

    async def _site(self, name: str) -> Element:
        found = await self._inventory.sites(name, limit=1)
        if not found:
            raise RefusedError(f"I know no site called {kit.code(name)}. `/site list` shows all.")
        return kit.option(found[0].name, str(found[0].ref))

    async def begin(self, asked: Asked, _value: str) -> None:
        """From Home."""
        await self._admit(asked.user_id)
        await self._open(asked, {}, {})

    async def from_charger(self, asked: Asked, value: str) -> None:
        """From a charger's card."""
        await self._admit(asked.user_id)
        known = await self._inventory.known(Ref.parse(value))
        label = known.charger.label if known else value
        await self._open(asked, {ids.CHARGER: kit.option(label, value)}, {})

    async def from_alert(self, asked: Asked, group_id: str) -> None:
        """From an alert: its one charger, else its site, else its account."""
        await self._admit(asked.user_id, group_id)
        record = await self._alerts.group(group_id)
        if record is None or not record.members:
            raise RefusedError("I no longer keep this alert.")
        about = record.members[0].alert.subject
        chosen: dict[str, Element] = {}
        if len(record.members) == 1 and about.ref is not None:
            chosen[ids.CHARGER] = kit.option(about.charger or about.charger_id, str(about.ref))
        elif about.site_id:
            ref = Ref(about.account, about.site_id)
            chosen[ids.SILENCED_SITE] = kit.option(about.site_name or about.site_id, str(ref))
        await self._open(asked, chosen, {ids.SILENCED_ACCOUNT: about.account}, alert=group_id)

    async def _open(
        self,
        asked: Asked,
        chosen: Mapping[str, Element],
        entered: Mapping[str, str],
        alert: str | None = None,
    ) -> None:
        kept, filled = payloads.to_keep(channel=asked.channel, alert=alert), Filled(entered, chosen)
        picked = {name: option["value"] for name, option in chosen.items()}
        match = _match({**entered, **picked})
        preview = await self._alerts.preview(match) if match else None
        await asked.open(blocks.form(self._fleet.accounts, kept, filled, preview))

    # In the form

    async def preview(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """Show what it would hide now, and keep what was filled in."""
        await ack()
        asked = asked_by_click(body, client, respond)
        self._work.start(self._preview(asked, body, client), "preview", say=asked.say)

    async def _preview(self, asked: Asked, body: Payload, client: AsyncWebClient) -> None:
        view = body["view"]
        await self._admit(asked.user_id, payloads.kept(view).get("alert"))
        filled = Filled(payloads.entered(view), payloads.chosen_options(view))
        preview = await self._alerts.preview(_match(filled.entered))
        form = blocks.form(self._fleet.accounts, view["private_metadata"], filled, preview)
        await replace(body, client, form)

    async def submit(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        """Begin it, and say what it hides."""
        user_id, typed = payloads.user_id(body), payloads.entered(view)
        await self._admit(user_id, payloads.kept(view).get("alert"))
        match = _match(typed)
        _, length = blocks.LENGTHS[typed.get(ids.LENGTH, blocks.USUAL)]
        preview = await self._alerts.preview(match)
        try:
            silence = await self._alerts.silence(
                match,
                by=user_id,
                reason=typed.get(ids.REASON, ""),
                ends_at=self._clock.now() + length,
            )
        except SilenceRefusedError as error:
            await refused(ack, {AT_INPUT[field]: said for field, said in error.mistakes})
            return
        shown = forms.page(blocks.TITLE, blocks.begun(silence, preview))
        await ack(response_action="update", view=shown)

    # The list

    async def list_silences(self, asked: Asked, _order: Order) -> Message:
        """`/alerts silences`."""
        return await self.list_page(Query(SILENCES), asked.user_id)

    async def list_page(self, query: Query, _user_id: str) -> Message:
        """One page of what is hidden now or will be, the first to end first."""
        return blocks.listed(query, await self._alerts.silences(), self._clock.now())

    async def end(self, asked: Asked, value: str) -> None:
        """End one: one's own, or as an administrator."""
        silence = await self._alerts.silence_by_id(int(value))
        if silence is not None and silence.author == asked.user_id:
            await self._admit(asked.user_id)
        else:
            await self._gate.administer(asked.user_id)
        answer = await self._alerts.end_silence(int(value), by=asked.user_id)
        await asked.say(kit.message(END_SAID.get(answer.result, ENDED)))


def _entered(order: Order) -> dict[str, str]:
    """What stands on the command beside the charger and the site."""
    entered = {
        ids.SILENCED_ACCOUNT: order.filters.get("account"),
        ids.CONDITION: order.filters.get("condition"),
        ids.SILENCED_SEVERITY: order.filters.get("severity"),
        ids.LENGTH: order.filters.get("for"),
    }
    known = {
        ids.CONDITION: frozenset(Condition),
        ids.SILENCED_SEVERITY: frozenset(Severity),
        ids.LENGTH: blocks.LENGTHS.keys(),
    }
    return {
        name: said
        for name, text in entered.items()
        if text
        and (said := text.lower() if name in known else text)
        and (name not in known or said in known[name])
    }


def _match(typed: Mapping[str, str]) -> Match:
    """What the filled-in inputs ask for; a charger or site is named by account and id."""
    match = {key: (typed[name],) for key, name in INPUTS.items() if name in typed}
    for key in ("charger", "site"):
        if key in match:
            ref = Ref.parse(match[key][0])
            match |= {key: (ref.id,), "account": (ref.account,)}
    return match
