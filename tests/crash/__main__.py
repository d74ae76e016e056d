"""`python -m tests.crash`: kill the bot at moments chosen by a seed, and see what comes of it."""

from typing import Annotated

import typer

from tests.crash.sweep import sweep

MOST_SHOWN = 20


def main(
    points: Annotated[int, typer.Option(min=1, help="How often to kill it.")] = 1000,
    seed: Annotated[int, typer.Option(help="Chooses the moments.")] = 1,
) -> None:
    """Print what was spoilt, and one line of figures; fail where there is anything."""
    figures = sweep(points, seed)
    for played in figures.bad[:MOST_SHOWN]:
        typer.echo(str(played))
    typer.echo(str(figures))
    raise typer.Exit(1 if figures.bad else 0)


if __name__ == "__main__":
    typer.run(main)
