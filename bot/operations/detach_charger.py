"""Take a charger off its site; the charger survives."""

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
from bot.operations.chargers import ChargerOperation, chargers_of_site, charging_now
from vendors.models import Charger
from vendors.ports import DetachesChargers


class DetachCharger(ChargerOperation):
    """VoltTime and Plugchoice `DELETE …/sites/{site}/chargers/{charger}`."""

    noun: ClassVar[str] = "detach a charger"
    interrupts_charging: ClassVar[bool] = True

    kind: Literal["detach_charger"] = "detach_charger"
    site_id: str
    site_name: str | None = None
    """For people."""

    def describe(self, precheck: Precheck | None) -> Description:
        """Which site it leaves."""
        line = Line(name="Site", before=self.site_name or self.site_id, after="none")
        return Description(
            title=f"Detach charger {self.label} from its site at {self.account}",
            lines=(line,),
            warnings=precheck.warnings if precheck else (),
        )

    async def precheck(self, world: World) -> Precheck:
        """See whether the site has it, and whether a car is charging."""
        charger = await self._at_site(world)
        if charger is None:
            problem = f"{self.label} is not at {self.site_name or self.site_id}."
            return Precheck(checked_at=world.now(), state={"at_site": False}, problems=(problem,))
        return Precheck(
            checked_at=world.now(),
            state={"at_site": True},
            warnings=("To attach it again, its pincode is needed.",),
            charging=await charging_now(world, charger),
        )

    async def execute(self, world: World) -> Result:
        """Write once."""
        client = capability(world, self.account, DetachesChargers)
        await client.detach_charger(self.site_id, self.charger_id)
        site = self.site_name or self.site_id
        return Result(f"{self.label} is detached from {site}.", gone=self.ref)

    async def reconcile(self, world: World, _asked_on: Precheck) -> Finding:
        """List the site's chargers."""
        site = self.site_name or self.site_id
        if await self._at_site(world) is None:
            return Finding(Verdict.DONE, f"{self.label} is not at {site} any more.", gone=self.ref)
        return Finding(Verdict.NOT_DONE, f"{self.label} is still at {site}.")

    async def _at_site(self, world: World) -> Charger | None:
        chargers = await chargers_of_site(world, self.account, self.site_id)
        return next((charger for charger in chargers if charger.id == self.charger_id), None)
