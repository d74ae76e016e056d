"""Put a charger that exists at the vendor onto one of our sites, proving access by pincode."""

from typing import ClassVar, Literal

from bot.operations.base import (
    CannotDoError,
    Description,
    Finding,
    Line,
    Operation,
    Precheck,
    Result,
    Verdict,
    World,
    capability,
)
from bot.operations.chargers import chargers_of_site
from bot.operations.new_charger import is_the_same
from vendors.models import Charger, NewCharger
from vendors.ports import AttachesChargers


class AttachCharger(Operation):
    """VoltTime `POST …/attach-charger`, Plugchoice `POST /sites/{site}/chargers`.

    The pincode is no part of the value: it is never stored, and asked again after a crash.
    """

    noun: ClassVar[str] = "attach a charger"
    needs_pincode: ClassVar[bool] = True

    kind: Literal["attach_charger"] = "attach_charger"
    site_id: str
    site_name: str | None = None
    """For people."""
    identity: str | None = None
    serial_number: str | None = None

    @property
    def target(self) -> str:
        """Identity, else serial number."""
        return self.identity or self.serial_number or "a charger"

    def describe(self, precheck: Precheck | None) -> Description:
        """Which charger goes where; the pincode is not shown, nor how long it is."""
        fields = (
            ("Identity", self.identity),
            ("Serial number", self.serial_number),
            ("Site", self.site_name or self.site_id),
        )
        return Description(
            title=f"Attach charger {self.target} at {self.account}",
            lines=tuple(Line(name=name, after=value) for name, value in fields if value),
            warnings=precheck.warnings if precheck else (),
        )

    async def precheck(self, world: World) -> Precheck:
        """See whether the site has it already."""
        capability(world, self.account, AttachesChargers)
        there = await self._at_site(world) is not None
        site = self.site_name or self.site_id
        return Precheck(
            checked_at=world.now(),
            state={"at_site": there},
            problems=(f"{self.target} is at {site} already.",) if there else (),
        )

    async def execute(self, world: World) -> Result:
        """Write once."""
        if world.pincode is None:
            raise CannotDoError("The pincode is missing.")
        client = capability(world, self.account, AttachesChargers)
        charger = await client.attach_charger(
            self.site_id,
            pincode=world.pincode,
            identity=self.identity,
            serial_number=self.serial_number,
        )
        return Result(f"{self.target} is attached to {self.site_name or self.site_id}.", charger)

    async def reconcile(self, world: World, _asked_on: Precheck) -> Finding:
        """List the site's chargers."""
        there = await self._at_site(world)
        site = self.site_name or self.site_id
        if there is None:
            return Finding(Verdict.NOT_DONE, f"{self.target} is not at {site}.")
        return Finding(Verdict.DONE, f"{self.target} is at {site} now.", seen=there)

    async def _at_site(self, world: World) -> Charger | None:
        asked = NewCharger(identity=self.identity, serial_number=self.serial_number)
        chargers = await chargers_of_site(world, self.account, self.site_id)
        return next((charger for charger in chargers if is_the_same(charger, asked)), None)
