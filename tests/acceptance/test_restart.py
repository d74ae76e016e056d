"""The bot as a process of its own: killed in the middle, stopped, and started twice."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.sandbox import installation
from bot.sandbox.people import Person
from bot.sandbox.sandbox import surroundings
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.vendors.clouds import VendorClouds
from tests.acceptance.conftest import PATIENCE, QUICK_RULES

ROOT = Path(__file__).parents[2]
REASON = "No longer sold."
LAST_WORDS_S = 10.0
ARCHIVED = "/asset-management/v1/charging-station-models/{model}/archive"


@dataclass
class Machine:
    """A computer with a database on it, on which the bot can be started."""

    slack: SlackServer
    clouds: VendorClouds
    database: Path
    started: list[asyncio.subprocess.Process] = field(default_factory=list)

    def person(self, name: str) -> Person:
        """Somebody at the screen, patient enough for two seconds of imports."""
        return Person(self.slack, name, patience=2 * PATIENCE)

    async def start(self) -> asyncio.subprocess.Process:
        """`python -m bot run`, with nothing but its own configuration and environment."""
        toml, environ = installation.configuration(
            self.slack.workspace,
            self.slack.api_url,
            self.clouds.accounts,
            database=self.database,
            poll="1s",
            rules=QUICK_RULES,
        )
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "CHARGEHAND_CONFIG_TOML": toml, **environ},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        self.started.append(process)
        return process

    async def connected(self) -> asyncio.subprocess.Process:
        """A bot that Slack reaches."""
        process = await self.start()
        await self.until(lambda: self.slack.sockets.connections == 2)
        return process

    async def until(self, look: Callable[[], bool]) -> None:
        """Wait for a change in the workspace."""
        await self.slack.workspace.changes.until(lambda: look() or None, 2 * PATIENCE)

    async def end(self, process: asyncio.subprocess.Process, how: signal.Signals) -> int:
        """Send a signal and wait for the end; its status."""
        process.send_signal(how)
        status = await asyncio.wait_for(process.wait(), LAST_WORDS_S)
        await self.until(lambda: self.slack.sockets.connections == 0)
        return status

    def lease(self) -> list[tuple[object, ...]]:
        """Who works on the database."""
        with sqlite3.connect(self.database) as connection:
            return connection.execute("select owner from lease").fetchall()

    @property
    def archived(self) -> int:
        """How often a station model was archived at the vendor."""
        return len(self.clouds.lynkwell.calls.matching("POST", ARCHIVED))


@pytest.fixture
async def machine(tmp_path: Path) -> AsyncIterator[Machine]:
    async with surroundings(rate_limits=False) as (slack, clouds):
        machine = Machine(slack, clouds, tmp_path / "chargehand.db")
        yield machine
        for process in machine.started:
            if process.returncode is None:
                process.kill()
            await process.communicate()


async def test_killed_with_an_alert_open_and_a_request_pending_it_goes_on_with_both(machine):
    """No farewell, no time to save anything: what people saw before is what goes on."""
    support, oncall = machine.person("support"), machine.person("on-call")
    approver = machine.person("approver")
    process = await machine.connected()
    await oncall.sees("alerts", "at nl when I began")
    machine.clouds.breakdowns.charger_offline("NL-AMS-0008")
    alert = await oncall.sees("alerts", "NL-AMS-0008", "Firing")
    await support.command("support", "/model archive GC-40")
    await support.modal("Reason", title="Archive station model")
    await support.fill("Reason", REASON)
    await support.submit()
    card = await approver.sees("approvals", REASON, "Waiting for a decision")

    assert await machine.end(process, signal.SIGKILL) == -signal.SIGKILL
    await machine.connected()

    await oncall.press("Acknowledge", on=alert)
    acknowledged = await oncall.sees("alerts", "NL-AMS-0008", "Acknowledged")
    await approver.press("Approve", on=card)
    done = await approver.sees("approvals", REASON, "Done")
    await support.sees(support.bot_messages, "archived")
    machine.clouds.breakdowns.charger_online("NL-AMS-0008")
    resolved = await oncall.sees("alerts", "NL-AMS-0008", "Resolved")
    assert alert.ts == acknowledged.ts == resolved.ts
    assert card.ts == done.ts
    assert machine.archived == 1


@pytest.mark.slow
async def test_what_happens_while_it_is_dead_is_told_when_it_is_back(machine):
    oncall = machine.person("on-call")
    process = await machine.connected()
    await oncall.sees("alerts", "at nl when I began")
    machine.clouds.breakdowns.charger_offline("NL-AMS-0008")
    alert = await oncall.sees("alerts", "NL-AMS-0008", "Firing")

    await machine.end(process, signal.SIGKILL)
    machine.clouds.breakdowns.charger_online("NL-AMS-0008")
    machine.clouds.breakdowns.charger_offline("NL-UTR-0002")
    await machine.connected()

    resolved = await oncall.sees("alerts", "NL-AMS-0008", "Resolved")
    await oncall.sees("alerts", "NL-UTR-0002", "Firing")
    assert alert.ts == resolved.ts


@pytest.mark.parametrize(
    "how", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)]
)
async def test_a_polite_signal_ends_it_cleanly_and_gives_the_database_free(machine, how):
    process = await machine.connected()
    assert len(machine.lease()) == 1

    assert await machine.end(process, how) == 0

    assert machine.lease() == []
    _, complaints = await process.communicate()
    assert b"Traceback" not in complaints


async def test_a_second_instance_says_in_one_sentence_who_is_there_and_leaves(machine):
    """And the first one works on, undisturbed."""
    first = await machine.connected()

    second = await machine.start()
    _, complaints = await second.communicate()

    assert second.returncode == 1
    (line,) = complaints.decode().strip().splitlines()
    assert f"process {first.pid}" in line
    assert "works on this database" in line
    person = machine.person("support")
    await person.command("support", "/chargehand status")
    await person.sees("support", "How I am doing")
