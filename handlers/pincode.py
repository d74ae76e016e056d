"""Show a charger's pincode to those who may see it; every look is in the audit trail."""

from bot.clock import Clock
from bot.inventory import Inventory
from bot.store import Store
from handlers import ids
from handlers.blocks import forms, kit
from handlers.blocks.kit import View
from handlers.clicks import answer_clicks
from handlers.conversation import Asked
from handlers.errors import RefusedError
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.work import Work
from vendors.models import Ref

TITLE = "Pincode"
NOT_TOLD = "The vendor does not tell its pincode now."
NOTED = "That you saw it is in the audit trail. It is on no card and in no log."


class PincodeHandlers:
    """Slack's side of pincodes."""

    def __init__(
        self, inventory: Inventory, store: Store, gate: Gate, work: Work, clock: Clock
    ) -> None:
        self._inventory = inventory
        self._store = store
        self._gate = gate
        self._work = work
        self._clock = clock

    def register(self, app: Listeners) -> None:
        """Attach the listener."""
        answer_clicks(app, self._work, {ids.CHARGER_PINCODE: self.show})

    async def show(self, asked: Asked, value: str) -> None:
        """Read it from the vendor, note who sees it, and show it to them alone."""
        await self._gate.pincodes(asked.user_id)
        page = await asked.open_page(TITLE)
        await page.fill(self._shown(asked.user_id, value))

    async def _shown(self, user_id: str, value: str) -> View:
        known = await self._inventory.refreshed(Ref.parse(value))
        if known is None or known.charger.pincode is None:
            raise RefusedError(NOT_TOLD)
        await self._note(user_id, value)
        pincode = kit.code(known.charger.pincode.get_secret_value())
        text = f"Pincode of {kit.code(known.charger.label)}: {pincode}"
        return forms.page(TITLE, [kit.section(text), kit.context(NOTED)])

    async def _note(self, user_id: str, ref: str) -> None:
        now = self._clock.now()
        await self._store.write(
            lambda tables: tables.audit.append(
                now=now, actor=user_id, action="pincode.shown", subject=f"charger:{ref}", facts={}
            )
        )
