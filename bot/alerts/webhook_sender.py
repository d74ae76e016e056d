"""Sends groups of alerts to pagers: the outbox's `Notifier` for the topic `webhook`."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import aiohttp

from bot.alerts.records import GroupRecord
from bot.alerts.routes import Route
from bot.alerts.webhook import body
from bot.message import Message, Posted
from bot.outbox import RefusedError, UnknownDeliveryError

PREFIX: Final = "webhook:"
MULTIPLE_CHOICES: Final = 300
TOO_MANY_REQUESTS: Final = 429
SERVER_ERROR: Final = 500


class WebhookSender:
    """Posts Alertmanager's body to the address of a route.

    Whoever takes it knows an alert by its fingerprint, so posting twice does no harm: after a lost
    answer it is simply sent again.
    """

    def __init__(
        self,
        group: Callable[[str], Awaitable[GroupRecord | None]],
        routes: Sequence[Route],
        session: aiohttp.ClientSession,
    ) -> None:
        self._group = group
        self._addresses = {f"{PREFIX}{route.key}": route.webhook_url for route in routes}
        self._session = session

    async def post(self, message: Message, thread: Posted | None) -> Posted:  # noqa: ARG002 - a pager has no threads
        """Tell of a group for the first time."""
        await self._send(message)
        return Posted(channel=message.destination, ts=message.id)

    async def edit(self, message: Message, posted: Posted) -> None:  # noqa: ARG002 - it goes where the first went
        """Tell of it again, as it is now."""
        await self._send(message)

    async def find(self, message: Message, thread: Posted | None) -> Posted | None:  # noqa: ARG002 - nothing can be asked
        """Nothing can be looked up; sending again does no harm."""
        return None

    async def _send(self, message: Message) -> None:
        """Post; raises UnknownDeliveryError where it is worth another try, else RefusedError."""
        address = self._addresses.get(message.destination)
        record = await self._group(message.subject)
        if address is None or record is None:
            raise RefusedError("no_webhook" if address is None else "no_record")
        try:
            async with self._session.post(
                address.get_secret_value(), json=body(record), allow_redirects=False
            ) as answer:
                status = answer.status
        except (aiohttp.ClientConnectionError, TimeoutError) as error:
            raise UnknownDeliveryError from error
        except (aiohttp.ClientError, ValueError):
            raise RefusedError("invalid_address") from None  # the cause names the secret address
        if status == TOO_MANY_REQUESTS or status >= SERVER_ERROR:
            raise UnknownDeliveryError
        if status >= MULTIPLE_CHOICES:
            raise RefusedError(f"http_{status}")
