"""Create a station model; nothing but its friendly name can be changed later."""

from typing import ClassVar, Literal
from urllib.parse import urlsplit

from bot.operations.base import (
    Description,
    Finding,
    Line,
    Operation,
    Precheck,
    Result,
    World,
    capability,
)
from bot.operations.reading_back import one_new
from vendors.models import ModelConnector, NewStationModel, StationModel
from vendors.ports import CreatesStationModels, ListsStationModels

USUAL_SCHEMES = frozenset({"ws", "wss", "http", "https"})


class CreateStationModel(Operation):
    """Lynkwell `POST /charging-station-models`; admins of Lynkwell only."""

    noun: ClassVar[str] = "create a station model"

    kind: Literal["create_station_model"] = "create_station_model"
    station_model: NewStationModel

    @property
    def target(self) -> str:
        """Make and model."""
        return f"{self.station_model.make} {self.station_model.name}"

    @property
    def size(self) -> int | None:
        """None yet."""
        return 0

    def describe(self, precheck: Precheck | None) -> Description:
        """Every field that will be sent, one line for each connector."""
        model = self.station_model
        fields = (
            ("Maker", model.make),
            ("Model", model.name),
            ("Friendly name", model.friendly_name),
            ("Power type", model.power_type.upper()),
            *((f"Connector {plug.number}", _in_words(plug)) for plug in model.connectors),
            ("OCPP URL", model.ocpp_url),
            ("Image URL", model.image_url),
        )
        return Description(
            title=f"Create station model {self.target} at {self.account}",
            lines=tuple(Line(name=name, after=value) for name, value in fields if value),
            warnings=(*self._own_warnings(), *(precheck.warnings if precheck else ())),
        )

    async def precheck(self, world: World) -> Precheck:
        """Look for the same make and model; whether the vendor takes a second is not documented."""
        alike = await self._alike(world)
        warning = (
            f"{self.account} has {len(alike)} station model(s) of this make and model already."
        )
        return Precheck(
            checked_at=world.now(),
            state={"alike": sorted(model.id for model in alike)},
            warnings=(warning,) if alike else (),
            chargers=0,
        )

    async def execute(self, world: World) -> Result:
        """Write once."""
        client = capability(world, self.account, CreatesStationModels)
        model = await client.create_station_model(self.station_model)
        return Result(f"Station model {model.label} is made at {self.account}.", seen=model)

    async def reconcile(self, world: World, asked_on: Precheck) -> Finding:
        """List and match; two new ones alike cannot be told apart."""
        known = asked_on.state.get("alike", [])
        return one_new(await self._alike(world), known, f"station model {self.target}")

    async def _alike(self, world: World) -> list[StationModel]:
        wanted = (self.station_model.make, self.station_model.name)
        client = capability(world, self.account, ListsStationModels)
        return [
            model
            for archived in (False, True)
            async for page in client.station_models(archived=archived)
            for model in page
            if (model.make, model.name) == wanted
        ]

    def _own_warnings(self) -> tuple[str, ...]:
        scheme = urlsplit(self.station_model.ocpp_url).scheme
        if scheme in USUAL_SCHEMES:
            return ()
        return (f"{scheme or 'No scheme'} is unusual for an OCPP URL; ws and wss are usual.",)


def _in_words(plug: ModelConnector) -> str:
    return (
        f"{plug.connection_type} {plug.format.lower()}, {plug.max_current_a:g} A, "
        f"{plug.max_voltage_v:g} V, {plug.max_power_w / 1000:g} kW"
    )
