"""A child: the unchanged bot with its jobs, which tells what it occupies."""

import asyncio
import os
from typing import Any

from bot.app import running
from bot.config import settings_from
from bot.logs import configure_logs
from bot.outbox import Pace
from tests.bench.bot_process import Deeds
from tests.bench.children import Orders


async def main() -> None:
    """Run until nobody asks any more."""
    configure_logs(level=30)
    orders = Orders()
    wanted = await orders.configuration()
    settings = settings_from(wanted["toml"], wanted["environment"])
    async with running(settings, pace=Pace.unlimited()) as bot:
        deeds = Deeds(bot)

        async def footprint() -> dict[str, Any]:
            memory = await deeds.memory()
            return {
                "megabytes": memory["VmRSS"],
                "tasks": len(asyncio.all_tasks()),
                "files": len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - a count, each second
            }

        async def references(number: int) -> list[str]:
            page = await bot.services.inventory.chargers(limit=number)
            return [str(known.ref) for known in page.items]

        async def firing() -> int:
            counted = await bot.services.store.read(lambda tables: tables.figures.alerts())
            return sum(number for (_, state), number in counted.items() if state == "firing")

        async def queue() -> dict[str, int]:
            depth = await bot.services.store.read(lambda tables: tables.messages.depth())
            return {"waiting": depth.waiting, "refused": depth.refused}

        deeds_of_ours = {
            "footprint": footprint,
            "firing": firing,
            "queue": queue,
            "references": references,
        }
        names = ("sweep", "begin_sweeping", "end_sweeping")
        chosen = {name: getattr(deeds, name) for name in names}
        ready = {"address": bot.server.address}
        await orders.obey(ready, {**chosen, **deeds_of_ours})


if __name__ == "__main__":
    asyncio.run(main())
