"""How soon people's commands and forms are acknowledged."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.children import Child, child
from tests.bench.installation import configuration
from tests.bench.measures import Measure, percentile
from tests.bench.scale import Scale
from tests.bench.slack import LeanSlack

SECTION = "acknowledgement"
Sent = tuple[str, dict[str, Any]]
FIGURES: dict[str, Callable[[list[float]], float]] = {
    "p50": lambda seconds: percentile(seconds, 0.5),
    "p99": lambda seconds: percentile(seconds, 0.99),
    "max": max,
}


@dataclass
class Rounds:
    """Milliseconds of each round, by what was measured and figure."""

    values: dict[tuple[str, str], list[float]] = field(default_factory=dict)

    def add(self, what: str, seconds: list[float]) -> None:
        """Take note of one round."""
        for figure, of in FIGURES.items():
            self.values.setdefault((what, figure), []).append(of(seconds) * 1000)


@dataclass
class Rival:
    """An app, and the Slack that it is connected to."""

    slack: LeanSlack
    app: Child
    answers: int
    """How often it says something to a person after the acknowledgement of one request."""

    async def singles(self, number: int, new: Callable[[LeanSlack], Sent]) -> list[float]:
        """One request after the other."""
        return [seconds for _ in range(number) for seconds in await self.burst(1, new)]

    async def burst(self, number: int, new: Callable[[LeanSlack], Sent]) -> list[float]:
        """Requests at once; comes back when all the work that follows them is done."""
        requests = [new(self.slack) for _ in range(number)]
        seconds = await asyncio.gather(*(self.slack.acknowledged(*one) for one in requests))
        await self.slack.answered(number * self.answers)
        return list(seconds)


async def measured(scale: Scale, folder: Path) -> list[Measure]:
    """Ours and the bare one in turn, over both ways to be reached."""
    measures: list[Measure] = []
    async with child("clouds_process", chargers=scale.sweep, troubled=scale.troubled) as clouds:
        names = await clouds.ask("identities", number=500)
        for mode in ("socket", "http"):
            rounds = Rounds()
            async with rivals(mode, clouds, folder) as (ours, bare):
                await ours.app.ask("sweep", kind="full")
                for rival in (ours, bare):
                    await rival.burst(1, lambda slack: slack.command(names[0]))
                for number in range(scale.rounds):
                    await _idle(scale, rounds, ours, bare, names, number)
                await ours.app.ask("begin_sweeping")
                for number in range(scale.rounds):
                    await _busy(scale, rounds, ours, names, number)
                sweeps = await ours.app.ask("end_sweeping")
            measures += _measures(mode, rounds, scale.burst)
            measures.append(Measure(SECTION, f"{mode}: sweeps meanwhile", "", [sweeps]))
    return measures


@asynccontextmanager
async def rivals(mode: str, clouds: Child, folder: Path) -> AsyncIterator[tuple[Rival, Rival]]:
    """Ours and the bare one, each with a Slack of its own."""
    async with LeanSlack().listening() as our_slack, LeanSlack().listening() as bare_slack:
        database = folder / f"{mode}.db"
        ours = configuration(
            our_slack.workspace, our_slack.api_url, clouds.ready, database, mode=mode
        )
        bare = {**ours, "environment": {**ours["environment"], "SLACK_API_URL": bare_slack.api_url}}
        async with child("bot_process", **ours) as our_app, child("bare_process", **bare) as app:
            if mode == "http":
                our_slack.reach_by_http(our_app.ready["address"])
                bare_slack.reach_by_http(app.ready["address"])
            yield Rival(our_slack, our_app, 1), Rival(bare_slack, app, 0)


async def _idle(
    scale: Scale, rounds: Rounds, ours: Rival, bare: Rival, names: list[str], number: int
) -> None:
    """One round: who begins changes from round to round."""
    rivals = [("ours", ours), ("bare", bare)]
    for name, rival in rivals if number % 2 else rivals[::-1]:
        await _round(scale, rounds, rival, f"{name} idle", names, number)


async def _busy(scale: Scale, rounds: Rounds, ours: Rival, names: list[str], number: int) -> None:
    await _round(scale, rounds, ours, "ours sweeping", names, number)


async def _round(
    scale: Scale, rounds: Rounds, rival: Rival, name: str, names: list[str], number: int
) -> None:
    name_of = names[number % len(names)]
    kinds: dict[str, Callable[[LeanSlack], Sent]] = {
        "lookup": lambda slack: slack.command(name_of),
        "change": lambda slack: slack.submission("nl"),
    }
    for kind, new in kinds.items():
        rounds.add(f"{name} {kind} 1", await rival.singles(scale.singles, new))
        many = [s for _ in range(scale.bursts) for s in await rival.burst(scale.burst, new)]
        rounds.add(f"{name} {kind} many", many)


def _measures(mode: str, rounds: Rounds, burst: int) -> list[Measure]:
    """Idle ones against the bare app; those during a sweep against the aim alone."""
    measures = []
    for (what, figure), values in rounds.values.items():
        name, state, kind, number = what.split()
        if name == "bare":
            continue
        base = rounds.values[f"bare idle {kind} {number}", figure]
        at_once = "1 at a time" if number == "1" else f"{burst} at once"
        label = f"{mode}: {kind}, {at_once}, {state}, {figure}"
        aim = _aim(kind, state, figure, number)
        measures.append(Measure(SECTION, label, "ms", values, base, **aim))
    return measures


def _aim(kind: str, state: str, figure: str, number: str) -> dict[str, float]:
    if state == "sweeping":
        return {"most": {"p99": 100.0, "max": 1000.0}[figure]} if figure != "p50" else {}
    if figure == "p99" and (number == "many" or kind == "change"):
        return {"most_ratio": 1.0 if kind == "lookup" else 2.0}
    return {}
