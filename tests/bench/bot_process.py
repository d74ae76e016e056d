"""A child: the unchanged bot, with what the settings text and environment say."""

import asyncio
import contextlib
import gc
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.app import Parts, running
from bot.config import settings_from
from bot.logs import configure_logs
from bot.outbox import Pace
from bot.sweeps import SweepResult
from tests.bench.children import Orders
from tests.bench.measures import Stopwatch

ACCOUNT = "nl"
KIB = 1024


class Deeds:
    """What the bot can be asked to do while it is measured."""

    def __init__(self, bot: Parts) -> None:
        self._bot = bot
        self._sweeping: asyncio.Task[None] | None = None
        self._sweeps = 0

    async def sweep(self, kind: str) -> dict[str, float]:
        """One sweep: seconds by the clock and of the processor, and what it saw."""
        sweeper = self._bot.sweeper
        watch = Stopwatch()
        result: SweepResult = await (sweeper.full if kind == "full" else sweeper.troubled)(ACCOUNT)
        if not result.is_complete:
            raise RuntimeError(f"the sweep was not complete: {result.trouble}")
        return {
            **watch.took()._asdict(),
            "chargers": result.chargers,
            "changed": result.changed,
        }

    async def begin_sweeping(self) -> None:
        """Sweep on and on, while something else is measured."""
        self._sweeping = asyncio.create_task(self._sweep_on())

    async def end_sweeping(self) -> int:
        """Stop; gives how many sweeps were complete. Raises what one of them has raised."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sweeping
        sweeps, self._sweeps = self._sweeps, 0
        return sweeps

    async def _sweep_on(self) -> None:
        """Fifty registrations at once push two pages back, and such a listing is not complete."""
        while True:
            self._sweeps += (await self._bot.sweeper.full(ACCOUNT)).is_complete

    async def memory(self) -> dict[str, float]:
        """MB of this process in memory: now, and at most so far."""
        gc.collect()
        return megabytes()

    async def seek(self, how: str, texts: list[str]) -> list[float]:
        """Seconds that each search took: `find` or one of the search fields."""
        inventory = self._bot.services.inventory
        seekers: dict[str, Any] = {
            "find": inventory.find,
            "chargers": lambda text: inventory.search(text, limit=100),
            "sites": lambda text: inventory.sites(text, limit=100),
        }
        took = []
        for text in texts:
            began = time.perf_counter()
            await seekers[how](text)
            took.append(time.perf_counter() - began)
        return took


def megabytes() -> dict[str, float]:
    """Resident memory of this process as Linux counts it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return {name: int(lines[name].split()[0]) / KIB for name in ("VmRSS", "VmHWM")}


async def main() -> None:
    """Run until nobody asks any more."""
    configure_logs(level=30)
    orders = Orders()
    wanted = await orders.configuration()
    settings = settings_from(wanted["toml"], wanted["environment"])
    began = time.perf_counter()
    async with running(settings, scheduled=False, pace=Pace.unlimited()) as bot:
        connected = time.perf_counter() - began
        deeds = Deeds(bot)
        ready = {"address": bot.server.address, "connected": connected, "at": now()}
        names = ("sweep", "begin_sweeping", "end_sweeping", "memory", "seek")
        await orders.obey(ready, {name: getattr(deeds, name) for name in names})


def now() -> float:
    """Seconds of the wall clock, the same in all processes."""
    return datetime.now(UTC).timestamp()


if __name__ == "__main__":
    asyncio.run(main())
