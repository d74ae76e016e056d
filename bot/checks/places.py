"""The channels, user groups and users that the configuration names, and what for."""

from collections.abc import Iterator, Mapping

from bot.config import Settings

Named = Iterator[tuple[str, str]]


def channels_of(settings: Settings) -> Mapping[str, str]:
    """Every channel that the bot posts to, by id, with its first purpose."""
    return _first_of(_channels(settings))


def user_groups_of(settings: Settings) -> Mapping[str, str]:
    """Every user group that the configuration names, by id, with its first purpose."""
    return {who: what for who, what in _first_of(_people(settings)).items() if who.startswith("S")}


def users_of(settings: Settings) -> Mapping[str, str]:
    """Every single person that the configuration names, by id, with their first purpose."""
    people = _first_of(_people(settings)).items()
    return {who: what for who, what in people if who.startswith(("U", "W"))}


def _channels(settings: Settings) -> Named:
    yield settings.slack.alerts_channel, "alerts"
    yield settings.slack.approvals_channel, "approvals"
    yield settings.slack.fallback_channel, "the bot's own trouble"
    for number, route in enumerate(settings.alerts.routes):
        yield route.channel, f"alerts.routes[{number}]"


def _people(settings: Settings) -> Named:
    access = settings.access
    for name in ("support", "approvers", "pincodes", "admins"):
        yield from ((who, f"access.{name}") for who in getattr(access, name))
    if settings.oncall.group:
        yield settings.oncall.group, "oncall.group"
    for number, route in enumerate(settings.alerts.routes):
        mentioned = (*route.mention, *(who for step in route.escalate for who in step.mention))
        yield from ((who, f"alerts.routes[{number}]") for who in mentioned)
    for number, policy in enumerate(settings.approvals.policies):
        yield from ((who, f"approvals.policies[{number}]") for who in policy.approvers)


def _first_of(named: Named) -> dict[str, str]:
    found: dict[str, str] = {}
    for who, what in named:
        found.setdefault(who, what)
    return found
