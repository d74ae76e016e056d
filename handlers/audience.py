"""Whom an alert calls: they may acknowledge, silence and restart without being support."""

from bot.alerts.service import Alerts


async def audience(alerts: Alerts, group_id: str | None) -> tuple[str, ...] | None:
    """Everybody whom the route of this alert may call; `None` where it is about no alert."""
    if group_id is None:
        return None
    record = await alerts.group(group_id)
    return tuple(record.audience) if record else ()


def everybody_called(alerts: Alerts) -> tuple[str, ...]:
    """Everybody whom any route may call."""
    return tuple(frozenset[str]().union(*(route.audience for route in alerts.routes)))
