"""What is counted while it happens, since the start of the process."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector

import bot
from bot.metrics.log_lines import counted
from bot.store.invariants import INVARIANTS, Violation
from bot.sweeps import SweepResult
from vendors.pacing import Observer, Sent

NO_ANSWER: Final = "none"
"""The status of a request that was not answered."""
ACKNOWLEDGEMENT_BUCKETS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Slack gives up after three seconds."""
SWEEP_BUCKETS_S: Final = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
WAIT_BUCKETS_S: Final = (0.001, 0.01, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 60.0)


class Counters:
    """One method per thing that is counted; given to those who do it as a plain callable.

    The registry is its own, so that two bots in one process do not mix.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        build = Info("chargehand_build", "The running version.", registry=self.registry)
        build.info({"version": bot.__version__})
        self._sweeps = self._counter(
            "sweeps",
            "Sweeps that ended, by whether they saw everything.",
            *("account", "kind", "complete"),
        )
        self._sweep_seconds = self._seconds(
            "sweep_duration", "How long sweeps took.", SWEEP_BUCKETS_S, "account", "kind"
        )
        self._requests = self._counter(
            "vendor_requests",
            "Requests to vendors, by the status of the answer; none: there was no answer.",
            *("account", "status"),
        )
        self._waits = self._seconds(
            "rate_limit_wait",
            "How long requests to vendors waited for their turn.",
            WAIT_BUCKETS_S,
            "account",
        )
        self._acknowledgements = self._seconds(
            "acknowledgement",
            "From the arrival of Slack's request to our answer.",
            ACKNOWLEDGEMENT_BUCKETS_S,
        )
        self._refused_requests = self._counter(
            "refused_requests",
            "Requests to Slack's address that were not signed by Slack, or sent again.",
        )
        self._log_lines = self._counter("log_lines", "Warnings and errors in the log.", "level")
        self._violations = Gauge(
            "chargehand_invariant_violations",
            "Whether an invariant did not hold at the newest audit.",
            ["invariant"],
            registry=self.registry,
        )

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"chargehand_{name}", text, labels, registry=self.registry)

    def _seconds(self, name: str, text: str, buckets: Sequence[float], *labels: str) -> Histogram:
        name = f"chargehand_{name}_seconds"
        return Histogram(name, text, labels, buckets=buckets, registry=self.registry)

    def log_lines(self) -> AbstractContextManager[None]:
        """Counts the log's warnings and errors meanwhile."""
        return counted(self._log_lines)

    def requests_of(self, account: str) -> Observer:
        """Counts the requests of an account; for `vendors.connect.connect`."""
        return partial(self._request_sent, account)

    def sweep_ended(self, result: SweepResult, seconds: float) -> None:
        """Count a sweep."""
        complete = "true" if result.is_complete else "false"
        self._sweeps.labels(result.account, result.kind.value, complete).inc()
        self._sweep_seconds.labels(result.account, result.kind.value).observe(seconds)

    def acknowledged(self, seconds: float) -> None:
        """Count an answer to Slack; for `handlers.connection`."""
        self._acknowledgements.observe(seconds)

    def refused(self) -> None:
        """Count a request that Slack did not send; for `handlers.connection`."""
        self._refused_requests.inc()

    def audited(self, violations: Sequence[Violation]) -> None:
        """Take note of an audit; for `bot.auditor.Auditor`."""
        broken = {each.invariant.name for each in violations}
        for invariant in INVARIANTS:
            self._violations.labels(invariant.name).set(invariant.name in broken)

    def _request_sent(self, account: str, sent: Sent) -> None:
        status = NO_ANSWER if sent.status is None else str(sent.status)
        self._requests.labels(account, status).inc()
        self._waits.labels(account).observe(sent.waited_s)
