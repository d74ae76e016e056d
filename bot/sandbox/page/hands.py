"""What the person at this browser tab does with blocks: fill in, choose, press, search."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.slack.files import File
from bot.sandbox.slack.model import Json, User
from bot.sandbox.slack.payloads import Surface
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.slack.state import entered, initial_value
from bot.sandbox.slack.views import View

CHANGED = "This has just changed. Please have another look."


class Hands:
    """Acts as one person.

    Args:
        slack: where it happens.
        user: who acts.
        ask: shows a confirmation dialog and returns the answer.
        say: tells the person a sentence.
    """

    def __init__(
        self,
        slack: SlackServer,
        user: User,
        ask: Callable[[Json], Awaitable[bool]],
        say: Callable[[str], None],
    ) -> None:
        self._slack = slack
        self.user = user
        self._ask = ask
        self._say = say

    def held(self, surface: Surface, block: Json, element: Json) -> Any:
        """What a field holds now."""
        typed = surface.typed if isinstance(surface, View) else surface.typed.get(self.user.id, {})
        entry = typed.get(block["block_id"], {}).get(element["action_id"])
        if entry is None or entry["type"] != element["type"]:
            return initial_value(element)
        return entered(entry)

    def enter(self, surface: Surface, block: Json, element: Json, value: Any) -> None:
        """Put a value into a field, sending nothing."""
        try:
            self._slack.interactions.enter(
                self.user, surface, block["block_id"], element["action_id"], value
            )
        except LookupError:
            self._say(CHANGED)

    async def act(self, surface: Surface, block: Json, element: Json, value: Any = None) -> bool:
        """Press or choose, after the confirmation if there is one; False if it was declined."""
        dialog = element.get("confirm")
        if dialog and not await self._ask(dialog):
            return False
        try:
            await self._slack.interactions.act(
                self.user, surface, block["block_id"], element["action_id"], value
            )
        except LookupError:
            self._say(CHANGED)
        return True

    async def suggestions(self, surface: Surface, block: Json, element: Json, query: str) -> Json:
        """What the app offers in a typeahead."""
        try:
            return await self._slack.interactions.suggestions(
                self.user, surface, block["block_id"], element["action_id"], query
            )
        except LookupError:
            self._say(CHANGED)
            return {"options": []}

    def file(self, file_id: str) -> Json:
        """A file that this tab has uploaded, as `state.values` shows it."""
        workspace = self._slack.workspace
        file: File = workspace.files.find(file_id)
        return file.to_api(self._slack.base_url, workspace.team_id)
