"""How sweeps went is in the figures, and why one ended early is in the log."""

import logging

import pytest

from bot.metrics import Counters
from bot.observed_sweeps import ObservedSweeps
from bot.store import Store
from tests.bot.tower import Cloud, Tower
from tests.clock import VirtualClock
from vendors.errors import VendorUnreachableError
from vendors.models import Vendor


@pytest.fixture
def tower(store: Store, clock: VirtualClock) -> Tower:
    tower = Tower(store, clock, Cloud("dk", clock))
    tower.add_many(3)
    return tower


@pytest.fixture
def counters() -> Counters:
    return Counters()


@pytest.fixture
def sweeps(tower: Tower, counters: Counters, clock: VirtualClock) -> ObservedSweeps:
    return ObservedSweeps(tower.sweeper, counters.sweep_ended, clock)


def value(counters: Counters, name: str, **labels: str) -> float | None:
    return counters.registry.get_sample_value(f"chargehand_{name}", labels)


async def test_sweeps_are_counted_by_whether_they_saw_everything(
    sweeps: ObservedSweeps, counters: Counters, tower: Tower
):
    await sweeps.full("dk")
    await sweeps.troubled("dk")
    tower.cloud.failure = VendorUnreachableError(Vendor.SPIRII)
    result = await sweeps.troubled("dk")

    assert not result.is_complete
    labels = {"account": "dk", "kind": "full"}
    assert value(counters, "sweeps_total", **labels, complete="true") == 2
    assert value(counters, "sweeps_total", **labels, complete="false") == 1
    assert value(counters, "sweep_duration_seconds_count", **labels) == 3


async def test_trouble_is_logged_when_it_begins_and_when_it_is_over(
    sweeps: ObservedSweeps, tower: Tower, caplog: pytest.LogCaptureFixture
):
    """A line for each poll of a long night hides everything else."""
    caplog.set_level(logging.INFO, "bot.observed_sweeps")
    await sweeps.full("dk")
    tower.cloud.failure = VendorUnreachableError(Vendor.SPIRII, "no answer (ReadTimeout)")
    for _ in range(5):
        await sweeps.troubled("dk")
    tower.cloud.failure = None
    for _ in range(2):
        await sweeps.troubled("dk")

    began, ended = [record for record in caplog.records if record.name == "bot.observed_sweeps"]
    assert (began.levelname, began.account) == ("WARNING", "dk")
    assert "no answer (ReadTimeout)" in began.why
    assert (ended.levelname, ended.account) == ("INFO", "dk")
