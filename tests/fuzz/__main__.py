"""`python -m tests.fuzz`: payloads, people and replies that nobody expects."""

import logging
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from tests.fuzz.campaign import let_loose, send_payloads, spoil_replies


def main(
    cases: Annotated[int, typer.Option(min=50, help="Of payloads, acts and replies each.")] = 5000,
    seed: Annotated[int, typer.Option(help="Chooses them.")] = 1,
) -> None:
    """Print what broke, boiled down, and the figures in one line; fail where anything did."""
    logging.getLogger().addHandler(logging.NullHandler())
    with tempfile.TemporaryDirectory(prefix="chargehand-fuzz-") as folder:
        found = send_payloads(cases, seed, Path(folder)) + let_loose(cases, seed, Path(folder))
    found += spoil_replies(cases, seed)
    for broken in found.broken:
        typer.echo(f"broke: {broken}")
    typer.echo(f"{found}; seed {seed}")
    raise typer.Exit(1 if found.broken or found.reached < found.listeners else 0)


if __name__ == "__main__":
    typer.run(main)
