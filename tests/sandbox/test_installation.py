"""The sandbox's settings lead nowhere but to this machine."""

import dataclasses
from pathlib import Path

import pytest

from bot.sandbox import installation
from bot.sandbox.vendors.clouds import SandboxAccount

HERE = SandboxAccount("dk", "spirii", "http://127.0.0.1:9/v2", token="key")


def settings_with(account: SandboxAccount, api_url: str = "http://127.0.0.1:8/api/"):
    slack = installation.workspace()
    return installation.settings(slack, api_url, [account], database=Path("x.db"))


def test_an_installation_on_this_machine_is_an_ordinary_configuration():
    settings = settings_with(HERE)

    assert [account.name for account in settings.accounts] == ["dk"]
    assert settings.slack.approvals_channel == "C0APPROVALS"


@pytest.mark.parametrize(
    ("account", "api_url"),
    [
        pytest.param(HERE, "https://slack.com/api/", id="slack"),
        pytest.param(
            dataclasses.replace(HERE, base_url="https://api.spirii.com/v2"),
            "http://127.0.0.1:8/api/",
            id="vendor",
        ),
        pytest.param(
            dataclasses.replace(HERE, token_url="http://10.0.0.7/oauth/token"),
            "http://127.0.0.1:8/api/",
            id="token",
        ),
        pytest.param(HERE, "http://127.0.0.1.example.com/api/", id="lookalike"),
    ],
)
def test_an_address_elsewhere_is_refused(account, api_url):
    """Nothing that is tried here may reach a real workspace or a real charger."""
    with pytest.raises(ValueError, match="speaks to this machine only"):
        settings_with(account, api_url)


def test_everybody_named_in_the_settings_is_in_the_workspace():
    slack = installation.workspace()

    assert {"S0SUPPORT", "S0APPROVERS", "S0ONCALL"} <= set(slack.user_groups)
    assert {"C0ALERTS", "C0APPROVALS", "C0BOTHEALTH"} <= set(slack.channels)
    assert "U0ADMIN" in slack.users
