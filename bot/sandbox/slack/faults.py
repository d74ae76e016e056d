"""Trouble on demand: what Slack does wrong, for which method and how often."""

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase


class FaultKind(StrEnum):
    """What goes wrong with a call."""

    SLOW = "slow"
    SERVER_ERROR = "server_error"  # HTTP 500, nothing done
    RATE_LIMITED = "rate_limited"  # HTTP 429, nothing done
    DROP_BEFORE = "drop_before"  # the connection breaks before anything is done
    DROP_AFTER = "drop_after"  # done, but the answer is lost
    GARBAGE = "garbage"  # done, but the answer is not JSON
    TRUNCATED = "truncated"  # done, but the connection breaks in the middle of the answer


@dataclass
class Fault:
    """One kind of trouble.

    Attributes:
        kind: what goes wrong.
        method: a glob over method names; `response_url` stands for answers at response URLs.
        times: how often it still happens; None for ever.
        seconds: the delay of SLOW, the `Retry-After` of RATE_LIMITED.
    """

    kind: FaultKind
    method: str = "*"
    times: int | None = 1
    seconds: float = 1.0


class Faults:
    """The trouble that is switched on."""

    def __init__(self) -> None:
        self.active: list[Fault] = []

    def add(
        self, kind: FaultKind, method: str = "*", *, times: int | None = 1, seconds: float = 1.0
    ) -> Fault:
        """Switch trouble on, for the next `times` calls of the method."""
        fault = Fault(kind, method, times, seconds)
        self.active.append(fault)
        return fault

    def clear(self) -> None:
        """All is well again."""
        self.active.clear()

    def take(self, method: str) -> Fault | None:
        """The trouble that this call meets; counts it."""
        for fault in self.active:
            if fnmatchcase(method, fault.method):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.active.remove(fault)
                return fault
        return None
