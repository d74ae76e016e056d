"""Paces every request below the client, whoever sends it, by what answers say of limits."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import httpx

from vendors.limits import Clock, Lane, Sleep, Slots, TokenBucket, turn

LONGEST_ANSWER_S = 60.0
"""For an answer as a whole: one that drips in byte by byte outwits every other timeout."""

LONGEST_PAUSE_S = 3600.0
"""No vendor documents more than a minute; a pause of years would be the end of us."""

_MOST_DIGITS = 12  # of a number in a header that can be meant


class Sent(NamedTuple):
    """One request that went out, for those who count them."""

    status: int | None
    """Of the answer; `None` where none came."""
    waited_s: float
    """For its turn, before it went out."""


Observer = Callable[[Sent], None]


def nobody(_: Sent) -> None:
    """Where nobody counts."""


class Seen:
    """What answers tell beside their bodies."""

    def __init__(self) -> None:
        self.server_date: datetime | None = None
        self.remaining: int | None = None

    def note(self, response: httpx.Response) -> None:
        """Read an answer's headers."""
        self.server_date = _http_date(response.headers.get("Date", "")) or self.server_date
        remaining = _whole(response.headers.get("X-RateLimit-Remaining", ""))
        self.remaining = self.remaining if remaining is None else remaining


class PacedTransport(httpx.AsyncBaseTransport):
    """Waits for a token and a slot before each request, and believes what answers say of limits."""

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        bucket: TokenBucket,
        slots: Slots,
        sleep: Sleep,
        seen: Seen,
        *,
        clock: Clock = time.monotonic,
        observe: Observer = nobody,
    ) -> None:
        self._inner = inner
        self._bucket = bucket
        self._slots = slots
        self._sleep = sleep
        self._seen = seen
        self._clock = clock
        self._observe = observe

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send when it is this request's turn; raises HeldError where that is too far off."""
        lane = request.extensions.get("lane", Lane.PERSON)
        also = request.extensions.get("also")
        buckets = [self._bucket, also] if also else [self._bucket]
        asked_at = self._clock()
        async with turn(buckets, self._slots, lane, self._sleep):
            waited_s = self._clock() - asked_at
            status = None
            try:
                response = await self._answer(request)
                status = response.status_code
            finally:
                self._observe(Sent(status, waited_s))
            self._note(response, buckets)
        return response

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        """The whole answer: the slot is held until the body is there."""
        try:
            async with asyncio.timeout(LONGEST_ANSWER_S):
                response = await self._inner.handle_async_request(request)
                response.request = request
                try:
                    await response.aread()
                finally:
                    await response.aclose()
        except TimeoutError as exc:
            raise httpx.ReadTimeout("an answer without an end", request=request) from exc
        return response

    def _note(self, response: httpx.Response, buckets: Sequence[TokenBucket]) -> None:
        self._seen.note(response)
        remaining = _whole(response.headers.get("X-RateLimit-Remaining", ""))
        if remaining is not None:
            buckets[-1].obey(remaining, _reset_s(response))  # of a command: what is left of those
        wait = retry_after_s(response)
        if response.status_code == 429 and wait is not None:
            for bucket in buckets:
                bucket.hold(wait)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def retry_after_s(response: httpx.Response) -> float | None:
    """`Retry-After` as seconds from now; an HTTP date is measured by the vendor's own clock.

    At most an hour, whatever the vendor says.
    """
    said = response.headers.get("Retry-After", "").strip()
    seconds: float | None = _whole(said)
    if seconds is None and (then := _http_date(said)) is not None:
        now = _http_date(response.headers.get("Date", "")) or datetime.now(UTC)
        seconds = (then - now).total_seconds()
    return None if seconds is None else min(max(0.0, seconds), LONGEST_PAUSE_S)


def _reset_s(response: httpx.Response) -> float | None:
    """`X-RateLimit-Reset` (Spirii: unix seconds) as seconds from now."""
    reset = _whole(response.headers.get("X-RateLimit-Reset", ""))
    if reset is None:
        return None
    now = _http_date(response.headers.get("Date", "")) or datetime.now(UTC)
    return max(0.0, reset - now.timestamp())


def _whole(text: str) -> int | None:
    text = text.strip()
    can_be_meant = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if can_be_meant else None


def _http_date(text: str) -> datetime | None:
    try:
        then = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return then.replace(tzinfo=UTC) if then.tzinfo is None else then
