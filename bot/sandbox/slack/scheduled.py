"""Messages that are to be posted later."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.ids import Ids

WINDOW = 300  # seconds


@dataclass(frozen=True)
class ScheduledMessage:
    """A message with the time (Unix seconds) at which it is to be posted."""

    id: str
    channel: str
    post_at: int
    fields: dict[str, Any]


class Scheduled:
    """All messages that wait for their time."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._waiting: dict[str, ScheduledMessage] = {}

    def add(self, channel: str, post_at: int, fields: dict[str, Any]) -> ScheduledMessage:
        """Keep a message."""
        entry = ScheduledMessage(self._ids.new("Q"), channel, post_at, fields)
        self._waiting[entry.id] = entry
        return entry

    def remove(self, channel: str, entry_id: str) -> None:
        """Forget a message.

        Raises:
            RefusedError: `invalid_scheduled_message_id`.
        """
        entry = self._waiting.get(entry_id)
        if entry is None or entry.channel != channel:
            raise RefusedError("invalid_scheduled_message_id")
        del self._waiting[entry_id]

    def waiting(self, channel: str = "") -> list[ScheduledMessage]:
        """Those that wait, in one channel if it is named, the next one first."""
        wanted = [entry for entry in self._waiting.values() if channel in {"", entry.channel}]
        return sorted(wanted, key=lambda entry: entry.post_at)

    def close_to(self, channel: str, post_at: int) -> int:
        """How many wait for the same five minutes of a channel."""
        return sum(
            entry.channel == channel and entry.post_at // WINDOW == post_at // WINDOW
            for entry in self._waiting.values()
        )

    def take_due(self, now: float) -> list[ScheduledMessage]:
        """Those whose time has come; they wait no longer."""
        due = [entry for entry in self._waiting.values() if entry.post_at <= now]
        for entry in due:
            del self._waiting[entry.id]
        return due
