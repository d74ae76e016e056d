"""One life of the bot: a process that waits to be born, runs in virtual time and may be killed."""

import asyncio
import json
import logging
import socket
import traceback
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from bot.app import Parts, running
from bot.config import settings_from
from bot.outbox import Pace
from bot.scheduler import Job, Scheduler
from tests.clock import VirtualClock
from tests.crash.fate import Fate, rule

SETTLING = timedelta(seconds=5)
A_MOMENT = timedelta(milliseconds=1)


def live(end: socket.socket, others: Sequence[socket.socket]) -> None:
    """Wait for the order to be born, then obey; the body of a forked process.

    Args:
        end: where orders come from, as lines of JSON.
        others: ends that belong to the parent; kept open here they would hide its death.
    """
    for other in others:
        other.close()
    with end:
        birth = _order(end)
        if birth is not None:
            asyncio.run(_live(end, birth))


def _order(end: socket.socket) -> dict[str, Any] | None:
    """The first order, waited for before there is an event loop."""
    line = end.makefile("rb", buffering=0).readline()
    return json.loads(line) if line else None


async def _live(end: socket.socket, birth: dict[str, Any]) -> None:
    errors = _Errors(logging.ERROR)
    logging.getLogger().handlers = [errors]
    fate = Fate(birth["last"], lambda moment: end.sendall(_line(killed_at=moment)))
    rule(fate)
    clock = VirtualClock(datetime.fromisoformat(birth["now"]))
    settings = settings_from(birth["toml"], birth["environ"])
    end.setblocking(True)
    reader, writer = await asyncio.open_connection(sock=end.dup())
    try:
        async with running(
            settings, clock=clock, pace=Pace.unlimited(), scheduled=False, settling=SETTLING
        ) as parts:
            store = parts.services.store
            clock.wait_for(lambda: store.is_busy or fate.calls > 0)
            schedule = _Schedule(parts.jobs, parts.scheduler, clock)
            writer.write(_line(alive=True))
            await _obey(reader, writer, clock, schedule, parts)
        writer.write(_line(moments=fate.moments, errors=errors.seen))
    except BaseException:
        writer.write(_line(failed=traceback.format_exc()))
        raise
    finally:
        with suppress(ConnectionError):  # the story is over
            await writer.drain()
        writer.close()


async def _obey(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    clock: VirtualClock,
    schedule: "_Schedule",
    parts: Parts,
) -> None:
    async for line in reader:
        order = json.loads(line)
        if order["do"] == "stop":
            return
        await clock.advance(order.get("seconds", 0.0))
        if order["do"] == "turn":
            await schedule.catch_up()
        depth = await parts.services.store.read(lambda tables: tables.messages.depth())
        writer.write(_line(waiting=depth.waiting))


class _Schedule:
    """The bot's own job table; what was missed is made up for once, as the scheduler does."""

    def __init__(self, jobs: Sequence[Job], scheduler: Scheduler, clock: VirtualClock) -> None:
        self._scheduler = scheduler
        self._clock = clock
        self._next = {job: job.trigger.get_next_fire_time(None, clock.now()) for job in jobs}

    async def catch_up(self) -> None:
        """Do every job that has become due, one after the other."""
        now = self._clock.now()
        for job, due in self._next.items():
            if due <= now:
                await self._scheduler.hand_over(job)
                await self._clock.settle()
                self._next[job] = job.trigger.get_next_fire_time(None, now + A_MOMENT)


class _Errors(logging.Handler):
    """Keeps what went wrong: no death may lead to that."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it with its traceback."""
        self.seen.append(logging.Formatter().format(record))


def _line(**said: Any) -> bytes:
    return json.dumps(said).encode() + b"\n"
