"""Every channel and user group that the configuration names is looked at, once."""

from bot.checks import channels_of, user_groups_of, users_of
from bot.config import Settings, settings_from

TOML = """
[slack]
alerts_channel = "C0ALERTS"
fallback_channel = "C0OPS"
[access]
support = ["S0SUPPORT", "U0ANN"]
approvers = ["S0LEADS"]
[oncall]
group = "S0ONCALL"
[[accounts]]
name = "dk"
vendor = "spirii"
token_env = "KEY"
[[alerts.routes]]
channel = "C0NIGHT"
mention = ["oncall", "S0NIGHT"]
escalate = [{ after = "15m", mention = ["S0BOSSES"] }]
[[alerts.routes]]
channel = "C0ALERTS"
[[approvals.policies]]
operations = ["detach_charger"]
approvers = ["S0OWNERS", "S0LEADS"]
"""


def settings() -> Settings:
    return settings_from(
        TOML, {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "KEY": "k"}
    )


def test_channels_are_named_with_their_first_purpose():
    assert channels_of(settings()) == {
        "C0ALERTS": "alerts",
        "C0OPS": "the bot's own trouble",
        "C0NIGHT": "alerts.routes[0]",
    }


def test_user_groups_are_named_and_users_are_not():
    assert user_groups_of(settings()) == {
        "S0SUPPORT": "access.support",
        "S0LEADS": "access.approvers",
        "S0ONCALL": "oncall.group",
        "S0NIGHT": "alerts.routes[0]",
        "S0BOSSES": "alerts.routes[0]",
        "S0OWNERS": "approvals.policies[0]",
    }


def test_single_people_are_named_and_groups_are_not():
    assert users_of(settings()) == {"U0ANN": "access.support"}
