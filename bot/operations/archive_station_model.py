"""Archive a station model; no un-archive is documented."""

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
from bot.operations.station_models import StationModelOperation
from vendors.ports import ArchivesStationModels


class ArchiveStationModel(StationModelOperation):
    """Lynkwell `POST /charging-station-models/{id}/archive`; admins of Lynkwell only."""

    noun: ClassVar[str] = "archive a station model"

    kind: Literal["archive_station_model"] = "archive_station_model"

    @property
    def size(self) -> int | None:
        """As many as there are when it is looked at."""
        return None

    def describe(self, precheck: Precheck | None) -> Description:
        """What is lost, and how many chargers are of this model."""
        return Description(
            title=f"Archive station model {self.label} at {self.account}",
            lines=(Line(name="Archived", before="no", after="yes"),),
            warnings=precheck.warnings if precheck else (),
        )

    async def precheck(self, world: World) -> Precheck:
        """Read the station model and count its chargers in the fleet."""
        model = await self.now_or_gone(world)
        if isinstance(model, Precheck):
            return model
        chargers = await world.mirror.chargers_of_model(model.make, model.name)
        state = {
            "exists": True,
            "archived": model.is_archived,
            "friendly_name": model.friendly_name,
        }
        return Precheck(
            checked_at=world.now(),
            state=state,
            problems=(f"{self.label} is archived already.",) if model.is_archived else (),
            warnings=("No un-archive is documented.", _in_the_fleet(chargers)),
            chargers=chargers,
        )

    async def execute(self, world: World) -> Result:
        """Write once."""
        client = capability(world, self.account, ArchivesStationModels)
        model = await client.archive_station_model(self.model_id)
        return Result(f"{self.label} is archived at {self.account}.", seen=model)

    async def reconcile(self, world: World, _asked_on: Precheck) -> Finding:
        """Read the station model."""
        model = await self.now(world)
        if model.is_archived:
            return Finding(Verdict.DONE, f"{self.label} is archived now.", seen=model)
        return Finding(Verdict.NOT_DONE, f"{self.label} is not archived.", seen=model)


def _in_the_fleet(chargers: int) -> str:
    match chargers:
        case 0:
            return "No charger in the fleet is of this make and model."
        case 1:
            return "1 charger in the fleet is of this make and model."
        case _:
            return f"{chargers} chargers in the fleet are of this make and model."
