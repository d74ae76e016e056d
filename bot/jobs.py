"""The table of everything that is done again and again."""

from collections.abc import Callable, Coroutine, Iterator, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from bot.config import AccountSettings
from bot.scheduler import Job, daily, every, spread
from vendors.fleet import Fleet
from vendors.ports import ListsTroubledChargers

FULL_SWEEP: Final = timedelta(hours=1)
"""Where the vendor can filter: everything else between two full sweeps is found by its filters."""
FIRST_FULL_SWEEP: Final = timedelta(minutes=2)
RULE_CLOCK: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
FORGETTING: Final = time(3, 30)

Run = Callable[[], Coroutine[Any, Any, object]]


class Sweeps(Protocol):
    """What looks at the chargers; `bot.sweeps.Sweeper` does."""

    async def full(self, account: str) -> Any:
        """Read everything of an account."""

    async def troubled(self, account: str) -> Any:
        """Read what is in trouble, or everything where the vendor cannot filter."""


def sweep_jobs(
    accounts: Sequence[AccountSettings], fleet: Fleet, sweeps: Sweeps, start: datetime
) -> Iterator[Job]:
    """Each account by its own job, so that none waits for another."""
    filtering = fleet.able(ListsTroubledChargers)
    for account in accounts:
        if not account.monitor:
            continue
        name = account.name
        first = start + spread(name, min(account.poll, timedelta(seconds=5)))
        yield Job(f"sweep {name}", every(account.poll, first=first), partial(sweeps.troubled, name))
        if name in filtering:
            hourly = every(
                FULL_SWEEP, first=start + FIRST_FULL_SWEEP + spread(name, FULL_SWEEP / 60)
            )
            yield Job(f"full sweep {name}", hourly, partial(sweeps.full, name))


def clock_jobs(
    start: datetime,
    zone: ZoneInfo,
    *,
    rule_clock: Sequence[tuple[str, Run]],
    each_minute: Sequence[tuple[str, Run]],
    forget: Run,
    digest: tuple[time, Run] | None = None,
) -> Iterator[Job]:
    """What happens because time passes.

    The parts of the rule clock run each second, others each minute; `forget` runs at night, and
    `digest` at its time.
    """
    for name, run in rule_clock:
        yield Job(name, every(RULE_CLOCK, first=start), run)
    for name, run in each_minute:
        yield Job(name, every(MINUTE, first=start + MINUTE), run)
    yield Job("forgetting", daily(FORGETTING, zone), forget)
    if digest is not None:
        at, post = digest
        yield Job("digest", daily(at, zone), post)
