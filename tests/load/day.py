"""A day of a large fleet in virtual time: nothing may be left behind that grows."""

import asyncio
import gc
import os
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bot.sandbox.vendors.entities import Vendor
from bot.sandbox.vendors.seed import generated_world
from tests.acceptance.night import Night, night
from tests.bench.bot_process import megabytes
from tests.clock import VirtualClock

WARM_UP_MINUTES = 70.0
"""Until each job but the daily ones has run, and every cache is as full as it gets."""
MOST_TASKS, MOST_FILES, MOST_MB = 5, 5, 40.0
"""By how much the end may differ from the beginning: what is under way just then."""


class Footprint(NamedTuple):
    """What the process occupies."""

    tasks: int
    files: int
    megabytes: float


@dataclass(frozen=True)
class Day:
    """What came of it."""

    hours: float
    chargers: int
    before: Footprint
    after: Footprint

    @property
    def grows(self) -> bool:
        """Whether something is left behind."""
        return (
            self.after.tasks - self.before.tasks > MOST_TASKS
            or self.after.files - self.before.files > MOST_FILES
            or self.after.megabytes - self.before.megabytes > MOST_MB
        )

    def __str__(self) -> str:
        return (
            f"day: {self.hours:.1f} virtual hours with {self.chargers} chargers;"
            f" tasks {self.before.tasks} to {self.after.tasks},"
            f" connections and files {self.before.files} to {self.after.files},"
            f" RSS {self.before.megabytes:.0f} to {self.after.megabytes:.0f} MB"
        )


def footprint() -> Footprint:
    """As of now."""
    gc.collect()
    files = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a count
    return Footprint(len(asyncio.all_tasks()), files, megabytes()["VmRSS"])


async def day(
    hours: float, chargers: int, folder: Path, *, warm_up: float = WARM_UP_MINUTES
) -> Day:
    """The bot with all of its jobs and its surroundings in this process.

    Each hour a charger goes and comes back, and somebody looks at it.
    """
    clock = VirtualClock()
    world = generated_world(
        clock.now(), chargers, troubled=30, shares={Vendor.PLUGCHOICE: 1.0}, traffic=False
    )
    names = [charger.identity for charger in world.shares[Vendor.PLUGCHOICE].fleet]
    async with night(folder / "day.db", world, clock, accounts=("nl",), every_job=True) as one:
        await one.run(warm_up)
        before = footprint()
        for hour in range(max(1, round(hours))):
            await _an_hour(one, names[hour % len(names)], 60 * hours / max(1, round(hours)))
        return Day(hours, chargers, before, footprint())


async def _an_hour(one: Night, identity: str, minutes: float) -> None:
    one.street.charger_offline(identity)
    await one.run(minutes / 2)
    await one.typed(f"/charger show {identity}")
    await one.oncall.open_home()
    one.street.charger_online(identity)
    await one.run(minutes / 2)
