"""What an installation of the bot looks like in the sandbox: people, channels, settings.

The settings are the text of a configuration file and an environment, as anybody would write them;
the bot reads them as it reads any other.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.config import Settings, settings_from
from bot.config.values import parse_duration
from bot.sandbox.slack.installed_app import read_manifest
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.vendors.clouds import SandboxAccount

MANIFEST_PLACES = (
    Path(__file__).parents[2] / "manifest.yml",  # a checkout
    Path(__file__).parents[1] / "manifest.yml",  # an installed wheel
)

PEOPLE: Mapping[str, str] = {
    "support": "Support agent",
    "approver": "Approver",
    "second-approver": "Second approver",
    "on-call": "On-call engineer",
    "admin": "Administrator",
    "visitor": "Visitor",
}
"""Handle and the name that is shown: the roles of a charging network's desk."""

GROUPS: Mapping[str, Sequence[str]] = {
    "support": ("support", "approver", "second-approver", "on-call", "admin"),
    "approvers": ("approver", "second-approver"),
    "oncall": ("on-call",),
}
CHANNELS: Mapping[str, str] = {
    "support": "Ask the bot here",
    "alerts": "Chargers that need somebody",
    "approvals": "Requests that wait for an approver",
    "bot-health": "The bot's own trouble",
}

DEMO_RULES = """
[[alerts.rules]]
condition = "offline"
for = "8s"
severity = "high"
[[alerts.rules]]
condition = "site_offline"
for = "5s"
severity = "high"
[[alerts.rules]]
condition = "account_offline"
for = "5s"
severity = "critical"
[[alerts.rules]]
condition = "account_unreachable"
for = "10s"
severity = "high"
[[alerts.rules]]
condition = "account_stale"
for = "60s"
severity = "medium"
[[alerts.rules]]
condition = "never_connected"
for = "30s"
severity = "low"

[[alerts.routes]]
channel = "C0ALERTS"
mention = ["oncall"]
group_wait = "0s"
"""
"""What takes minutes in real life takes seconds here, so that nobody waits to see it."""


def manifest_path() -> Path:
    """Where the app's manifest is; raises FileNotFoundError."""
    for place in MANIFEST_PLACES:
        if place.exists():
            return place
    raise FileNotFoundError("manifest.yml is neither in the checkout nor in the package")


def workspace(**settings: object) -> Workspace:
    """A workspace with our people, groups and channels, and the app installed in it."""
    place = Workspace(read_manifest(manifest_path()), **settings)  # type: ignore[arg-type]  # passed on
    users = {
        handle: place.add_user(handle, real_name=name, is_guest=handle == "visitor")
        for handle, name in PEOPLE.items()
    }
    for handle, members in GROUPS.items():
        place.add_user_group(handle, [users[member] for member in members])
    for name, topic in CHANNELS.items():
        place.add_channel(name, list(users.values()), topic=topic)
    return place


def configuration(
    slack: Workspace,
    api_url: str,
    accounts: Sequence[SandboxAccount],
    *,
    database: Path,
    port: int = 0,
    poll: str = "2s",
    rules: str = DEMO_RULES,
    extra: str = "",
) -> tuple[str, dict[str, str]]:
    """The text of the bot's configuration file, and its environment.

    Raises:
        ValueError: an address is not on this machine.
    """
    for address in (api_url, *(url for one in accounts for url in _addresses(one))):
        assert_loopback(address)
    toml = "\n".join((_HEAD, rules, extra, *(_account(one, poll) for one in accounts)))
    return toml, dict(_environment(slack, api_url, accounts, database, port))


def settings(
    slack: Workspace, api_url: str, accounts: Sequence[SandboxAccount], **choices: Any
) -> Settings:
    """The same, read as the bot reads it; raises ConfigurationError as well."""
    return settings_from(*configuration(slack, api_url, accounts, **choices))


def assert_loopback(address: str) -> None:
    """Raise ValueError unless a URL leads to this machine."""
    host = urlsplit(address).hostname or ""
    try:
        is_here = ip_address(host).is_loopback
    except ValueError:
        is_here = host == "localhost"
    if not is_here:
        raise ValueError(f"the sandbox speaks to this machine only, not to {host or address!r}")


_HEAD = """
timezone = "Europe/Amsterdam"
[slack]
mode = "socket"
alerts_channel = "C0ALERTS"
approvals_channel = "C0APPROVALS"
fallback_channel = "C0BOTHEALTH"
[access]
support = ["S0SUPPORT"]
approvers = ["S0APPROVERS"]
admins = ["U0ADMIN"]
[oncall]
group = "S0ONCALL"
"""


def _account(account: SandboxAccount, poll: str) -> str:
    name = account.name
    lines: dict[str, str | int | None] = {
        "name": name,
        "vendor": account.vendor,
        "base_url": account.base_url,
        "team": account.team,
        "token_env": account.token and _variable(name, "TOKEN"),
        "client_id_env": account.client_id and _variable(name, "CLIENT_ID"),
        "client_secret_env": account.client_secret and _variable(name, "CLIENT_SECRET"),
        "token_url": account.token_url,
        "audience": account.audience,
        "requests_per_minute": account.requests_per_minute,
        "poll": _bearable(poll) if account.vendor == "spirii" else poll,
    }
    return "\n".join(("[[accounts]]", *(f"{k} = {json.dumps(v)}" for k, v in lines.items() if v)))


def _bearable(poll: str) -> str:
    """Not faster than a vendor takes that allows 120 requests a minute in all."""
    return max(poll, "5s", key=parse_duration)


def _addresses(account: SandboxAccount) -> Iterator[str]:
    yield account.base_url
    if account.token_url:
        yield account.token_url


def _environment(
    slack: Workspace,
    api_url: str,
    accounts: Sequence[SandboxAccount],
    database: Path,
    port: int,
) -> Iterator[tuple[str, str]]:
    yield "SLACK_BOT_TOKEN", slack.app.bot_token
    yield "SLACK_APP_TOKEN", slack.app.app_token
    yield "SLACK_SIGNING_SECRET", slack.app.signing_secret
    yield "SLACK_API_URL", api_url
    yield "DATABASE_URL", f"sqlite:///{database}"
    yield "PORT", str(port)
    yield "HOST", "127.0.0.1"
    for account in accounts:
        for what, secret in (
            ("TOKEN", account.token),
            ("CLIENT_ID", account.client_id),
            ("CLIENT_SECRET", account.client_secret),
        ):
            if secret:
                yield _variable(account.name, what), secret


def _variable(account: str, what: str) -> str:
    return f"{account.upper()}_{what}"
