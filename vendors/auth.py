"""How a request proves who we are: a fixed bearer token, or one fetched by client credentials."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable, Generator

import httpx
from pydantic import BaseModel, Field, SecretStr, ValidationError

from vendors.errors import (
    UnexpectedReplyError,
    VendorAuthError,
    VendorError,
    VendorRateLimitedError,
    VendorUnreachableError,
)
from vendors.limits import Sleep
from vendors.models import Vendor
from vendors.pacing import retry_after_s
from vendors.retries import last_answer
from vendors.tls import direct_transport

TOKEN_TIMEOUT = httpx.Timeout(15, connect=5)
EXPIRY_MARGIN_S = 60.0
"""A token is not used in the last minute of its life, nor in its last half if it lives shorter."""
DEFAULT_RETRY_AFTER_S = 60.0


class StaticBearer(httpx.Auth):
    """`Authorization: Bearer <token>` with a token that does not change."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign the request."""
        _sign(request, self._token)
        yield request


class Grant(BaseModel):
    """The answer of a token endpoint (RFC 6749, section 5.1)."""

    access_token: SecretStr = Field(min_length=1)
    expires_in: float = 300.0
    """Seconds; the standard only recommends to send it."""


class ClientCredentials(httpx.Auth):
    """OAuth 2 client credentials as Auth0 speaks them: a JSON body with an audience.

    The token is kept until shortly before it expires, fetched once however many requests wait for
    it, and fetched anew once when the vendor answers 401. A token request changes nothing, so it is
    repeated like any read. Where no token can be had, the request itself is not sent, and whoever
    waited for the same token is told the same.
    """

    def __init__(
        self,
        *,
        vendor: Vendor,
        token_url: str,
        client_id: SecretStr,
        client_secret: SecretStr,
        audience: str,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
        rng: random.Random | None = None,
    ) -> None:
        self._vendor = vendor
        self._token_url = token_url
        self._client_id = client_id
        self._client_secret = client_secret
        self._audience = audience
        self._transport = transport
        self._clock = clock
        self._sleep = sleep
        self._rng = rng or random.Random()  # noqa: S311 - jitter needs no cryptographic strength
        self._token: SecretStr | None = None
        self._good_until = 0.0
        self._refreshing = asyncio.Lock()
        self._refusals = 0
        self._last_refusal: VendorError | None = None

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sign the request; after a 401, sign and send it once more with a new token.

        Raises VendorUnreachableError, VendorRateLimitedError, VendorAuthError or
        UnexpectedReplyError where no token could be had.
        """
        token = await self._current_token()
        _sign(request, token)
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            _sign(request, await self._current_token(refused=token))
            yield request

    async def _current_token(self, refused: SecretStr | None = None) -> SecretStr:
        refusals = self._refusals
        async with self._refreshing:
            token = self._token
            if token is not None and token is not refused and self._clock() < self._good_until:
                return token
            if self._last_refusal is not None and self._refusals > refusals:
                raise self._last_refusal.with_traceback(None)  # it came while we waited
            return await self._refreshed()

    async def _refreshed(self) -> SecretStr:
        try:
            self._token = await self._fetch()
        except VendorError as exc:
            self._refusals += 1
            self._last_refusal = exc
            raise
        return self._token

    async def _fetch(self) -> SecretStr:
        asked_at = self._clock()
        grant = self._read_grant(await self._ask())
        margin = min(EXPIRY_MARGIN_S, grant.expires_in / 2)
        self._good_until = asked_at + grant.expires_in - margin
        return grant.access_token

    async def _ask(self) -> httpx.Response:
        body = {
            "client_id": self._client_id.get_secret_value(),
            "client_secret": self._client_secret.get_secret_value(),
            "audience": self._audience,
            "grant_type": "client_credentials",
        }
        transport = self._transport or direct_transport()
        http = httpx.AsyncClient(transport=transport, timeout=TOKEN_TIMEOUT)
        try:
            return await last_answer(
                lambda: http.post(self._token_url, json=body), sleep=self._sleep, rng=self._rng
            )
        except httpx.TransportError as exc:
            message = f"no answer to the token request ({type(exc).__name__})"
            raise VendorUnreachableError(self._vendor, message) from exc
        except httpx.DecodingError as exc:
            raise self._no_grant() from exc
        finally:
            if self._transport is None:  # one that was passed in belongs to who passed it in
                await http.aclose()

    def _read_grant(self, response: httpx.Response) -> Grant:
        """Read the token; whatever else the endpoint says may echo a secret: it is not repeated."""
        status = response.status_code
        if status == httpx.codes.TOO_MANY_REQUESTS:
            wait = retry_after_s(response)
            after = DEFAULT_RETRY_AFTER_S if wait is None else wait
            raise VendorRateLimitedError(self._vendor, "too many token requests", retry_after=after)
        if response.is_server_error:
            raise VendorUnreachableError(self._vendor, f"HTTP {status} to the token request")
        if not response.is_success:
            raise VendorAuthError(self._vendor, f"HTTP {status} to the token request")
        try:
            return Grant.model_validate_json(response.content)
        except ValidationError:
            # not chained: the error would show the body, and the body may hold the token
            raise self._no_grant() from None

    def _no_grant(self) -> UnexpectedReplyError:
        return UnexpectedReplyError(
            self._vendor, "the token request was answered without a token", field="access_token"
        )


def _sign(request: httpx.Request, token: SecretStr) -> None:
    request.headers["Authorization"] = f"Bearer {token.get_secret_value()}"
