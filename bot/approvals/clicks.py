"""What a click does to a request: pure functions of the request, the click, the rights, the time.

Each gives an `Answer`, and every click gets one. `answer.request` is the request as it should be
from now on; where it is not the one that came in, the store is asked to keep it, and only the first
of two clicks on the same version is kept.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.access import Refused, Right
from bot.approvals.request import Decision, Outcome, Policy, Request, State
from bot.operations.base import Charging, Precheck


class Said(StrEnum):
    """What the person who clicked is told."""

    APPROVED = "approved"
    """It is approved now, and runs."""
    COUNTED = "counted"
    """The approval counts, and more are needed."""
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    STARTED = "started"
    """The pincode was taken, and it runs."""
    STOPPING = "stopping"
    """It stops after the row that is being written."""
    SETTLED = "settled"
    CHECKED = "checked"
    """The vendor was read again; the request says what came of it."""
    ASKED_AGAIN = "asked_again"
    """`answer.request` is the new request."""
    ARRIVED_LATE = "arrived_late"
    """It is not asked again: what was read as not done has been done after all."""

    CONFIRM_CHARGING = "confirm_charging"
    """A car is charging: press again to say that its session may end."""
    ALREADY_DECIDED = "already_decided"
    EXPIRED = "expired"
    OWN_REQUEST = "own_request"
    NOT_ALLOWED = "not_allowed"
    NOT_YOURS = "not_yours"
    """Only the requester may."""
    NOT_READY = "not_ready"
    """The state is still being read."""
    NOT_NOW = "not_now"
    """There is nothing of that kind to do: it is not running, not unknown, …"""
    CANNOT_CHECK_RIGHTS = "cannot_check_rights"
    VENDOR_SILENT = "vendor_silent"
    """The vendor does not say how things stand."""
    NO_SUCH_REQUEST = "no_such_request"


@dataclass(frozen=True)
class Answer:
    """What a click came to."""

    said: Said
    request: Request | None = None
    by: str | None = None
    """Who decided, where somebody else was first."""
    at: datetime | None = None
    """When they did."""
    still_needed: int = 0
    """How many approvals are still missing."""
    refused: Refused | None = None
    """Why the person may not, and who may."""
    charging: tuple[Charging, ...] = ()
    """The sessions that would end."""
    because: str | None = None
    """The vendor's trouble, in a sentence."""


def approval_hurdle(request: Request, by: str, now: datetime) -> Answer | None:
    """What stands in the way of an approval before anybody's rights are asked for."""
    return _same_answer(request, by) or _hurdle(request, by, now)


def rejection_hurdle(request: Request, by: str, now: datetime) -> Answer | None:
    """What stands in the way of a rejection; who has approved may think better of it."""
    mine = _decision_of(request, by)
    if mine is not None and not mine.approves:
        return Answer(Said.REJECTED, request)
    return _hurdle(request, by, now)


def _hurdle(request: Request, by: str, now: datetime) -> Answer | None:
    if request.state is not State.PENDING:
        return _already(request)
    if request.policy is None:
        return Answer(Said.NOT_READY, request)
    if request.expires_at is not None and request.expires_at <= now:
        return Answer(Said.EXPIRED, request, at=request.expires_at)
    if by == request.requested_by and not request.policy.self_approval:
        return Answer(Said.OWN_REQUEST, request)
    return None


def approve(
    request: Request,
    *,
    by: str,
    right: Right,
    now: datetime,
    live: Precheck | None = None,
    confirmed: bool = False,
) -> Answer:
    """One approval; `live` is the state now of what would cut off a car that is charging."""
    if stopped := approval_hurdle(request, by, now):
        return stopped
    if isinstance(right, Refused):
        return Answer(Said.NOT_ALLOWED, request, refused=right)
    if live is not None and live.charging and not confirmed:
        return Answer(Said.CONFIRM_CHARGING, request, charging=live.charging)
    decision = Decision(by=by, approves=True, at=now, confirmed_charging=confirmed)
    after = _with(request, decisions=(*request.decisions, decision), latest=live or request.latest)
    missing = _policy(request).approvals_needed - len(after.approvals)
    if missing > 0:
        return Answer(Said.COUNTED, after, still_needed=missing)
    return Answer(Said.APPROVED, _with(after, state=State.APPROVED, closed_at=now))


