"""Groups: alerts that are told in one message along one route."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from bot.alerts.model import Alert, Family
from bot.alerts.reasons import Reason

STORM_KEY = "storm"


@dataclass(frozen=True, slots=True)
class Group:
    """One message in one channel, and how far its story has got."""

    id: str
    route: str
    """The key of its route."""
    channel: str
    key: str
    opened_at: datetime
    account: str = ""
    site_id: str = ""
    site_name: str = ""
    family: Family = Family.CONNECTIVITY
    posted_at: datetime | None = None
    told_at: datetime | None = None
    """When people were last pinged."""
    escalating_from: datetime | None = None
    steps_done: int = 0
    reminded_at: datetime | None = None
    """When who has it was last asked whether they still do."""
    kept_at: datetime | None = None
    """When they last said so."""
    closed_at: datetime | None = None
    next_at: datetime | None = None
    """When the rule clock must look at it."""
    next_reason: Reason = Reason.NOTHING_NEW
    """What will be told then, if nothing changes."""
    version: int = 0

    @property
    def is_storm(self) -> bool:
        """Whether it sums up what came too fast to be told one by one."""
        return self.key == STORM_KEY

    @property
    def message_key(self) -> str:
        """Of its message in the outbox."""
        return f"alert_group:{self.id}"


class Member(NamedTuple):
    """An alert in a group."""

    alert: Alert
    joined_at: datetime
    told_at: datetime | None
    """When people were told of it; `None`: not yet, or again not since it was hidden."""


class Line(NamedTuple):
    """What was said in a group's thread."""

    id: int
    group_id: str
    at: datetime
    reason: Reason
    actor: str
    mention: tuple[str, ...]
    facts: Mapping[str, Any]


def group_key(alert: Alert) -> str:
    """What makes two alerts share a message on one route."""
    if alert.is_test:
        return f"test|{alert.id}"
    return f"{alert.subject.account}|{alert.subject.site_id}|{alert.condition.family}"
