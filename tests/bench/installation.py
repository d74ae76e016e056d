"""The settings of a bot in a measurement: one account, as anybody would write them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.sandbox import installation
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.vendors.clouds import SandboxAccount

UNLIMITED = 10**9
"""Requests a minute: limits are kept by waiting, and waiting is not measured."""


def configuration(
    workspace: Workspace,
    api_url: str,
    account: Mapping[str, Any],
    database: Path,
    *,
    mode: str = "socket",
) -> dict[str, Any]:
    """What `bot_process` needs; `account` is what `clouds_process` says when it is ready."""
    unlimited = SandboxAccount(**{**account, "requests_per_minute": UNLIMITED})
    toml, environment = installation.configuration(
        workspace, api_url, [unlimited], database=database, rules=""
    )
    toml = toml.replace('mode = "socket"', f'mode = "{mode}"')
    return {"toml": toml, "environment": environment, "mode": mode}
