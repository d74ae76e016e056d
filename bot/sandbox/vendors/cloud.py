"""What the four clouds have in common: a loopback server, a log of calls, faults and limits."""

import asyncio
import json
import math
import socket
import struct
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, Self

from aiohttp import web

from bot.sandbox.vendors.api_faults import ApiFault, ApiFaults, ApiTrouble
from bot.sandbox.vendors.calls import Call, CallLog, without_secrets
from bot.sandbox.vendors.entities import Vendor
from bot.sandbox.vendors.exchange import Answer, Endpoint, Incoming, Refusal, bearer
from bot.sandbox.vendors.rate_limit import Quota, RateLimit
from bot.sandbox.vendors.world import Share, World

GARBAGE = b"<!doctype html><title>Just a moment...</title>"
UNKNOWN_PATH = "(unknown)"
BROKEN_AFTERWARDS = frozenset(
    {
        ApiTrouble.LOST_ANSWER,
        ApiTrouble.TRUNCATED,
        ApiTrouble.GARBAGE,
        ApiTrouble.EMPTY_LIST,
    }
)


class Dropped(Exception):  # noqa: N818 - what happens to the connection, not an error of ours
    """The connection breaks without an answer."""


class VendorCloud(ABC):
    """One vendor's API over the world's share of that vendor."""

    vendor: ClassVar[Vendor]
    prefix: ClassVar[str]

    def __init__(
        self,
        world: World,
        now: Callable[[], datetime],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        requests_per_minute: int | None = None,
    ) -> None:
        self.world = world
        self.calls = CallLog()
        self.faults = ApiFaults()
        self.rate_limit = RateLimit(requests_per_minute) if requests_per_minute else None
        self._now = now
        self._sleep = sleep
        self._runner: web.AppRunner | None = None
        self._root = ""
        self._arrivals = 0

    @property
    def share(self) -> Share:
        """The chargers and sites of this vendor."""
        return self.world.shares[self.vendor]

    @property
    def root(self) -> str:
        """Scheme, host and port."""
        return self._root

    @property
    def base_url(self) -> str:
        """What an account's `base_url` should be."""
        return self._root + self.prefix

    # What each vendor says in its own words

    @abstractmethod
    def endpoints(self) -> Sequence[Endpoint]:
        """The documented paths below the base URL, the more specific first."""

    @abstractmethod
    def credential(self, incoming: Incoming) -> str:
        """Whose request it is. Raises Refusal where the vendor does not know the caller."""

    @abstractmethod
    def complaint(self, refusal: Refusal) -> Any:
        """The body of a refusal."""

    @abstractmethod
    def emptied(self, body: Any) -> Any:
        """The same list with nothing in it."""

    def admit(self, key: str, incoming: Incoming) -> Mapping[str, str]:  # noqa: ARG002 - for others
        """Count the request; returns the headers that tell what is left. Raises Refusal."""
        return self.counted(self.rate_limit, key)

    def counted(self, limit: RateLimit | None, key: str) -> Mapping[str, str]:
        """Count the request against one limit. Raises Refusal when it is used up."""
        if limit is None:
            return {}
        quota = limit.hit(key, self._now())
        headers = self.quota_headers(quota)
        if quota.wait:
            retry_after = {"Retry-After": str(quota.wait)}
            raise Refusal(429, "Too Many Attempts.", headers={**headers, **retry_after})
        return headers

    def quota_headers(self, quota: Quota) -> dict[str, str]:
        """What is left, in headers."""
        return {
            "X-RateLimit-Limit": str(quota.limit),
            "X-RateLimit-Remaining": str(quota.remaining),
        }

    # Serving

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; port 0 takes a free one."""
        app = web.Application(client_max_size=5_000_000)
        for endpoint in self.endpoints():
            path = self.prefix + endpoint.path
            app.router.add_route(endpoint.method, path, partial(self._serve, endpoint))
        app.router.add_route("*", "/{tail:.*}", partial(self._serve, None))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        listener = web.TCPSite(self._runner, "127.0.0.1", port)
        await listener.start()
        self._root = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Close the door."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _serve(self, endpoint: Endpoint | None, request: web.Request) -> web.StreamResponse:
        incoming = await self._incoming(request)
        call = self._logged(endpoint, incoming)
        fault = self.faults.strike(incoming.method, incoming.path)
        call.fault = fault.trouble.value if fault else None
        try:
            answer = await self._answered(endpoint, incoming, fault)
            status, sent = answer.status, _to_bytes(answer)
            if fault and fault.trouble is ApiTrouble.GARBAGE:
                status, sent = 200, GARBAGE
            call.finished(status, answer.headers, sent)
            if fault and fault.trouble is ApiTrouble.TRUNCATED:
                return await _half(request, answer, sent)
            return _response(status, answer.headers, sent)
        except Dropped:
            return _cut(request)
        finally:
            self.calls.answered(call)

    async def _answered(
        self, endpoint: Endpoint | None, incoming: Incoming, fault: ApiFault | None
    ) -> Answer:
        try:
            await self._suffer(fault)
            answer = self._admitted(endpoint, incoming)
        except Refusal as refusal:
            answer = Answer(self.complaint(refusal), refusal.status, refusal.headers)
        if fault and fault.trouble is ApiTrouble.LOST_ANSWER:
            raise Dropped
        if fault and fault.trouble is ApiTrouble.EMPTY_LIST:
            return Answer(self.emptied(answer.body), answer.status, answer.headers)
        return answer

    def _admitted(self, endpoint: Endpoint | None, incoming: Incoming) -> Answer:
        self.world.advance(self._now())
        headers: Mapping[str, str] = {}
        if endpoint is None or not endpoint.open:
            headers = self.admit(self.credential(incoming), incoming)
        if endpoint is None:
            raise Refusal(404, "Not Found", headers=headers)
        try:
            answer = endpoint.answer(incoming)
        except Refusal as refusal:
            refusal.headers = {**headers, **refusal.headers}
            raise
        return Answer(answer.body, answer.status, {**headers, **answer.headers})

    async def _suffer(self, fault: ApiFault | None) -> None:
        """What a fault does before the request is carried out."""
        if fault is None or fault.trouble in BROKEN_AFTERWARDS:
            return
        match fault.trouble:
            case ApiTrouble.SLOW:
                await self._sleep(fault.seconds)
            case ApiTrouble.ERROR:
                raise Refusal(fault.status, "Server Error")
            case ApiTrouble.RATE_LIMITED:
                seconds = str(math.ceil(fault.seconds))
                raise Refusal(429, "Too Many Attempts.", headers={"Retry-After": seconds})
            case ApiTrouble.UNAUTHORISED:
                raise Refusal(401, "Unauthenticated.")
            case ApiTrouble.FORBIDDEN:
                raise Refusal(403, "This action is unauthorized.")
            case _:
                raise Dropped

    async def _incoming(self, request: web.Request) -> Incoming:
        return Incoming(
            method=request.method,
            path=request.path.removeprefix(self.prefix),
            params=request.match_info,
            query=request.query,
            headers=request.headers,
            body=_parsed(await request.read()),
        )

    def _logged(self, endpoint: Endpoint | None, incoming: Incoming) -> Call:
        self._arrivals += 1
        call = Call(
            number=self._arrivals,
            vendor=self.vendor.value,
            at=self._now(),
            method=incoming.method,
            path=incoming.path,
            template=endpoint.path if endpoint else UNKNOWN_PATH,
            query={name: incoming.query.getall(name) for name in incoming.query},
            headers=self._shown(incoming),
            body=without_secrets(incoming.body),
        )
        self.calls.arrived(call)
        return call

    def _shown(self, incoming: Incoming) -> dict[str, str]:
        headers = dict(incoming.headers)
        if "Authorization" in incoming.headers:
            try:
                owner = self.credential(incoming)
            except Refusal:
                owner = "unknown"
            scheme = "Bearer" if bearer(incoming) else "no Bearer"
            headers["Authorization"] = f"{scheme} ({owner})"
        return headers


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw.decode(errors="replace")


def _to_bytes(answer: Answer) -> bytes:
    return b"" if answer.body is None else json.dumps(answer.body).encode()


def _response(status: int, headers: Mapping[str, str], sent: bytes) -> web.Response:
    content_type = "text/html" if sent == GARBAGE else "application/json"
    return web.Response(
        status=status, headers=headers, body=sent, content_type=content_type if sent else None
    )


async def _half(request: web.Request, answer: Answer, sent: bytes) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_type = "application/json"
    response.content_length = len(sent)
    await response.prepare(request)
    await response.write(sent[: len(sent) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


def _cut(request: web.Request) -> web.Response:
    """Break the connection hard, so that the caller sees a reset and no orderly end."""
    transport = request.transport
    if transport is not None:
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()