def reject(request: Request, *, by: str, right: Right, now: datetime, reason: str) -> Answer:
    """One rejection is enough, also of somebody who has approved before."""
    if stopped := rejection_hurdle(request, by, now):
        return stopped
    if isinstance(right, Refused):
        return Answer(Said.NOT_ALLOWED, request, refused=right)
    decision = Decision(by=by, approves=False, at=now, reason=reason)
    decisions = tuple(each for each in request.decisions if each.by != by)
    after = _with(request, decisions=(*decisions, decision), state=State.REJECTED, closed_at=now)
    return Answer(Said.REJECTED, after)


def withdraw(request: Request, *, by: str, now: datetime) -> Answer:
    """The requester takes it back, while nobody has decided or the pincode is still missing."""
    if by != request.requested_by:
        return Answer(Said.NOT_YOURS, request)
    if request.state is State.WITHDRAWN:
        return Answer(Said.WITHDRAWN, request)
    if request.state is not State.PENDING and not request.awaits_pincode:
        return _already(request)
    after = _with(request, state=State.WITHDRAWN, closed_by=by, closed_at=now)
    return Answer(Said.WITHDRAWN, after)


def expire(request: Request, now: datetime) -> Request | None:
    """The request when its time is over; `None` where it is not, or it matters no more."""
    waits = request.state is State.PENDING or request.awaits_pincode
    if not waits or request.expires_at is None or request.expires_at > now:
        return None
    return _with(request, state=State.EXPIRED, closed_at=now)


def take_pincode(request: Request, *, by: str, right: Right, now: datetime) -> Answer:
    """Whether the requester may enter the pincode now, which has it written."""
    if by != request.requested_by:
        return Answer(Said.NOT_YOURS, request)
    if isinstance(right, Refused):
        return Answer(Said.NOT_ALLOWED, request, refused=right)
    if expire(request, now):
        return Answer(Said.EXPIRED, request, at=request.expires_at)
    return Answer(Said.STARTED if request.awaits_pincode else Said.NOT_NOW, request)


def stop(request: Request, *, by: str, right: Right) -> Answer:
    """An import stops after the row that is being written."""
    if by != request.requested_by and isinstance(right, Refused):
        return Answer(Said.NOT_ALLOWED, request, refused=right)
    runs = request.outcome is Outcome.RUNNING and len(request.operation.steps()) > 1
    if not runs:
        return Answer(Said.NOT_NOW, request)
    if request.stopped_by is not None:
        return Answer(Said.STOPPING, request)
    return Answer(Said.STOPPING, _with(request, stopped_by=by))


def settle(request: Request, *, by: str, right: Right, now: datetime, done: bool) -> Answer:
    """An approver says how an unknown outcome ended."""
    if request.settled_by is not None:
        return Answer(Said.ALREADY_DECIDED, request, by=request.settled_by, at=request.ended_at)
    if request.outcome is not Outcome.UNKNOWN:
        return Answer(Said.NOT_NOW, request)
    policy = _policy(request)
    if by == request.requested_by and policy.approvals_needed > 0 and not policy.self_approval:
        return Answer(Said.OWN_REQUEST, request)
    if isinstance(right, Refused):
        return Answer(Said.NOT_ALLOWED, request, refused=right)
    after = _with(
        request,
        outcome=Outcome.DONE if done else Outcome.FAILED,
        summary="Marked as done." if done else "Marked as not done.",
        settled_by=by,
        ended_at=now,
    )
    return Answer(Said.SETTLED, after)


def _same_answer(request: Request, by: str) -> Answer | None:
    """What this person was told when they decided the same request before."""
    mine = _decision_of(request, by)
    if mine is None:
        return None
    if not mine.approves:
        return Answer(Said.REJECTED, request)
    if request.state is State.PENDING:
        missing = _policy(request).approvals_needed - len(request.approvals)
        return Answer(Said.COUNTED, request, still_needed=missing)
    return Answer(Said.APPROVED, request) if request.state is State.APPROVED else None


def _decision_of(request: Request, by: str) -> Decision | None:
    return next((each for each in request.decisions if each.by == by), None)


def _already(request: Request) -> Answer:
    if request.state is State.EXPIRED:
        return Answer(Said.EXPIRED, request, at=request.closed_at)
    last = request.decisions[-1].by if request.decisions else None
    by = request.closed_by or last
    return Answer(Said.ALREADY_DECIDED, request, by=by, at=request.closed_at)


def _policy(request: Request) -> Policy:
    return request.policy or Policy()


def _with(request: Request, **changes: object) -> Request:
    return request.model_copy(update=changes)
