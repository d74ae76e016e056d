"""Halves of characters, which JSON lets through and no database takes.

They come about where somebody cuts a text in the middle of an emoji.
"""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final

from slack_bolt.async_app import AsyncApp

from handlers.payloads import Payload

UTF_16: Final = "utf-16"
"""In which an emoji has two halves."""


class WholeCharacters:
    """Every payload passes here, and shows a question mark in the place of half a character."""

    def register(self, app: AsyncApp) -> None:
        """Stand before every listener."""
        app.middleware(self.mend)

    async def mend(self, body: Payload, next_: Callable[[], Awaitable[object]]) -> None:
        """Mend the payload in its place."""
        for holder, key, text in list(_broken(body)):
            holder[key] = whole(text)
        await next_()


def whole(text: str) -> str:
    """The same text; halves that belong together are joined, others replaced."""
    return text.encode(UTF_16, "surrogatepass").decode(UTF_16, "replace")


def _broken(thing: Any) -> Iterator[tuple[Any, Any, str]]:
    """Every text with half a character in it, and where it stands."""
    if isinstance(thing, dict | list):
        pairs = thing.items() if isinstance(thing, dict) else enumerate(thing)
        for key, value in pairs:
            if isinstance(value, str):
                if not value.isascii() and whole(value) != value:
                    yield thing, key, value
            else:
                yield from _broken(value)
