"""All that is tried on the bot and on the clients of the vendors, and the figures of it."""

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.fuzz import vendor_replies
from tests.fuzz.hunt import Hunted, Trial, hunt, hunt_in_steps
from tests.fuzz.monkey import Monkey
from tests.fuzz.slack_entries import Reached, Sender, unanswered
from tests.fuzz.vendor_replies import Spoiler
from tests.fuzz.watch import Watch, watching
from tests.handlers.house import House, open_house

OFFLINE = ("NL-AMS-0001", "NL-RTM-0001", "DK.SPI.000001")
SWEEPS = 0.15
"""The share of steps in which a vendor does something, and not a person."""


@dataclass
class Findings:
    """What came of it."""

    payloads: int = 0
    listeners: int = 0
    reached: int = 0
    steps: int = 0
    replies: int = 0
    calls: int = 0
    """Of how many methods of vendors' clients the replies were spoilt."""
    broken: list[str] = field(default_factory=list)
    """The smallest case of each kind that was not survived."""

    def __str__(self) -> str:
        return (
            f"fuzz: {self.payloads} payloads to {self.reached} of {self.listeners} listeners,"
            f" {self.steps} acts of people and vendors, {self.replies} replies to {self.calls}"
            f" calls; {len(self.broken)} broke"
        )

    def __add__(self, other: "Findings") -> "Findings":
        """The figures of both."""
        sums = {name: kept + getattr(other, name) for name, kept in vars(self).items()}
        return Findings(**sums)

    def note(self, hunted: Hunted) -> int:
        """Keep what broke; how many cases there were."""
        if hunted.broken:
            self.broken.append(hunted.broken)
        return hunted.cases


@asynccontextmanager
async def in_full_swing(folder: Path) -> AsyncIterator[House]:
    """A house whose chargers are known; some are offline, and people have been told."""
    async with open_house(folder, hurried=True) as house:
        await house.sweep()
        for identity in OFFLINE:
            house.clouds.breakdowns.charger_offline(identity)
        await house.sweep()
        await house.services.alerts.tick()
        await house.parts.outbox.drain()
        yield house


def send_payloads(cases: int, seed: int, folder: Path) -> Findings:
    """To every listener one, then any; afterwards the bot must still be at work."""
    found = Findings()
    with asyncio.Runner() as runner, watching() as watch:
        running = AsyncExitStack()
        house = runner.run(running.enter_async_context(in_full_swing(folder)))
        reached = Reached(house)
        for entry in Sender(house, random.Random(seed)).one_of_each():
            said = runner.run(unanswered(house, watch, entry))
            found.payloads += found.note(Hunted(1, said))
        trial = _run(runner, partial(_any_payload, house, watch))
        found.payloads += found.note(hunt(trial, cases, seed))
        found.reached, found.listeners = len(reached.names), reached.all
        runner.run(_still_at_work(house))
        runner.run(running.aclose())
    return found


async def _any_payload(house: House, watch: Watch, rng: random.Random) -> str:
    return await unanswered(house, watch, Sender(house, rng).any())


async def _still_at_work(house: House) -> None:
    person = house.person("support")
    await person.command("support", "/charger show NL-AMS-0002")
    await person.sees("support", "NL-AMS-0002", "Read from nl just now", timeout=30)


def let_loose(cases: int, seed: int, folder: Path) -> Findings:
    """People who do anything, and vendors that answer anything, at the same bot."""
    found = Findings()

    def take(steps: Sequence[str]) -> str:
        with tempfile.TemporaryDirectory(dir=folder) as own, watching() as watch:
            return asyncio.run(_broken_by(steps, Path(own), watch))

    found.steps = found.note(hunt_in_steps(take, cases, seed))
    return found


async def _broken_by(steps: Sequence[str], folder: Path, watch: Watch) -> str:
    """What was done up to the step that broke something, and what broke."""
    done = []
    async with in_full_swing(folder) as house, vendor_replies.spoiling() as spoiler:
        for step in steps:
            rng = random.Random(step)
            try:
                done.append(await _step(house, spoiler, rng))
            except Exception as error:  # noqa: BLE001 - whatever comes is the finding
                return "\n".join([*done, f"step {step}: {error!r}"])
            if broken := await watch.troubles(house):
                return "\n".join([*done, f"step {step}: {broken}"])
    return ""


async def _step(house: House, spoiler: Spoiler, rng: random.Random) -> str:
    if rng.random() < SWEEPS:
        return await vendor_replies.swept(house, spoiler, rng)
    monkey = Monkey(house, rng)
    await monkey.act()
    return monkey.did


def spoil_replies(cases: int, seed: int) -> Findings:
    """Of every method of every client, each with the same share of the cases."""
    found = Findings()
    with asyncio.Runner() as runner:
        calls = vendor_replies.every_call(runner.run(vendor_replies.readers()))
        found.calls = len(calls)
        for reader, name in calls:
            trial = _run(runner, partial(vendor_replies.misread, reader, name))
            found.replies += found.note(hunt(trial, max(1, cases // len(calls)), seed))
    return found


def _run(
    runner: asyncio.Runner, trial: Callable[[random.Random], Coroutine[Any, Any, str]]
) -> Trial:
    return lambda rng: runner.run(trial(rng))
