"""Turning the pages of lists: one pair of buttons for all of them."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from handlers import ids, payloads
from handlers.blocks.kit import Message
from handlers.blocks.lists import Query
from handlers.clicks import replace
from handlers.conversation import Asked, asked_by_click, in_place
from handlers.errors import RefusedError
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.pages import Page
from handlers.payloads import Payload
from handlers.work import Say, Work

OUTDATED: Final = "I no longer have this list. `/chargehand help` shows what there is."
Lister = Callable[[Query, str], Awaitable[Message]]
"""Makes the page that a query asks for, as a person may see it."""


class ListHandlers:
    """Slack's side of *Next* and *Previous*."""

    def __init__(self, listers: Mapping[str, Lister], gate: Gate, work: Work) -> None:
        self._listers = listers
        self._gate = gate
        self._work = work

    def register(self, app: Listeners) -> None:
        """Attach the listeners."""
        app.action(ids.NEXT_PAGE)(self.turn)
        app.action(ids.PREVIOUS_PAGE)(self.turn)

    async def turn(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """Show another page in place of the one that was clicked on."""
        await ack()
        query = Query.parse(payloads.clicked(body))
        asked = asked_by_click(body, client, respond)
        say = in_place(respond, asked.say) if asked.is_private else asked.say
        if asked.is_in_form:
            say = _in_view(body, client)
        work = self._show(query, asked, say)
        self._work.start(work, f"list {query.name}", say=asked.say)

    async def _show(self, query: Query, asked: Asked, say: Say) -> None:
        await self._gate.look_up(asked.user_id)
        lister = self._listers.get(query.name)
        if lister is None:
            raise RefusedError(OUTDATED)
        await say(await lister(query, asked.user_id))


def _in_view(body: Payload, client: AsyncWebClient) -> Say:
    """In place of the page of a dialog that was clicked on: pages on pages reach a limit soon."""
    view = body["view"]

    async def say(message: Message) -> None:
        page = Page(client, view["title"]["text"], view.get("external_id") or "")
        await replace(body, client, page.saying(message))

    return say
