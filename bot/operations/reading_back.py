"""Telling from what is there now whether a write happened whose answer was lost."""

from collections.abc import Sequence
from typing import Any

from bot.operations.base import Finding, Verdict
from vendors.models import VendorObject


def compare(*, now: Any, wanted: Any, before: Any) -> Verdict:
    """Whether a value is as we wrote it, as it was before, or as somebody else made it."""
    if now == wanted:
        return Verdict.DONE
    return Verdict.NOT_DONE if now == before else Verdict.CANNOT_TELL


def one_new(alike: Sequence[VendorObject], known: Sequence[str], what: str) -> Finding:
    """Whether exactly one of these objects was not among the known ids before the write."""
    new = [item for item in alike if item.id not in known]
    match len(new):
        case 0:
            return Finding(Verdict.NOT_DONE, f"There is no new {what}.")
        case 1:
            return Finding(Verdict.DONE, f"The new {what} is there.", seen=new[0])
        case _:
            return Finding(Verdict.CANNOT_TELL, f"There are {len(new)} new ones alike: {what}.")
