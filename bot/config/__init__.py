"""The configuration: one TOML file and the environment in, one frozen `Settings` out."""

from bot.config.accounts import (
    AccountSettings,
    LynkwellAccount,
    PlugchoiceAccount,
    SpiriiAccount,
    VolttimeAccount,
)
from bot.config.loading import ConfigurationError, load, settings_from
from bot.config.settings import (
    AccessSettings,
    AlertSettings,
    EscalationStep,
    PolicySettings,
    RouteSettings,
    RuleSettings,
    Settings,
    SlackSettings,
)
from bot.config.values import Hours, Match

__all__ = [
    "AccessSettings",
    "AccountSettings",
    "AlertSettings",
    "ConfigurationError",
    "EscalationStep",
    "Hours",
    "LynkwellAccount",
    "Match",
    "PlugchoiceAccount",
    "PolicySettings",
    "RouteSettings",
    "RuleSettings",
    "Settings",
    "SlackSettings",
    "SpiriiAccount",
    "VolttimeAccount",
    "load",
    "settings_from",
]
