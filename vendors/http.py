"""The one way to speak HTTP to a vendor: reads are repeated, writes are not.

ApiClient decides (retries, errors); PacedTransport below it paces every single request, also those
that an `httpx.Auth` sends on its own.
"""

import asyncio
import copy
import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import SecretStr, ValidationError

from vendors import errors
from vendors.complaints import Complaint
from vendors.complaints import complaint as any_complaint
from vendors.health import Health
from vendors.limits import PATIENCE_S, Clock, HeldError, Lane, Sleep, Slots, TokenBucket
from vendors.models import Vendor
from vendors.pacing import Observer, PacedTransport, Seen, nobody, retry_after_s
from vendors.retries import TRIES, last_answer, pause_s
from vendors.tls import direct_transport
from vendors.wire_model import ESCAPED, WireModel, with_whole_characters

ReplyT = TypeVar("ReplyT", bound=WireModel)

USER_AGENT = "Chargehand"
TIMEOUT = httpx.Timeout(15.0, connect=5.0)
NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
)

UNSAID_RETRY_AFTER_S = 60.0
"""For a 429 without `Retry-After`, as in the sample of Plugchoice docs, guides/rate-limiting."""


class ApiClient:
    """One account's connection to its vendor."""

    def __init__(
        self,
        *,
        vendor: Vendor,
        base_url: str,
        auth: httpx.Auth,
        bucket: TokenBucket,
        concurrency: int = 4,
        transport: httpx.AsyncBaseTransport | None = None,
        complaint: Callable[[httpx.Response], Complaint] = any_complaint,
        field_names: Mapping[str, str] | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Clock = time.monotonic,
        rng: random.Random | None = None,
        lane: Lane = Lane.PERSON,
        observe: Observer = nobody,
    ) -> None:
        self.vendor = vendor
        self._bucket = bucket
        self._complaint = complaint
        self._field_names = field_names or {}
        self._sleep = sleep
        self._rng = rng or random.Random()  # noqa: S311 - jitter needs no cryptographic strength
        self._lane = lane
        self._seen = Seen()
        self._health = Health(vendor, clock)
        slots = Slots(concurrency)

        def connection(limits: httpx.Limits) -> httpx.AsyncClient:
            inner = transport or direct_transport(limits)
            paced = PacedTransport(
                inner, bucket, slots, sleep, self._seen, clock=clock, observe=observe
            )
            return httpx.AsyncClient(
                base_url=base_url,
                auth=auth,
                transport=paced,
                timeout=TIMEOUT,
                headers={"Accept": "application/json", "User-Agent": USER_AGENT},
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # takes none
            )

        self._reads = connection(httpx.Limits(max_keepalive_connections=concurrency))
        # A write on a kept connection that the vendor has just closed would look like a lost
        # answer: every write gets a connection of its own.
        self._writes = connection(httpx.Limits(max_keepalive_connections=0))
        self._writes.headers["Connection"] = "close"

    def in_lane(self, lane: Lane) -> Self:
        """The same client, connections and limits, for requests of this lane."""
        other = copy.copy(self)
        other._lane = lane  # noqa: SLF001 - our own copy
        return other

    @property
    def server_date(self) -> datetime | None:
        """The vendor's clock, as of its last answer."""
        return self._seen.server_date

    @property
    def remaining(self) -> int | None:
        """`X-RateLimit-Remaining`, as of the last answer that had it."""
        return self._seen.remaining

    def path(self, template: str, **ids: str) -> str:
        """Fill a path in with ids that may come from a person; raises NotFoundError."""
        for object_id in ids.values():
            if object_id in {"", ".", ".."}:  # no id at all, and a step up in a path
                raise errors.NotFoundError(self.vendor, "no such id")
        return template.format(
            **{name: quote(object_id, safe="") for name, object_id in ids.items()}
        )

    async def read(
        self, path: str, reply: type[ReplyT], params: Mapping[str, str | int] | None = None
    ) -> ReplyT:
        """Read something; repeated where that may help, since reading twice harms nobody.

        Raises any VendorError but OutcomeUnknownError. In the background lane an account that
        keeps failing is not called at all until its back-off is over: VendorUnreachableError.
        """
        if self._lane is Lane.BACKGROUND:
            self._health.check()
        request = self._reads.build_request(
            "GET", path, params=params, extensions={"lane": self._lane}
        )
        response = await self._read_answer(request)
        if not response.is_success:
            raise self._refusal(response, unclear=errors.VendorUnreachableError)
        return self._parsed(response, reply)

    async def write(
        self,
        method: str,
        path: str,
        reply: type[ReplyT],
        json: Mapping[str, Any] | None = None,
        *,
        also: TokenBucket | None = None,
    ) -> ReplyT:
        """Change something, at most once.

        Secrets in `json` are given as SecretStr. `also` is a second limit that counts. Raises
        VendorUnreachableError where nothing was sent, OutcomeUnknownError where no clear answer
        came back; the other errors mean that the vendor did nothing.
        """
        body, secrets = _revealed(json)
        request = self._writes.build_request(
            method, path, json=body, extensions={"lane": self._lane, "also": also}
        )
        response = await self._write_answer(request)
        if not response.is_success:
            raise self._refusal(response, unclear=errors.OutcomeUnknownError, secrets=secrets)
        try:
            return self._parsed(response, reply)
        except errors.UnexpectedReplyError as exc:
            raise errors.OutcomeUnknownError(self.vendor, f"unreadable answer: {exc}") from exc

    async def aclose(self) -> None:
        """Close the connections."""
        await self._reads.aclose()
        await self._writes.aclose()

    async def _read_answer(self, request: httpx.Request) -> httpx.Response:
        try:
            response = await last_answer(
                lambda: self._sent(self._reads, request), sleep=self._sleep, rng=self._rng
            )
        except httpx.TransportError as exc:
            self._health.failed()
            raise errors.VendorUnreachableError(self.vendor, _no_answer(exc)) from exc
        except httpx.DecodingError as exc:
            raise errors.UnexpectedReplyError(
                self.vendor, "undecodable body", field="body"
            ) from exc
        self._note_health(response)
        return response

    async def _write_answer(self, request: httpx.Request) -> httpx.Response:
        """Send once; again only after a 429, which proves that nothing was done."""
        for attempt in range(TRIES):
            try:
                response = await self._sent(self._writes, request)
            except httpx.RequestError as exc:
                raise self._lost(exc) from exc
            wait = max(pause_s(attempt, self._rng), retry_after_s(response) or 0.0)
            if response.status_code != 429 or attempt == TRIES - 1 or wait > PATIENCE_S:
                return response
            await self._sleep(wait)
        raise AssertionError("the last attempt returns")

    async def _sent(self, client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
        try:
            return await client.send(request)
        except HeldError as exc:
            raise errors.VendorRateLimitedError(
                self.vendor, "the limit is used up", retry_after=exc.wait_s
            ) from exc
        except errors.VendorUnreachableError:  # by an `httpx.Auth` that could get no token
            self._health.failed()
            raise

    def _note_health(self, response: httpx.Response) -> None:
        """Any answer is a sign of life but a server's or a gateway's excuse."""
        if response.is_server_error:
            self._health.failed()
        else:
            self._health.answered()

    def _lost(self, exc: httpx.RequestError) -> errors.VendorError:
        """Whether a write that failed may have arrived."""
        if isinstance(exc, NEVER_SENT):
            self._health.failed()
            return errors.VendorUnreachableError(self.vendor, _no_answer(exc))
        return errors.OutcomeUnknownError(self.vendor, _no_answer(exc))

    def _parsed(self, response: httpx.Response, reply: type[ReplyT]) -> ReplyT:
        try:
            return _read(response.content, reply)
        except ValidationError as exc:
            first = exc.errors(include_url=False, include_input=False, include_context=False)[0]
            field = ".".join(str(part) for part in first["loc"]) or "body"
            raise errors.UnexpectedReplyError(
                self.vendor, f"{field}: {first['msg']}", field=field
            ) from exc

    def _refusal(
        self,
        response: httpx.Response,
        *,
        unclear: type[errors.VendorError],
        secrets: Sequence[str] = (),
    ) -> errors.VendorError:
        """The error that a status means; `unclear` is what a 5xx means to the caller."""
        status = response.status_code
        token = response.request.headers.get("Authorization", "").rpartition(" ")[2]
        said = self._complaint(response).without([*secrets, token]).renamed(self._field_names)
        message = said.message or f"HTTP {status}"
        wait = retry_after_s(response)
        if status == 429 or (unclear is errors.VendorUnreachableError and (wait or 0) > PATIENCE_S):
            after = UNSAID_RETRY_AFTER_S if wait is None else wait
            return errors.VendorRateLimitedError(self.vendor, message, retry_after=after)
        if status in _BY_STATUS:
            return _BY_STATUS[status](self.vendor, message)
        if response.is_client_error:
            return errors.RejectedError(self.vendor, message, fields=said.fields)
        if response.is_server_error or unclear is errors.OutcomeUnknownError:
            return unclear(self.vendor, message)
        return errors.UnexpectedReplyError(self.vendor, message, field="status")


_BY_STATUS: Mapping[int, type[errors.VendorError]] = {
    401: errors.VendorAuthError,
    403: errors.ForbiddenError,
    404: errors.NotFoundError,
}


def _read(content: bytes, reply: type[ReplyT]) -> ReplyT:
    """Read a body; a name that was cut in the middle of an emoji must not spoil all of a page."""
    try:
        return reply.from_json(content)
    except ValidationError:
        if ESCAPED not in content:
            raise
        return reply.from_json(with_whole_characters(content))


def _revealed(json: Mapping[str, Any] | None) -> tuple[dict[str, Any] | None, list[str]]:
    """The body to send, and what in it must not come back in an error."""
    if json is None:
        return None, []
    secrets = [value.get_secret_value() for value in json.values() if isinstance(value, SecretStr)]
    body = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in json.items()
    }
    return body, secrets


def _no_answer(exc: Exception) -> str:
    return f"no answer ({type(exc).__name__})"
