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
"""
Named = tuple[str, str]
"""The identity of a charger, and how a button refers to one."""
LONGEST_ACK_S = 1.0
MOST_GROWTH_MB = 60.0
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
    answered: bool
    firing: int
    sweeps: int
    footprints: list[dict[str, Any]]
    """At the start, in the middle and at the end."""

    @property
    def troubles(self) -> Iterator[str]:
        """What must not be."""
        if self.lost:
            yield f"{self.lost} were not acknowledged"
        if not self.answered:
            yield "not all who asked were answered"
        if max(self.acknowledged_s, default=0.0) > LONGEST_ACK_S:
            yield f"one was acknowledged after more than {LONGEST_ACK_S:.0f} s"
        if self.firing < self.scale.alerts:
            yield f"{self.firing} of {self.scale.alerts} alerts fired"
        if self.footprints[2]["megabytes"] - self.footprints[1]["megabytes"] > MOST_GROWTH_MB:
            yield "memory grows"

    def __str__(self) -> str:
        milliseconds = [1000 * seconds for seconds in self.acknowledged_s]
        start, middle, end = (each["megabytes"] for each in self.footprints)
        return (
            f"load: {len(milliseconds)} commands and clicks in {self.scale.seconds} s, acknowledged"
            f" p50 {percentile(milliseconds, 0.5):.0f} ms, p99 {percentile(milliseconds, 0.99):.0f}"
            f" ms, max {max(milliseconds):.0f} ms, lost {self.lost}; {self.firing} alerts;"
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
    answered = await _all_answered(slack, len(acknowledged))
    firing = await bot.ask("firing")
    sweeps = await bot.ask("end_sweeping")
    footprints.append(await bot.ask("footprint"))
    in_time = [seconds for seconds in acknowledged if seconds is not None]
    lost = len(acknowledged) - len(in_time)
    return Outcome(scale, in_time, lost, answered, firing, sweeps, footprints)


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


async def _all_answered(slack: LeanSlack, number: int) -> bool:
    try:
        await slack.answered(number)
    except TimeoutError:
        return False
    return True


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
