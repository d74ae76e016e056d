"""What survives the bot: Slack, the vendors' clouds, the people, the clock on the wall."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.operations.kinds import KINDS
from bot.sandbox import installation
from bot.sandbox.people import Person
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.vendors.calls import TOKEN_PATH, Call
from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.seed import seeded_world
from bot.sandbox.vendors.world import World
from tests.clock import START

RULES = """
[alerts]
digest = "03:00"
[[alerts.rules]]
condition = "offline"
for = "5s"
severity = "high"
[[alerts.routes]]
channel = "C0ALERTS"
mention = ["oncall"]
group_wait = "0s"
"""
AT_ONCE = ("register_charger",)
POLICIES = f"""
[[approvals.policies]]
operations = {sorted(set(KINDS) - set(AT_ONCE))}
approvals_needed = 1
expires = "10m"
remind_after = "2m"
[[approvals.policies]]
operations = {list(AT_ONCE)}
approvals_needed = 0
"""
BUSY_MACHINE_S = 30.0
"""Slack gives an app three seconds; here nothing may depend on how busy the machine is."""


@dataclass
class WallClock:
    """Stands still until a story moves it; the bot is moved by the same amount."""

    at: datetime = START

    def now(self) -> datetime:
        """Wall time."""
        return self.at

    def monotonic(self) -> float:
        """Seconds since the start."""
        return (self.at - START).total_seconds()

    async def sleep(self, seconds: float) -> None:
        """Wait for nothing: nobody outside sleeps in a story."""


@dataclass
class Outside:
    """Slack's workspace and the chargers' world as plain objects; copied whole by a fork."""

    clock: WallClock
    workspace: Workspace
    world: World
    writes: list[str] = field(default_factory=list)
    """Every request that meant to change something and was carried out, oldest first."""

    @classmethod
    def new(cls) -> "Outside":
        """The seeded forty chargers and the sandbox's people."""
        clock = WallClock()
        workspace = installation.workspace(clock=clock, trigger_seconds=BUSY_MACHINE_S)
        return cls(clock, workspace, seeded_world(clock.now()))

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Servers"]:
        """Serve it, until the end of the block."""
        slack = SlackServer(self.workspace, ack_seconds=BUSY_MACHINE_S)
        clouds = VendorClouds(self.world, self.clock.now, limited=False)
        async with clouds:
            clouds.subscribe(self._note)
            await slack.start()
            try:
                yield Servers(self, slack, clouds)
            finally:
                await slack.stop()
                self.workspace.changes.publish("connection")  # its waiters belong to this loop

    def pass_time(self, seconds: float) -> None:
        """Move the clock; the world catches up at the next request."""
        self.clock.at += timedelta(seconds=seconds)

    def _note(self, call: Call) -> None:
        if call.method == "GET" or call.template == TOKEN_PATH:
            return
        carried_out = call.status is None or call.status < 300
        if carried_out:
            self.writes.append(f"{call.vendor} {call.method} {call.template}")


@dataclass
class Servers:
    """The outside while it is served."""

    outside: Outside
    slack: SlackServer
    clouds: VendorClouds

    def person(self, name: str) -> Person:
        """Somebody at the screen, who looks once: stories say when to look again."""
        return Person(self.slack, name, patience=0.0)

    def birth(self, database: Path, last: int | None, poll: str) -> dict[str, Any]:
        """What a life of the bot has to be told."""
        toml, environ = installation.configuration(
            self.outside.workspace,
            self.slack.api_url,
            self.clouds.accounts,
            database=database,
            poll=poll,
            rules=RULES,
            extra=POLICIES,
        )
        now = self.outside.clock.now().isoformat()
        return {"toml": toml, "environ": environ, "now": now, "last": last}
