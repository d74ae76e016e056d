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
    able,
    capability,
)
from bot.operations.chargers import (
    ChargerOperation,
    chargers_of_site,
    charging_now,
    paused_sessions,
)
from vendors.errors import NotFoundError
from vendors.models import Charger
from vendors.ports import DetachesChargers, ReadsChargers

PINCODE_NEEDED = "To attach it again, its pincode is needed."
UNSEEN = "It cannot be seen whether a car is charging."


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
        charger = await _with_connectors(world, charger)
        unseen = () if _tells_connectors(charger) else (UNSEEN,)
        return Precheck(
            checked_at=world.now(),
            state={"at_site": True},
            warnings=(PINCODE_NEEDED, *unseen, *paused_sessions(charger)),
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


async def _with_connectors(world: World, row: Charger) -> Charger:
    """The same charger with its connectors, which VoltTime's listing of a site leaves out."""
    client = able(world, row.account, ReadsChargers)
    if client is None or _tells_connectors(row):
        return row
    try:
        return (await client.charger(row.id)).updated_from(row)
    except NotFoundError:  # the address of a single charger is inferred at VoltTime
        return row


def _tells_connectors(charger: Charger) -> bool:
    return "connectors" in charger.model_fields_set
