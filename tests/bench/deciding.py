"""How soon it is decided whom to tell: thousands of chargers at once, and many silences."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.alerts.model import Condition
from bot.alerts.routes import Route
from bot.alerts.rules import BUILT_IN, Rule
from bot.severity import Severity
from bot.store import Store, Tables
from tests.bench.measures import Measure, Stopwatch, Took
from tests.bench.scale import Scale
from tests.bot.tower import CHANNEL, Cloud, Tower
from tests.clock import VirtualClock
from vendors.models import Charger

SECTION = "deciding"
QUEUED_WITHIN_S = 1.0
PER_SITE = 20
FLEET = 3
"""Times those that change: less than half of a site or account goes, which would be an outage."""
HOLD_MIN = 5
"""The built-in rule's, for the fast chargers of the tower."""
UNRELATED = timedelta(hours=2)
"""After so long, what comes and goes is no flapping and no storm of before."""
AT_ONCE = Rule("at once", Condition.OFFLINE, timedelta(), Severity.HIGH)
ROUTES = (Route("default", CHANNEL, group_wait=timedelta()),)


class TimedCloud(Cloud):
    """Knows when its listing was read to the end."""

    since_listed = Stopwatch()

    async def chargers(self) -> AsyncIterator[Sequence[Charger]]:
        """As any cloud's."""
        async for page in super().chargers():
            self.since_listed = Stopwatch()
            yield page


async def measured(scale: Scale, folder: Path) -> list[Measure]:
    """Everything on a database in a file, with its real waits for the disk."""
    return [*await _storms(scale, folder), *await _crowds(scale, folder)]


@asynccontextmanager
async def _tower(
    database: Path, chargers: int, rules: Sequence[Rule]
) -> AsyncIterator[tuple[Tower, TimedCloud]]:
    clock = VirtualClock()
    store = await Store.open(database, now=clock.now())
    clock.wait_for(lambda: store.is_busy)
    cloud = TimedCloud("nl", clock)
    tower = Tower(store, clock, cloud, rules=rules, routes=ROUTES)
    tower.add_many(chargers, sites=max(1, chargers // PER_SITE))
    await tower.sweep()
    yield tower, cloud
    await store.close()


async def _storms(scale: Scale, folder: Path) -> list[Measure]:
    """A third of a fleet goes offline, a third of each site, and comes back."""
    down: list[Took] = []
    due: list[Took] = []
    back: list[Took] = []
    chargers, at_once = FLEET * scale.storm, (AT_ONCE, *BUILT_IN)
    async with _tower(folder / "storm.db", chargers, at_once) as (tower, cloud):
        for _ in range(scale.rounds):
            down.append(await _told_after(tower, cloud, offline=scale.storm))
            back.append(await _told_after(tower, cloud, offline=0))
            await tower.clock.advance(UNRELATED)
    async with _tower(folder / "held.db", chargers, BUILT_IN) as (tower, cloud):
        for _ in range(scale.rounds):
            due.append(await _told_when_due(tower, scale.storm))
            await _told_after(tower, cloud, offline=0)
            await tower.clock.advance(UNRELATED)
    cases = {
        "offline: listing read to queued": down,
        "offline: time is up to queued": due,
        "back: listing read to queued": back,
    }
    return [
        measure
        for case, rounds in cases.items()
        for measure in _timed(f"{scale.storm:,} chargers {case}", rounds)
    ]


def _timed(what: str, rounds: Sequence[Took]) -> list[Measure]:
    return [
        Measure(SECTION, what, "s", [one.seconds for one in rounds], most=QUEUED_WITHIN_S),
        Measure(SECTION, f"{what}, processor time", "s", [one.processor for one in rounds]),
    ]


def _some(chargers: int) -> list[str]:
    """A third of the chargers of a tower, spread evenly over its sites."""
    sites = max(1, FLEET * chargers // PER_SITE)
    return [f"ch{n:05}" for n in range(FLEET * chargers) if n // sites % FLEET == 0][:chargers]


async def _told_after(tower: Tower, cloud: TimedCloud, *, offline: int) -> Took:
    """From the end of the listing that decides it, until all is queued."""
    if offline:
        tower.offline(*_some(offline))
    else:
        tower.online(*cloud.rows)
    await tower.clock.advance(60)
    await tower.sweep()
    await tower.clock.advance(60)
    await tower.sweep()
    await tower.alerts.tick()
    took = cloud.since_listed.took()
    await _expect(tower, offline)
    return took


async def _told_when_due(tower: Tower, offline: int) -> Took:
    """The rule clock when the time of all is up."""
    tower.offline(*_some(offline))
    for _ in range(HOLD_MIN):
        await tower.clock.advance(60)
        await tower.sweep()
    await tower.clock.advance(60)
    watch = Stopwatch()
    await tower.alerts.tick()
    took = watch.took()
    await _expect(tower, offline)
    return took


async def _expect(tower: Tower, firing: int) -> None:
    """What is measured has happened."""
    found = len(await tower.open_alerts())
    if found != firing:
        raise RuntimeError(f"{found} alerts fire, and not {firing}")
    if not await tower.messages():
        raise RuntimeError("nothing was queued")


async def _crowds(scale: Scale, folder: Path) -> list[Measure]:
    """A fleet with many alerts and silences, half of it more in trouble."""
    looks: list[float] = []
    fired: list[float] = []
    chargers, at_once = FLEET * scale.active, (AT_ONCE, *BUILT_IN)
    async with _tower(folder / "crowd.db", chargers, at_once) as (tower, cloud):
        await _told_after(tower, cloud, offline=scale.active)
        await tower.store.write(lambda tables: _silence(tables, tower, scale.silences))
        for _ in range(scale.rounds):
            began = time.perf_counter()
            await tower.sweep()
            looks.append(scale.active / (time.perf_counter() - began))
            fired.append(await _fire_more(tower, scale.active // 10))
    crowd = f"{scale.silences:,} silences, {scale.active:,} alerts"
    return [
        Measure(SECTION, f"{crowd}: alerts seen again", "/s", looks),
        Measure(SECTION, f"{crowd}: new alerts decided", "/s", fired),
    ]


def _silence(tables: Tables, tower: Tower, number: int) -> None:
    """Silences that hide none of the alerts, as most do, and that have begun long ago."""
    now = tower.clock.now()
    for n in range(number):
        silence = tables.silences.add(
            {"charger": (f"other-{n}",)},
            author="U0",
            reason="works",
            starts_at=now,
            ends_at=now + timedelta(hours=8),
            now=now,
        )
        tables.silences.noticed(silence.id, silence.state(now))


def _is_well(row: Mapping[str, Any]) -> bool:
    return row["connectivity"] == "online" and row["connectors"][0].fault is None


async def _fire_more(tower: Tower, number: int) -> float:
    """Faults, which need no confirmation: decisions a second of the sweep that sees them."""
    healthy = [key for key, row in tower.cloud.rows.items() if _is_well(row)]
    before = len(await tower.open_alerts())
    for charger_id in healthy[:number]:
        tower.fault(charger_id, "InternalError")
    await tower.clock.advance(60)
    began = time.perf_counter()
    await tower.sweep()
    await tower.alerts.tick()
    took = time.perf_counter() - began
    found = len(await tower.open_alerts()) - before
    if found != number:
        raise RuntimeError(f"{found} faults fire, and not {number}")
    return number / took
