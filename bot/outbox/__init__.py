"""What is to be said, in order and at the chat's pace, until it is said."""

from bot.message import Message, MessageState, Posted, Urgency
from bot.outbox.delivery import Outbox
from bot.outbox.notifier import (
    DelayedError,
    GoneError,
    Notifier,
    NotifierError,
    RefusedError,
    UnknownDeliveryError,
)
from bot.outbox.pace import Pace

__all__ = [
    "DelayedError",
    "GoneError",
    "Message",
    "MessageState",
    "Notifier",
    "NotifierError",
    "Outbox",
    "Pace",
    "Posted",
    "RefusedError",
    "UnknownDeliveryError",
    "Urgency",
]
