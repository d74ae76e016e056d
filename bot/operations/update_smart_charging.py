"""Change the smart charging settings of a site."""

from typing import ClassVar, Literal

from bot.operations.base import (
    Description,
    Finding,
    Line,
    Operation,
    Precheck,
    Result,
    World,
    able,
    capability,
)
from bot.operations.reading_back import compare
from vendors.errors import NotFoundError
from vendors.models import SmartCharging
from vendors.ports import ReadsSites, ReadsSmartCharging, UpdatesSmartCharging

NAMES = {
    "mode": "Smart charging",
    "timezone": "Time zone",
    "strategy": "Strategy",
    "threshold": "Threshold",
    "off_peak_start": "Off-peak from",
    "off_peak_end": "Off-peak until",
}
NOTHING = "nothing"


class UpdateSmartCharging(Operation):
    """Plugchoice and VoltTime `PUT …/smart-charging`; the time zone is demanded every time."""

    noun: ClassVar[str] = "change smart charging"

    kind: Literal["update_smart_charging"] = "update_smart_charging"
    site_id: str
    site_name: str
    """For people."""
    settings: SmartCharging

    @property
    def target(self) -> str:
        """The site."""
        return self.site_name

    @property
    def size(self) -> int | None:
        """As many as there are when it is looked at."""
        return None

    def describe(self, precheck: Precheck | None) -> Description:
        """What changes, and what is sent unchanged."""
        before = precheck.state if precheck else {}
        return Description(
            title=f"Change smart charging of {self.site_name} at {self.account}",
            lines=tuple(
                Line(
                    name=NAMES[field],
                    before=_in_words(field, before[field]) if field in before else None,
                    after=_in_words(field, value),
                )
                for field, value in self._sent().items()
            ),
            warnings=precheck.warnings if precheck else (),
        )

    async def precheck(self, world: World) -> Precheck:
        """Read the settings as they are."""
        try:
            settings = await self._now(world)
        except NotFoundError:
            problem = f"{self.account} does not know the site {self.site_name}."
            return Precheck(checked_at=world.now(), problems=(problem,), chargers=0)
        now = _facts(settings)
        same = all(now.get(field) == value for field, value in self._sent().items())
        return Precheck(
            checked_at=world.now(),
            state=now,
            problems=("Its smart charging is set like this already.",) if same else (),
            chargers=await self._chargers(world),
        )

    async def execute(self, world: World) -> Result:
        """Write once."""
        client = capability(world, self.account, UpdatesSmartCharging)
        settings = await client.update_smart_charging(self.site_id, self.settings)
        mode = _in_words("mode", settings.mode)
        return Result(f"Smart charging of {self.site_name} is changed: {mode}.")

    async def reconcile(self, world: World, asked_on: Precheck) -> Finding:
        """Read the settings back and compare what was sent."""
        now = _facts(await self._now(world))
        fields = self._sent()
        verdict = compare(
            now={field: now.get(field) for field in fields},
            wanted=fields,
            before={field: asked_on.state.get(field) for field in fields},
        )
        return Finding(verdict, f"Smart charging of {self.site_name} is {now['mode']} now.")

    def _sent(self) -> dict[str, str | int]:
        """What goes out; what is left unset stays as the vendor has it."""
        return {field: value for field, value in _facts(self.settings).items() if value is not None}

    async def _now(self, world: World) -> SmartCharging:
        client = capability(world, self.account, ReadsSmartCharging)
        return await client.smart_charging(self.site_id)

    async def _chargers(self, world: World) -> int:
        client = able(world, self.account, ReadsSites)
        if client is None:
            return 1
        return (await client.site(self.site_id)).chargers_count or 0


def _facts(settings: SmartCharging) -> dict[str, str | int | None]:
    return settings.model_dump(mode="json", include=set(NAMES))


def _in_words(field: str, value: str | int | None) -> str:
    if value is None:
        return NOTHING
    return str(value).replace("_", " ") if field == "mode" else str(value)
