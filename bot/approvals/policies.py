"""Which policy a request falls under: a pure function of the operation and the configuration."""

from collections.abc import Sequence
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

    What would cut off a car that is charging
    needs an approval even where its policy says none.
    """
    chargers = precheck.chargers if precheck else operation.size
    match = next((each for each in settings if _matches(each, operation, chargers)), None)
    policy = _to_policy(match, default_approvers)
    if precheck and precheck.charging and operation.interrupts_charging:
        return _raised(policy)
    return policy


def _matches(settings: PolicySettings, operation: Operation, chargers: int) -> bool:
    return (
        operation.kind in settings.operations
        and (not settings.accounts or operation.account in settings.accounts)
        and (settings.min_chargers is None or chargers >= settings.min_chargers)
    )


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
