"""The Events API: which events the app gets, and how they are retried."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.errors import UndeliveredError
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.model import Channel, Json
from bot.sandbox.slack.workspace import Workspace

RETRY_AFTER = (0.0, 60.0, 300.0)  # seconds; Slack docs, Events API, error handling
SCOPES = {  # what an event needs beside its subscription; the others need nothing
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "user_change": "users:read",
    "subteam_members_changed": "usergroups:read",
    "subteam_updated": "usergroups:read",
    "member_joined_channel": "channels:read",
}
CHANNEL_TYPES = {"channels": "channel", "groups": "group", "im": "im"}


class Events:
    """Sends events to the app, each in a task of its own, with Slack's three retries.

    Args:
        workspace: where things happen.
        delivery: the way to the app.
        sleep: waits before a retry.
        retry_after: seconds before each retry.
    """

    def __init__(
        self,
        workspace: Workspace,
        delivery: Delivery,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        retry_after: Sequence[float] = RETRY_AFTER,
    ) -> None:
        self.copies = 1  # more than one: Slack's rare double delivery
        self._workspace = workspace
        self._delivery = delivery
        self._sleep = sleep
        self._retry_after = retry_after
        self._tasks: set[asyncio.Task[None]] = set()

    def message_posted(self, message: Message) -> None:
        """Tell of a new message, and of a mention of the app in it."""
        channel = self._workspace.channels[message.channel]
        shown = self._workspace.messages.to_api(message)
        event = shown | {"channel": channel.id, "event_ts": message.ts}
        self._tell_channel(channel, event)
        bot = self._workspace.app.bot_user_id
        is_mention = f"<@{bot}>" in message.text and message.user != bot and not channel.is_im
        if is_mention and bot in channel.members:
            self.tell("app_mention", event | {"type": "app_mention"})

    def message_changed(self, message: Message) -> None:
        """Tell of an edit."""
        channel = self._workspace.channels[message.channel]
        self._tell_channel(
            channel,
            {
                "type": "message",
                "subtype": "message_changed",
                "hidden": True,
                "message": self._workspace.messages.to_api(message),
                "previous_message": message.before,
                "channel": channel.id,
                "ts": self._workspace.ids.ts(),
                "event_ts": self._workspace.ids.ts(),
            },
        )

    def message_deleted(self, message: Message) -> None:
        """Tell of a deletion; where replies stay, Slack says that it became a tombstone."""
        if message.subtype == "tombstone":
            self.message_changed(message)
            return
        channel = self._workspace.channels[message.channel]
        self._tell_channel(
            channel,
            {
                "type": "message",
                "subtype": "message_deleted",
                "hidden": True,
                "deleted_ts": message.ts,
                "previous_message": message.before,
                "channel": channel.id,
                "ts": self._workspace.ids.ts(),
                "event_ts": self._workspace.ids.ts(),
            },
        )

    def _tell_channel(self, channel: Channel, event: Json) -> None:
        if self._workspace.app.bot_user_id in channel.members:
            channel_type = CHANNEL_TYPES[channel.event_kind]
            self.tell(f"message.{channel.event_kind}", event | {"channel_type": channel_type})

    def tell(self, name: str, event: Json) -> None:
        """Send an event, if the app has subscribed to `name` and may know of it."""
        app = self._workspace.app
        if name not in app.bot_events or not app.scopes.issuperset({SCOPES.get(name)} - {None}):
            return
        payload = self._envelope(event)
        for _ in range(self.copies):
            task = asyncio.get_running_loop().create_task(self._send(payload))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _envelope(self, event: Json) -> Json:
        workspace, app = self._workspace, self._workspace.app
        return {
            "token": app.verification_token,
            "team_id": workspace.team_id,
            "context_team_id": workspace.team_id,
            "api_app_id": app.id,
            "event": {"event_ts": workspace.ids.ts(), **event},
            "type": "event_callback",
            "event_id": workspace.ids.new("Ev"),
            "event_time": int(workspace.clock.now().timestamp()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": workspace.team_id,
                    "user_id": app.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }

    async def _send(self, payload: Json) -> None:
        reason = await self._try(payload, None)
        for number, pause in enumerate(self._retry_after, start=1):
            if not reason:
                return
            await self._sleep(pause)
            reason = await self._try(payload, (number, reason))

    async def _try(self, payload: Json, retry: tuple[int, str] | None) -> str:
        """Deliver once; the reason why it has to be tried again, or nothing."""
        try:
            await self._delivery.ask("events_api", payload, accepts_payload=False, retry=retry)
        except UndeliveredError as error:
            return error.reason if error.may_retry else ""
        return ""

    async def settled(self) -> None:
        """Wait until every event has been acknowledged or given up."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Give up what is still to be sent."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
