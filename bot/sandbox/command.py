"""`python -m bot sandbox`: starts everything, says where the page is, and ends with Ctrl-C."""

import asyncio
import contextlib
import logging
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.clock import SystemClock
from bot.logs import configure_logs
from bot.sandbox.page import Page
from bot.sandbox.sandbox import Sandbox, fleet_of_size, opened
from bot.sandbox.vendors.scenarios import SCENARIOS, Scenario

WORLD_TICK_S = 1.0
LAST_WORDS_S = 1.0
"""The bot would see a sweep through for longer; of simulated chargers nobody wants to hear."""


async def run_sandbox(
    *, chargers: int | None, scenario: str | None, keep: Path | None, port: int
) -> None:
    """Run until a signal comes; raises KeyError where there is no such scenario."""
    configure_logs(level=logging.WARNING)
    wanted = SCENARIOS[scenario] if scenario else None
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stopped.set)
    clock = SystemClock()
    with _folder(keep) as folder:
        database = folder / "chargehand.db"
        world = fleet_of_size(chargers, clock)
        async with opened(
            database, clock=clock, world=world, stop=stopped.set, from_before=wanted
        ) as sandbox:
            page = Page(sandbox.slack, sandbox.clouds, port=port)
            await page.start()
            story = asyncio.create_task(_tell(sandbox, wanted))
            _say(page.url, database if keep else None)
            await stopped.wait()
            story.cancel()
            await page.stop()
            await sandbox.bot.services.background.drain(LAST_WORDS_S)


def _folder(keep: Path | None) -> contextlib.AbstractContextManager[Path]:
    if keep is None:
        return _temporary()
    keep.mkdir(parents=True, exist_ok=True)
    return contextlib.nullcontext(keep)


@contextlib.contextmanager
def _temporary() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="chargehand-") as name:
        yield Path(name)


async def _tell(sandbox: Sandbox, wanted: Scenario | None) -> None:
    """Let time pass at the vendors, and begin the scenario once the bot knows its fleet."""
    waiting = wanted if wanted and not wanted.is_from_before else None
    while True:
        sandbox.clouds.advance()
        if waiting and await sandbox.is_watched():
            waiting.begin(sandbox.clouds)
            waiting = None
        await asyncio.sleep(WORLD_TICK_S)


def _say(url: str, database: Path | None) -> None:
    kept = f"  The database stays in {database}.\n" if database else ""
    sys.stdout.write(
        f"\n  Chargehand's sandbox is ready. Open this page:\n\n      {url}\n\n{kept}"
        "  It speaks to this machine only. Ctrl-C ends it.\n\n"
    )
    sys.stdout.flush()
