"""Jobs run when they should: never twice at once, and once for all the times they were missed."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.background import Background
from bot.clock import SystemClock
from bot.scheduler import Job, Scheduler, daily, every, spread
from tests.clock import VirtualClock
from tests.schedule import VirtualSchedule

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Diary:
    """Notes what was done and when."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.entries: list[tuple[str, datetime]] = []

    def job(self, name: str, trigger, *, takes: float = 0.0) -> Job:
        """A job that notes each time it is begun."""

        async def run() -> None:
            self.entries.append((name, self._clock.now()))
            await self._clock.sleep(takes)

        return Job(name, trigger, run)

    def times(self, name: str) -> list[datetime]:
        """When a job was begun."""
        return [moment for entry, moment in self.entries if entry == name]


@pytest.fixture
def diary(clock) -> Diary:
    return Diary(clock)


@pytest.fixture
def wall(clock, monkeypatch) -> None:
    """Let APScheduler see the time that the test sets."""

    class Wall(datetime):
        @classmethod
        def now(cls, tz=None) -> datetime:
            return clock.now().astimezone(tz)

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Wall)


def virtual(clock: VirtualClock, *jobs: Job) -> VirtualSchedule:
    return VirtualSchedule(jobs, Scheduler(jobs, Background(clock), clock), clock)


async def test_a_day_in_virtual_time(clock, diary):
    first = clock.now() + MINUTE
    schedule = virtual(
        clock,
        diary.job("sweep", every(MINUTE, first=first)),
        diary.job("digest", daily(time(8), AMSTERDAM)),
    )

    await schedule.advance(timedelta(days=1))

    assert len(diary.times("sweep")) == 24 * 60
    assert diary.times("sweep")[:2] == [first, first + MINUTE]
    assert diary.times("digest") == [datetime(2026, 1, 10, 7, tzinfo=UTC)]


async def test_a_job_is_never_done_twice_at_once(clock, diary):
    """A sweep that takes longer than its interval would race with itself."""
    slow = diary.job("sweep", every(MINUTE, first=clock.now() + MINUTE), takes=150)

    await virtual(clock, slow).advance(timedelta(minutes=7))

    minutes = [(moment - clock.now()) / MINUTE + 7 for moment in diary.times("sweep")]
    assert minutes == [1, 4, 7]


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(datetime(2026, 3, 29, tzinfo=AMSTERDAM), id="summer-time-begins"),
        pytest.param(datetime(2026, 10, 25, tzinfo=AMSTERDAM), id="summer-time-ends"),
        pytest.param(datetime(2028, 2, 29, tzinfo=AMSTERDAM), id="leap-day"),
    ],
)
async def test_the_digest_comes_once_a_day_at_the_same_hour_on_the_wall(day):
    clock = VirtualClock(day.astimezone(UTC) - timedelta(hours=12))
    diary = Diary(clock)

    await virtual(clock, diary.job("digest", daily(time(8), AMSTERDAM))).advance(timedelta(days=2))

    local = [moment.astimezone(AMSTERDAM) for moment in diary.times("digest")]
    assert [(moment.day, moment.hour) for moment in local] == [
        (day.day, 8),
        ((day + timedelta(days=1)).day, 8),
    ]


def test_first_times_are_spread_and_the_same_each_start():
    pauses = [spread(f"account {number}", MINUTE) for number in range(20)]

    assert pauses == [spread(f"account {number}", MINUTE) for number in range(20)]
    assert len(set(pauses)) == 20
    assert all(timedelta() <= pause < MINUTE for pause in pauses)


@pytest.mark.usefixtures("wall")
async def test_after_a_laptop_slept_each_missed_job_is_done_once(clock, diary):
    """Not 480 sweeps at once, and the digest is not lost."""
    jobs = [
        diary.job("sweep", every(MINUTE, first=clock.now() + MINUTE)),
        diary.job("digest", daily(time(8), AMSTERDAM)),
        diary.job("monthly", every(timedelta(days=30), first=clock.now() + timedelta(days=30))),
    ]
    background = Background(clock)
    scheduler = Scheduler(jobs, background, clock)
    scheduler.start()
    await clock.settle()

    clock.jump(timedelta(hours=8))
    await clock.advance(30)

    assert sorted(name for name, _ in diary.entries) == ["digest", "sweep"]
    scheduler.stop()
    await background.drain(1)


@pytest.mark.usefixtures("wall")
async def test_after_the_clock_was_set_back_no_job_waits_for_the_old_time(clock, diary):
    sweep = diary.job("sweep", every(HOUR, first=clock.now() + HOUR))
    background = Background(clock)
    scheduler = Scheduler([sweep], background, clock)
    scheduler.start()
    clock.jump(-timedelta(days=1))
    await clock.advance(30)
    assert diary.entries == []

    clock.jump(HOUR)
    await clock.advance(30)

    assert len(diary.entries) == 1
    scheduler.stop()
    await background.drain(1)


async def test_the_real_scheduler_hands_jobs_over_and_leaves_running_work_alone():
    """APScheduler's own shutdown cancels the coroutines that it runs itself."""
    clock = SystemClock()
    begun, finish, finished = asyncio.Semaphore(0), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.release()
        await finish.wait()
        finished.set()

    async def tick() -> None:
        ticks.release()

    ticks = asyncio.Semaphore(0)
    soon = clock.now() + timedelta(milliseconds=10)
    jobs = [
        Job("long", every(timedelta(milliseconds=10), first=soon), work),
        Job("tick", every(timedelta(milliseconds=10), first=soon), tick),
    ]
    background = Background(clock)
    scheduler = Scheduler(jobs, background, clock)
    scheduler.start()

    async with asyncio.timeout(10):
        await begun.acquire()
        for _ in range(3):
            await ticks.acquire()
    scheduler.stop()
    finish.set()

    assert await background.drain(10) == []
    assert finished.is_set()
    assert begun.locked()
