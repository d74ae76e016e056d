"""Asking a vendor about single chargers, a few of them at the same time."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from vendors.errors import (
    ForbiddenError,
    NotFoundError,
    VendorAuthError,
    VendorError,
    VendorRateLimitedError,
)
from vendors.models import Charger
from vendors.ports import ReadsChargers

_log = logging.getLogger(__name__)

AT_ONCE = 4
"""As many as an account's client sends at the same time."""
MOST_FAILED = 3
"""So many single reads without an answer mean that it is the vendor, not the charger."""


@dataclass
class Readings:
    """What a vendor said of the chargers that it was asked about, each by its id."""

    found: dict[str, Charger] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    """Those that the vendor does not know any more."""
    unread: set[str] = field(default_factory=set)
    """Those of which it could not be learnt now; who may not be read at all is not among them."""
    trouble: VendorError | None = None
    """Why the rest was not asked about."""


async def read_directly(client: object, ids: Sequence[str]) -> Readings:
    """The vendor's own word on each; never raises a VendorError.

    One charger that cannot be read must not make us blind for its account; an account that lets
    nobody be read is not asked on and on.
    """
    readings = Readings(unread=set(ids))
    if not isinstance(client, ReadsChargers):
        return readings
    failures: list[VendorError] = []
    for few in _few_at_a_time(ids):
        answers = await asyncio.gather(*(_asked(client, charger_id) for charger_id in few))
        for charger_id, answer in zip(few, answers, strict=True):
            failures += _noted(readings, charger_id, answer)
        readings.trouble = _hopeless(failures)
        if readings.trouble is not None:
            break
    return readings


def _few_at_a_time(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


async def _asked(client: ReadsChargers, charger_id: str) -> Charger | VendorError:
    try:
        return await client.charger(charger_id)
    except VendorError as error:
        return error


def _noted(
    readings: Readings, charger_id: str, answer: Charger | VendorError
) -> Sequence[VendorError]:
    """Take note of an answer; whatever tells nothing of the charger comes back as a failure."""
    match answer:
        case Charger():
            readings.found[charger_id] = answer
        case NotFoundError():
            readings.gone.append(charger_id)
        case ForbiddenError():
            _log.info("charger may not be read", extra={"charger": charger_id})
        case _:
            return [answer]
    readings.unread.discard(charger_id)
    return []


def _hopeless(failures: Sequence[VendorError]) -> VendorError | None:
    """The failure after which asking about others is no use."""
    for failure in failures:
        if isinstance(failure, VendorAuthError | VendorRateLimitedError):
            return failure
    return failures[-1] if len(failures) >= MOST_FAILED else None
