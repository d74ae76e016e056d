"""Signed HTTP as Bolt's HTTP mode expects it."""

import json
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier


class Receiver:
    """An HTTP server that keeps requests and answers as told."""

    def __init__(self):
        self.requests = []
        self.response = web.Response

    async def take(self, request):
        """Keep one request."""
        self.requests.append((request.headers.copy(), await request.text()))
        return self.response()


@pytest.fixture
async def receiver(slack) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/slack", receiver.take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.workspace.app.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack"
    yield receiver
    await runner.cleanup()


async def test_every_request_is_signed(slack, receiver, ada):
    await ada.command("orders", "/order a & b")

    headers, body = receiver.requests[0]
    assert SignatureVerifier(slack.workspace.app.signing_secret).is_valid_request(body, headers)
    assert not SignatureVerifier("another").is_valid_request(body, headers)


async def test_a_command_is_a_form(receiver, ada):
    receiver.response = lambda: web.json_response({"text": "done", "response_type": "in_channel"})

    await ada.command("orders", "/plain two")

    fields = parse_qs(receiver.requests[0][1])
    assert fields["command"] == ["/plain"]
    assert fields["text"] == ["two"]
    message = await ada.sees("orders", "done")
    assert not message.is_ephemeral


async def test_a_text_answer_is_shown_to_the_person_alone(receiver, ada, ben):
    receiver.response = lambda: web.Response(text="only you")

    await ada.command("orders", "/order")

    await ada.sees("orders", "only you")
    assert ben.messages("orders") == []


async def test_an_interaction_is_a_payload_field(receiver, ada):
    await ada.shortcut("Order fruit")

    payload = json.loads(parse_qs(receiver.requests[0][1])["payload"][0])
    assert payload["type"] == "shortcut"


async def test_an_http_error_is_a_failure_for_the_person(receiver, ada):
    receiver.response = lambda: web.Response(status=500)

    await ada.command("orders", "/order")

    assert [notice.code for notice in ada.notices] == ["dispatch_failed"]
    assert len(receiver.requests) == 1


async def test_events_are_repeated_with_headers(slack, receiver, ada, clock):
    receiver.response = lambda: web.Response(status=500)

    await ada.write_to_bot("hello")
    for count in (1, 2, 3, 4):
        await _tried(slack, count)
        await clock.advance(301)
    await slack.events.settled()

    sent = [
        (headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason"))
        for headers, _ in receiver.requests
    ]
    again = [(str(number), "http_error") for number in (1, 2, 3)]
    assert sent == [(None, None), *again]


async def _tried(slack, count):
    """Wait until so many deliveries are over."""
    calls = slack.workspace.calls
    await slack.workspace.changes.until(
        lambda: len(calls.all(direction="to_app")) >= count or None, timeout=2
    )


async def test_an_app_may_decline_repeats(slack, receiver, ada):
    receiver.response = lambda: web.Response(status=500, headers={"x-slack-no-retry": "1"})

    await ada.write_to_bot("hello")
    await slack.events.settled()

    assert len(receiver.requests) == 1


async def test_an_address_is_verified_by_its_challenge(slack, receiver):
    receiver.response = lambda: web.Response(text="sandbox-challenge")
    assert await slack.http.verify_url()

    receiver.response = lambda: web.Response(text="something else")
    assert not await slack.http.verify_url()


async def test_nobody_listening_is_a_failure_for_the_person(slack, ada, unused_tcp_port):
    slack.workspace.app.request_url = f"http://127.0.0.1:{unused_tcp_port}/slack"

    await ada.command("orders", "/order")

    assert [notice.code for notice in ada.notices] == ["dispatch_failed"]
