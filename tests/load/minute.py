"""Commands and clicks, so many a second, while all chargers are swept and alerts fire."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from handlers import ids
from tests.bench.children import Child, child
from tests.bench.installation import configuration
from tests.bench.measures import percentile
from tests.bench.slack import LeanSlack

RULES = """
[[alerts.rules]]
condition = "offline"
for = "0s"
severity = "medium"
[[alerts.routes]]
channel = "C0ALERTS"
group_wait = "0s"
"""
ALERTS = "C0ALERTS"
Named = tuple[str, str]
"""The identity of a charger, and how a button refers to one."""
LATE_S = 1.0
LONGEST_CALM_S = 60.0
MOST_GROWTH_MB = 30.0
"""Of the memory between the middle and the end: what is not given back would be more."""


@dataclass(frozen=True)
class Scale:
    """How much of it."""

    seconds: int = 60
    per_second: int = 200
    chargers: int = 10_000
    alerts: int = 100


SHORT = Scale(seconds=3, per_second=40, chargers=400, alerts=10)


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    scale: Scale
    acknowledged_s: list[float]
    lost: int
    unanswered: int
    firing: int
    told: int
    """Messages about them."""
    queue: dict[str, int]
    """What is still to be sent, and what Slack did not take."""
    sweeps: int
    footprints: list[dict[str, Any]]
    """At the start, in the middle and at the end."""

    @property
    def troubles(self) -> Iterator[str]:
        """What must not be, on any machine."""
        if self.lost:
            yield f"{self.lost} were not acknowledged"
        if self.unanswered:
            yield f"{self.unanswered} who asked were not answered"
        if self.firing < self.scale.alerts:
            yield f"{self.firing} of {self.scale.alerts} alerts fired"
        if not self.told or any(self.queue.values()):
            yield f"{self.told} messages told of them, and of others: {self.queue}"
        if not self.sweeps:
            yield "no sweep came to its end meanwhile"
        if self.footprints[2]["megabytes"] - self.footprints[1]["megabytes"] > MOST_GROWTH_MB:
            yield "memory grows"

    @property
    def late(self) -> Iterator[str]:
        """What must not be on a machine that has nothing else to do."""
        late = sum(seconds > LATE_S for seconds in self.acknowledged_s)
        if late:
            yield f"{late} were acknowledged after more than {LATE_S:.0f} s"

    def __str__(self) -> str:
        milliseconds = [1000 * seconds for seconds in self.acknowledged_s]
        start, middle, end = (each["megabytes"] for each in self.footprints)
        return (
            f"load: {len(milliseconds)} commands and clicks in {self.scale.seconds} s, acknowledged"
            f" p50 {percentile(milliseconds, 0.5):.0f} ms, p99 {percentile(milliseconds, 0.99):.0f}"
            f" ms, max {max(milliseconds, default=0):.0f} ms, lost {self.lost}, unanswered"
            f" {self.unanswered}; {self.firing} alerts in {self.told} messages;"
            f" {self.sweeps} sweeps of {self.scale.chargers}; RSS {start:.0f}, {middle:.0f},"
            f" {end:.0f} MB"
        )


async def minute(scale: Scale, folder: Path) -> Outcome:
    """All of it, with the bot and the clouds in processes of their own."""
    async with (
        child("clouds_process", chargers=scale.chargers, troubled=0) as clouds,
        LeanSlack().listening() as slack,
    ):
        wanted = configuration(slack.workspace, slack.api_url, clouds.ready, folder / "load.db")
        wanted["toml"] += RULES
        async with child("tests.load.bot_process", **wanted) as bot:
            await bot.ask("sweep", kind="full")
            return await _under_load(scale, clouds, bot, slack)


async def _under_load(scale: Scale, clouds: Child, bot: Child, slack: LeanSlack) -> Outcome:
    names = await clouds.ask("identities", number=500)
    footprints = [await bot.ask("footprint")]
    await clouds.ask("go_offline", number=scale.alerts)
    await bot.ask("begin_sweeping")
    references = await bot.ask("references", number=500)
    crowd = asyncio.create_task(
        _crowd(scale, slack, list(zip(names, cycle(references), strict=False)))
    )
    await asyncio.sleep(scale.seconds / 2)
    footprints.append(await bot.ask("footprint"))
    acknowledged = await crowd
    await _calm(scale, bot, slack)
    sweeps = await bot.ask("end_sweeping")
    footprints.append(await bot.ask("footprint"))
    in_time = [seconds for seconds in acknowledged if seconds is not None]
    return Outcome(
        scale,
        in_time,
        lost=len(acknowledged) - len(in_time),
        unanswered=len(slack.unanswered),
        firing=await bot.ask("firing"),
        told=slack.posts[ALERTS],
        queue=await bot.ask("queue"),
        sweeps=sweeps,
        footprints=footprints,
    )


async def _calm(scale: Scale, bot: Child, slack: LeanSlack) -> None:
    """Wait until all is answered and told, but not for ever."""
    until = time.monotonic() + LONGEST_CALM_S
    while time.monotonic() < until:
        queue = await bot.ask("queue")
        has_fired = await bot.ask("firing") >= scale.alerts and slack.posts[ALERTS] > 0
        if has_fired and not (queue["waiting"] or slack.unanswered):
            return
        await asyncio.sleep(0.1)


async def _crowd(scale: Scale, slack: LeanSlack, chargers: list[Named]) -> list[float | None]:
    """Seconds that each took to be acknowledged; nobody waits for anybody else."""
    began = time.monotonic()
    asked = []
    kinds = cycle((_lookup, _lookup, _help, _click))
    for number in range(scale.seconds * scale.per_second):
        await asyncio.sleep(began + number / scale.per_second - time.monotonic())
        kind, payload = next(kinds)(slack, *chargers[number % len(chargers)])
        asked.append(asyncio.create_task(_acknowledged(slack, kind, payload)))
    return list(await asyncio.gather(*asked))


async def _acknowledged(slack: LeanSlack, kind: str, payload: dict[str, Any]) -> float | None:
    try:
        return await slack.acknowledged(kind, payload)
    except TimeoutError:
        return None


def _lookup(slack: LeanSlack, name: str, _: str) -> tuple[str, dict[str, Any]]:
    return slack.command(name[:-2])


def _help(slack: LeanSlack, _name: str, _: str) -> tuple[str, dict[str, Any]]:
    return slack.command("help")


def _click(slack: LeanSlack, name: str, reference: str) -> tuple[str, dict[str, Any]]:
    """The button beside a charger in a list."""
    _, command = slack.command(name)
    action = {"type": "button", "action_id": ids.CHARGER_SHOW, "block_id": "b", "value": reference}
    payload = {
        "type": "block_actions",
        "user": {"id": command["user_id"], "team_id": slack.workspace.team_id},
        "team": {"id": slack.workspace.team_id},
        "channel": {"id": command["channel_id"]},
        "container": {"type": "message", "channel_id": command["channel_id"]},
        "trigger_id": command["trigger_id"],
        "response_url": command["response_url"],
        "actions": [action],
    }
    return "interactive", payload
