"""What a platform asks: are you alive, can you work."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiohttp import web

from bot.clock import Clock
from bot.store import Store, StoreError

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[bool]]
PATIENCE_S: Final = 2.0


def health_routes(checks: Mapping[str, Check]) -> list[web.RouteDef]:
    """`/healthz`: this process runs. `/readyz`: all `checks` hold, else 503 with their names.

    Neither says more than that: they may be open to anybody.
    """

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(_: web.Request) -> web.Response:
        results = await asyncio.gather(*map(_holds, checks.values()))
        ready = all(results)
        return web.json_response(
            {"ready": ready, "checks": dict(zip(checks, results, strict=True))},
            status=200 if ready else 503,
        )

    return [web.get("/healthz", healthz), web.get("/readyz", readyz)]


def store_is_writable(store: Store, clock: Clock) -> Check:
    """Whether the database takes a change now."""

    async def check() -> bool:
        now = clock.now().isoformat()
        try:
            await store.write(lambda tables: tables.meta.remember("ready_at", now))
        except StoreError as error:
            log.error("Not ready: %s", error)  # noqa: TRY400 - the error is a whole sentence
            return False
        return True

    return check


async def _holds(check: Check) -> bool:
    try:
        return await asyncio.wait_for(check(), PATIENCE_S)
    except TimeoutError:
        return False
