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
from typer.testing import CliRunner

from bot.cli import main
from bot.sandbox import command
from bot.sandbox.page import listening

ROOT = Path(__file__).parents[2]
START_S = 30.0
"""A busy machine is no failure; on an idle one it takes two or three seconds."""
MISLEADING = {
    "SLACK_BOT_TOKEN": "xoxb-of-a-real-workspace",
    "SLACK_API_URL": "https://slack.example/api/",
    "CHARGEHAND_CONFIG": "/nowhere/chargehand.toml",
    "DATABASE_URL": "sqlite:////nowhere/real.db",
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "of-an-app-with-oauth",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
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

        _, complained = await asyncio.wait_for(process.communicate(), START_S)
        assert process.returncode == 0
        assert complained == b""
    assert (tmp_path / "kept" / "chargehand.db").exists()


def refused(*arguments: str) -> str:
    """What is said where it does not start."""
    answer = CliRunner().invoke(main, ["sandbox", *arguments])
    assert answer.exit_code == 1
    return answer.stderr


def test_a_wrong_scenario_lists_the_right_ones():
    assert "site-power-cut: One alert for the site" in refused("--scenario", "nonsense")


def test_scenarios_are_about_chargers_that_a_generated_fleet_does_not_have():
    assert "no --chargers" in refused("--scenario", "charger-offline", "--chargers", "50")


def test_what_is_in_the_way_is_said_with_what_would_do(tmp_path):
    """The first thing that a new user meets is no traceback."""
    file = tmp_path / "file"
    file.touch()

    with listening() as other:
        taken = other.getsockname()[1]
        assert "none for a free one" in refused("--port", str(taken))
    assert "cannot be a folder" in refused("--keep", str(file))


def test_our_own_mistake_is_not_taken_for_a_wrong_name(monkeypatch):
    """A KeyError from inside once was answered with the list of scenarios."""

    async def broken(**_: object) -> None:
        raise KeyError("NL-AMS-0404")

    monkeypatch.setattr(command, "run_sandbox", broken)

    answer = CliRunner().invoke(main, ["sandbox"])

    assert isinstance(answer.exception, KeyError)
