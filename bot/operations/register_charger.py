"""Register a charger that no account has yet."""

from collections.abc import Sequence
from contextlib import suppress
from typing import ClassVar, Literal

from bot.operations.base import (
    Description,
    Finding,
    Line,
    Operation,
    Precheck,
    Result,
    Verdict,
    World,
    able,
    capability,
)
from bot.operations.new_charger import complaints, is_the_same
from vendors.errors import RejectedError, VendorError
from vendors.models import Charger, NewCharger
from vendors.ports import FindsChargers, ListsChargers, RegistersChargers


class RegisterCharger(Operation):
    """Plugchoice `POST /chargers`, VoltTime `POST …/chargers`, Spirii `POST /chargeboxes`."""

    noun: ClassVar[str] = "register a charger"
    brings_charger: ClassVar[bool] = True

    kind: Literal["register_charger"] = "register_charger"
    charger: NewCharger
    site_name: str | None = None
    """For people; the site's id is what is sent."""
    station_model_name: str | None = None
    """For people; the station model's id is what is sent."""

    @property
    def target(self) -> str:
        """Identity, else serial number."""
        return self._name or "a charger"

    def describe(self, precheck: Precheck | None) -> Description:
        """Every field that will be sent."""
        fields = (
            ("Identity", self.charger.identity),
            ("Serial number", self.charger.serial_number),
            ("Site", self.site_name or self.charger.site_id),
            ("Station model", self.station_model_name or self.charger.station_model_id),
        )
        return Description(
            title=f"Register {self.target} at {self.account}",
            lines=tuple(Line(name=name, after=value) for name, value in fields if value),
            warnings=precheck.warnings if precheck else (),
        )

    async def precheck(self, world: World) -> Precheck:
        """Check the fields as the vendor wants them.

        Whether the charger is there already is left to the vendor, which refuses a second one:
        no vendor documents a lookup, and reading a whole listing for each row is no precheck.
        """
        wanted = capability(world, self.account, RegistersChargers).registration
        return Precheck(
            checked_at=world.now(), problems=tuple(complaints(self.charger, wanted).values())
        )

    async def execute(self, world: World) -> Result:
        """Write once."""
        client = capability(world, self.account, RegistersChargers)
        made = await client.register_charger(self.charger)
        return Result(f"{made.label} is registered at {self.account}.", seen=made)

    async def reconcile(self, world: World, _asked_on: Precheck) -> Finding:
        """Look it up; identities are unique, so what is there now is what we wrote."""
        there = await self._find(world)
        if there is None:
            return Finding(Verdict.NOT_DONE, f"{self.target} is not at {self.account}.")
        if self.charger.site_id and there.site_id not in (None, self.charger.site_id):
            where = there.site_name or there.site_id
            because = f"{self.target} is at {self.account}, but at another site: {where}."
            return Finding(Verdict.CANNOT_TELL, because, seen=there)
        return Finding(Verdict.DONE, f"{self.target} is at {self.account} now.", seen=there)

    async def explain(self, world: World, error: RejectedError) -> str:
        """Tell an identity of ours from one that another tenant has (both answer 422)."""
        texts = " ".join(text for texts in error.fields.values() for text in texts)
        if "taken" not in texts:
            return texts or await super().explain(world, error)
        if await self._find(world) is not None:
            return f"{self.target} is already registered at {self.account}."
        return "Another tenant has this identity; attach the charger with its pincode."

    async def _find(self, world: World) -> Charger | None:
        """Among all that the vendor lists, beginning where it finds new ones soonest.

        Plugchoice's listing of everything is sorted by identity; a search begins with the newest
        and gives up after a thousand.
        """
        finder, name = able(world, self.account, FindsChargers), self._name
        if finder is not None and name:
            with suppress(VendorError):  # then the listing says it, or why it does not
                return _first_match(await finder.find_chargers(name), self.charger)
        async for page in capability(world, self.account, ListsChargers).chargers():
            if found := _first_match(page, self.charger):
                return found
        return None

    @property
    def _name(self) -> str | None:
        """What every vendor finds it by."""
        return self.charger.identity or self.charger.serial_number


def _first_match(chargers: Sequence[Charger], asked: NewCharger) -> Charger | None:
    return next((charger for charger in chargers if is_the_same(charger, asked)), None)
