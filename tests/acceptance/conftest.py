"""The whole bot in the sandbox, in real time, with rules that take a second."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.outbox import Pace
from bot.sandbox.sandbox import Sandbox, opened
from tests.conformance import every_payload_fits

__all__ = ["approver", "every_payload_fits", "oncall", "sandbox", "support"]

QUICK_RULES = """
[[alerts.rules]]
condition = "offline"
for = "1s"
severity = "high"
[[alerts.routes]]
channel = "C0ALERTS"
mention = ["oncall"]
group_wait = "0s"
"""
PATIENCE = 20.0
"""Seconds within which something must be seen; on an idle machine it takes two or three."""


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    async with opened(
        tmp_path / "chargehand.db",
        rate_limits=False,
        pace=Pace.unlimited(),
        settling=timedelta(0),
        poll="1s",
        rules=QUICK_RULES,
    ) as sandbox:
        for job in sandbox.bot.jobs:
            if job.name.startswith("sweep"):
                await sandbox.bot.scheduler.hand_over(job)  # without waiting for its first time
        watcher = sandbox.person("support")
        for account in ("nl", "dk"):
            await watcher.sees("alerts", f"at {account} when I began", timeout=PATIENCE)
        yield sandbox


@pytest.fixture
def support(sandbox):
    return sandbox.person("support", patience=PATIENCE)


@pytest.fixture
def approver(sandbox):
    return sandbox.person("approver", patience=PATIENCE)


@pytest.fixture
def oncall(sandbox):
    return sandbox.person("on-call", patience=PATIENCE)
