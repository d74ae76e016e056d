"""A message: what is to be shown where, and how far that has got.

Its text is no part of it. It is rendered from the record each time it is sent, so that whatever has
happened in between is in it and any number of edits collapse into one.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict


class Urgency(IntEnum):
    """The lower goes first."""

    CRITICAL = 0
    NORMAL = 1


class MessageState(StrEnum):
    """How far a message has got."""

    WAITING = "waiting"
    """Something about it is still to be sent."""
    SENDING = "sending"
    """It has left us, or was about to: whether it arrived is not known."""
    SENT = "sent"
    REFUSED = "refused"
    """It will not be taken; `trouble` says why."""


class Posted(BaseModel):
    """Where a message stands, in the chat's own terms."""

    model_config = ConfigDict(frozen=True)

    channel: str
    ts: str


class Message(BaseModel):
    """One row of the outbox."""

    model_config = ConfigDict(frozen=True)

    id: str
    """The marker under which the message can be found again in its channel."""
    key: str
    """Ours: one key, one message, however often it is wanted."""
    destination: str
    """A channel, or a person for a direct message."""
    topic: str
    subject: str
    details: Mapping[str, Any] = {}
    thread_of: str | None = None
    """The key of the message in whose thread this one belongs."""
    urgency: Urgency = Urgency.NORMAL
    position: int = 0
    """Its place in the queue."""
    wanted: int = 1
    """The newest version that somebody asked for, counted from 1."""
    sent: int = 0
    """The newest version that has arrived; 0 before the first."""
    posted: Posted | None = None
    state: MessageState = MessageState.WAITING
    attempts: int = 0
    """How often the sending of what is wanted now was begun."""
    first_sent_at: datetime | None = None
    """When posting was first begun: nothing of it can stand in the channel from before."""
    may_be_repeat: bool = False
    """It may stand in its channel already, where we are not allowed to look: the text says so."""
    trouble: str | None = None
    created_at: datetime
    waiting_since: datetime
    """When the oldest change that has not been sent was asked for."""

    @property
    def is_due(self) -> bool:
        """Whether something about it is still to be sent."""
        return self.wanted > self.sent and self.state is not MessageState.REFUSED

    @property
    def may_have_arrived(self) -> bool:
        """Whether it may stand in its channel without our knowing."""
        return self.posted is None and self.state is MessageState.SENDING
