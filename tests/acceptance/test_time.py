"""The whole bot while clocks are set, laptops sleep, and the calendar does its tricks."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.outbox import Pace
from bot.sandbox.sandbox import Sandbox, opened
from bot.sandbox.vendors.seed import seeded_world
from tests.acceptance.night import Night, night
from tests.clock import VirtualClock
from tests.schedule import VirtualSchedule

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
BOX = "DK.SPI.000101"
DIGEST = """
[alerts]
digest = "08:00"
"""
SELDOM = ("sweep", "full sweep", "digest", "forgetting")
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def failures(caplog):
    """Nothing in the background may fail, whatever the clock says."""
    caplog.set_level(logging.ERROR)
    yield
    assert [record.getMessage() for record in caplog.get_records("call")] == []


@pytest.fixture
def wall(clock, monkeypatch):
    """Let APScheduler see the time that the test sets."""

    class Wall(datetime):
        @classmethod
        def now(cls, tz=None) -> datetime:
            return clock.now().astimezone(tz)

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Wall)


@asynccontextmanager
async def bot_at(
    clock: VirtualClock, database: Path, *, scheduled: bool = False
) -> AsyncIterator[Sandbox]:
    """The bot with a digest at eight, and sweeps each hour."""
    world = seeded_world(clock.now())
    async with opened(
        database,
        clock=clock,
        world=world,
        rate_limits=False,
        pace=Pace.unlimited(),
        scheduled=scheduled,
        poll="1h",
        rules=DIGEST,
    ) as sandbox:
        services = sandbox.bot.services

        def is_at_work() -> bool:
            passing = services.background._passing
            return services.store.is_busy or any(task not in clock.asleep for task in passing)

        clock.wait_for(is_at_work)
        yield sandbox


def digests(sandbox: Sandbox) -> list[datetime]:
    """When each digest was posted, on the clocks of Amsterdam."""
    reader = sandbox.person("on-call")
    moments = [
        datetime.fromtimestamp(float(message.ts), UTC).astimezone(AMSTERDAM)
        for message in reader.messages("alerts")
        if "Good morning" in reader.text_of(message)
    ]
    return [moment.replace(microsecond=0) for moment in moments]


def listings(sandbox: Sandbox) -> int:
    """How often the chargers of `dk` were listed."""
    return sandbox.clouds.spirii.calls.counts["GET", "/chargeboxes"]


@pytest.mark.usefixtures("wall")
async def test_after_eight_hours_of_sleep_all_is_done_once_and_the_digest_comes(clock, tmp_path):
    """A laptop was shut at a quarter past two at night and opened at a quarter past ten."""
    async with bot_at(clock, tmp_path / "chargehand.db", scheduled=True) as sandbox:
        await clock.advance(10)
        before = listings(sandbox)

        clock.jump(8 * HOUR)
        await clock.advance(31)

        await sandbox.person("on-call", patience=20).sees("alerts", "Good morning")
        await clock.settle()
        assert len(digests(sandbox)) == 1
        assert listings(sandbox) - before <= 2 * max(before, 1)


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(datetime(2026, 3, 29, tzinfo=AMSTERDAM), id="summer-time-begins"),
        pytest.param(
            datetime(2026, 10, 25, tzinfo=AMSTERDAM), id="summer-time-ends", marks=pytest.mark.slow
        ),
        pytest.param(
            datetime(2028, 2, 29, tzinfo=AMSTERDAM), id="leap-day", marks=pytest.mark.slow
        ),
        pytest.param(
            datetime(2026, 12, 31, tzinfo=AMSTERDAM), id="new-year", marks=pytest.mark.slow
        ),
    ],
)
async def test_an_odd_day_has_one_digest_at_eight_and_no_other_news(tmp_path, day):
    """Neither an hour twice nor an hour less makes anything stale, nor a digest too many."""
    clock = VirtualClock(day.astimezone(UTC) + HOUR)
    async with bot_at(clock, tmp_path / "chargehand.db") as sandbox:
        bot = sandbox.bot
        jobs = [job for job in bot.jobs if job.name.startswith(SELDOM)]
        await VirtualSchedule(jobs, bot.scheduler, clock).advance(timedelta(hours=8))

        assert digests(sandbox) == [day.replace(hour=8)]
        reader = sandbox.person("on-call")
        told = [reader.text_of(message) for message in reader.messages("alerts")]
        assert not [text for text in told if "Data is getting old" in text]


def reckon_anew(one: Night) -> None:
    """What the real scheduler does within half a minute; see `tests/bot/test_scheduler.py`."""
    now, schedule = one.clock.now(), one._schedule
    schedule._next = {job: job.trigger.get_next_fire_time(now, now) for job in schedule._next}


@pytest.mark.parametrize(
    "jump",
    [
        pytest.param(timedelta(hours=1), id="forward"),
        pytest.param(timedelta(hours=-1), id="back"),
        pytest.param(timedelta(days=1), id="a-day-forward"),
    ],
)
async def test_the_clock_is_set_while_an_alert_is_open(tmp_path, clock, jump):
    """It stays one message, is escalated at most once too early, and ends when it is over."""
    world = seeded_world(clock.now())
    async with night(tmp_path / "chargehand.db", world, clock, accounts=("dk",)) as dk:
        dk.street.mend()
        await dk.run(4)
        dk.street.charger_offline(BOX)
        await dk.run(2)

        clock.jump(jump)
        reckon_anew(dk)
        await dk.run(20)

        alert = dk.one(BOX)
        assert "Firing" in dk.text(alert)
        dk.street.charger_online(BOX)
        await dk.run(4)
        assert "Resolved" in dk.text(dk.one(BOX))
        assert len(dk.messages("Firing")) == 0
