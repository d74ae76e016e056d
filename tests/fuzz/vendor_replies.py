"""Spoilt answers of vendors; each call must end with an object or with an error of ours."""

import asyncio
import json
import random
from dataclasses import dataclass, field

import httpx

from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.seed import seeded_world
from tests.acceptance.test_secrets import asked, ids_of, methods, spec
from tests.clock import VirtualClock
from tests.fuzz.odd import VALUES, spoilt
from vendors.connect import connect

LONGEST_CALL_S = 20.0
ACCOUNTS = ("nl", "legacy", "dk", "us")


@dataclass
class Findings:
    """What came of it."""

    cases: int = 0
    broken: list[str] = field(default_factory=list)


class Spoiler(httpx.AsyncBaseTransport):
    """Passes requests on, and spoils what comes back."""

    def __init__(self, rng: random.Random) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self._rng = rng
        self.is_on = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer with something like the answer."""
        answer = await self._inner.handle_async_request(request)
        body = await answer.aread()
        await answer.aclose()
        if not self.is_on:
            return httpx.Response(answer.status_code, content=body)
        status = self._rng.choice([200, 200, 200, 200, 201, 204, 299, 302, 400, 404, 418, 422])
        return httpx.Response(status, content=self._spoilt(body))

    def _spoilt(self, body: bytes) -> bytes:
        match self._rng.randrange(10):
            case 0:
                return body[: self._rng.randrange(len(body) + 1)]
            case 1:
                return bytes(self._rng.randrange(256) for _ in range(50))
            case 2:
                return json.dumps(self._rng.choice(VALUES)).encode()
            case 3:
                return b"[" * 5000
            case _:
                said = json.loads(body or b"{}")
                return json.dumps(spoilt(said, self._rng, times=self._rng.randrange(1, 5))).encode()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)


async def read_spoilt_replies(cases: int, seed: int) -> Findings:
    """Every method of every client in turn."""
    clock, findings = VirtualClock(), Findings()
    world = seeded_world(clock.now())
    async with VendorClouds(world, clock.now, sleep=clock.sleep, limited=False) as clouds:
        for account in ACCOUNTS:
            await _read(clouds, account, cases // len(ACCOUNTS), seed, findings)
    return findings


async def _read(
    clouds: VendorClouds, account: str, cases: int, seed: int, findings: Findings
) -> None:
    transport = Spoiler(random.Random(f"{seed} {account}"))
    client = connect(spec(clouds, account), transport=transport, sleep=_at_once)
    ids = await ids_of(client)
    transport.is_on = True
    names = methods(client)
    for number in range(cases):
        name = names[number % len(names)]
        findings.cases += 1
        try:
            async with asyncio.timeout(LONGEST_CALL_S):
                await asked(client, name, ids)
        except Exception as error:  # noqa: BLE001 - whatever comes is the finding
            findings.broken.append(f"{account}.{name}, seed {seed}: {error!r}")
    await client.aclose()
