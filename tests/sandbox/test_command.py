"""`python -m bot sandbox`, as a new user starts and ends it."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[2]
START_S = 30.0
"""A busy machine is no failure; on an idle one it takes two or three seconds."""
MISLEADING = {
    "SLACK_BOT_TOKEN": "xoxb-of-a-real-workspace",
    "SLACK_API_URL": "https://slack.example/api/",
    "CHARGEHAND_CONFIG": "/nowhere/chargehand.toml",
    "DATABASE_URL": "sqlite:////nowhere/real.db",
}


@asynccontextmanager
async def started(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The process and the address of its page."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "sandbox",
        *arguments,
        cwd=ROOT,
        env={**os.environ, **MISLEADING},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process, await asyncio.wait_for(address(process), START_S)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout
    async for line in process.stdout:
        if found := re.search(rb"http://127\.0\.0\.1:\d+/?", line):
            return found[0].decode()
    assert process.stderr
    raise AssertionError((await process.stderr.read()).decode())


async def test_it_prints_the_address_of_its_page_and_ctrl_c_ends_everything(tmp_path):
    """The environment of a real installation lies about and must not be believed."""
    async with started("--keep", str(tmp_path / "kept"), "--scenario", "charger-offline") as (
        process,
        url,
    ):
        async with aiohttp.ClientSession() as session, session.get(url) as page:
            assert page.status == 200

        process.send_signal(signal.SIGINT)

        assert await asyncio.wait_for(process.wait(), START_S) == 0
    assert (tmp_path / "kept" / "chargehand.db").exists()


async def test_a_wrong_scenario_lists_the_right_ones():
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "sandbox",
        "--scenario",
        "nonsense",
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
    )

    _, said = await asyncio.wait_for(process.communicate(), START_S)

    assert process.returncode == 1
    assert b"site-power-cut: One alert for the site" in said
    assert b"Traceback" not in said
