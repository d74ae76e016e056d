"""Where blocks are drawn: for whom, on what, and with whose hands they are used."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.page.hands import Hands
from bot.sandbox.page.words import Words
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.payloads import Surface
from bot.sandbox.slack.workspace import Workspace


@dataclass(frozen=True)
class Canvas:
    """One message, modal or Home tab before one person.

    Attributes:
        submit: what Enter does in a form's field.
    """

    workspace: Workspace
    words: Words
    hands: Hands
    surface: Surface
    submit: Callable[[], Awaitable[None]] | None = None

    def held(self, block: Json, element: Json) -> Any:
        """What a field holds now."""
        return self.hands.held(self.surface, block, element)

    def enter(self, block: Json, element: Json, value: Any) -> None:
        """Put a value into a field."""
        self.hands.enter(self.surface, block, element, value)

    async def act(self, block: Json, element: Json, value: Any = None) -> bool:
        """Press or choose; False if the person thought better of it."""
        return await self.hands.act(self.surface, block, element, value)

    async def choose(self, block: Json, element: Json, value: Any) -> bool:
        """Choose in a field: sent at once outside input blocks, kept until submission in them."""
        if block["type"] == "input" and not block.get("dispatch_action"):
            self.enter(block, element, value)
            return True
        return await self.act(block, element, value)

    async def suggestions(self, block: Json, element: Json, query: str) -> Json:
        """What the app offers in a typeahead."""
        return await self.hands.suggestions(self.surface, block, element, query)
