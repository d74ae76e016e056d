"""`python -m bot sandbox`: starts everything, says where the page is, and ends with Ctrl-C."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.clock import SystemClock
from bot.logs import configure_logs
from bot.sandbox.page import Page, listening
from bot.sandbox.sandbox import Sandbox, fleet_of_size, opened
from bot.sandbox.vendors.scenarios import SCENARIOS, Scenario

WORLD_TICK_S = 1.0
LAST_WORDS_S = 1.0
"""The bot would see a sweep through for longer; of simulated chargers nobody wants to hear."""


class CannotStartError(Exception):
    """What somebody asked for is not to be had; a sentence with what would be."""


async def run_sandbox(
    *, chargers: int | None, scenario: str | None, keep: Path | None, port: int
) -> None:
    """Run until a signal comes.

    Raises:
        CannotStartError: there is no such scenario, the port is taken, or the folder is no use.
        StoreError: the database that was kept cannot be used.
        LeaseHeldError: another sandbox works on it.
    """
    wanted = None if scenario is None else _scenario(scenario)
    place, listener = _folder(keep), _listener(port)
    configure_logs(level=logging.WARNING)
    _forget_the_outside()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stopped.set)
    clock = SystemClock()
    with contextlib.closing(listener), place as folder:
        database = folder / "chargehand.db"
        world = fleet_of_size(chargers, clock)
        async with opened(
            database, clock=clock, world=world, stop=stopped.set, from_before=wanted
        ) as sandbox:
            page = Page(sandbox.slack, sandbox.clouds, listener=listener)
            await page.start()
            async with asyncio.TaskGroup() as group:  # so that a world that stands still is noticed
                story = group.create_task(_tell(sandbox, wanted))
                _say(page.url, database if keep else None)
                await stopped.wait()
                story.cancel()
            await page.stop()
            await sandbox.bot.services.background.drain(LAST_WORDS_S)


def _scenario(name: str) -> Scenario:
    if name in SCENARIOS:
        return SCENARIOS[name]
    listed = "\n".join(f"  {each.name}: {each.expect}" for each in SCENARIOS.values())
    raise CannotStartError(f"There is no scenario {name!r}. There are:\n{listed}")


def _listener(port: int) -> socket.socket:
    try:
        return listening(port)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise CannotStartError(
            f"The page cannot have port {port}: {why}. Give another --port, or none for a free one."
        ) from None


def _forget_the_outside() -> None:
    """Bolt, the SDK and httpx read the environment themselves.

    They would take a real token or an OAuth app from there, or go through a proxy to this machine.
    """
    for name in list(os.environ):
        if name.startswith(("SLACK_", "CHARGEHAND_")) or name.lower().endswith("_proxy"):
            del os.environ[name]


def _folder(keep: Path | None) -> contextlib.AbstractContextManager[Path]:
    if keep is None:
        return _temporary()
    try:
        keep.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStartError(f"{keep} cannot be a folder: {error.strerror}.") from None
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
