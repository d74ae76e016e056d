"""The picture of a report: availability per site and day, drawn in a short child process."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from bot.alerts.availability import Figures

Row = tuple[str, Mapping[date, Figures]]
"""A site and its days."""

DRAW_WITHIN_S: Final = 60.0
MOST_SITES: Final = 40
LONGEST_NAME: Final = 48
PASSED_ON: Final = frozenset(
    {
        *("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "MPLCONFIGDIR", "XDG_CACHE_HOME"),
        *("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH"),
    }
)
"""Of our environment the child gets what it needs to run, and none of the credentials."""


class PictureError(Exception):
    """No picture came: the drawing failed or took too long."""


async def picture(
    rows: Sequence[Row], first: date, last: date, *, within: float = DRAW_WITHIN_S
) -> bytes:
    """A PNG of these days, one line for each site in the given order; raises PictureError."""
    drawing = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.alerts.drawing"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name in PASSED_ON},
    )
    try:
        png, complaint = await asyncio.wait_for(
            drawing.communicate(json.dumps(_facts(rows, first, last)).encode()), within
        )
    except TimeoutError:
        drawing.kill()
        await drawing.wait()
        raise PictureError(f"the drawing took longer than {within:g} s") from None
    if drawing.returncode:
        raise PictureError(complaint.decode(errors="replace").strip().rpartition("\n")[2])
    return png


def _facts(rows: Sequence[Row], first: date, last: date) -> dict[str, Any]:
    """All that the child has to know."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    left_out = len(rows) - MOST_SITES
    more = f" (and {left_out} more sites)" if left_out > 0 else ""
    return {
        "title": f"Availability per site and day{more}",
        "days": [f"{day:%d %b}" for day in days],
        "rows": [
            {"site": name[:LONGEST_NAME], "shares": _shares(figures, days)}
            for name, figures in rows[:MOST_SITES]
        ],
    }


def _shares(figures: Mapping[date, Figures], days: Sequence[date]) -> list[float | None]:
    return [figures[day].lenient if day in figures else None for day in days]
