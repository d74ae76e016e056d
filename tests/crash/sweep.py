"""Plays stories again and again, with the bot killed at another moment each time."""

import asyncio
import gc
import random
import re
import shutil
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import NamedTuple

from tests.crash.ending import Complaint, Ending, Fault, complaints, ending, without_alerts
from tests.crash.outside import Outside
from tests.crash.stage import FORK, Stage, StuckError
from tests.crash.stories import STORIES, UNWATCHED, Story, morning

MEMORY = Path("/dev/shm")
AT_ONCE = 2
SECOND_DEATHS = 0.2
"""The share of points at which the recovery is killed too."""
RECOVERY = 250
"""About so many moments has a life that begins where another ended."""


DECISIVE = re.compile(r" (Approvals|Opening|Journal)\.|(POST|PUT|PATCH|DELETE) /(?!oauth)")
"""Where a death decides whether something is asked, decided, written or known."""


class Point(NamedTuple):
    """Where to kill: in which story, and at which moment of each life."""

    story: str
    dooms: tuple[int, ...]


@dataclass(frozen=True)
class Played:
    """How a story went."""

    point: Point
    moments: Sequence[str] = ()
    killed_at: Sequence[str] = ()
    ending: Ending | None = None
    complaints: Sequence[Complaint] = ()

    def __str__(self) -> str:
        moments = " and ".join(self.killed_at) or "nothing"
        lines = [f"{self.point.story}, killed {moments} (moments {self.point.dooms})"]
        return "\n".join(
            [*lines, *(f"  {each.fault}: {each.sentence}" for each in self.complaints)]
        )


@dataclass
class Figures:
    """What a sweep has found."""

    seconds: float = 0.0
    played: list[Played] = field(default_factory=list)

    @property
    def bad(self) -> list[Played]:
        """Where something was spoilt."""
        return [each for each in self.played if each.complaints]

    @property
    def faults(self) -> Counter[Fault]:
        """How many of each."""
        return Counter(one.fault for each in self.played for one in each.complaints)

    def __str__(self) -> str:
        deaths = sum(len(each.killed_at) for each in self.played)
        faults = ", ".join(f"{self.faults[fault]} {fault}s" for fault in Fault)
        stories = len({each.point.story for each in self.played})
        places = len({name for each in self.played for name in each.killed_at})
        return (
            f"{len(self.played)} points, {deaths} deaths at {places} places in {stories} stories:"
            f" {faults}; {self._outcomes()}; {self.seconds:.0f} s"
        )

    def _outcomes(self) -> str:
        outcomes = Counter(
            request.outcome
            for each in self.played
            if each.ending
            for request in each.ending.requests
            if request.outcome
        )
        return ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))


def sweep(points: int, seed: int) -> Figures:
    """Kill the bot at so many points, chosen by the seed."""
    began = time.monotonic()
    chance = random.Random(seed)
    names = list(STORIES) if points >= len(STORIES) else chance.sample(list(STORIES), points)
    with _folder() as folder:
        base = _base(folder)
        models = _all_played(base, folder, [Point(story, ()) for story in names])
        by_story = {each.point.story: each for each in models}
        if spoilt := [each for each in by_story.values() if each.complaints]:
            return Figures(time.monotonic() - began, spoilt)
        chosen = _chosen({story: by_story[story].moments for story in names}, points, chance)
        played = [
            _judged(each, by_story[each.point.story]) for each in _all_played(base, folder, chosen)
        ]
    return Figures(time.monotonic() - began, played)


def _chosen(
    moments: Mapping[str, Sequence[str]], points: int, chance: random.Random
) -> list[Point]:
    """At most half of them around what an operation writes, the others anywhere."""
    decisive = [
        Point(story, (number,))
        for story, names in moments.items()
        for number, name in enumerate(names, start=1)
        if DECISIVE.search(name)
    ]
    chosen = chance.sample(decisive, min(points // 2, len(decisive)))
    while len(chosen) < points:
        story = chance.choice(list(moments))
        dooms = [chance.randint(1, len(moments[story]))]
        if chance.random() < SECOND_DEATHS:
            dooms.append(chance.randint(1, RECOVERY))
        chosen.append(Point(story, tuple(dooms)))
    return chosen


@contextmanager
def _folder() -> Iterator[Path]:
    """Files in memory, since each transaction waits for the disk."""
    place = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place, prefix="chargehand-crash-") as folder:
        yield Path(folder)


def _base(folder: Path) -> Outside:
    """The state that every story begins with; all that they need is loaded, once."""
    outside = Outside.new()
    played = _play(Point("morning", ()), morning, outside, folder / "base.db")
    if played.complaints:
        raise RuntimeError(str(played))
    gc.freeze()
    return outside


def _judged(played: Played, model: Played) -> Played:
    if played.ending is None or model.ending is None:
        return played
    found = [*played.complaints, *complaints(played.ending, model.ending)]
    return Played(played.point, played.moments, played.killed_at, played.ending, found)


def _all_played(base: Outside, folder: Path, points: Sequence[Point]) -> Iterator[Played]:
    """Each in a fork of its own, two at a time."""
    left = list(enumerate(points))
    under_way: dict[Connection, object] = {}
    while left or under_way:
        while left and len(under_way) < AT_ONCE:
            number, point = left.pop(0)
            ours, theirs = FORK.Pipe(duplex=False)
            database = folder / f"{number}.db"
            process = FORK.Process(target=_play_a_copy, args=(point, base, database, theirs))
            process.start()
            theirs.close()
            under_way[ours] = process
        for ready in wait(list(under_way)):
            yield ready.recv()
            under_way.pop(ready).join()


def _play_a_copy(point: Point, base: Outside, database: Path, result: Connection) -> None:
    shutil.copy(database.with_name("base.db"), database)
    result.send(_play(point, STORIES[point.story], base, database))
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()


def _play(point: Point, story: Story, outside: Outside, database: Path) -> Played:
    poll = "10m" if point.story in UNWATCHED else "2s"
    stage = Stage(outside, database, point.dooms, poll=poll)

    async def play() -> None:
        async with stage:
            await story(stage)
            await stage.quiet()
            await stage.end()

    try:
        asyncio.run(play())
    except (AssertionError, LookupError, StuckError, TimeoutError) as error:
        told = "".join(traceback.format_exception(error))
        complaint = Complaint(Fault.OTHER, f"the story does not end: {told}")
        return Played(point, stage.moments, stage.killed_at, None, (complaint,))
    errors = [Complaint(Fault.OTHER, f"an error in the log: {each}") for each in stage.errors]
    end = ending(outside, database)
    end = without_alerts(end) if point.story in UNWATCHED else end
    return Played(point, stage.moments, stage.killed_at, end, errors)
