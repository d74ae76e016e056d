"""All four clouds over one world, and what an installation has to know to use them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from bot.sandbox.vendors.breakdowns import Breakdowns
from bot.sandbox.vendors.calls import Listener
from bot.sandbox.vendors.cloud import VendorCloud
from bot.sandbox.vendors.entities import Vendor
from bot.sandbox.vendors.lynkwell.cloud import AUDIENCE, LynkwellCloud
from bot.sandbox.vendors.plugchoice.cloud import TEAM, PlugchoiceCloud
from bot.sandbox.vendors.spirii.cloud import SpiriiCloud
from bot.sandbox.vendors.volttime.cloud import TEAM_NUMBER, VoltTimeCloud
from bot.sandbox.vendors.world import World

UNDOCUMENTED = 500
KEYS = {vendor.value: f"sandbox-{vendor}-secret" for vendor in Vendor}
"""These open nothing but the clouds of this process."""


@dataclass(frozen=True)
class SandboxAccount:
    """What the settings of one account need. Known once the clouds have started.

    `requests_per_minute` is set where the vendor documents no limit: nobody has to wait here.
    """

    name: str
    vendor: str
    base_url: str
    team: str | None = None
    token: str | None = field(default=None, repr=False)
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    token_url: str | None = None
    audience: str | None = None
    requests_per_minute: int | None = None


class VendorClouds:
    """Four servers on loopback. `now` is the only clock; `sleep` is what a slow API does."""

    def __init__(
        self,
        world: World,
        now: Callable[[], datetime],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        limited: bool = True,
    ) -> None:
        self.world = world
        self._now = now
        self._running = AsyncExitStack()
        self.plugchoice = PlugchoiceCloud(
            world,
            now,
            sleep=sleep,
            token=KEYS["plugchoice"],
            requests_per_minute=500 if limited else None,
        )
        self.volttime = VoltTimeCloud(
            world,
            now,
            sleep=sleep,
            token=KEYS["volttime"],
            requests_per_minute=500 if limited else None,
        )
        self.spirii = SpiriiCloud(
            world,
            now,
            sleep=sleep,
            api_key=KEYS["spirii"],
            requests_per_minute=120 if limited else None,
            commands_per_minute=30 if limited else None,
        )
        self.lynkwell = LynkwellCloud(
            world,
            now,
            sleep=sleep,
            client_id="sandbox-lynkwell-client",
            client_secret=KEYS["lynkwell"],
        )
        self.breakdowns = Breakdowns(world, now)

    @property
    def by_vendor(self) -> Mapping[Vendor, VendorCloud]:
        """The four, by vendor."""
        four = (self.plugchoice, self.volttime, self.spirii, self.lynkwell)
        return {cloud.vendor: cloud for cloud in four}

    @property
    def accounts(self) -> tuple[SandboxAccount, ...]:
        """One account at each: `nl`, `legacy`, `dk`, `us`."""
        return (
            SandboxAccount(
                "nl", "plugchoice", self.plugchoice.base_url, TEAM, self.plugchoice.token
            ),
            SandboxAccount(
                "legacy",
                "volttime",
                self.volttime.base_url,
                str(TEAM_NUMBER),
                self.volttime.token,
                requests_per_minute=UNDOCUMENTED,
            ),
            SandboxAccount("dk", "spirii", self.spirii.base_url, token=self.spirii.api_key),
            SandboxAccount(
                "us",
                "lynkwell",
                self.lynkwell.base_url,
                client_id=self.lynkwell.client_id,
                client_secret=self.lynkwell.client_secret,
                token_url=self.lynkwell.token_url,
                audience=AUDIENCE,
                requests_per_minute=UNDOCUMENTED,
            ),
        )

    def account(self, name: str) -> SandboxAccount:
        """One of the four. Raises KeyError."""
        return {account.name: account for account in self.accounts}[name]

    def advance(self) -> None:
        """Let the world catch up with the clock; each request does the same."""
        self.world.advance(self._now())

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each answered call of any cloud; returns the way out."""
        ways_out = [cloud.calls.subscribe(listener) for cloud in self.by_vendor.values()]

        def unsubscribe() -> None:
            for way_out in ways_out:
                way_out()

        return unsubscribe

    def mend(self) -> None:
        """All API faults off, and every charger well and online again."""
        for cloud in self.by_vendor.values():
            cloud.faults.clear()
        self.breakdowns.mend()

    async def start(self) -> None:
        """Listen, each on a free port."""
        for cloud in self.by_vendor.values():
            await self._running.enter_async_context(cloud)

    async def stop(self) -> None:
        """Close all doors."""
        await self._running.aclose()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
