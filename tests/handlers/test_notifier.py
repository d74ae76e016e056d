"""Posting once, finding again, and what Slack's answers mean."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.message import Message, MessageState, Posted
from bot.outbox import DelayedError, GoneError, RefusedError, UnknownDeliveryError
from handlers.blocks import kit, tables
from handlers.notifier import SlackNotifier, posting_client, session

NOW = datetime(2026, 1, 10, 8, 0, tzinfo=UTC)
FIVE_MINUTES_S = 300


class FakeSlack:
    """Answers each method with what the test put there, and keeps what was sent."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict]] = []
        self.answers: dict[str, list] = {}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One call."""
        method = request.match_info["method"]
        is_json = request.content_type == "application/json"
        sent = await request.json() if is_json else dict(await request.post())
        self.calls.append((method, {**request.query, **sent}))
        planned = self.answers.get(method) or [{"ok": True}]
        said = planned.pop(0) if len(planned) > 1 else planned[0]
        if said == "hang up":
            request.transport.close()
            return web.Response()
        status = said.get("status", 200)
        headers = {"Retry-After": said.get("after", "7")} if status == 429 else {}
        return web.json_response(said, status=status, headers=headers)

    def sent(self, method: str) -> list[dict]:
        """What a method was called with."""
        return [arguments for name, arguments in self.calls if name == method]


class Words:
    """Renders every message as the same two blocks."""

    async def render(self, _message: Message) -> kit.Message:
        """The same for all."""
        return kit.message("Hello", [kit.section("Hello"), tables.table(("A",), [("b",)])])


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    fake = FakeSlack()
    fake.answers["chat.postMessage"] = [{"ok": True, "channel": "C1", "ts": "1.2"}]
    server = web.Application()
    server.router.add_route("*", "/api/{method}", fake.answer)
    runner = web.AppRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    yield fake
    await runner.cleanup()


@pytest.fixture
async def notifier(slack) -> AsyncIterator[SlackNotifier]:
    shared = session()
    yield SlackNotifier(posting_client(SecretStr("xoxb-1"), slack.url, shared), Words())
    await shared.close()


def a_message(**changes) -> Message:
    facts = {
        "id": "msg_1",
        "key": "k",
        "destination": "C1",
        "topic": "digest",
        "subject": "1",
        "created_at": NOW,
        "waiting_since": NOW,
        "first_sent_at": NOW,
        "state": MessageState.SENDING,
        **changes,
    }
    return Message(**facts)


async def test_a_message_carries_its_marker(slack, notifier):
    posted = await notifier.post(a_message(), None)

    assert posted == Posted(channel="C1", ts="1.2")
    (sent,) = slack.sent("chat.postMessage")
    assert sent["blocks"][0]["block_id"] == "msg_1"
    assert sent["text"] == "Hello"


async def test_a_lost_answer_is_not_sent_again(slack, notifier):
    """The SDK's own retry would post twice."""
    slack.answers["chat.postMessage"] = ["hang up"]

    with pytest.raises(UnknownDeliveryError):
        await notifier.post(a_message(), None)

    assert len(slack.sent("chat.postMessage")) == 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"ok": False, "error": "ratelimited", "status": 429}, DelayedError),
        ({"ok": False, "error": "internal_error"}, UnknownDeliveryError),
        ({"ok": False, "error": "anything", "status": 503}, UnknownDeliveryError),
        ({"ok": False, "error": "thread_not_found"}, GoneError),
        ({"ok": False, "error": "channel_not_found"}, RefusedError),
        ({"ok": False, "error": "is_archived"}, RefusedError),
    ],
)
async def test_what_slack_answers_means_one_of_four_things(slack, notifier, answer, expected):
    slack.answers["chat.postMessage"] = [answer]

    with pytest.raises(expected):
        await notifier.post(a_message(), None)


async def test_the_wait_that_slack_asks_for_is_passed_on(slack, notifier):
    slack.answers["chat.postMessage"] = [{"ok": False, "error": "ratelimited", "status": 429}]

    with pytest.raises(DelayedError) as raised:
        await notifier.post(a_message(), None)

    assert raised.value.retry_after == 7


