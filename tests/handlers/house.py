"""The whole bot over a sandbox workspace and sandbox clouds, for the tests of the listeners."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.app import Parts, running
from bot.clock import SystemClock
from bot.config import Settings
from bot.outbox import Pace
from bot.sandbox import installation
from bot.sandbox.people import Person
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.seed import seeded_world
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


def over_http(settings: Settings, port: int) -> Settings:
    """The same settings with Slack's requests signed and over HTTP."""
    slack = settings.slack.model_copy(update={"mode": "http"})
    environment = settings.environment.model_copy(update={"port": port})
    return settings.model_copy(update={"slack": slack, "environment": environment})


@asynccontextmanager
async def open_house(
    folder: Path, *, extra: str = "", http_port: int | None = None
) -> AsyncIterator[House]:
    """Everything, running; the jobs run when a test says so."""
    clock = SystemClock()
    slack = SlackServer(installation.workspace())
    await slack.start()
    try:
        async with VendorClouds(seeded_world(clock.now()), clock.now, limited=False) as clouds:
            settings = installation.settings(
                slack.workspace,
                slack.api_url,
                clouds.accounts,
                database=folder / "bot.db",
                extra=extra,
            )
            if http_port is not None:
                slack.workspace.app.request_url = f"http://127.0.0.1:{http_port}/slack/events"
                settings = over_http(settings, http_port)
            pace = Pace.unlimited()
            async with running(
                settings, clock=clock, pace=pace, scheduled=False, settling=timedelta()
            ) as parts:
                yield House(slack, clouds, parts)
    finally:
        await slack.stop()
