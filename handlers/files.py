"""Files for one person, in their direct messages.

They are made from the record each time a button is pressed, so a lost one is asked for again.
"""

from typing import Final

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks import kit
from handlers.conversation import Asked
from handlers.slack_codes import SlackSilentError, called

SENT: Final = "The file is in your direct messages."


async def send_file(asked: Asked, *, name: str, title: str, content: str) -> None:
    """Upload it and say where it is; raises SlackApiError."""
    opened = await called(asked.client.conversations_open, users=asked.user_id)
    await called(
        asked.client.files_upload_v2,
        channel=opened["channel"]["id"],
        content=content,
        filename=name,
        title=title,
    )
    await asked.say(kit.message(SENT))


async def permalink(client: AsyncWebClient, channel: str, ts: str | None) -> str | None:
    """The address of a message; `None` where it was not sent, or stands there no more."""
    if ts is None:
        return None
    try:
        answer = await called(client.chat_getPermalink, channel=channel, message_ts=ts)
    except (SlackApiError, SlackSilentError):
        return None
    return str(answer["permalink"])