@pytest.mark.parametrize("after", ["Wed, 21 Oct 2026 07:28:00 GMT", "-1", "soon", ""])
async def test_a_wait_that_nobody_understands_loses_no_message(slack, notifier, after):
    """Raised as anything else it would count as our mistake, and the message as refused."""
    limited = {"ok": False, "error": "ratelimited", "status": 429, "after": after}
    slack.answers["chat.postMessage"] = [limited]

    with pytest.raises(DelayedError) as raised:
        await notifier.post(a_message(), None)

    assert raised.value.retry_after == 5


async def test_nobody_listening_means_that_nothing_was_done():
    shared = session()
    client = posting_client(SecretStr("xoxb-1"), "http://127.0.0.1:9/api/", shared)

    with pytest.raises(DelayedError):
        await SlackNotifier(client, Words()).post(a_message(), None)
    await shared.close()


async def test_blocks_that_slack_refuses_are_left_out(slack, notifier):
    """The words arrive, whatever Slack thinks of the table."""
    slack.answers["chat.postMessage"] = [
        {"ok": False, "error": "invalid_blocks"},
        {"ok": True, "channel": "C1", "ts": "1.3"},
    ]

    await notifier.post(a_message(), None)

    plain = slack.sent("chat.postMessage")[1]
    assert [block["type"] for block in plain["blocks"]] == ["section"]
    assert plain["blocks"][0]["block_id"] == "msg_1"


async def test_an_edit_of_a_deleted_message_says_so(slack, notifier):
    slack.answers["chat.update"] = [{"ok": False, "error": "message_not_found"}]

    with pytest.raises(GoneError):
        await notifier.edit(a_message(), Posted(channel="C1", ts="1.2"))


async def test_a_person_is_written_to_directly(slack, notifier):
    slack.answers["conversations.open"] = [{"ok": True, "channel": {"id": "D1"}}]

    await notifier.post(a_message(destination="U0SUPPORT"), None)
    await notifier.post(a_message(destination="U0SUPPORT"), None)

    assert [sent["channel"] for sent in slack.sent("chat.postMessage")] == ["D1", "D1"]
    assert len(slack.sent("conversations.open")) == 1


async def test_a_message_is_found_by_its_marker_page_by_page(slack, notifier):
    """Also where our clock is as wrong as Slack's signatures just allow."""
    other = {"ts": "1.1", "blocks": [{"block_id": "msg_0"}]}
    wanted = {"ts": "1.2", "blocks": [{"block_id": "msg_1"}]}
    slack.answers["conversations.history"] = [
        {"ok": True, "messages": [other], "response_metadata": {"next_cursor": "more"}},
        {"ok": True, "messages": [{"ts": "1.3"}, wanted]},
    ]

    found = await notifier.find(a_message(), None)

    assert found == Posted(channel="C1", ts="1.2")
    first, second = slack.sent("conversations.history")
    assert NOW.timestamp() - float(first["oldest"]) > FIVE_MINUTES_S
    assert second["cursor"] == "more"


async def test_what_is_not_in_the_thread_is_not_there(slack, notifier):
    slack.answers["conversations.replies"] = [{"ok": True, "messages": [{"ts": "1"}]}]

    assert await notifier.find(a_message(), Posted(channel="C1", ts="1.0")) is None


async def test_too_much_history_is_no_promise_that_it_is_not_there(slack, notifier):
    slack.answers["conversations.history"] = [
        {"ok": True, "messages": [], "response_metadata": {"next_cursor": "more"}}
    ]

    with pytest.raises(RefusedError):
        await notifier.find(a_message(), None)


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_a_lost_token_delays_messages_and_loses_none(slack, notifier, code):
    """Whoever renews the token wants to read what was said meanwhile."""
    slack.answers["chat.postMessage"] = [{"ok": False, "error": code}]

    with pytest.raises(DelayedError):
        await notifier.post(a_message(), None)
