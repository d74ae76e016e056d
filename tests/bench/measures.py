"""What was measured, as a table for people and as JSON."""

import json
import math
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Measure:
    """One number of the table: the median of several rounds, with their spread."""

    section: str
    what: str
    unit: str
    ours: Sequence[float]
    """One value a round."""
    base: Sequence[float] = ()
    """The same of what it is held against, from rounds in between ours."""
    most: float | None = None
    """The aim: at most this, in the unit."""
    most_ratio: float | None = None
    """The aim: at most so many times the base."""

    @property
    def value(self) -> float:
        """The median round."""
        return median(self.ours)

    @property
    def ratio(self) -> float | None:
        """How many times the base; `None` where there is no base."""
        return self.value / median(self.base) if self.base else None

    @property
    def holds(self) -> bool | None:
        """Whether the aim is held; `None` where there is none."""
        if self.most is not None:
            return self.value <= self.most
        if self.most_ratio is not None and self.ratio is not None:
            return self.ratio <= self.most_ratio
        return None

    def to_json(self) -> dict[str, Any]:
        """All of it, with every round."""
        return {
            "section": self.section,
            "what": self.what,
            "unit": self.unit,
            "median": self.value,
            "ours": list(self.ours),
            "base": list(self.base),
            "ratio": self.ratio,
            "most": self.most,
            "most_ratio": self.most_ratio,
            "holds": self.holds,
        }


class Took(NamedTuple):
    """How long something took, by the clock and of the processor."""

    seconds: float
    processor: float


class Stopwatch:
    """Runs from its making."""

    def __init__(self) -> None:
        self._seconds, self._processor = time.perf_counter(), time.process_time()

    def took(self) -> Took:
        """Since then."""
        return Took(time.perf_counter() - self._seconds, time.process_time() - self._processor)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def slope(small: tuple[float, float], large: tuple[float, float]) -> float:
    """The power of the size that a cost grows with, between two (size, cost): 1 is linear."""
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])


def machine() -> dict[str, str]:
    """What was measured on, and when."""
    cpu = [line for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processor": cpu[0].partition(":")[2].strip() if cpu else platform.processor(),
        "cores": str(os.cpu_count()),
        "load": " ".join(f"{load:.2f}" for load in os.getloadavg()),
        "python": platform.python_version(),
    }


def show(measures: Sequence[Measure], about: dict[str, str]) -> None:
    """Print the table."""
    console = Console(width=None if os.isatty(1) else 150)
    console.print(", ".join(f"{name} {value}" for name, value in about.items()))
    table = Table()
    for name in ("section", "what", "ours", "base", "ratio", "rounds", "aim", ""):
        table.add_column(name, justify="left" if name in {"section", "what"} else "right")
    for measure in measures:
        table.add_row(*_cells(measure))
    console.print(table)


def save(measures: Sequence[Measure], about: dict[str, str], path: Path) -> None:
    """Write everything as JSON."""
    document = {"machine": about, "measures": [one.to_json() for one in measures]}
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _cells(measure: Measure) -> tuple[str, ...]:
    unit, ours = measure.unit, measure.ours
    base = f"{_short(median(measure.base))} {unit}" if measure.base else ""
    verdict = {True: "holds", False: "MISSES", None: ""}[measure.holds]
    return (
        measure.section,
        measure.what,
        f"{_short(measure.value)} {unit}",
        base,
        f"{measure.ratio:.2f}" if measure.ratio is not None else "",
        f"{_short(min(ours))} - {_short(max(ours))}",
        _aim(measure),
        verdict,
    )


def _aim(measure: Measure) -> str:
    if measure.most is not None:
        return f"≤ {_short(measure.most)} {measure.unit}"
    return f"≤ {measure.most_ratio:g} x" if measure.most_ratio is not None else ""


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _lines(path: str) -> Sequence[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ()
