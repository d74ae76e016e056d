"""What the outbox needs from a chat, and what a chat can answer.

NotifierError              the base of all
├── DelayedError           not now; nothing was done; carries `retry_after` in seconds
├── UnknownDeliveryError   no clear answer: it may have been done
├── GoneError              the message to be edited, or whose thread it was, is deleted
└── RefusedError           not like this, however often; carries the chat's own `code`
"""

from typing import Protocol

from bot.message import Message, Posted


class NotifierError(Exception):
    """The chat did not do what was asked, or we do not know that it did."""


class DelayedError(NotifierError):
    """The chat asks us to come back later, or was never reached; nothing was done."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class UnknownDeliveryError(NotifierError):
    """The request left us, and no clear answer came back."""


class GoneError(NotifierError):
    """The message to be edited, or the one in whose thread to post, does not exist any more."""


class RefusedError(NotifierError):
    """The chat will not do this, now or later."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Notifier(Protocol):
    """Shows messages. Each method is one attempt and raises a `NotifierError` where it failed."""

    async def post(self, message: Message, thread: Posted | None) -> Posted:
        """Render a message from its record and post it, in the thread of another where given."""
        ...

    async def edit(self, message: Message, posted: Posted) -> None:
        """Render a message from its record in place of what is shown."""
        ...

    async def find(self, message: Message, thread: Posted | None) -> Posted | None:
        """Look for a message by its marker (`Message.id`), from `first_sent_at` on.

        `None` is a promise that it is not there. Where that cannot be found out at all (no right
        to read there, or too much to read), `RefusedError` lets it be posted as a possible repeat.
        """
        ...
