"""A child: the four vendor clouds over a generated fleet, without limits, so that nobody waits."""

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime

from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.entities import Charger, Vendor
from bot.sandbox.vendors.seed import generated_world
from tests.bench.children import Orders


async def main() -> None:
    """Serve until nobody asks any more."""
    orders = Orders()
    wanted = await orders.configuration()
    world = generated_world(
        datetime.now(UTC),
        wanted["chargers"],
        troubled=wanted["troubled"],
        shares={Vendor.PLUGCHOICE: 1.0},
        traffic=False,
    )
    requests = 0

    def count(*_: object) -> None:
        nonlocal requests
        requests += 1

    async def change(share: float) -> int:
        """Let a share of the chargers say something else than before."""
        step = round(1 / share)
        changed = world.shares[Vendor.PLUGCHOICE].fleet[1::step]
        for charger in changed:
            _switch(clouds, charger)
        return len(changed)

    async def go_offline(number: int) -> None:
        """Have so many chargers lose their connection, evenly spread over the sites."""
        fleet = world.shares[Vendor.PLUGCHOICE].fleet
        for charger in fleet[:: len(fleet) // number][:number]:
            clouds.breakdowns.charger_offline(charger.identity)

    async def requests_so_far() -> int:
        return requests

    async def identities(number: int) -> list[str]:
        """Evenly spread over the fleet."""
        fleet = world.shares[Vendor.PLUGCHOICE].fleet
        return [one.identity for one in fleet[:: max(1, len(fleet) // number)]][:number]

    async with VendorClouds(world, lambda: datetime.now(UTC), limited=False) as clouds:
        clouds.subscribe(count)
        account = asdict(clouds.account("nl"))
        deeds = {
            "change": change,
            "go_offline": go_offline,
            "requests": requests_so_far,
            "identities": identities,
        }
        await orders.obey(account, deeds)


def _switch(clouds: VendorClouds, charger: Charger) -> None:
    """Out of service, or back in it: a change that is no trouble."""
    clouds.breakdowns.out_of_service(charger.identity, out=not charger.inoperative)


if __name__ == "__main__":
    asyncio.run(main())
