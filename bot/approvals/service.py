"""Approvals: asking, deciding and following up, for whoever stands between people and the store."""

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from bot.access import Access, Allowed, DirectoryUnavailableError, Refused, Right
from bot.approvals import clicks
from bot.approvals.clicks import Answer, Said
from bot.approvals.deadlines import tick
from bot.approvals.ledger import Ledger
from bot.approvals.opening import Opening
from bot.approvals.records import Records
from bot.approvals.request import Outcome, Policy, Request
from bot.clock import Clock
from bot.operations.attempt import sentence
from bot.operations.base import CannotDoError, Operation, Precheck, World
from bot.operations.conclusion import conclusion
from bot.operations.runner import Runner
from bot.shared_reads import SharedReads
from bot.store import Store, Tables
from vendors.errors import VendorError


class ReasonMissingError(Exception):
    """The policy wants a reason, and none was given."""


def _no_hurdle(_request: Request, _by: str, _now: datetime) -> Answer | None:
    return None


async def _anybody(_request: Request, _by: str) -> Right:
    return Allowed()


class Approvals(Records):
    """What people can do with requests. Every click gets an `Answer`, whoever else clicked."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        access: Access,
        opening: Opening,
        runner: Runner,
        ledger: Ledger,
        world: World,
    ) -> None:
        super().__init__(store)
        self._clock = clock
        self._access = access
        self._opening = opening
        self._runner = runner
        self._ledger = ledger
        self._world = world
        self._looks = SharedReads(self._look, clock)

    def policy(self, operation: Operation) -> Policy:
        """The policy that an operation falls under, as far as is known before it is asked for."""
        return self._opening.policy(operation)

    async def open(
        self,
        operation: Operation,
        *,
        by: str,
        reason: str,
        delivery: str,
        origin: str | None = None,
        pincode: SecretStr | None = None,
        again_of: int | None = None,
    ) -> Request:
        """Keep a request in the store and bring it on in the background.

        A delivery that is known gives the request that it made. Whoever wants to see what comes of
        it waits for `outcome_of`.

        Raises:
            ReasonMissingError: the policy wants a reason.
        """
        if self.policy(operation).reason_required and not reason.strip():
            raise ReasonMissingError
        request = Request(
            operation=operation,  # type: ignore[arg-type]  # any kind; pydantic holds it to them
            hash=operation.hash,
            requested_by=by,
            reason=reason.strip(),
            delivery=delivery,
            origin=origin,
            created_at=self._clock.now(),
            again_of=again_of,
        )
        now = request.created_at
        opened = await self._store.write(lambda tables: self._ledger.opened(tables, request, now))
        if pincode is not None and self.policy(operation).approvals_needed == 0:
            self._runner.hold_pincode(opened.id, pincode)
        self._runner.start(opened.id)
        return opened

    async def outcome_of(self, request_id: int) -> Request:
        """The request once it is before the approvers, or has ended."""
        return await self._runner.advance(request_id)

    async def approve(self, request_id: int, *, by: str, confirmed: bool = False) -> Answer:
        """Approve; `confirmed`: they know that a car is charging and that its session ends."""

        def decide(request: Request, seen: _Seen) -> Answer:
            return clicks.approve(
                request,
                by=by,
                right=seen.right,
                now=seen.now,
                live=seen.live,
                confirmed=confirmed,
            )

        answer = await self._click(
            request_id, by, "request.approve", decide, hurdle=clicks.approval_hurdle, looks=True
        )
        if answer.said is Said.APPROVED:
            self._runner.start(request_id)
        return answer

    async def reject(self, request_id: int, *, by: str, reason: str) -> Answer:
        """Reject with a reason."""

        def decide(request: Request, seen: _Seen) -> Answer:
            return clicks.reject(request, by=by, right=seen.right, now=seen.now, reason=reason)

        return await self._click(
            request_id, by, "request.reject", decide, hurdle=clicks.rejection_hurdle
        )

    async def objection(self, request_id: int, *, by: str, to: Said) -> Answer | None:
        """Why they could not reject (`REJECTED`) or enter the pincode (`STARTED`) now.

        The click itself is decided anew; this only spares people a form that leads nowhere.
        """
        request = await self.request(request_id)
        if request is None:
            return Answer(Said.NO_SUCH_REQUEST)
        now, is_rejection = self._clock.now(), to is Said.REJECTED
        if is_rejection and (stopped := clicks.rejection_hurdle(request, by, now)):
            return stopped
        try:
            may = self._right_to_decide if is_rejection else self._right_to_ask
            right = await may(request, by)
        except DirectoryUnavailableError:
            return Answer(Said.CANNOT_CHECK_RIGHTS, request)
        if is_rejection:
            answer = clicks.reject(request, by=by, right=right, now=now, reason="")
        else:
            answer = clicks.take_pincode(request, by=by, right=right, now=now)
        return None if answer.said is to else answer

    async def withdraw(self, request_id: int, *, by: str) -> Answer:
        """Take a request back."""

        def decide(request: Request, seen: _Seen) -> Answer:
            return clicks.withdraw(request, by=by, now=seen.now)

        return await self._click(request_id, by, "request.withdraw", decide, right=_anybody)

    async def enter_pincode(self, request_id: int, *, by: str, pincode: SecretStr) -> Answer:
        """Run what is approved and only lacked its pincode."""

        def decide(request: Request, seen: _Seen) -> Answer:
            return clicks.take_pincode(request, by=by, right=seen.right, now=seen.now)

        answer = await self._click(
            request_id, by, "request.pincode", decide, right=self._right_to_ask
        )
        if answer.said is Said.STARTED:
            self._runner.hold_pincode(request_id, pincode)
            self._runner.start(request_id)
        return answer

    async def stop(self, request_id: int, *, by: str) -> Answer:
        """Stop an import after the row that is being written."""

        def decide(request: Request, seen: _Seen) -> Answer:
            return clicks.stop(request, by=by, right=seen.right)

        return await self._click(request_id, by, "request.stop", decide)

    async def check_again(self, request_id: int, *, by: str) -> Answer:
        """Read the vendor again about an unknown outcome."""
        request = await self.request(request_id)
        if stopped := await self._no_support(request, by):
            return stopped
        if request is None or request.outcome is not Outcome.UNKNOWN:
            return Answer(Said.NOT_NOW, request)
        return Answer(Said.CHECKED, await self._runner.check_again(request_id, by=by))

    async def settle(self, request_id: int, *, by: str, done: bool) -> Answer:
        """Say how an unknown outcome ended."""

        def decide(request: Request, seen: _Seen) -> Answer:
            return clicks.settle(request, by=by, right=seen.right, now=seen.now, done=done)

        return await self._click(request_id, by, "request.settle", decide, then=_settle_steps)

    async def ask_again(self, request_id: int, *, by: str, delivery: str) -> Answer:
        """Ask anew for what has not been done, on the state as it is now."""
        request = await self.request(request_id)
        if stopped := await self._no_support(request, by):
            return stopped
        if request is not None and request.again_as is not None:
            first = await self.request(request.again_as) or request
            return Answer(Said.ASKED_AGAIN, first, by=first.requested_by, at=first.created_at)
        left = await self._left_of(request)
        if request is None or left is None:
            return Answer(Said.NOT_NOW, request)
        if because := await self._runner.arrived_late(request):
            return Answer(Said.ARRIVED_LATE, request, because=because)
        again = await self.open(
            left, by=by, reason=request.reason, delivery=delivery, again_of=request.id
        )
        return Answer(Said.ASKED_AGAIN, again)

    async def tick(self) -> None:
        """Let requests expire whose time is over, and remind approvers; the rule clock calls it."""
        await tick(self._store, self._ledger, self._clock.now())

    async def precheck_now(self, request: Request) -> Precheck:
        """How things stand now; raises VendorError or CannotDoError."""
        return await self._looks.fresh(request.id)

    async def _click(
        self,
        request_id: int,
        by: str,
        action: str,
        decide: "_Decide",
        *,
        hurdle: "_Hurdle" = _no_hurdle,
        right: "_RightTo | None" = None,
        looks: bool = False,
        then: "_Then | None" = None,
    ) -> Answer:
        """Find out what has to be known, then decide on the newest version in one transaction."""
        request = await self.request(request_id)
        if request is None:
            return Answer(Said.NO_SUCH_REQUEST)
        if stopped := hurdle(request, by, self._clock.now()):
            return stopped
        try:
            may = await (right or self._right_to_decide)(request, by)
            live = await self._live(request) if looks and isinstance(may, Allowed) else None
        except DirectoryUnavailableError:
            return Answer(Said.CANNOT_CHECK_RIGHTS, request)
        except VendorError as error:
            return Answer(Said.VENDOR_SILENT, request, because=sentence(error))
        seen = _Seen(may, live, self._clock.now())

        def work(tables: Tables) -> Answer:
            newest = tables.requests.by_id(request_id) or request
            answer = decide(newest, seen)
            if answer.request is None or answer.request is newest:
                return answer
            after = then(tables, answer.request, seen.now) if then else answer.request
            facts = _audited(answer, newest, after)
            saved = self._ledger.changed(
                tables, newest, after, action=action, actor=by, now=seen.now, facts=facts
            )
            return replace(answer, request=saved)

        return await self._store.write(work)

    async def _right_to_ask(self, _request: Request, by: str) -> Right:
        return await self._access.may_ask(by)

    async def _right_to_decide(self, request: Request, by: str) -> Right:
        policy = request.policy or self.policy(request.operation)
        return await self._access.may_decide(by, policy.approvers)

    async def _live(self, request: Request) -> Precheck | None:
        """How things stand now, where a car may be charging on the target."""
        if not request.operation.interrupts_charging:
            return None
        with contextlib.suppress(CannotDoError):  # nor can the write be done, which then says so
            return await self._looks.fresh(request.id)
        return None

    async def _look(self, request_id: int) -> Precheck:
        request = await self.request(request_id)
        if request is None:
            raise CannotDoError("There is no such request.")
        return await request.operation.precheck(self._world)

    async def _no_support(self, request: Request | None, by: str) -> Answer | None:
        if request is None:
            return Answer(Said.NO_SUCH_REQUEST)
        try:
            right = await self._right_to_ask(request, by)
        except DirectoryUnavailableError:
            return Answer(Said.CANNOT_CHECK_RIGHTS, request)
        return (
            Answer(Said.NOT_ALLOWED, request, refused=right) if isinstance(right, Refused) else None
        )

    async def _left_of(self, request: Request | None) -> Operation | None:
        if request is None or not request.may_be_asked_again:
            return None
        executions = await self.executions(request.id)
        done, refused = (
            frozenset(each.step for each in executions if each.outcome is outcome)
            for outcome in (Outcome.DONE, Outcome.REFUSED)
        )
        return request.operation.without(done, refused)


@dataclass(frozen=True)
class _Seen:
    """What was found out about a click before it was decided."""

    right: Right
    live: Precheck | None
    now: datetime


_Decide = Callable[[Request, _Seen], Answer]
_Hurdle = Callable[[Request, str, datetime], Answer | None]
_RightTo = Callable[[Request, str], Awaitable[Right]]
_Then = Callable[[Tables, Request, datetime], Request]


def _audited(answer: Answer, before: Request, after: Request) -> dict[str, Any]:
    """What a click changed; a decision with its reason, and what its approver has confirmed."""
    decided = [each for each in after.decisions if each not in before.decisions]
    return {
        "said": answer.said,
        "state": after.state,
        "outcome": after.outcome,
        "decisions": [each.model_dump(mode="json", exclude_none=True) for each in decided],
    }


def _settle_steps(tables: Tables, request: Request, now: datetime) -> Request:
    """Give every write whose outcome was unknown the one that the person said."""
    for execution in tables.executions.of(request.id):
        if execution.outcome is Outcome.UNKNOWN:
            tables.executions.end(
                request.id,
                execution.step,
                outcome=request.outcome or Outcome.UNKNOWN,
                summary=request.summary or "",
                answer={},
                now=now,
            )
    ending = conclusion(request, tables.executions.of(request.id))
    return request.model_copy(update={"outcome": ending.outcome, "summary": ending.summary})
