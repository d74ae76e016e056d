"""Pages of a dialog that are shown at once and filled when there is something to say."""

import secrets
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Final

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers import errors
from handlers.blocks import forms, tables
from handlers.blocks.kit import Message, View
from handlers.slack_codes import called, code_of
from handlers.work import answer_to

LOADING: Final = "One moment…"
CLOSED: Final = frozenset({"not_found", "view_not_found"})
"""The person has closed the page meanwhile."""


def new_id() -> str:
    """An external id, by which a page is found again that Slack has not named to us."""
    return f"page-{secrets.token_hex(8)}"


@dataclass(frozen=True)
class Page:
    """A page that is open, or that was."""

    client: AsyncWebClient
    title: str
    id: str = field(default_factory=new_id)

    @property
    def loading(self) -> View:
        """What it shows while something is looked up."""
        return forms.reading(LOADING, self.id)

    def saying(self, message: Message) -> View:
        """A message as its content; a table becomes lines, since a dialog takes none."""
        return forms.page(self.title, tables.as_lines(message["blocks"]), self.id)

    async def show(self, view: View) -> None:
        """Put this in its place."""
        try:
            shown = {**view, "external_id": self.id}
            await called(self.client.views_update, external_id=self.id, view=shown)
        except SlackApiError as error:
            if code_of(error) not in CLOSED:
                raise

    async def say(self, message: Message) -> None:
        """Show a message in it."""
        await self.show(self.saying(message))

    async def fill(self, view: Awaitable[View]) -> None:
        """Show what is being made, or why it cannot be made."""
        try:
            await self.show(await view)
        except errors.KNOWN as error:
            await self.say(answer_to(error))
