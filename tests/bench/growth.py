"""What fleets of growing size cost: sweeps, memory, searches, the start."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bench.children import Child, child
from tests.bench.installation import configuration
from tests.bench.measures import Measure, percentile, slope
from tests.bench.scale import Scale
from tests.bench.slack import LeanSlack

SECTION = "growth"
LARGEST_MB = 250.0
LONGEST_SEARCH_MS = 50.0
START_S = {"empty": 2.0, "full": 3.0}
SEARCHES = {
    "find": ("exact", "beginning", "middle"),
    "chargers": ("two letters", "beginning", "middle", "nothing"),
    "sites": ("site",),
}


async def measured(scale: Scale, folder: Path) -> list[Measure]:
    """Each size with a bot and clouds of its own."""
    measures: list[Measure] = []
    costs: dict[str, list[tuple[float, float]]] = {"full": [], "troubled": []}
    for chargers in scale.growth:
        async with _fleet(scale, folder, chargers) as (clouds, bot):
            measures += await _one_size(scale, clouds, bot, chargers, costs)
            if chargers == max(scale.growth):
                measures += await _searches(scale, clouds, bot)
    measures += [_slope(kind, each) for kind, each in costs.items()]
    return [*measures, *await _starts(scale, folder)]


@asynccontextmanager
async def _fleet(scale: Scale, folder: Path, chargers: int) -> AsyncIterator[tuple[Child, Child]]:
    async with (
        child("clouds_process", chargers=chargers, troubled=scale.troubled) as clouds,
        LeanSlack().listening() as slack,
    ):
        database = folder / f"fleet-{chargers}.db"
        wanted = configuration(slack.workspace, slack.api_url, clouds.ready, database)
        async with child("bot_process", **wanted) as bot:
            yield clouds, bot


async def _one_size(
    scale: Scale,
    clouds: Child,
    bot: Child,
    chargers: int,
    costs: dict[str, list[tuple[float, float]]],
) -> list[Measure]:
    name = f"{chargers:,} chargers"
    first = await bot.ask("sweep", kind="full")
    measures = [Measure(SECTION, f"{name}: first full sweep", "s", [first["seconds"]])]
    for kind, each in costs.items():
        await bot.ask("sweep", kind=kind)  # those in trouble are news once
        before = await clouds.ask("requests")
        took = [(await bot.ask("sweep", kind=kind))["seconds"] for _ in range(scale.rounds)]
        requests = (await clouds.ask("requests") - before) / scale.rounds
        measures.append(Measure(SECTION, f"{name}: {kind} sweep", "s", took))
        measures.append(Measure(SECTION, f"{name}: {kind} sweep", "requests", [requests]))
        each.append((chargers, measures[-2].value))
    memory = await bot.ask("memory")
    aim = LARGEST_MB if chargers == max(scale.growth) else None
    return [
        *measures,
        Measure(SECTION, f"{name}: memory", "MB", [memory["VmRSS"]], most=aim),
        Measure(SECTION, f"{name}: memory at most", "MB", [memory["VmHWM"]], most=aim),
    ]


def _slope(kind: str, costs: list[tuple[float, float]]) -> Measure:
    power = slope(costs[0], costs[-1])
    return Measure(SECTION, f"{kind} sweep: time grows with size to the power of", "", [power])


async def _searches(scale: Scale, clouds: Child, bot: Child) -> list[Measure]:
    names = await clouds.ask("identities", number=scale.seeks)
    texts = {
        "exact": names,
        "beginning": [name[:8] for name in names],
        "middle": [name[-5:-1] for name in names],
        "two letters": [name[:2] for name in names],
        "nothing": [f"Q{name}Q" for name in names],
        "site": ["Slot", "garage", "Zuid", "Park 1"],
    }
    measures = []
    for how, kinds in SEARCHES.items():
        for kind in kinds:
            rounds = [
                1000 * percentile(await bot.ask("seek", how=how, texts=texts[kind]), 0.99)
                for _ in range(scale.rounds)
            ]
            what = "find" if how == "find" else f"typeahead of {how}"
            label = f"{max(scale.growth):,} chargers: {what}, {kind}, p99"
            measures.append(Measure("search", label, "ms", rounds, most=LONGEST_SEARCH_MS))
    return measures


async def _starts(scale: Scale, folder: Path) -> list[Measure]:
    """From nothing to connected, as a process and as `running()`, empty and full in turn."""
    databases = {"empty": "", "full": folder / f"fleet-{max(scale.growth)}.db"}
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in databases}
    async with child("clouds_process", chargers=20, troubled=0) as clouds:
        for number in range(scale.rounds):
            for name, database in databases.items():
                path = Path(database or folder / f"empty-{number}.db")
                took[name].append(await _start(clouds, path))
    measures = []
    for name, rounds in took.items():
        label = "no chargers" if name == "empty" else f"{max(scale.growth):,} chargers"
        process, bot = ([one[part] for one in rounds] for part in (0, 1))
        measures += [
            Measure("start", f"{label}: process to connected", "s", process, most=START_S[name]),
            Measure("start", f"{label}: running() to connected", "s", bot),
        ]
    return measures


async def _start(clouds: Child, database: Path) -> tuple[float, float]:
    async with LeanSlack().listening() as slack:
        wanted = configuration(slack.workspace, slack.api_url, clouds.ready, database)
        began = time.time()
        async with child("bot_process", **wanted) as bot:
            return bot.ready["at"] - began, bot.ready["connected"]
