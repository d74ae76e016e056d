"""Change the friendly name of a station model."""

from typing import ClassVar, Literal

from bot.operations.base import (
    Description,
    Finding,
    Line,
    Precheck,
    Result,
    World,
    capability,
)
from bot.operations.reading_back import compare
from bot.operations.station_models import StationModelOperation
from vendors.ports import RenamesStationModels


class RenameStationModel(StationModelOperation):
    """Lynkwell `PATCH /charging-station-models/{id}`; nothing else of a model can be changed."""

    noun: ClassVar[str] = "rename a station model"

    kind: Literal["rename_station_model"] = "rename_station_model"
    friendly_name: str

    def describe(self, precheck: Precheck | None) -> Description:
        """The old and the new name."""
        before = precheck.state.get("friendly_name") if precheck else None
        return Description(
            title=f"Rename station model {self.label} at {self.account}",
            lines=(Line(name="Friendly name", before=before, after=self.friendly_name),),
            warnings=precheck.warnings if precheck else (),
        )

    async def precheck(self, world: World) -> Precheck:
        """Read the station model."""
        model = await self.now_or_gone(world)
        if isinstance(model, Precheck):
            return model
        same = model.friendly_name == self.friendly_name
        return Precheck(
            checked_at=world.now(),
            state={"exists": True, "friendly_name": model.friendly_name},
            problems=(f"Its friendly name is {self.friendly_name} already.",) if same else (),
            warnings=("It is archived.",) if model.is_archived else (),
        )

    async def execute(self, world: World) -> Result:
        """Write once."""
        client = capability(world, self.account, RenamesStationModels)
        model = await client.rename_station_model(self.model_id, self.friendly_name)
        return Result(f"{self.label} is now called {self.friendly_name}.", seen=model)

    async def reconcile(self, world: World, asked_on: Precheck) -> Finding:
        """Read the name back."""
        model = await self.now(world)
        before = asked_on.state.get("friendly_name")
        verdict = compare(now=model.friendly_name, wanted=self.friendly_name, before=before)
        name = model.friendly_name or "nothing"
        return Finding(verdict, f"Its friendly name is {name} now.", seen=model)
