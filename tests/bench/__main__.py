"""`python -m tests.bench`: measure, print one table, and save it as JSON where asked to."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path

from tests.bench import acknowledgement, deciding, growth, sending, sweeping
from tests.bench.measures import Measure, machine, save, show
from tests.bench.scale import FULL, QUICK, Scale

SECTIONS: Mapping[str, Callable[[Scale, Path], Awaitable[list[Measure]]]] = {
    "acknowledgement": acknowledgement.measured,
    "sweep": sweeping.measured,
    "growth": growth.measured,
    "deciding": deciding.measured,
    "outbox": sending.measured,
}


async def measured(names: Iterable[str], scale: Scale) -> list[Measure]:
    """The measures of these sections, one section after the other."""
    found: list[Measure] = []
    for name in names:
        with tempfile.TemporaryDirectory(prefix="chargehand-bench-") as folder:
            print(f"measuring {name} …", file=sys.stderr)  # noqa: T201 - it takes minutes
            found += await SECTIONS[name](scale, Path(folder))
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--json", type=Path, help="write every figure of every round here")
    parser.add_argument("--quick", action="store_true", help="tiny sizes: does it work at all?")
    wanted = parser.parse_args(arguments)
    if unknown := set(wanted.sections) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    about = machine()
    measures = asyncio.run(measured(wanted.sections or SECTIONS, QUICK if wanted.quick else FULL))
    show(measures, about)
    if wanted.json:
        save(measures, about, wanted.json)


if __name__ == "__main__":
    main()
