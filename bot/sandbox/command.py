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
from bot.sandbox.sandbox import fleet_of_size, opened
from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.scenarios import SCENARIOS

WORLD_TICK_S = 1.0


async def run_sandbox(
    *, chargers: int | None, scenario: str | None, keep: Path | None, port: int
) -> None:
    """Run until a signal comes; raises KeyError where there is no such scenario."""
    configure_logs(level=logging.WARNING)
    begin = SCENARIOS[scenario].begin if scenario else None
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stopped.set)
    clock = SystemClock()
    with _folder(keep) as folder:
        database = folder / "chargehand.db"
        world = fleet_of_size(chargers, clock)
        async with opened(database, clock=clock, world=world, stop=stopped.set) as sandbox:
            page = Page(sandbox.slack, sandbox.clouds, port=port)
            await page.start()
            time_moves = asyncio.create_task(_move_time(sandbox.clouds))
            if begin:
                begin(sandbox.clouds)
            _say(page.url, database if keep else None)
            await stopped.wait()
            time_moves.cancel()
            await page.stop()


def _folder(keep: Path | None) -> contextlib.AbstractContextManager[Path]:
    if keep is None:
        return _temporary()
    keep.mkdir(parents=True, exist_ok=True)
    return contextlib.nullcontext(keep)


@contextlib.contextmanager
def _temporary() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="chargehand-") as name:
        yield Path(name)


async def _move_time(clouds: VendorClouds) -> None:
    while True:
        clouds.advance()
        await asyncio.sleep(WORLD_TICK_S)


def _say(url: str, database: Path | None) -> None:
    kept = f"  The database stays in {database}.\n" if database else ""
    sys.stdout.write(
        f"\n  Chargehand's sandbox is ready. Open this page:\n\n      {url}\n\n{kept}"
        "  It speaks to this machine only. Ctrl-C ends it.\n\n"
    )
    sys.stdout.flush()
