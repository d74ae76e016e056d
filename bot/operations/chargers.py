"""What the operations on an existing charger have in common."""

from collections.abc import Sequence
from datetime import datetime

from bot.operations.base import Charging, Operation, Precheck, World, able, capability
from vendors.errors import NotFoundError, VendorError
from vendors.models import Charger, Connectivity, Connector, Ref, Status
from vendors.ports import ListsSiteChargers, ReadsChargers, ReadsPowerUsage


class ChargerOperation(Operation):
    """An operation on one charger."""

    charger_id: str
    label: str
    """What people call it."""

    @property
    def target(self) -> str:
        """What people call it."""
        return self.label

    @property
    def ref(self) -> Ref:
        """The charger."""
        return Ref(self.account, self.charger_id)

    async def now(self, world: World) -> Charger:
        """As the vendor shows it now."""
        return await capability(world, self.account, ReadsChargers).charger(self.charger_id)

    async def now_or_gone(self, world: World) -> Charger | Precheck:
        """As the vendor shows it now, or the precheck that says that it is not there."""
        try:
            charger = await self.now(world)
        except NotFoundError:
            return self._gone(world)
        return charger if charger.deleted_at is None else self._gone(world)

    def _gone(self, world: World) -> Precheck:
        problem = f"{self.account} does not know the charger {self.label}."
        return Precheck(checked_at=world.now(), state={"exists": False}, problems=(problem,))


async def charging_now(world: World, charger: Charger) -> tuple[Charging, ...]:
    """The cars charging at a charger, each with its power where the vendor tells it."""
    return tuple(
        [
            Charging(connector=plug.key, power_w=await _power(world, charger, plug))
            for plug in charger.connectors
            if plug.status is Status.CHARGING
        ]
    )


PAUSED = frozenset({Status.SUSPENDED, Status.SUSPENDED_EV, Status.SUSPENDED_EVSE})
"""A session that draws nothing just now: the car is full, or it waits for its hour."""


def paused_sessions(charger: Charger) -> tuple[str, ...]:
    """What would end besides the charging that is seen, as warnings."""
    return tuple(
        f"A session is paused at connector {plug.key}; it would end too."
        for plug in charger.connectors
        if plug.status in PAUSED
    )


async def _power(world: World, charger: Charger, plug: Connector) -> float | None:
    client = able(world, charger.account, ReadsPowerUsage)
    if client is None:
        return None
    try:
        return (await client.power_usage(charger, plug.number)).power_w
    except VendorError:  # the power only adds to what is known: that a car is charging
        return None


async def chargers_of_site(world: World, account: str, site_id: str) -> Sequence[Charger]:
    """Every charger that the vendor lists at a site."""
    client = capability(world, account, ListsSiteChargers)
    return [charger async for page in client.site_chargers(site_id) for charger in page]


def last_connection(charger: Charger) -> datetime | None:
    """When it last connected, as far as its vendor tells.

    Spirii has one time for coming and going: while it is there, that is of its coming.
    """
    if charger.last_connection_at is not None:
        return charger.last_connection_at
    is_there = charger.connectivity is Connectivity.ONLINE
    return charger.last_connection_event_at if is_there else None
