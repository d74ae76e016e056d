"""Preparing a new request: read how things stand, find its policy, put it before the approvers."""

from collections.abc import Sequence
from typing import Any

from bot.approvals.ledger import BOT, Ledger
from bot.approvals.policies import policy_for
from bot.approvals.request import Outcome, Policy, Request, State
from bot.clock import Clock
from bot.config.settings import PolicySettings
from bot.operations.attempt import NOTHING_DONE, sentence
from bot.operations.base import CannotDoError, Operation, Precheck, World
from bot.store import Store, Tables
from vendors.errors import VendorError


class Opening:
    """Prepares requests."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ledger: Ledger,
        policies: Sequence[PolicySettings],
        approvers: Sequence[str],
    ) -> None:
        """`approvers`: who decides where a policy names nobody."""
        self._store = store
        self._clock = clock
        self._ledger = ledger
        self._policies = policies
        self._approvers = tuple(approvers)

    def policy(self, operation: Operation, precheck: Precheck | None = None) -> Policy:
        """The policy that an operation falls under, as far as is known before its precheck."""
        return policy_for(operation, precheck, self._policies, self._approvers)

    async def prepare(self, request: Request, world: World) -> Request:
        """Read the state that it is asked on; then it waits for approvers, or may run at once."""
        try:
            precheck = await request.operation.precheck(world)
        except (VendorError, CannotDoError) as error:
            summary = f"How things stand cannot be read: {sentence(error)} {NOTHING_DONE}"
            return await self._close(request, Outcome.FAILED, summary)
        if precheck.problems:
            summary = f"{' '.join(precheck.problems)} {NOTHING_DONE}"
            return await self._close(request, Outcome.REFUSED, summary, precheck=precheck)
        return await self._put_forward(request, precheck)

    async def _put_forward(self, request: Request, precheck: Precheck) -> Request:
        now = self._clock.now()
        policy = policy_for(request.operation, precheck, self._policies, self._approvers)
        alike = await self._store.read(lambda tables: _alike(tables, request))
        busy = next((each for each in alike if each.is_under_way), None)
        if busy is not None and policy.approvals_needed == 0:  # else an approver sees both
            summary = f"#{busy.id} is doing the same just now. {NOTHING_DONE}"
            return await self._close(request, Outcome.REFUSED, summary, precheck=precheck)
        changes: dict[str, Any] = {"policy": policy, "precheck": precheck}
        changes |= {"alike": tuple(each.id for each in alike)}
        changes |= {"expires_at": now + policy.expires}
        if policy.approvals_needed == 0:
            changes |= {"state": State.APPROVED, "closed_at": now}
        return await self._keep(request, "request.prepared", **changes)

    async def _close(
        self, request: Request, outcome: Outcome, summary: str, **changes: Any
    ) -> Request:
        now = self._clock.now()
        changes |= {"state": State.WITHDRAWN, "closed_at": now, "ended_at": now}
        changes |= {"outcome": outcome, "summary": summary}
        return await self._keep(request, "request.ended", **changes)

    async def _keep(self, request: Request, action: str, **changes: Any) -> Request:
        now = self._clock.now()
        after = request.model_copy(update=changes)

        def work(tables: Tables) -> Request:
            facts = _facts(after)
            saved = self._ledger.changed(
                tables, request, after, action=action, actor=BOT, now=now, facts=facts
            )
            if saved is None:  # withdrawn while we were reading
                return tables.requests.by_id(request.id) or request
            if saved.state is State.PENDING:
                self._ledger.show_card(tables, saved, now)
            return saved

        return await self._store.write(work)


def _alike(tables: Tables, request: Request) -> list[Request]:
    """What people asked for before in the same words: two may have seen the same alert."""
    return [
        each
        for each in tables.requests.unfinished()
        if each.id < request.id and each.hash == request.hash
    ]


def _facts(request: Request) -> dict[str, Any]:
    precheck = request.precheck.model_dump(mode="json") if request.precheck else None
    policy = request.policy.model_dump(mode="json") if request.policy else None
    return {"precheck": precheck, "policy": policy, "summary": request.summary}
