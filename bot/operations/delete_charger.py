"""Delete a charger; no undo is documented."""

from typing import ClassVar, Literal

from bot.operations.base import (
    Description,
    Finding,
    Line,
    Precheck,
    Result,
    Verdict,
    World,
    capability,
)
from bot.operations.chargers import ChargerOperation, charging_now, paused_sessions
from vendors.errors import NotFoundError
from vendors.models import Charger
from vendors.ports import DeletesChargers


class DeleteCharger(ChargerOperation):
    """Spirii `DELETE /chargeboxes/{id}`: a soft delete without a documented way back."""

    noun: ClassVar[str] = "delete a charger"
    interrupts_charging: ClassVar[bool] = True

    kind: Literal["delete_charger"] = "delete_charger"

    def describe(self, precheck: Precheck | None) -> Description:
        """What is lost."""
        return Description(
            title=f"Delete charger {self.label} at {self.account}",
            lines=(Line(name="Deleted", before="no", after="yes"),),
            warnings=("No undo is documented.", *(precheck.warnings if precheck else ())),
        )

    async def precheck(self, world: World) -> Precheck:
        """See that it is there, and whether a car is charging."""
        charger = await self.now_or_gone(world)
        if isinstance(charger, Precheck):
            return charger
        return Precheck(
            checked_at=world.now(),
            state={"exists": True, "site": charger.site_name or charger.site_id},
            warnings=paused_sessions(charger),
            charging=await charging_now(world, charger),
        )

    async def execute(self, world: World) -> Result:
        """Write once."""
        await capability(world, self.account, DeletesChargers).delete_charger(self.charger_id)
        return Result(f"{self.label} is deleted at {self.account}.", gone=self.ref)

    async def reconcile(self, world: World, _asked_on: Precheck) -> Finding:
        """Read the charger; gone, or marked as deleted, is done."""
        charger = await self._now_or_none(world)
        if charger is None or charger.deleted_at is not None:
            return Finding(Verdict.DONE, f"{self.account} has {self.label} no more.", gone=self.ref)
        return Finding(Verdict.NOT_DONE, f"{self.account} still has {self.label}.", seen=charger)

    async def _now_or_none(self, world: World) -> Charger | None:
        try:
            return await self.now(world)
        except NotFoundError:
            return None
