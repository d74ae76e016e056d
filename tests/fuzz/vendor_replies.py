"""Spoilt answers of vendors: to each call of each client, and to the sweeps of the whole bot."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx
import pytest

from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.seed import seeded_world
from tests.acceptance.test_secrets import asked, ids_of, methods, spec
from tests.clock import VirtualClock
from tests.fuzz.odd import VALUES, spoilt, spoilt_leaves
from tests.handlers.house import House
from vendors.connect import AccountSpec, connect

LONGEST_CALL_S = 60.0
ACCOUNTS = ("nl", "legacy", "dk", "us")
MOSTLY = 0.6
"""Of a sweep's answers this share is left as it is, else no sweep would come to its end."""
STATUSES = (200, 200, 200, 200, 201, 204, 299, 302, 400, 404, 418, 422)


def spoilt_body(body: bytes, rng: random.Random) -> bytes:
    """Something like it."""
    match rng.randrange(10):
        case 0:
            return body[: rng.randrange(len(body) + 1)]
        case 1:
            return bytes(rng.randrange(256) for _ in range(50))
        case 2:
            return json.dumps(rng.choice(VALUES)).encode()
        case 3:
            return b"[" * 5000
        case 4 | 5 | 6:
            return json.dumps(spoilt(_read(body), rng, times=rng.randrange(1, 5))).encode()
        case _:
            return json.dumps(spoilt_leaves(_read(body), rng)).encode()


def _read(body: bytes) -> Any:
    return json.loads(body or b"{}")


class Recorded(httpx.AsyncBaseTransport):
    """Answers as the clouds have answered, so that a case is the same whenever it is tried."""

    def __init__(self) -> None:
        self.live: httpx.AsyncBaseTransport | None = httpx.AsyncHTTPTransport()
        """Asked and recorded for as long as it is there."""
        self.rng: random.Random | None = None
        """Spoils the answers; `None` leaves them as they are."""
        self._answers: dict[tuple[str, str], tuple[int, bytes]] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, by what was said to the same question before."""
        question = (request.method, request.url.path)
        if self.live is not None:
            answer = await self.live.handle_async_request(request)
            self._answers.setdefault(question, (answer.status_code, await answer.aread()))
            await answer.aclose()
        status, body = self._answers.get(question, (404, b"{}"))
        if self.rng is None:
            return httpx.Response(status, content=body)
        return httpx.Response(self.rng.choice(STATUSES), content=spoilt_body(body, self.rng))


class Reader(NamedTuple):
    """One account's client, and what it can be asked."""

    spec: AccountSpec
    transport: Recorded
    methods: list[str]
    ids: Mapping[str, Any]

    def client(self) -> Any:
        """A new one, which has kept nothing of what was answered before."""
        return connect(self.spec, transport=self.transport, sleep=_at_once)


async def readers() -> dict[str, Reader]:
    """For each account what its cloud answers to each call, and ids of things that are there."""
    clock = VirtualClock()
    world = seeded_world(clock.now())
    async with VendorClouds(world, clock.now, sleep=clock.sleep, limited=False) as clouds:
        return {account: await _recorded(spec(clouds, account)) for account in ACCOUNTS}


async def _recorded(account: AccountSpec) -> Reader:
    transport = Recorded()
    client = connect(account, transport=transport, sleep=_at_once)
    reader = Reader(account, transport, methods(client), await ids_of(client))
    for name in reader.methods:
        await asked(client, name, reader.ids)
    live, transport.live = transport.live, None
    if live is not None:
        await live.aclose()
    return reader


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)


def every_call(found: Mapping[str, Reader]) -> list[tuple[Reader, str]]:
    """Each account with each method of its client."""
    return [(reader, name) for reader in found.values() for name in reader.methods]


async def misread(reader: Reader, name: str, rng: random.Random) -> str:
    """Ask, and spoil the answers; says what came that is no object and no error of ours."""
    reader.transport.rng = rng
    try:
        async with asyncio.timeout(LONGEST_CALL_S):
            await asked(reader.client(), name, reader.ids)
    except Exception as error:  # noqa: BLE001 - whatever comes is the finding
        return f"{reader.spec.name}.{name}: {error!r}"
    return ""


class Spoiler:
    """Spoils some of what comes back from the vendors, while it has choices to do it by."""

    rng: random.Random | None = None


@asynccontextmanager
async def spoiling() -> AsyncIterator[Spoiler]:
    """Let every answer to every client of ours pass through a spoiler."""
    spoiler, answered = Spoiler(), httpx.AsyncHTTPTransport.handle_async_request

    async def handle(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        answer, rng = await answered(transport, request), spoiler.rng
        if rng is None:
            return answer
        body = await answer.aread()
        await answer.aclose()
        if rng.random() < MOSTLY:
            return httpx.Response(answer.status_code, content=body)
        return httpx.Response(200, content=spoilt_body(body, rng))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle)
        yield spoiler


async def swept(house: House, spoiler: Spoiler, rng: random.Random) -> str:
    """Sweep an account with spoilt answers, and tell what comes of it; says what was done."""
    account = rng.choice(ACCOUNTS)
    sweep = rng.choice([house.parts.sweeper.full, house.parts.sweeper.troubled])
    spoiler.rng = rng
    try:
        async with asyncio.timeout(LONGEST_CALL_S):
            await sweep(account)
    finally:
        spoiler.rng = None
    await house.services.alerts.tick()
    await house.parts.outbox.drain()
    return f"{sweep.__name__} sweep of {account}, with spoilt answers"
