"""The addresses of the Slack server, and how a Web API call is answered."""

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.slack.arguments import Arguments, read_arguments
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.faults import Fault, FaultKind
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.webapi import METHODS, Method

if TYPE_CHECKING:
    from bot.sandbox.slack.server import SlackServer


class Routes:
    """Everything that an app can call."""

    def __init__(self, server: "SlackServer") -> None:
        self._server = server
        self._workspace = server.workspace

    def add_to(self, application: web.Application) -> None:
        """Serve all addresses."""
        application.router.add_route("*", "/api/{method}", self.call_method)
        application.router.add_get("/link/", self._server.sockets.serve)
        application.router.add_post("/response/{id}", self.answer)
        application.router.add_post("/upload/v1/{id}", self.upload)
        application.router.add_get("/files-pri/{file}/{name}", self.download)
        application.router.add_get("/files-pri/{file}/download/{name}", self.download)

    async def call_method(self, request: web.Request) -> web.StreamResponse:
        """Answer a Web API call, with whatever fault is switched on."""
        name = request.match_info["method"]
        started = time.monotonic()
        fault = self._server.faults.take(name)
        refusal = await _before(request, fault)
        arguments = Arguments({})
        if refusal is None:
            try:
                arguments = await read_arguments(request)
                body = self._answer(request, name, arguments)
            except RefusedError as error:
                body = error.to_answer()
            response = _to_response(name, body, self._scopes())
        else:
            response, body = refusal, {}
        self._record(name, arguments.given, body or response.text, response.status, started)
        return await _after(request, fault, response)

    def _answer(self, request: web.Request, name: str, arguments: Arguments) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise RefusedError("unknown_method", req_method=name)
        self._check_token(request, method, arguments)
        context = self._server.context
        context.require_scope(*method.scopes)
        wait = self._server.limits.wait_for(name, method.tier, arguments.text("channel"))
        if wait:
            raise RefusedError("ratelimited", retry_after=wait)
        return method.answer(context, arguments)

    def _check_token(self, request: web.Request, method: Method, arguments: Arguments) -> None:
        if method.caller == "anyone":
            return
        app = self._workspace.app
        token = bearer(request) or str(arguments.given.pop("token", ""))
        arguments.given.pop("token", None)
        if not token:
            raise RefusedError("not_authed")
        kinds = {app.bot_token: "bot", app.app_token: "app"}
        if token not in kinds:
            raise RefusedError("invalid_auth")
        if method.caller not in {"either", kinds[token]}:
            raise RefusedError("not_allowed_token_type")

    def _scopes(self) -> str:
        return ",".join(sorted(self._workspace.app.scopes))

    def _record(self, name: str, request: Any, answer: Any, status: int, started: float) -> None:
        self._workspace.calls.record(
            at=self._workspace.clock.now(),
            direction="to_slack",
            name=name,
            request=request,
            answer=answer,
            status=status,
            seconds=time.monotonic() - started,
        )

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """A post to a response URL."""
        started = time.monotonic()
        fault = self._server.faults.take("response_url")
        response = await _before(request, fault)
        body: Json = {}
        if response is None:
            try:
                body = _answer_in(await request.text())
                self._server.interactions.answers.at_response_url(request.match_info["id"], body)
                response = web.json_response({"ok": True})
            except RefusedError as error:
                gone = error.code in {"used_url", "expired_url"}
                response = web.json_response(error.to_answer(), status=404 if gone else 400)
        self._record("response_url", body, response.text, response.status, started)
        return await _after(request, fault, response)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file, raw or as a form."""
        try:
            file = self._workspace.files.find(request.match_info["id"])
        except RefusedError:
            return web.Response(status=404, text="unknown upload")
        content = await _uploaded_bytes(request)
        if len(content) != file.length:
            return web.Response(status=400, text="length differs")
        file.content = content
        return web.Response(text=f"OK - {len(content)}", content_type="text/plain")

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file, for a bot token with files:read."""
        app = self._workspace.app
        if bearer(request) != app.bot_token or "files:read" not in app.scopes:
            raise web.HTTPFound("https://slack.com/signin")  # Slack sends strangers to its sign-in
        try:
            file_id = request.match_info["file"].split("-")[-1]
            file = self._workspace.files.find(file_id)
        except RefusedError:
            return web.Response(status=404)
        return web.Response(body=file.content or b"", content_type=file.mimetype)


def _answer_in(text: str) -> Json:
    try:
        body = json.loads(text)
    except json.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise RefusedError("invalid_payload")
    return body


def bearer(request: web.Request) -> str:
    """The token in the Authorization header."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


async def _uploaded_bytes(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    form = await request.post()
    part = next(iter(form.values()))
    return part.file.read() if isinstance(part, web.FileField) else str(part).encode()


def _to_response(name: str, body: Json, scopes: str) -> web.Response:
    if body.get("error") == "ratelimited":
        wait = str(body.pop("retry_after"))
        return web.json_response(body, status=429, headers={"Retry-After": wait})
    headers = {"x-oauth-scopes": scopes} if name == "auth.test" else {}
    return web.json_response(body, headers=headers)


async def _before(request: web.Request, fault: Fault | None) -> web.Response | None:
    """What a fault does before anything is done; a response, if nothing shall be done."""
    if fault is None:
        return None
    match fault.kind:
        case FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
            return None
        case FaultKind.SERVER_ERROR:
            return web.Response(status=500, text="Internal Server Error")
        case FaultKind.RATE_LIMITED:
            body = {"ok": False, "error": "ratelimited"}
            wait = str(max(1, round(fault.seconds)))
            return web.json_response(body, status=429, headers={"Retry-After": wait})
        case FaultKind.DROP_BEFORE:
            _break_off(request)
            return web.Response(status=502)
        case _:
            return None


async def _after(
    request: web.Request, fault: Fault | None, response: web.Response
) -> web.StreamResponse:
    """What a fault does to the answer."""
    if fault and fault.kind is FaultKind.TRUNCATED:
        return await _half(request, response)
    if fault and fault.kind is FaultKind.DROP_AFTER:
        _break_off(request)
    if fault and fault.kind is FaultKind.GARBAGE:
        return web.Response(text="<html>oops", content_type="application/json")
    return response


async def _half(request: web.Request, response: web.Response) -> web.StreamResponse:
    """Half of what was promised, and then nothing."""
    body = (response.text or "").encode()
    half = web.StreamResponse(status=response.status)
    half.content_type = response.content_type
    half.content_length = len(body)
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    if request.transport:
        request.transport.close()
    return half


def _break_off(request: web.Request) -> None:
    if request.transport:
        request.transport.abort()
