"""Submitting and closing modals, and what an app may answer to it."""

from typing import Any

from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.errors import RefusedError, UndeliveredError
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.payloads import Payloads
from bot.sandbox.slack.state import complaints
from bot.sandbox.slack.views import View
from bot.sandbox.slack.webapi.registry import Context
from bot.sandbox.slack.webapi.views import checked_view

TROUBLE = "We had some trouble connecting. Try again?"  # what Slack shows above the form


class Submissions:
    """What happens to a modal when a person submits or closes it."""

    def __init__(self, context: Context, delivery: Delivery, payloads: Payloads) -> None:
        self._context = context
        self._views = context.workspace.views
        self._delivery = delivery
        self._payloads = payloads

    async def submit(self, view: View) -> None:
        """Submit a modal; what is wrong with it stands in `view.errors` or `view.trouble`."""
        own = complaints(view.blocks, view.values)
        if own:
            self._views.mark(view, errors=own)
            return
        workspace = self._context.workspace
        payload = self._payloads.view_submission(
            workspace.user(view.user),
            view,
            workspace.triggers.issue(view.user),
            self._response_urls(view),
        )
        try:
            answer = await self._delivery.ask("interactive", payload)
            self._apply(view, answer)
        except UndeliveredError as error:
            self._trouble(view, error.code)
        except RefusedError as error:
            self._trouble(view, error.code)

    def _trouble(self, view: View, code: str) -> None:
        self._views.mark(view, trouble=TROUBLE)
        self._context.workspace.tell(view.user, code, TROUBLE)

    def _response_urls(self, view: View) -> list[Json]:
        """One for each channel chosen in a select with `response_url_enabled`."""
        found: list[Json] = []
        for block in view.blocks:
            element = block.get("element") or {}
            if not element.get("response_url_enabled"):
                continue
            entry = view.values[block["block_id"]][element["action_id"]]
            channel = entry.get("selected_conversation") or entry.get("selected_channel")
            if channel:
                url = self._context.workspace.response_urls.issue("commands", channel, view.user)
                found.append(
                    {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "channel_id": channel,
                        "response_url": f"{self._context.base_url}/response/{url.id}",
                    }
                )
        return found

    def _apply(self, view: View, answer: Any) -> None:
        """Do what the acknowledgement says.

        Raises:
            RefusedError: it is nothing that a submission may be answered with.
        """
        if not answer:
            self._views.close(view)
            return
        if not isinstance(answer, dict):
            raise RefusedError("invalid_response")
        match answer.get("response_action"):
            case "errors":
                self._show_errors(view, answer.get("errors"))
            case "update":
                self._views.update(view, self._checked(answer))
            case "push":
                self._views.push(view.user, self._checked(answer))
            case "clear":
                self._views.clear(view.user)
            case _:
                raise RefusedError("invalid_response")

    def _checked(self, answer: Json) -> Json:
        return checked_view(self._context, answer.get("view"), "modal")

    def _show_errors(self, view: View, errors: Any) -> None:
        """Errors go to input blocks of the submitted view, by block_id."""
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
            raise RefusedError("invalid_errors")
        self._views.mark(view, errors={key: str(text) for key, text in errors.items()})

    async def close(self, view: View, *, whole_stack: bool = False) -> None:
        """Close a modal, or with the X or `clear_on_close` all that the person has open."""
        clears = whole_stack or bool(view.content.get("clear_on_close"))
        if clears:
            closed = self._views.stack(view.user)[:1] or [view]
            self._views.clear(view.user)
        else:
            closed = [view]
            self._views.close(view)
        for gone in closed:
            if gone.content.get("notify_on_close"):
                await self._tell_closed(gone, is_cleared=clears)

    async def _tell_closed(self, view: View, *, is_cleared: bool) -> None:
        user = self._context.workspace.user(view.user)
        payload = self._payloads.view_closed(user, view, is_cleared=is_cleared)
        try:
            await self._delivery.ask("interactive", payload, accepts_payload=False)
        except UndeliveredError:
            return  # the person has closed the form and is told nothing
