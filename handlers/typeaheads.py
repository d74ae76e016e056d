"""What search fields offer while somebody types: from the inventory, never from a vendor."""

from slack_bolt.async_app import AsyncAck

from bot.alerts.service import Alerts
from bot.inventory import Inventory
from handlers import ids, payloads, text
from handlers.audience import everybody_called
from handlers.blocks import kit
from handlers.blocks.kit import Element
from handlers.errors import RefusedError
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.payloads import Payload


class TypeaheadHandlers:
    """Slack's side of sites, station models and chargers to pick from."""

    def __init__(self, inventory: Inventory, alerts: Alerts, gate: Gate) -> None:
        self._inventory = inventory
        self._alerts = alerts
        self._gate = gate

    def register(self, app: Listeners) -> None:
        """Attach the listeners."""
        app.options(ids.SITE)(self.sites)
        app.options(ids.STATION_MODEL)(self.station_models)
        app.options(ids.CHARGER)(self.chargers)
        app.options(ids.SILENCED_SITE)(self.sites_of_all)

    async def sites(self, ack: AsyncAck, body: Payload) -> None:
        """Sites of the form's account, by part of a name or address."""
        await self._gate.look_up(payloads.user_id(body))
        found = await self._inventory.sites(_typed(body), account=_account(body), limit=kit.OPTIONS)
        await ack(options=[kit.option(site.name, site.id, site.city) for site in found])

    async def sites_of_all(self, ack: AsyncAck, body: Payload) -> None:
        """Sites of every account, each named with its account: for silences."""
        await self._admit(body)
        found = await self._inventory.sites(_typed(body), limit=kit.OPTIONS)
        await ack(options=[kit.option(site.name, str(site.ref), site.account) for site in found])

    async def station_models(self, ack: AsyncAck, body: Payload) -> None:
        """Station models of the form's account."""
        await self._gate.look_up(payloads.user_id(body))
        page = await self._inventory.station_models(
            text=_typed(body), account=_account(body), limit=kit.OPTIONS
        )
        made = [kit.option(model.label, model.id, model.make) for model in page.items]
        await ack(options=made)

    async def chargers(self, ack: AsyncAck, body: Payload) -> None:
        """Chargers by part of any name: for silences."""
        await self._admit(body)
        await ack(options=await self._charger_options(_typed(body)))

    async def _admit(self, body: Payload) -> None:
        """Whoever may look up, else whom alerts call; only these are asked about afresh."""
        user_id = payloads.user_id(body)
        try:
            await self._gate.look_up(user_id)
        except RefusedError:
            await self._gate.tend_alerts(user_id, everybody_called(self._alerts))

    async def _charger_options(self, typed: str) -> list[Element]:
        if typed.strip():
            chargers = (await self._inventory.search(typed, limit=kit.OPTIONS)).items
        else:
            chargers = (await self._inventory.chargers(limit=kit.OPTIONS)).items
        return [
            kit.option(known.charger.label, str(known.ref), known.charger.site_name)
            for known in chargers
        ]


def _typed(body: Payload) -> str:
    """What stands in the field, without what was pasted around it."""
    return text.cleaned(str(body.get("value") or ""))


def _account(body: Payload) -> str | None:
    """The account that the form is about, where it is about one."""
    account = payloads.kept(body.get("view") or {}).get("account")
    return str(account) if account else None
