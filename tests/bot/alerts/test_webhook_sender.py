"""Pagers: sent through the real outbox to a real server that fails as servers do."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot import topics
from bot.alerts.routes import Route
from bot.alerts.webhook_sender import WebhookSender
from bot.background import Background
from bot.message import MessageState
from bot.outbox import Outbox, Pace
from bot.store import Store
from tests.bot.tower import CHANNEL, Cloud, Tower
from tests.chat import Chat
from tests.clock import VirtualClock

WRONG_ADDRESS = "not an address"


@dataclass
class Pager:
    """Keeps what it was sent, and answers as the test planned, then well."""

    planned: list[int] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    address: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        """One delivery; status 0 hangs up."""
        status = self.planned.pop(0) if self.planned else 200
        self.bodies.append(await request.json())
        if not status and request.transport:
            request.transport.close()
        return web.Response(status=status or 200, headers={"Location": "/elsewhere"})


@pytest.fixture
async def pager() -> AsyncIterator[Pager]:
    pager = Pager()
    server = web.Application()
    server.router.add_post("/hook", pager.answer)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    pager.address = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield pager
    await runner.cleanup()


class Post:
    """A tower whose route has a webhook, and the outbox that serves chat and pager."""

    def __init__(
        self,
        store: Store,
        clock: VirtualClock,
        background: Background,
        http: aiohttp.ClientSession,
        address: str,
    ) -> None:
        routes = (Route("default", CHANNEL, webhook_url=SecretStr(address)),)
        self.tower = Tower(store, clock, Cloud("dk", clock), routes=routes)
        self.chat = Chat(clock)
        self._parts = (store, clock, background, http)
        self.serve(routes)

    def serve(self, routes: Sequence[Route]) -> None:
        """Begin to send, as a started bot with these routes does."""
        store, clock, background, http = self._parts
        self.outbox = Outbox(
            store,
            self.chat,
            clock,
            background,
            fallback_channel="C0OPS",
            others={topics.WEBHOOK: WebhookSender(self.tower.alerts.group, routes, http)},
            pace=Pace.unlimited(),
        )

    async def run(self, minutes: int) -> None:
        """Let time pass, and whatever is due be sent."""
        for _ in range(minutes):
            await self.tower.run(1)
            await self.outbox.drain()


@pytest.fixture
async def post(
    store: Store, clock: VirtualClock, background: Background, pager: Pager
) -> AsyncIterator[Post]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
        post = Post(store, clock, background, http, pager.address)
        post.tower.add_many(5)
        await post.tower.sweep()
        yield post


async def trouble(post: Post) -> list[str]:
    return [message.subject for message in await post.tower.messages("trouble")]


async def test_a_pager_is_told_that_an_alert_fires_and_that_it_is_over(post: Post, pager: Pager):
    post.tower.offline("ch00000")
    await post.run(8)
    post.tower.online("ch00000")
    await post.run(3)

    said = [(body["status"], body["version"]) for body in pager.bodies]
    assert said[0] == ("firing", "4")
    assert said[-1] == ("resolved", "4")
    assert {body["groupKey"] for body in pager.bodies} == {"C0ALERTS:{dk|S0|connectivity}"}
    assert len(post.chat.keys(CHANNEL)) == 1 + 1  # the message and the line that it is over


@pytest.mark.parametrize("status", [0, 429, 500, 503])
async def test_a_pager_that_stumbles_is_tried_again_until_it_takes_it(
    post: Post, pager: Pager, status: int
):
    """And Slack does not wait for it."""
    pager.planned = [status] * 3
    post.tower.offline("ch00000")
    await post.run(10)

    (message,) = await post.tower.messages("webhook")
    assert len(pager.bodies) == 4
    assert message.state is MessageState.SENT
    assert post.chat.one((await post.tower.messages())[0].key)
    assert await trouble(post) == []


async def test_a_pager_is_not_told_of_what_somebody_silenced(post: Post, pager: Pager):
    """It would ring anew for what on-call has just put to rest; that it is over it hears."""
    post.tower.fault("ch00000", "HighTemperature")
    await post.run(2)
    ends = post.tower.clock.now() + timedelta(minutes=30)
    await post.tower.alerts.silence({"account": ("dk",)}, by="U1", reason="works", ends_at=ends)
    await post.run(5)
    during = [body["status"] for body in pager.bodies]
    post.tower.mend("ch00000")
    await post.run(3)

    assert during == ["firing"]
    assert [body["status"] for body in pager.bodies] == ["firing", "resolved"]


async def test_a_resolve_is_tried_again_too(post: Post, pager: Pager):
    """Else a pager would ring on for what is over."""
    post.tower.offline("ch00000")
    await post.run(8)
    pager.planned = [500] * 5
    post.tower.online("ch00000")
    await post.run(6)

    assert pager.bodies[-1]["status"] == "resolved"
    assert pager.planned == []


@pytest.mark.parametrize("status", [301, 400, 404])
async def test_a_pager_that_refuses_is_named_in_the_fallback_channel(
    post: Post, pager: Pager, status: int
):
    pager.planned = [status]
    post.tower.offline("ch00000")
    await post.run(8)

    (message,) = await post.tower.messages("webhook")
    assert (message.state, message.trouble) == (MessageState.REFUSED, f"http_{status}")
    assert await trouble(post) == [f"http_{status}"]
    assert len(pager.bodies) == 1


@pytest.mark.parametrize("pager_address", [WRONG_ADDRESS])
async def test_an_address_that_is_none_is_refused_without_being_shown(
    store: Store,
    clock: VirtualClock,
    background: Background,
    pager_address: str,
    caplog: pytest.LogCaptureFixture,
):
    """It is a secret: whoever has it can call people."""
    async with aiohttp.ClientSession() as http:
        post = Post(store, clock, background, http, pager_address)
        post.tower.add_many(5)
        await post.tower.sweep()
        post.tower.offline("ch00000")
        await post.run(8)

        assert await trouble(post) == ["invalid_address"]
        assert pager_address not in caplog.text


async def test_a_route_that_has_lost_its_webhook_is_said(post: Post, pager: Pager):
    """What was still to be sent cannot be, and nobody else is told of it in its place."""
    pager.planned = [500] * 100
    post.tower.offline("ch00000")
    await post.run(7)
    tried = len(pager.bodies)
    post.serve(())
    await post.run(3)

    assert await trouble(post) == ["no_webhook"]
    assert len(pager.bodies) == tried
