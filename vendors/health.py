"""Whether an account answers, and how long its background calls rest while it does not."""

import logging

from vendors import errors
from vendors.limits import Clock
from vendors.models import Vendor

_log = logging.getLogger(__name__)

FAILURES_UNTIL_BACK_OFF = 5
"""More than an account's requests at one time: those that fail together are one bad moment."""
BACK_OFF_S = (30.0, 60.0, 120.0, 300.0)


class Health:
    """Whether an account answers; slows the background down while it does not."""

    def __init__(self, vendor: Vendor, clock: Clock) -> None:
        self._vendor = vendor
        self._clock = clock
        self._failures = 0
        self._resume_at = 0.0

    def check(self) -> None:
        """Raise VendorUnreachableError while the account is given a rest."""
        left = self._resume_at - self._clock()
        if left > 0:
            raise errors.VendorUnreachableError(
                self._vendor, f"kept failing; next background call in {left:.0f} s"
            )

    def answered(self) -> None:
        """Take note of a sign of life."""
        if self._failures >= FAILURES_UNTIL_BACK_OFF:
            _log.info("vendor answers again", extra={"vendor": self._vendor.value})
        self._failures = 0
        self._resume_at = 0.0

    def failed(self) -> None:
        """Count a failure; those that end during a back-off belong to the failure before it."""
        if self._clock() < self._resume_at:
            return
        self._failures += 1
        step = self._failures - FAILURES_UNTIL_BACK_OFF
        if step == 0:
            _log.warning("vendor keeps failing", extra={"vendor": self._vendor.value})
        if step >= 0:
            self._resume_at = self._clock() + BACK_OFF_S[min(step, len(BACK_OFF_S) - 1)]
