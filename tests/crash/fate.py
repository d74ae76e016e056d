"""The moments at which a death matters: around each store write and each outgoing call."""

import os
import signal
import ssl
from collections.abc import Callable
from typing import Any

import aiohttp
import httpx

from bot.store import Store


class Fate:
    """Counts the moments that a process lives through, and kills it at one of them.

    Args:
        last: the number of the moment to die at, from 1; `None` to live on.
        last_words: told the moment just before.
    """

    def __init__(self, last: int | None, last_words: Callable[[str], None]) -> None:
        self.moments: list[str] = []
        self.calls = 0
        """How many calls are under way."""
        self._last = last
        self._last_words = last_words

    def moment(self, name: str) -> None:
        """Die here, or go on."""
        self.moments.append(name)
        if len(self.moments) == self._last:
            self._last_words(name)
            os.kill(os.getpid(), signal.SIGKILL)

    async def call(self, name: str, send: Callable[[], Any]) -> Any:
        """Make a call, if we live that long; dying after it is a lost answer."""
        self.moment(f"before {name}")
        self.calls += 1
        try:
            answer = await send()
        finally:
            self.calls -= 1
        self.moment(f"after {name}")
        return answer


def rule(fate: Fate) -> None:
    """Let fate rule this process from now on. There is no way back."""
    _rule_store(fate)
    _rule_vendors(fate)
    _rule_slack(fate)
    # Nothing here speaks TLS, and reading the authorities takes each start 18 ms.
    ssl.SSLContext.load_verify_locations = lambda *_args, **_more: None  # type: ignore[method-assign]


def _rule_store(fate: Fate) -> None:
    write = Store.write

    async def mortal(store: Store, work: Any) -> Any:
        name = getattr(work, "func", work).__qualname__.replace(".<locals>", "")
        fate.moment(f"before the write of {name}")
        result = await write(store, work)
        fate.moment(f"after the write of {name}")
        return result

    Store.write = mortal  # type: ignore[method-assign]


def _rule_vendors(fate: Fate) -> None:
    handle = httpx.AsyncHTTPTransport.handle_async_request

    async def mortal(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        async def send() -> httpx.Response:
            answer = await handle(transport, request)
            body = await answer.aread()
            await answer.aclose()
            return httpx.Response(answer.status_code, headers=answer.headers, content=body)

        return await fate.call(f"{request.method} {request.url.path}", send)

    httpx.AsyncHTTPTransport.handle_async_request = mortal  # type: ignore[method-assign]


def _rule_slack(fate: Fate) -> None:
    ask = aiohttp.ClientSession._request

    async def mortal(session: aiohttp.ClientSession, method: str, url: Any, **more: Any) -> Any:
        async def send() -> aiohttp.ClientResponse:
            answer = await ask(session, method, url, **more)
            if answer.status != 101:
                await answer.read()
            return answer

        *_, place = str(url).partition("?")[0].split("/")
        name = "a response URL" if "/response/" in str(url) else place or "a socket"
        return await fate.call(f"Slack's {name}", send)

    aiohttp.ClientSession._request = mortal  # type: ignore[method-assign]
