"""`python -m tests.load`: a minute of load, then a day in virtual time."""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from tests.load.day import day
from tests.load.minute import Scale, minute


def main(
    seconds: Annotated[int, typer.Option(min=1, help="How long the load lasts.")] = 60,
    per_second: Annotated[int, typer.Option(min=1, help="Commands and clicks a second.")] = 200,
    chargers: Annotated[int, typer.Option(min=100, help="Swept meanwhile.")] = 10_000,
    hours: Annotated[float, typer.Option(help="Of virtual time, with half as many.")] = 24.0,
) -> None:
    """Print the figures in one line; fail where something was lost, late or grows."""
    with tempfile.TemporaryDirectory(prefix="chargehand-load-") as folder:
        scale = Scale(seconds=seconds, per_second=per_second, chargers=chargers)
        outcome = asyncio.run(minute(scale, Path(folder)))
        quiet = asyncio.run(day(hours, chargers // 2, Path(folder)))
    troubles = [
        *outcome.troubles,
        *outcome.late,
        *(["something grows over a day"] if quiet.grows else []),
    ]
    for trouble in troubles:
        typer.echo(f"trouble: {trouble}")
    typer.echo(f"{outcome}; {quiet}")
    raise typer.Exit(1 if troubles else 0)


if __name__ == "__main__":
    typer.run(main)
