"""`python -m tests.fuzz`: payloads and replies that nobody would send."""

import asyncio
import logging
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from tests.fuzz.slack_entries import send_odd_payloads
from tests.fuzz.vendor_replies import read_spoilt_replies

MOST_SHOWN = 10


def main(
    cases: Annotated[int, typer.Option(min=10, help="Payloads, and as many replies.")] = 5000,
    seed: Annotated[int, typer.Option(help="Chooses them.")] = 1,
) -> None:
    """Print what broke, and the figures in one line; fail where anything did."""
    logging.getLogger().addHandler(logging.NullHandler())
    with tempfile.TemporaryDirectory(prefix="chargehand-fuzz-") as folder:
        sent = asyncio.run(send_odd_payloads(cases, seed, Path(folder)))
    read = asyncio.run(read_spoilt_replies(cases, seed))
    for finding in [*sent.unacknowledged[:MOST_SHOWN], *sent.broken[:MOST_SHOWN]]:
        typer.echo(f"payload: {finding}")
    for finding in read.broken[:MOST_SHOWN]:
        typer.echo(f"reply: {finding}")
    typer.echo(
        f"fuzz: {sent.cases} payloads, {len(sent.unacknowledged)} not acknowledged,"
        f" {len(sent.broken)} broke; {read.cases} replies, {len(read.broken)} broke; seed {seed}"
    )
    raise typer.Exit(1 if sent.unacknowledged or sent.broken or read.broken else 0)


if __name__ == "__main__":
    typer.run(main)
