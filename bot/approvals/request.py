"""An approval request: an operation, the state it was asked on, who decided, how it ended."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.operations.base import Change, Precheck, Value
from bot.operations.kinds import AnyOperation
from vendors.models import Ref

LOOKS: Final = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
"""The pauses after which an unknown outcome is read again; after the last, people have to say."""


class State(StrEnum):
    """What people decided."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Outcome(StrEnum):
    """How the operation ended."""

    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    """The vendor said no, or we did: nothing was done."""
    FAILED = "failed"
    """It could not be done, or not all of it."""
    UNKNOWN = "unknown"
    """It may or may not have happened, and reading the vendor does not tell."""


class Policy(Value):
    """What a request needs, fixed when it was made."""

    approvals_needed: int = 1
    approvers: tuple[str, ...] = ()
    """Users and user groups."""
    expires: timedelta = timedelta(hours=24)
    remind_after: timedelta | None = timedelta(hours=1)
    self_approval: bool = False
    reason_required: bool = True
    raised_because: str | None = None
    """Why an approval is needed although the configured policy wants none."""


class Decision(Value):
    """What one approver said."""

    by: str
    approves: bool
    at: datetime
    reason: str | None = None
    confirmed_charging: bool = False
    """They know that a car is charging and that its session ends."""


class Request(Value):
    """One request; a frozen value of which the store keeps the newest version."""

    id: int = 0
    version: int = 0
    operation: AnyOperation
    hash: str
    """SHA-256 of the operation's canonical JSON."""
    requested_by: str
    reason: str
    delivery: str
    """The key of the click or form that made it: one delivery, one request."""
    origin: str | None = None
    """The channel where it was asked."""
    created_at: datetime

    policy: Policy | None = None
    """`None` until the state has been read for the first time."""
    precheck: Precheck | None = None
    """The state it was asked on."""
    expires_at: datetime | None = None
    alike: tuple[int, ...] = ()
    """The requests that asked for the very same before it, and were not over yet."""

    state: State = State.PENDING
    decisions: tuple[Decision, ...] = ()
    closed_by: str | None = None
    """Who withdrew it; `None` where it could not even be put before the approvers."""
    closed_at: datetime | None = None
    """When it stopped being pending."""

    latest: Precheck | None = None
    """The newest look at the state, at the approval or before the write."""
    outcome: Outcome | None = None
    summary: str | None = None
    """How it ended, in a sentence."""
    fields: Mapping[str, tuple[str, ...]] = {}
    """The vendor's own words about single fields, where it refused them."""
    drift: tuple[Change, ...] = ()
    """What had changed since it was asked, where that kept it from running."""
    made: Ref | None = None
    """The charger, site or station model that came of it."""
    ended_at: datetime | None = None
    stopped_by: str | None = None
    """Who asked to stop an import."""
    looks: int = 0
    """How often the vendor was read again about an unknown outcome without anybody asking."""
    settled_by: str | None = None
    """Who said how an unknown outcome ended."""
    pincode_asked: int = 0
    """How often the requester was asked for the pincode."""

    again_of: int | None = None
    again_as: int | None = None
    """The requests that this one repeats, and that repeat this one."""

    @property
    def card_key(self) -> str:
        """The key of its card in the approvals channel."""
        return f"request_card:{self.id}"

    @property
    def progress_key(self) -> str:
        """The key of the direct message in which the requester of an import sees it run."""
        return f"request_progress:{self.id}"

    @property
    def outcome_key(self) -> str:
        """The key of the direct message that tells the requester how it ended."""
        return f"request_outcome:{self.id}"

    @property
    def is_open(self) -> bool:
        """Whether people can still decide, or it can still run."""
        if self.state is State.PENDING:
            return True
        return self.state is State.APPROVED and self.outcome in {None, Outcome.RUNNING}

    @property
    def is_under_way(self) -> bool:
        """Whether we are at it, and wait for nobody."""
        if self.state is State.PENDING:
            return not self.is_prepared
        return self.is_open and not self.awaits_pincode

    @property
    def is_undecided(self) -> bool:
        """Whether how things stand at the vendor still matters to somebody."""
        return self.is_open or self.outcome is Outcome.UNKNOWN

    @property
    def is_prepared(self) -> bool:
        """Whether the state has been read and the policy is known."""
        return self.policy is not None

    @property
    def next_look(self) -> datetime | None:
        """When we read again about an unknown outcome by ourselves; `None`: people have to."""
        if self.outcome is not Outcome.UNKNOWN or self.ended_at is None:
            return None
        return self.ended_at + LOOKS[self.looks] if self.looks < len(LOOKS) else None

    @property
    def awaits_pincode(self) -> bool:
        """Whether it is approved and only the requester's pincode is missing."""
        approved = self.state is State.APPROVED and self.outcome is None
        return approved and self.operation.needs_pincode

    @property
    def approvals(self) -> tuple[Decision, ...]:
        """Those who said yes."""
        return tuple(decision for decision in self.decisions if decision.approves)

    def confirmed_since(self, moment: datetime) -> bool:
        """Whether an approver has accepted that a session ends, not longer ago than that."""
        return any(each.confirmed_charging and each.at >= moment for each in self.decisions)

    @property
    def may_be_asked_again(self) -> bool:
        """Whether it is over without having been done, and without anybody having said no."""
        if self.again_as is not None or self.is_open or self.state is State.REJECTED:
            return False
        return self.outcome in {None, Outcome.REFUSED, Outcome.FAILED}
