"""Give a charger a name of our own."""

from typing import Any, ClassVar, Literal

from bot.operations.base import Description, Finding, Line, Precheck, Result, World, capability
from bot.operations.chargers import ChargerOperation
from bot.operations.reading_back import compare
from vendors.ports import SetsReference

NOTHING = "nothing"


class SetReference(ChargerOperation):
    """Plugchoice `PUT /chargers/{charger}`: at most 255 characters; `None` clears it."""

    noun: ClassVar[str] = "set a charger's reference"

    kind: Literal["set_reference"] = "set_reference"
    reference: str | None

    @property
    def facts(self) -> dict[str, Any]:
        """With the reference also where it is cleared: nothing is what is sent then."""
        return {**super().facts, "reference": self.reference}

    def describe(self, precheck: Precheck | None) -> Description:
        """The old and the new reference."""
        before = (precheck.state.get("reference") or NOTHING) if precheck else None
        return Description(
            title=f"Set the reference of {self.label} at {self.account}",
            lines=(Line(name="Reference", before=before, after=self.reference or NOTHING),),
            warnings=precheck.warnings if precheck else (),
        )

    async def precheck(self, world: World) -> Precheck:
        """Read the reference as it is."""
        charger = await self.now_or_gone(world)
        if isinstance(charger, Precheck):
            return charger
        same = charger.reference == self.reference
        return Precheck(
            checked_at=world.now(),
            state={"exists": True, "reference": charger.reference},
            problems=(f"Its reference is {self.reference or NOTHING} already.",) if same else (),
        )

    async def execute(self, world: World) -> Result:
        """Write once."""
        client = capability(world, self.account, SetsReference)
        charger = await client.set_reference(self.charger_id, self.reference)
        name = self.reference or NOTHING
        return Result(f"The reference of {self.label} is {name} now.", seen=charger)

    async def reconcile(self, world: World, asked_on: Precheck) -> Finding:
        """Read the reference back."""
        charger = await self.now(world)
        before = asked_on.state.get("reference")
        verdict = compare(now=charger.reference, wanted=self.reference, before=before)
        return Finding(
            verdict, f"Its reference is {charger.reference or NOTHING} now.", seen=charger
        )
