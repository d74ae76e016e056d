"""Everything together: a Slack workspace, four vendor clouds and the unchanged bot against them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app import SETTLING, Parts, running
from bot.clock import Clock, SystemClock
from bot.outbox import Pace
from bot.sandbox import installation
from bot.sandbox.people import Person
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.scenarios import Scenario
from bot.sandbox.vendors.seed import generated_world, seeded_world
from bot.sandbox.vendors.world import World

FIRST_CONNECTION_AFTER = timedelta(seconds=15)


@dataclass(frozen=True)
class Sandbox:
    """What the page shows and the tests touch."""

    slack: SlackServer
    clouds: VendorClouds
    bot: Parts

    def person(self, name: str, *, patience: float = 5.0) -> Person:
        """Somebody at the screen, by handle or name."""
        return Person(self.slack, name, patience=patience)

    async def is_watched(self) -> bool:
        """Whether the bot has seen each account whole, so that what breaks now is news to it."""
        accounts = [account.name for account in self.clouds.accounts]
        return await self.bot.services.store.read(
            lambda tables: all(tables.sweeps.baseline_at(account) for account in accounts)
        )


@asynccontextmanager
async def surroundings(
    *,
    clock: Clock | None = None,
    world: World | None = None,
    rate_limits: bool = True,
) -> AsyncIterator[tuple[SlackServer, VendorClouds]]:
    """Slack and the vendors, without the bot."""
    clock = clock or SystemClock()
    world = world or seeded_world(clock.now())
    slack = SlackServer(
        installation.workspace(clock=clock), rate_limits=rate_limits, event_sleep=clock.sleep
    )
    async with VendorClouds(world, clock.now, sleep=clock.sleep, limited=rate_limits) as clouds:
        await slack.start()
        try:
            yield slack, clouds
        finally:
            await slack.stop()


@asynccontextmanager
async def opened(
    database: Path,
    *,
    clock: Clock | None = None,
    world: World | None = None,
    rate_limits: bool = True,
    pace: Pace | None = None,
    scheduled: bool = True,
    settling: timedelta = SETTLING,
    stop: Callable[[], None] = lambda: None,
    from_before: Scenario | None = None,
    **settings: Any,
) -> AsyncIterator[Sandbox]:
    """The sandbox with the bot running in it.

    Args:
        database: the bot's store.
        clock: of all parts.
        world: the chargers; by default the seeded forty.
        rate_limits: whether Slack's and the vendors' limits hold.
        pace: of the bot's messages; by default Slack's.
        scheduled: whether the bot's jobs run by themselves.
        settling: see `bot.app.running`.
        stop: see `bot.app.running`.
        from_before: begun before the bot, where it has to be so already.
        settings: keyword arguments of `installation.settings`.
    """
    around = surroundings(clock=clock, world=world, rate_limits=rate_limits)
    async with around as (slack, clouds):
        if from_before and from_before.is_from_before:
            from_before.begin(clouds)
        configured = installation.settings(
            slack.workspace, slack.api_url, clouds.accounts, database=database, **settings
        )
        async with running(
            configured, clock=clock, pace=pace, scheduled=scheduled, settling=settling, stop=stop
        ) as bot:
            yield Sandbox(slack, clouds, bot)


def fleet_of_size(chargers: int | None, clock: Clock) -> World:
    """The seeded forty chargers, or a generated fleet; new ones call soon, as in a demo."""
    now = clock.now()
    world = seeded_world(now) if chargers is None else generated_world(now, chargers)
    world.first_connection_after = FIRST_CONNECTION_AFTER
    return world
