"""Random days of a fleet and its people, against what must hold after each minute."""

# ruff: noqa: D102 - the names are the rules

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bot.alerts.model import Condition, Phase
from bot.alerts.records import GroupState
from bot.alerts.routes import Route
from bot.store import Store
from bot.store.invariants import INVARIANTS
from tests.bot.tower import CHANNEL, Cloud, Tower
from tests.clock import VirtualClock
from vendors.errors import VendorUnreachableError
from vendors.models import Vendor

CHARGERS = 24
ROUTES = (
    Route("routes[0]", "C0NIGHT", {"severity": ("critical", "high")}, continues=True),
    Route("default", CHANNEL),
)
chargers = st.integers(0, CHARGERS - 1).map(lambda n: f"ch{n:05}")


class Fleet(RuleBasedStateMachine):
    """Chargers break and mend, the vendor comes and goes, people acknowledge and silence."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.ended: set[str] = set()

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def there(self, charger: str) -> str:
        """The charger, registered anew where it had been removed."""
        if charger not in self.tower.cloud.rows:
            self.tower.add(charger, site_id="S1", site_name="Site 1")
        return charger

    @initialize()
    def begin(self) -> None:
        self.clock = VirtualClock()
        self.store = self.run(Store.open(":memory:", now=self.clock.now()))
        self.clock.wait_for(lambda: self.store.is_busy)
        self.tower = Tower(self.store, self.clock, Cloud("dk", self.clock), routes=ROUTES)
        self.tower.add_many(CHARGERS, sites=8)
        self.run(self.tower.sweep())

    @rule(charger=chargers)
    def goes_offline(self, charger: str) -> None:
        self.tower.offline(self.there(charger))

    @rule(charger=chargers)
    def comes_back(self, charger: str) -> None:
        self.tower.online(self.there(charger))

    @rule(
        charger=chargers, code=st.sampled_from(["GroundFailure", "HighTemperature", "WeakSignal"])
    )
    def faults(self, charger: str, code: str) -> None:
        self.tower.fault(self.there(charger), code)

    @rule()
    def all_fault_at_once(self) -> None:
        for n in range(CHARGERS):
            self.tower.fault(self.there(f"ch{n:05}"), "HighTemperature")

    @rule(charger=chargers)
    def is_removed(self, charger: str) -> None:
        self.tower.cloud.rows.pop(charger, None)

    @rule(charger=chargers)
    def is_mended(self, charger: str) -> None:
        self.tower.mend(self.there(charger))

    @rule(is_down=st.booleans())
    def vendor_comes_or_goes(self, is_down: bool) -> None:
        failure = VendorUnreachableError(Vendor.SPIRII, "timed out")
        self.tower.cloud.failure = failure if is_down else None

    @rule()
    def half_the_fleet_goes(self) -> None:
        self.tower.offline(*(self.there(f"ch{n:05}") for n in range(0, CHARGERS, 2)))

    @rule()
    def all_come_back(self) -> None:
        self.tower.online(*self.tower.cloud.rows)

    @rule()
    def bot_restarts(self) -> None:
        self.tower.start()

    @rule(minutes=st.sampled_from([1, 2, 6]))
    def time_passes(self, minutes: int) -> None:
        self.run(self.tower.run(minutes))

    @rule(person=st.sampled_from(["U1", "U2"]))
    def somebody_acknowledges(self, person: str) -> None:
        for record in self.run(self.tower.groups()):
            self.run(self.tower.alerts.acknowledge(record.group.id, by=person))

    @rule()
    def somebody_gives_up(self) -> None:
        for record in self.run(self.tower.groups()):
            self.run(self.tower.alerts.unacknowledge(record.group.id, by="U1"))

    @rule(charger=chargers)
    def somebody_silences(self, charger: str) -> None:
        ends = self.clock.now() + timedelta(minutes=20)
        match = {"charger": (charger,)}
        self.run(self.tower.alerts.silence(match, by="U1", reason="works", ends_at=ends))

    @invariant()
    def an_alert_has_at_most_one_live_message_per_route(self) -> None:
        if not hasattr(self, "store"):
            return
        groups = self.run(self.tower.groups())
        shown = Counter((m.alert.id, r.group.route) for r in groups for m in r.members)
        assert all(number == 1 for number in shown.values())

    @invariant()
    def the_auditor_finds_nothing(self) -> None:
        """The same queries that run each minute in production; nobody sends here."""
        if not hasattr(self, "store"):
            return
        now = self.clock.now()
        for one in INVARIANTS:
            if one.name != "outbox_moves":
                found = self.run(self.store.read(lambda t, i=one: t.invariants.violation(i, now)))
                assert found is None, found

    @invariant()
    def what_is_over_stays_over_and_is_shown_so(self) -> None:
        if not hasattr(self, "store"):
            return
        for message in self.run(self.tower.messages()):
            record = self.run(self.tower.alerts.group(message.subject))
            is_over = all(not m.alert.is_firing for m in record.members)
            assert (record.state is GroupState.RESOLVED) == is_over
            over = {m.alert.id for m in record.resolved}
            assert over >= self.ended & {m.alert.id for m in record.members}
            self.ended |= over

    @invariant()
    def every_audible_alert_is_in_a_message_and_nothing_hides_for_ever(self) -> None:
        if not hasattr(self, "store"):
            return
        alerts = self.run(self.tower.open_alerts())
        ids = {alert.id for alert in alerts}
        told = {m.alert.id for record in self.run(self.tower.groups()) for m in record.members}
        for alert in alerts:
            assert not alert.is_audible or alert.id in told
            assert all(mute.until or mute.source in ids for mute in alert.mutes)

    @invariant()
    def danger_is_never_kept_back(self) -> None:
        if not hasattr(self, "store"):
            return
        for record in self.run(self.tower.groups()):
            for member in record.firing:
                is_silenced = member.silence_ends_at is not None
                if member.alert.is_safety and not is_silenced:
                    assert record.group.posted_at is not None

    @invariant()
    def nobody_is_called_offline_while_the_vendor_is_silent(self) -> None:
        if not hasattr(self, "store"):
            return
        for alert in self.run(self.tower.open_alerts()):
            if alert.condition is Condition.OFFLINE and alert.phase is Phase.FIRING:
                assert alert.confirmed is not None

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.run(self.store.close())
        self.loop.close()


@pytest.mark.parametrize(
    "examples",
    [pytest.param(20, id="short"), pytest.param(260, id="long", marks=pytest.mark.slow)],
)
def test_no_sequence_of_events_breaks_what_people_rely_on(examples: int):
    """Forty steps each: more than ten thousand in CI."""
    run_state_machine_as_test(
        Fleet,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
