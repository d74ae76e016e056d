"""Tells a watchdog outside that all is well; it calls people when the heartbeat stops."""

import logging
from typing import Final

import aiohttp
from pydantic import SecretStr

log = logging.getLogger(__name__)

PATIENCE: Final = aiohttp.ClientTimeout(total=10)


class Heartbeat:
    """Asks for one address; whoever has the address can fake our health, so it is a secret."""

    def __init__(self, url: SecretStr, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._session = session
        self._is_heard = True

    async def beat(self) -> bool:
        """Say once that all is well; whether it was heard. What fails is logged, not raised."""
        trouble = await self._trouble()
        if trouble and self._is_heard:
            log.warning("The heartbeat is not heard", extra={"trouble": trouble})
        if not trouble and not self._is_heard:
            log.info("The heartbeat is heard again")
        self._is_heard = not trouble
        return self._is_heard

    async def _trouble(self) -> str:
        """What went wrong, without the address."""
        try:
            async with self._session.get(
                self._url.get_secret_value(), timeout=PATIENCE
            ) as response:
                return "" if response.ok else f"HTTP {response.status}"
        except (TimeoutError, aiohttp.ClientError) as error:
            return type(error).__name__
