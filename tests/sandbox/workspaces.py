"""Fills a workspace with the people and channels that a test needs."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.sandbox.slack.installed_app import read_manifest
from bot.sandbox.slack.workspace import Workspace


def seeded_workspace(
    manifest: Path,
    *,
    people: Mapping[str, str],
    user_groups: Mapping[str, Iterable[str]] | None = None,
    channels: Mapping[str, Iterable[str]] | None = None,
    **settings: Any,
) -> Workspace:
    """A workspace with the app of the manifest installed and a member of every channel.

    Ids follow the names: `ada` is `U0ADA`, group `leads` is `S0LEADS`, channel `alerts` is
    `C0ALERTS`.

    Args:
        manifest: path of the app's manifest.
        people: handle to real name of full members.
        user_groups: handle to handles of members.
        channels: name to handles of members.
        settings: keyword arguments of `Workspace`.
    """
    workspace = Workspace(read_manifest(manifest), **settings)
    users = {
        name: workspace.add_user(name, real_name=real_name) for name, real_name in people.items()
    }
    for handle, members in (user_groups or {}).items():
        workspace.add_user_group(handle, [users[name] for name in members])
    for channel, members in (channels or {}).items():
        workspace.add_channel(channel, [users[name] for name in members])
    return workspace
