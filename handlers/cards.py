"""A charger's card with what surrounds it: alerts, silences, and what its account can do."""

from typing import Final

from bot.alerts.codes import explanation
from bot.alerts.service import Alerts
from bot.clock import Clock
from bot.inventory import Inventory, KnownCharger
from handlers import ids
from handlers.blocks import alerts as alert_blocks
from handlers.blocks import charger as blocks
from handlers.blocks import kit
from handlers.blocks.charger import Offer, Surroundings
from handlers.blocks.kit import Message
from vendors.fleet import Fleet
from vendors.models import Charger
from vendors.ports import (
    DeletesChargers,
    DetachesChargers,
    ReadsPowerUsage,
    RestartsChargers,
    SetsReference,
)

ALWAYS: Final = (
    Offer("All facts", ids.CHARGER_FACTS, "Every fact that the vendor gives"),
    Offer("Why?", ids.CHARGER_WHY, "Why it alerts, or not"),
    Offer("Silence…", ids.CHARGER_SILENCE, "Hide its alerts for a time"),
)
SHARING: Final = Offer("Share", ids.SHARE, "Show this to the channel")
USAGE: Final = Offer("Usage", ids.CHARGER_USAGE, "What it draws now")
REFERENCE: Final = Offer("Set reference…", ids.CHARGER_REFERENCE, "Give it a name of your own")
RESTART: Final = Offer("Restart…", ids.CHARGER_RESTART, "Restart it")
DETACH: Final = Offer("Detach…", ids.CHARGER_DETACH, "Take it off its site")
DELETE: Final = Offer("Delete…", ids.CHARGER_DELETE, "Delete it at its vendor")
PINCODE: Final = Offer("Show pincode", ids.CHARGER_PINCODE, "Show its pincode; this is noted")


class Cards:
    """Puts cards together."""

    def __init__(self, fleet: Fleet, inventory: Inventory, alerts: Alerts, clock: Clock) -> None:
        self._fleet = fleet
        self._inventory = inventory
        self._alerts = alerts
        self._clock = clock

    async def card(
        self, known: KnownCharger, *, shared_by: str | None = None, is_shareable: bool = False
    ) -> Message:
        """The whole card; a shared one says who shares it."""
        now = self._clock.now()
        (known,) = await self._inventory.with_site_names([known])
        why = await self._alerts.why(known.ref)
        open_alerts = await self._alerts.of_charger(known.ref)
        around = Surroundings(
            alerts=[alert_blocks.short_line(alert, now) for alert in open_alerts],
            silences=[
                f"Silence #{one.id} by {kit.person(one.author)} until {kit.when(one.ends_at)}:"
                f" {kit.inline(one.reason, 150)}"
                for one in why.silences
            ],
            offers=self._offers(known.charger, is_shareable=is_shareable),
            shared_by=shared_by,
        )
        return blocks.card(known, now, around)

    def _offers(self, charger: Charger, *, is_shareable: bool) -> list[Offer]:
        """What the account can do with this charger, and nothing else."""
        client = self._fleet.client(charger.account)
        able = {
            USAGE: isinstance(client, ReadsPowerUsage) and bool(charger.connectors),
            REFERENCE: isinstance(client, SetsReference),
            RESTART: isinstance(client, RestartsChargers) and not _is_dangerous(charger),
            DETACH: isinstance(client, DetachesChargers) and charger.site_id is not None,
            DELETE: isinstance(client, DeletesChargers),
            PINCODE: charger.pincode is not None,
        }
        first = [SHARING] if is_shareable else []
        return [*first, *ALWAYS, *(offer for offer, can in able.items() if can)]


def _is_dangerous(charger: Charger) -> bool:
    """A restart could hide a danger, so none is offered."""
    faults = [charger.fault, *(plug.fault for plug in charger.connectors)]
    return any(
        explanation(fault.code, fault.vendor_code or "", fault.info or "").is_safety
        for fault in faults
        if fault is not None
    )
