"""Draws a report: `python -m bot.alerts.drawing` reads rows from stdin and writes a PNG to stdout.

Run in a process of its own, so that the bot never holds matplotlib in memory.
"""

import json
import sys
from typing import Any, BinaryIO, Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

NOT_KNOWN: Final = "#d9d9d9"
COLOURS: Final = "RdYlBu"
"""Told apart by people who do not see red and green as two colours."""
LOWEST: Final = 0.9
"""Whatever is less available than this is drawn in the darkest red."""
ROW_INCHES: Final = 0.32
DPI: Final = 110


def draw(title: str, days: list[str], rows: list[dict[str, Any]], target: BinaryIO) -> None:
    """One line for each site, one field for each day; what nobody knows is grey."""
    figure = Figure(figsize=(3 + max(4.0, 0.32 * len(days)), 1.4 + ROW_INCHES * len(rows)), dpi=DPI)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    shares = [[float("nan") if s is None else s for s in row["shares"]] for row in rows]
    image = axes.imshow(shares, aspect="auto", cmap=COLOURS, vmin=LOWEST, vmax=1.0)
    axes.set_facecolor(NOT_KNOWN)
    axes.set_title(title, loc="left", fontsize=11)
    axes.set_yticks(range(len(rows)), [row["site"] for row in rows], fontsize=8)
    step = max(1, len(days) // 15)
    axes.set_xticks(range(0, len(days), step), days[::step], rotation=45, ha="right", fontsize=8)
    axes.set_xticks([n - 0.5 for n in range(1, len(days))], minor=True)
    axes.grid(which="minor", color="white", linewidth=1)
    axes.tick_params(which="both", length=0)
    bar = figure.colorbar(image, ax=axes, format=lambda share, _: f"{share:.0%}", extend="min")
    bar.ax.tick_params(labelsize=8)
    bar.set_label("available, of what is known; grey: not known", fontsize=8)
    figure.savefig(target, format="png", bbox_inches="tight")


if __name__ == "__main__":
    draw(**json.load(sys.stdin), target=sys.stdout.buffer)
