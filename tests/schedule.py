"""The job table in virtual time: the same jobs, at the moments that their own triggers name."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.scheduler import Job, Scheduler
from tests.clock import VirtualClock


class VirtualSchedule:
    """Walks through the jobs' moments, one after the other, without waiting."""

    def __init__(self, jobs: Sequence[Job], scheduler: Scheduler, clock: VirtualClock) -> None:
        self._scheduler = scheduler
        self._clock = clock
        self._next: dict[Job, datetime] = {
            job: job.trigger.get_next_fire_time(None, clock.now()) for job in jobs
        }

    async def advance(self, by: timedelta) -> None:
        """Let time pass, with all that is done in it."""
        until = self._clock.now() + by
        while self._next and min(self._next.values()) <= until:
            job = min(self._next, key=self._next.__getitem__)
            moment = self._next[job]
            await self._clock.advance(moment - self._clock.now())
            await self._scheduler.hand_over(job)
            await self._clock.settle()
            self._next[job] = job.trigger.get_next_fire_time(moment, self._clock.now())
        await self._clock.advance(until - self._clock.now())
