"""The whole bot over a sandbox workspace and sandbox clouds, for the tests of the listeners."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bot.app import Parts, running
from bot.clock import SystemClock
from bot.config import Settings
from bot.outbox import Pace
from bot.sandbox import installation
from bot.sandbox.people import Person
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.vendors.clouds import SandboxAccount, VendorClouds
from bot.sandbox.vendors.seed import seeded_world
from handlers.connection import EVENTS_PATH
from handlers.services import Services


@dataclass
class House:
    """What a test touches."""

    slack: SlackServer
    clouds: VendorClouds
    parts: Parts

    @property
    def services(self) -> Services:
        """What the listeners work with."""
        return self.parts.services

    def person(self, name: str) -> Person:
        """Somebody at the screen."""
        return Person(self.slack, name, patience=5)

    async def sweep(self) -> None:
        """Look at every account once."""
        for account in self.services.fleet.accounts:
            await self.parts.sweeper.full(account)


def _hurried(account: SandboxAccount) -> SandboxAccount:
    return replace(account, requests_per_minute=10**6)


def with_http(settings: Settings) -> Settings:
    """The same settings with Slack's requests signed and over HTTP, at whichever port is free."""
    slack = settings.slack.model_copy(update={"mode": "http"})
    environment = settings.environment.model_copy(update={"port": 0})
    return settings.model_copy(update={"slack": slack, "environment": environment})


@asynccontextmanager
async def open_house(
    folder: Path, *, extra: str = "", over_http: bool = False, hurried: bool = False
) -> AsyncIterator[House]:
    """Everything, running; the jobs run when a test says so.

    `hurried`: vendors may be asked as often as anybody likes.
    """
    clock = SystemClock()
    slack = SlackServer(installation.workspace())
    await slack.start()
    try:
        async with VendorClouds(seeded_world(clock.now()), clock.now, limited=False) as clouds:
            settings = installation.settings(
                slack.workspace,
                slack.api_url,
                [_hurried(one) for one in clouds.accounts] if hurried else clouds.accounts,
                database=folder / "bot.db",
                extra=extra,
            )
            if over_http:
                settings = with_http(settings)
            pace = Pace.unlimited()
            async with running(
                settings, clock=clock, pace=pace, scheduled=False, settling=timedelta()
            ) as parts:
                if over_http:
                    slack.workspace.app.request_url = f"{parts.server.address}{EVENTS_PATH}"
                yield House(slack, clouds, parts)
    finally:
        await slack.stop()
