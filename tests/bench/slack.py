"""The leanest Slack that a bot can run against: what is measured is the bot, not the sandbox."""

import asyncio
import itertools
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.sandbox import installation
from bot.sandbox.slack.payloads import Payloads
from bot.sandbox.slack.workspace import Workspace
from handlers import ids, payloads
from handlers.work import NOTICE

LONGEST_ACK_S = 10.0
LONGEST_ANSWER_S = 60.0


class LeanSlack:
    """Takes every call, says ok, and measures acknowledgements."""

    def __init__(self) -> None:
        self.workspace: Workspace = installation.workspace()
        self.greeted = asyncio.Event()
        """A first connection stands."""
        self._sockets: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[float]] = {}
        self._numbers = itertools.count(1)
        self._answers = asyncio.Semaphore(0)
        self.unanswered: set[str] = set()
        """The response URLs of commands to which nothing has come but that it takes a while."""
        self.posts: Counter[str] = Counter()
        """How many messages were posted, by channel."""
        self._port = 0
        self._events_url = ""
        self._http: aiohttp.ClientSession | None = None

    @property
    def api_url(self) -> str:
        """For `SLACK_API_URL`."""
        return f"http://127.0.0.1:{self._port}/api/"

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["LeanSlack"]:
        """Serve."""
        application = web.Application()
        application.router.add_route("*", "/api/{method}", self._call)
        application.router.add_post("/response/{number}", self._response)
        application.router.add_get("/link", self._link)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self._port = runner.addresses[0][1]
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as self._http:
            yield self
        for socket in list(self._sockets):
            await socket.close()
        await runner.cleanup()

    def reach_by_http(self, address: str) -> None:
        """From now on requests go to this address."""
        self._events_url = f"{address}/slack/events"

    async def acknowledged(self, kind: str, payload: dict[str, Any]) -> float:
        """Send something to the app; seconds until it is acknowledged."""
        if self._events_url:
            return await self._over_http(kind, payload)
        return await self._over_socket(kind, payload)

    async def answered(self, number: int) -> None:
        """Wait until the app has said so much more to people."""
        async with asyncio.timeout(LONGEST_ANSWER_S):
            for _ in range(number):
                await self._answers.acquire()

    def command(self, text: str) -> tuple[str, dict[str, Any]]:
        """Somebody types `/charger`."""
        number = next(self._numbers)
        self.unanswered.add(str(number))
        payload = Payloads(self.workspace).command(
            self._somebody(number),
            self.workspace.channels["C0SUPPORT"],
            "/charger",
            text,
            response_url=f"http://127.0.0.1:{self._port}/response/{number}",
            trigger_id=f"trigger-{number}",
        )
        return "slash_commands", payload

    def submission(self, account: str) -> tuple[str, dict[str, Any]]:
        """Somebody sends the form that registers a new charger."""
        number = next(self._numbers)
        user = self._somebody(number)
        typed = {"type": "plain_text_input", "value": f"BENCH-{number:06}"}
        view = {
            "id": f"V{number:06}",
            "type": "modal",
            "callback_id": ids.REGISTER_FORM,
            "hash": f"{number}.hash",
            "private_metadata": payloads.to_keep(account=account, channel="C0SUPPORT"),
            "state": {"values": {ids.IDENTITY: {ids.IDENTITY: typed}}},
            "blocks": [],
        }
        payload = {
            "type": "view_submission",
            "team": {"id": self.workspace.team_id},
            "user": {"id": user.id, "team_id": user.team_id},
            "api_app_id": self.workspace.app.id,
            "trigger_id": f"trigger-{number}",
            "view": view,
            "response_urls": [],
        }
        return "interactive", payload

    def _somebody(self, number: int) -> Any:
        members = self.workspace.user_groups["S0SUPPORT"].members
        return self.workspace.user(members[number % len(members)])

    async def _over_socket(self, kind: str, payload: dict[str, Any]) -> float:
        number = next(self._numbers)
        envelope = {
            "envelope_id": f"envelope-{number}",
            "type": kind,
            "payload": payload,
            "accepts_response_payload": True,
        }
        waiting: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting[f"envelope-{number}"] = waiting
        began = time.perf_counter()
        await self._sockets[number % len(self._sockets)].send_str(json.dumps(envelope))
        async with asyncio.timeout(LONGEST_ACK_S):
            return await waiting - began

    async def _over_http(self, kind: str, payload: dict[str, Any]) -> float:
        assert self._http is not None
        fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        body = urlencode(fields)
        headers = self._signed(body)
        began = time.perf_counter()
        async with self._http.post(self._events_url, data=body, headers=headers) as response:
            await response.read()
            assert response.status == 200, await response.text()
        return time.perf_counter() - began

    def _signed(self, body: str) -> dict[str, str]:
        stamp = str(int(time.time()))
        signature = SignatureVerifier(self.workspace.app.signing_secret).generate_signature(
            timestamp=stamp, body=body
        )
        return {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature or "",
        }

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._sockets.append(socket)
        self.greeted.set()
        try:
            async for message in socket:
                self._take(message.data)
        finally:
            self._sockets.remove(socket)
        return socket

    def _take(self, text: str) -> None:
        arrived = time.perf_counter()
        waiting = self._waiting.pop(json.loads(text)["envelope_id"], None)
        if waiting is not None and not waiting.done():
            waiting.set_result(arrived)

    async def _response(self, request: web.Request) -> web.Response:
        if (await request.json()).get("text") != NOTICE:
            self.unanswered.discard(request.match_info["number"])
        self._answers.release()
        return web.json_response({"ok": True})

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        is_json = request.content_type == "application/json"
        asked = {**request.query, **(await (request.json() if is_json else request.post()))}
        if method == "views.update":
            self._answers.release()
        if method == "chat.postMessage":
            self.posts[asked["channel"]] += 1
        return web.json_response({"ok": True, **self._answer(method, asked)})

    def _answer(self, method: str, asked: Any) -> dict[str, Any]:
        workspace = self.workspace
        match method:
            case "apps.connections.open":
                return {"url": f"ws://127.0.0.1:{self._port}/link"}
            case "auth.test":
                app = workspace.app
                return {
                    "team_id": workspace.team_id,
                    "user_id": app.bot_user_id,
                    "bot_id": app.bot_id,
                }
            case "users.info":
                return {"user": {"id": asked["user"], "team_id": workspace.team_id}}
            case "usergroups.users.list":
                return {"users": workspace.user_groups[asked["usergroup"]].members}
            case "conversations.open":
                return {"channel": {"id": f"D{asked['users']}"}}
            case _:
                return {"ts": f"{next(self._numbers)}.000000", "channel": asked.get("channel", "")}
