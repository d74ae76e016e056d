"""One write at a vendor: intended, then ended one way or another."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.approvals.request import Outcome


@dataclass(frozen=True)
class Execution:
    """One step of a request; most requests have only one."""

    request_id: int
    step: int
    """Counted from 0."""
    intended_at: datetime
    outcome: Outcome
    ended_at: datetime | None = None
    summary: str | None = None
    answer: Mapping[str, Any] | None = None
    """What the vendor answered, in our words and without secrets."""


@dataclass(frozen=True)
class Progress:
    """How far a request of several steps has got."""

    total: int
    done: int
    refused: int
    failed: int
    unknown: int

    @property
    def left(self) -> int:
        """Steps that have not ended."""
        return self.total - self.done - self.refused - self.failed - self.unknown

    @classmethod
    def of(cls, total: int, executions: Sequence[Execution]) -> "Progress":
        """Count them."""
        counts = Counter(execution.outcome for execution in executions)
        return cls(
            total=total,
            done=counts[Outcome.DONE],
            refused=counts[Outcome.REFUSED],
            failed=counts[Outcome.FAILED],
            unknown=counts[Outcome.UNKNOWN],
        )
