"""Everything at once, as `python -m bot check` does, against a workspace and four clouds."""

import io
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest
from rich.console import Console

from bot.app import fleet_of
from bot.checks import channels_of, findings, report, user_groups_of, users_of
from bot.clock import SystemClock
from bot.config import Settings
from bot.sandbox import installation
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.seed import seeded_world
from handlers.doctor import SlackDoctor
from handlers.notifier import posting_client, session


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    server = SlackServer(installation.workspace())
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def clouds() -> AsyncIterator[VendorClouds]:
    now = SystemClock().now
    async with VendorClouds(seeded_world(now()), now, limited=False) as clouds:
        yield clouds


@pytest.fixture
def settings(slack: SlackServer, clouds: VendorClouds, tmp_path: Path) -> Settings:
    return installation.settings(
        slack.workspace, slack.api_url, clouds.accounts, database=tmp_path / "bot.db"
    )


async def checked(settings: Settings) -> tuple[int, str]:
    clock, environment = SystemClock(), settings.environment
    screen = io.StringIO()
    async with session() as shared, aclosing(fleet_of(settings.accounts, clock)) as fleet:
        doctor = SlackDoctor(
            posting_client(environment.slack_bot_token, environment.slack_api_url, shared),
            clock,
            app_token=environment.slack_app_token,
            channels=channels_of(settings),
            groups=user_groups_of(settings),
            users=users_of(settings),
        )
        found = findings(settings, fleet, doctor, clock)
        status = await report(found, Console(file=screen, soft_wrap=True))
    return status, screen.getvalue()


async def test_an_installation_that_is_well_is_all_green(settings: Settings):
    status, text = await checked(settings)

    assert status == 0, text
    assert "✘" not in text
    for subject in ("configuration", "database", "Slack", "account nl", "account us"):
        assert f"✔ {subject}: " in text


async def test_each_trouble_is_told_and_hides_no_other(
    settings: Settings, slack: SlackServer, clouds: VendorClouds
):
    slack.workspace.channels["C0ALERTS"].members.clear()
    clouds.spirii.api_key = "another"

    status, text = await checked(settings)

    assert status == 1
    assert "✘ channel C0ALERTS (alerts): The bot is not in #alerts." in text
    assert "✘ account dk: It does not accept our credential" in text
    assert "✔ account nl: plugchoice answers" in text


async def test_no_secret_is_shown(settings: Settings, slack: SlackServer, clouds: VendorClouds):
    _, text = await checked(settings)

    secrets = [slack.workspace.app.bot_token, slack.workspace.app.app_token]
    secrets += [one.token or one.client_secret or "" for one in clouds.accounts]
    assert all(secrets)
    assert not [secret for secret in secrets if secret in text]


async def test_looking_makes_no_database(settings: Settings):
    await checked(settings)

    assert not settings.environment.database_path.exists()
