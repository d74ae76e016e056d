"""Which policy a request falls under: a pure function of the operation and the configuration."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.approvals.request import Policy
from bot.config.settings import PolicySettings
from bot.operations.base import Operation, Precheck

CAR_IS_CHARGING: Final = "A car is charging on it."


def policy_for(
    operation: Operation,
    precheck: Precheck | None,
    settings: Sequence[PolicySettings],
    default_approvers: Sequence[str],
) -> Policy:
    """The first policy that matches; none matches: one approval.

    Before a precheck several may match, by a size that is not known yet: then the first, as strict
    as any of them, so that nobody is asked for a reason when it is too late to give one. What would
    cut off a car that is charging needs an approval even where its policy says none.
    """
    chargers = precheck.chargers if precheck else operation.size
    possible = [
        _to_policy(each, default_approvers) for each in _matching(settings, operation, chargers)
    ]
    policy = possible[0].model_copy(
        update={
            "approvals_needed": max(each.approvals_needed for each in possible),
            "reason_required": any(each.reason_required for each in possible),
        }
    )
    if precheck and precheck.charging and operation.interrupts_charging:
        return _raised(policy)
    return policy


def _matching(
    settings: Sequence[PolicySettings], operation: Operation, chargers: int | None
) -> Iterator[PolicySettings | None]:
    """The first that matches, behind those that match if there are enough chargers."""
    for each in settings:
        if operation.kind not in each.operations:
            continue
        if each.accounts and operation.account not in each.accounts:
            continue
        if each.min_chargers is None:
            yield each
            return
        if chargers is None:
            yield each
        elif chargers >= each.min_chargers:
            yield each
            return
    yield None


def _to_policy(settings: PolicySettings | None, default_approvers: Sequence[str]) -> Policy:
    if settings is None:
        return Policy(approvers=tuple(default_approvers))
    return Policy(
        approvals_needed=settings.approvals_needed,
        approvers=settings.approvers or tuple(default_approvers),
        expires=settings.expires,
        remind_after=settings.remind_after,
        self_approval=settings.self_approval,
        reason_required=settings.reason == "required",
    )


def _raised(policy: Policy) -> Policy:
    if policy.approvals_needed > 0:
        return policy
    return policy.model_copy(update={"approvals_needed": 1, "raised_because": CAR_IS_CHARGING})
