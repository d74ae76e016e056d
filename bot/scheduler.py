"""When what is done: one table of jobs, kept by APScheduler, done by our own task group."""

import asyncio
import logging
import zlib
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.background import Background
from bot.clock import Clock

log = logging.getLogger(__name__)

CLOCK_CHECK_S: Final = 30.0
JUMP_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done again and again, never twice at the same time."""

    name: str
    trigger: BaseTrigger
    run: Callable[[], Coroutine[Any, Any, object]]


def every(interval: timedelta, *, first: datetime) -> BaseTrigger:
    """At `first`, and then at this interval."""
    return IntervalTrigger(seconds=interval.total_seconds(), start_date=first, timezone=UTC)


def daily(at: time, zone: ZoneInfo) -> BaseTrigger:
    """Each day at this time on the clocks of `zone`."""
    return CronTrigger(hour=at.hour, minute=at.minute, timezone=zone)


def spread(name: str, within: timedelta) -> timedelta:
    """A pause before the first time, so that not everything starts at once; the same each start."""
    return within * (zlib.crc32(name.encode()) / 2**32)


class Scheduler:
    """Hands each job to the background when its time comes.

    What was missed, by a sleeping laptop or a busy loop, is made up for once, however often it was
    missed.
    """

    def __init__(self, jobs: Sequence[Job], background: Background, clock: Clock) -> None:
        self._jobs = jobs
        self._background = background
        self._clock = clock
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._known_offset = self._offset()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Begin, in the running loop."""
        for job in self._jobs:
            self._scheduler.add_job(self.hand_over, job.trigger, args=[job], id=job.name)
        self._scheduler.start()
        self._background.supervise(self._watch_the_clock, "clock check")

    def stop(self) -> None:
        """Hand over nothing more; what was handed over goes on."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def hand_over(self, job: Job) -> None:
        """Have a job done in the background, unless it is still being done from the last time."""
        if job.name in self._under_way:
            log.info("Job is still under way", extra={"job": job.name})
            return
        task = self._background.start(job.run(), job.name)
        self._under_way[job.name] = task
        task.add_done_callback(lambda _: self._under_way.pop(job.name))

    async def _watch_the_clock(self) -> None:
        """Reckon anew whenever wall time has jumped: the laptop slept, or somebody set the clock.

        APScheduler waits in monotonic time for moments in wall time.
        """
        while True:
            await self._clock.sleep(CLOCK_CHECK_S)
            jump = self._offset() - self._known_offset
            self._known_offset += jump
            if abs(jump) > JUMP_S:
                log.warning("The clock jumped", extra={"seconds": round(jump)})
                self._reckon_anew()

    def _offset(self) -> float:
        """How far wall time is ahead of monotonic time; only setting the clock changes it."""
        return self._clock.now().timestamp() - self._clock.monotonic()

    def _reckon_anew(self) -> None:
        """Do once what has become due; count the others from now."""
        now = self._clock.now()
        for job in self._jobs:
            if self._scheduler.get_job(job.name).next_run_time > now:
                following = job.trigger.get_next_fire_time(now, now)
                self._scheduler.modify_job(job.name, next_run_time=following)
        self._scheduler.wakeup()
