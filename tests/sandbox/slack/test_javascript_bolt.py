"""An unchanged app on Slack's own JavaScript framework passes the same story in both modes."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.sandbox.slack.server import SlackServer
from tests.sandbox.slack import story

JS_APP = Path(__file__).with_name("js_app")
INSTALL = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def installed_app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app with its one dependency, in a folder of its own."""
    folder = tmp_path_factory.mktemp("js") / "app"
    shutil.copytree(JS_APP, folder)
    reason = _installation_trouble(folder)
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    return folder


def _installation_trouble(folder: Path) -> str:
    """Why the app cannot run here, or nothing."""
    if not (shutil.which("node") and shutil.which("npm")):
        return "there is no node and npm here"
    try:
        subprocess.run(INSTALL, cwd=folder, check=True, capture_output=True, timeout=180)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        return f"npm could not fetch @slack/bolt: {error}"
    return ""


@asynccontextmanager
async def running(folder: Path, slack: SlackServer, mode: str) -> AsyncIterator[int]:
    """The app at work; yields the port that it listens on in HTTP mode."""
    app = slack.workspace.app
    environment = {
        "PATH": os.environ["PATH"],
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": app.bot_token,
        "SLACK_APP_TOKEN": app.app_token,
        "SLACK_SIGNING_SECRET": app.signing_secret,
        "MODE": mode,
    }
    process = await asyncio.create_subprocess_exec(
        "node", "app.js", cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        yield await asyncio.wait_for(_ready_port(process.stdout), 30)
    finally:
        process.terminate()
        await process.communicate()


async def _ready_port(output: asyncio.StreamReader) -> int:
    async for line in output:
        if line.startswith(b"READY"):
            return int(line.split()[1])
    pytest.fail("the app ended before it was ready")


async def test_a_javascript_app_in_socket_mode_passes_the_story(installed_app, slack):
    async with running(installed_app, slack, "socket"):
        await story.order_fruit(slack)


async def test_a_javascript_app_over_http_passes_the_story(installed_app, slack):
    async with running(installed_app, slack, "http") as port:
        slack.workspace.app.request_url = f"http://127.0.0.1:{port}/slack/events"

        assert await slack.http.verify_url()
        await story.order_fruit(slack)
