"""What can be wrong with a vendor's API itself, as opposed to its chargers."""

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase


class ApiTrouble(StrEnum):
    """How an API misbehaves. The last four happen after the request was carried out."""

    SLOW = "slow"
    ERROR = "error"
    RATE_LIMITED = "rate_limited"
    UNAUTHORISED = "unauthorised"
    FORBIDDEN = "forbidden"
    RESET = "reset"
    LOST_REQUEST = "lost_request"
    LOST_ANSWER = "lost_answer"
    TRUNCATED = "truncated"
    GARBAGE = "garbage"
    EMPTY_LIST = "empty_list"


@dataclass(slots=True)
class ApiFault:
    """One trouble on the requests that match.

    `match` is a glob on `METHOD /path`, the path below the base URL: `POST /chargers*`.
    `count` requests are hit, or all until it is taken off. `seconds` is the delay of SLOW
    and the Retry-After of RATE_LIMITED; `status` is the status of ERROR.
    """

    trouble: ApiTrouble
    match: str = "*"
    count: int | None = None
    seconds: float = 30
    status: int = 500


class ApiFaults:
    """The troubles that an API has now; the first that matches hits."""

    def __init__(self) -> None:
        self.active: list[ApiFault] = []

    def add(self, fault: ApiFault) -> ApiFault:
        """Begin a trouble."""
        self.active.append(fault)
        return fault

    def remove(self, fault: ApiFault) -> None:
        """End one trouble; one that has run out is gone already."""
        if fault in self.active:
            self.active.remove(fault)

    def clear(self) -> None:
        """All is well again."""
        self.active.clear()

    def strike(self, method: str, path: str) -> ApiFault | None:
        """The trouble that hits this request, if any; counted down."""
        for fault in self.active:
            if fnmatchcase(f"{method} {path}", fault.match):
                self._spend(fault)
                return fault
        return None

    def _spend(self, fault: ApiFault) -> None:
        if fault.count is not None:
            fault.count -= 1
            if fault.count <= 0:
                self.active.remove(fault)
