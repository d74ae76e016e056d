"""One try of one operation, and every way in which it can end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.approvals.request import Outcome
from bot.operations.base import CannotDoError, Finding, Operation, Verdict, World
from vendors.errors import (
    ForbiddenError,
    NotFoundError,
    RejectedError,
    VendorAuthError,
    VendorError,
    VendorRateLimitedError,
    VendorUnreachableError,
)
from vendors.models import Ref, VendorObject

NOTHING_DONE = "Nothing was done."


@dataclass(frozen=True)
class Ending:
    """How a write ended."""

    outcome: Outcome
    summary: str
    answer: Mapping[str, Any] = field(default_factory=dict)
    seen: VendorObject | None = None
    gone: Ref | None = None
    retry_after: float | None = None
    """After so many seconds the vendor takes the same again, which it has not looked at now."""


async def attempt(operation: Operation, world: World) -> Ending:
    """Write once. Whatever does not prove that nothing was done is an unknown outcome."""
    try:
        result = await operation.execute(world)
    except RejectedError as error:
        summary = f"{await _explain(operation, world, error)} {NOTHING_DONE}"
        return Ending(Outcome.REFUSED, summary, {"fields": error.fields})
    except (ForbiddenError, NotFoundError) as error:
        return Ending(Outcome.REFUSED, f"{sentence(error)} {NOTHING_DONE}")
    except VendorRateLimitedError as error:
        summary = f"{sentence(error)} {NOTHING_DONE}"
        return Ending(Outcome.FAILED, summary, retry_after=error.retry_after)
    except (VendorUnreachableError, VendorAuthError) as error:
        return Ending(Outcome.FAILED, f"{sentence(error)} {NOTHING_DONE}")
    except CannotDoError as error:
        return Ending(Outcome.FAILED, f"{sentence(error)} {NOTHING_DONE}")
    except VendorError as error:
        return Ending(Outcome.UNKNOWN, f"No clear answer came: {sentence(error)}")
    return Ending(Outcome.DONE, result.summary, result.answer, result.seen, result.gone)


async def _explain(operation: Operation, world: World, error: RejectedError) -> str:
    try:
        return in_a_sentence(await operation.explain(world, error))
    except (VendorError, CannotDoError):
        return in_a_sentence(error.message or "The vendor refused")


OUTCOMES = {
    Verdict.DONE: Outcome.DONE,
    Verdict.NOT_DONE: Outcome.FAILED,
    Verdict.CANNOT_TELL: Outcome.UNKNOWN,
}


def ending_of(finding: Finding) -> Ending:
    """What reading the vendor says about a write whose answer was lost."""
    outcome = OUTCOMES[finding.verdict]
    not_done = finding.verdict is Verdict.NOT_DONE
    summary = f"{finding.because} {NOTHING_DONE}" if not_done else finding.because
    return Ending(outcome, summary, finding.answer, finding.seen, finding.gone)


PLAIN: Mapping[type[Exception], str] = {
    VendorUnreachableError: "{vendor} does not answer just now.",
    VendorRateLimitedError: "{vendor} asks us to slow down; try again in a minute.",
    VendorAuthError: "{vendor} does not accept our credential; it has to be renewed.",
    ForbiddenError: "{vendor} does not let our credential do this.",
    NotFoundError: "{vendor} does not know it (any more).",
}


def sentence(error: Exception) -> str:
    """What an error means, in a sentence for people."""
    if isinstance(error, VendorError) and type(error) in PLAIN:
        return PLAIN[type(error)].format(vendor=error.vendor.capitalize())
    return in_a_sentence(str(error))


def in_a_sentence(text: str) -> str:
    """The text with a full stop where it has none."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
