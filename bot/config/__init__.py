"""The configuration: one TOML file and the environment in, one frozen `Settings` out."""

from bot.config.loading import ConfigurationError, load, settings_from
from bot.config.settings import (
    AccessSettings,
    AccountSettings,
    AlertSettings,
    EscalationStep,
    LynkwellAccount,
    PlugchoiceAccount,
    PolicySettings,
    RouteSettings,
    RuleSettings,
    Settings,
    SlackSettings,
    SpiriiAccount,
    VolttimeAccount,
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
