"""A conversation as rows: messages, of people grouped by author, with the days between them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from bot.sandbox.slack.messages import Message

TOGETHER_SECONDS = 300  # messages of one author within this time stand below one name


@dataclass(frozen=True)
class Row:
    """One message; `day` when it is the first of its day, `compact` without a name above it."""

    message: Message
    at: datetime
    compact: bool
    day: date | None


def moment(ts: str, zone: tzinfo) -> datetime:
    """When a message was posted."""
    return datetime.fromtimestamp(float(ts), UTC).astimezone(zone)


def rows(messages: Iterable[Message], zone: tzinfo) -> Iterator[Row]:
    """Messages, oldest first, as rows."""
    before: Row | None = None
    for message in messages:
        at = moment(message.ts, zone)
        new_day = before is None or before.at.date() != at.date()
        compact = before is not None and not new_day and _belong_together(before, message, at)
        before = Row(message, at, compact, at.date() if new_day else None)
        yield before


def _belong_together(before: Row, message: Message, at: datetime) -> bool:
    earlier = before.message
    return (
        earlier.user == message.user
        and earlier.visible_to == message.visible_to
        and not message.is_ephemeral
        and not message.bot_profile
        and not earlier.subtype
        and (at - before.at).total_seconds() < TOGETHER_SECONDS
    )


class ReadMarks:
    """How far each person has read each channel."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, str], str] = {}

    def read(self, user_id: str, channel_id: str, messages: Iterable[Message]) -> None:
        """Everything up to the newest message has been seen."""
        newest = max((message.ts for message in messages), default="")
        if newest:
            key = (user_id, channel_id)
            self._read[key] = max(newest, self._read.get(key, ""))

    def unread(self, user_id: str, channel_id: str, messages: Iterable[Message]) -> int:
        """How many messages of others are new to the person."""
        mark = self._read.get((user_id, channel_id), "")
        return sum(message.ts > mark and message.user != user_id for message in messages)
