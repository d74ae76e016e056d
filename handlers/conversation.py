"""A person's request and the ways to answer it."""

from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers import payloads
from handlers.blocks.kit import Message, View
from handlers.errors import RefusedError
from handlers.pages import Page
from handlers.payloads import Payload
from handlers.slack_codes import called, code_of, plainer_and_plainer, sent
from handlers.work import Say

TOO_LATE: Final = "Slack gave me no time to open the form. Please press again."
STALE_TRIGGERS: Final = frozenset(
    {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired"}
)
NO_PLACE: Final = "Too many pages lie on each other. Close the one on top, and press again."
WHY_NOT_OPEN: Final = {
    **dict.fromkeys(STALE_TRIGGERS, TOO_LATE),
    "push_limit_reached": NO_PLACE,
}
NO_ROOM: Final = STALE_TRIGGERS | {"push_limit_reached", "not_found", "view_not_found"}
"""Why a page cannot be put on top of the dialog any more."""
TITLE: Final = "Chargehand"
OK: Final = 200


@dataclass(frozen=True)
class Asked:
    """Who asked, where, and how to answer them."""

    user_id: str
    channel: str | None
    trigger_id: str | None
    delivery: str
    say: Say
    client: AsyncWebClient
    is_in_form: bool = False
    """Whether they have a form open, on top of which another has to go."""
    is_private: bool = False
    """Whether the answer stands in a channel, but only they see it: so it may be shared."""

    async def open(self, view: View) -> str:
        """Show a form; its view id."""
        if self.trigger_id is None:
            raise RefusedError("Forms open from a slash command or a button only.")
        show = self.client.views_push if self.is_in_form else self.client.views_open
        try:
            answer = await called(show, trigger_id=self.trigger_id, view=view)
        except SlackApiError as error:
            if (code := code_of(error)) in WHY_NOT_OPEN:
                raise RefusedError(WHY_NOT_OPEN[code]) from error
            raise
        return str(answer["view"]["id"])

    async def open_page(self, title: str) -> Page:
        """Show a page that is filled later: a vendor may take longer than a trigger lives."""
        page = Page(self.client, title)
        await self.open(page.loading)
        return page


def asked_by_command(command: Payload, client: AsyncWebClient, respond: AsyncRespond) -> Asked:
    """A slash command, answered through its `response_url`: to the person alone."""
    user_id = payloads.user_id(command)
    return Asked(
        user_id=user_id,
        channel=payloads.channel_id(command),
        trigger_id=command.get("trigger_id"),
        delivery=payloads.delivery_key(command),
        say=privately(respond, directly(client, user_id)),
        client=client,
        is_private=True,
    )


def asked_by_click(body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> Asked:
    """A button or menu: in a message it is answered beside it, elsewhere in a page or directly."""
    user_id = payloads.user_id(body)
    is_in_form = (body.get("view") or {}).get("type") == "modal"
    has_response_url = bool(body.get("response_url") or body.get("response_urls"))
    say = directly(client, user_id)
    if has_response_url:
        say = privately(respond, say)
    elif is_in_form:
        say = in_a_page(client, body["trigger_id"], say)
    return Asked(
        user_id=user_id,
        channel=payloads.channel_id(body),
        trigger_id=body.get("trigger_id"),
        delivery=payloads.delivery_key(body),
        say=say,
        client=client,
        is_in_form=is_in_form,
        is_private=has_response_url,
    )


def asked_by_message(event: Payload, client: AsyncWebClient) -> Asked:
    """A mention or a direct message: answered in its thread, for all who can read it."""
    channel, thread = str(event["channel"]), event.get("thread_ts") or event["ts"]
    is_direct = event.get("channel_type") == "im" and not event.get("thread_ts")

    async def say(message: Message) -> object:
        place: dict[str, Any] = {} if is_direct else {"thread_ts": thread}
        return await sent(client.chat_postMessage, channel=channel, **place, **message)

    return Asked(
        user_id=str(event["user"]),
        channel=channel,
        trigger_id=None,
        delivery=f"message:{channel}:{event['ts']}",
        say=say,
        client=client,
    )


def beside(event: Payload, client: AsyncWebClient) -> Say:
    """To whoever wrote a message alone, in its thread: a refusal names groups, and would call them.

    In direct messages there is nobody else.
    """
    asked = asked_by_message(event, client)
    if event.get("channel_type") == "im":
        return asked.say
    place = {"channel": asked.channel, "user": asked.user_id}
    if event.get("thread_ts"):
        place["thread_ts"] = str(event["thread_ts"])

    async def say(message: Message) -> object:
        try:
            return await sent(client.chat_postEphemeral, **place, **message)
        except SlackApiError:
            return await directly(client, asked.user_id)(message)

    return say


def privately(respond: AsyncRespond, otherwise: Say) -> Say:
    """To the person alone, leaving what they clicked on as it is."""
    return _through(respond, otherwise, response_type="ephemeral", replace_original=False)


def for_everybody(respond: AsyncRespond, otherwise: Say) -> Say:
    """Into the channel, with the command that was typed."""
    return _through(respond, otherwise, response_type="in_channel", replace_original=False)


def in_place(respond: AsyncRespond, otherwise: Say) -> Say:
    """Instead of the message that was clicked on."""
    return _through(respond, otherwise, replace_original=True)


def _through(respond: AsyncRespond, otherwise: Say, **how: Any) -> Say:
    """Through a `response_url`; `otherwise` where Slack takes nothing there (any more).

    It takes five messages in half an hour, and the SDK raises nothing when one is refused.
    """

    async def say(message: Message) -> object:
        try:
            first, *plainer = plainer_and_plainer(message)
            answer = await respond(**how, **first)
            for one in plainer:
                if "invalid_blocks" in answer.body:
                    answer = await respond(**how, **one)
        except (aiohttp.ClientError, TimeoutError):
            return await otherwise(message)
        return answer if answer.status_code == OK else await otherwise(message)

    return say


def directly(client: AsyncWebClient, user_id: str) -> Say:
    """In a direct message."""

    async def say(message: Message) -> object:
        return await sent(client.chat_postMessage, channel=user_id, **message)

    return say


def in_a_page(client: AsyncWebClient, trigger_id: str, otherwise: Say) -> Say:
    """On top of the form that the person is in; what is said later replaces what was said first."""
    page = Page(client, TITLE)
    pushed: list[Page] = []

    async def say(message: Message) -> None:
        if pushed:
            await page.say(message)
            return
        try:
            await called(client.views_push, trigger_id=trigger_id, view=page.saying(message))
            pushed.append(page)
        except SlackApiError as error:
            if code_of(error) not in NO_ROOM:
                raise
            await otherwise(message)

    return say
