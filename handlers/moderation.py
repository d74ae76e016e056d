"""Keeps one person, or a script with their session, from taking the bot away from all others."""

import logging
import math
from collections.abc import Awaitable, Callable
from typing import Final

from slack_bolt.async_app import AsyncApp

from bot.pace_of_people import PaceOfPeople
from handlers import payloads
from handlers.blocks import kit
from handlers.errors import RefusedError
from handlers.payloads import Payload

log = logging.getLogger(__name__)

TOO_FAST: Final = (
    "That is more than I can do for one person at a time. Nothing was done; try again in {wait}."
)
UNCOUNTED: Final = frozenset({"block_suggestion", "view_closed"})
"""Each key typed into a search field, and the closing of a form, that nobody waits for."""


class Moderation:
    """Every interaction passes here once, before anything else looks at it."""

    def __init__(self, pace: PaceOfPeople) -> None:
        self._pace = pace

    def register(self, app: AsyncApp) -> None:
        """Stand before every listener."""
        app.middleware(self.count)

    async def count(self, body: Payload, next_: Callable[[], Awaitable[object]]) -> None:
        """Let a person through; raises RefusedError, which becomes the answer."""
        person = payloads.user_id(body)
        wait = 0.0
        if person and body.get("type") not in UNCOUNTED:
            log.info("Asked", extra={"by": person, "act": payloads.act(body)})
            wait = self._pace.wait(person)
        if wait:
            raise RefusedError(TOO_FAST.format(wait=kit.seconds(math.ceil(wait))))
        await next_()
