"""What the operations on an existing station model have in common."""

from bot.operations.base import Operation, Precheck, World, capability
from vendors.errors import NotFoundError
from vendors.models import Ref, StationModel
from vendors.ports import ReadsStationModels


class StationModelOperation(Operation):
    """An operation on one station model."""

    model_id: str
    label: str
    """What people call it."""

    @property
    def target(self) -> str:
        """What people call it."""
        return self.label

    @property
    def ref(self) -> Ref:
        """The station model."""
        return Ref(self.account, self.model_id)

    async def now(self, world: World) -> StationModel:
        """As the vendor shows it now."""
        client = capability(world, self.account, ReadsStationModels)
        return await client.station_model(self.model_id)

    async def now_or_gone(self, world: World) -> StationModel | Precheck:
        """As the vendor shows it now, or the precheck that says that it is not there."""
        try:
            return await self.now(world)
        except NotFoundError:
            problem = f"{self.account} does not know the station model {self.model_id}."
            return Precheck(
                checked_at=world.now(), state={"exists": False}, problems=(problem,), chargers=0
            )
