"""Socket Mode as the clients of Slack know it."""

import pytest

from tests.sandbox.slack.raw_app import SILENCE, RawApp


@pytest.fixture
def workspace(workspace):
    workspace.app.bot_events = frozenset({"message.im", "app_home_opened"})
    return workspace


async def test_a_connection_is_greeted(raw_app):
    hello = raw_app.greetings[0]

    assert hello["type"] == "hello"
    assert hello["num_connections"] == 1
    assert hello["connection_info"] == {"app_id": "A0SANDBOX"}


async def test_a_ticket_opens_one_connection(slack, raw_app):
    address = await raw_app.address()

    assert await raw_app.knock(address) == 101
    assert await raw_app.knock(address) == 403
    assert await raw_app.knock(f"{address}x") == 403


async def test_an_old_ticket_opens_nothing(slack, raw_app, monkeypatch):
    address = await raw_app.address()
    monkeypatch.setattr("bot.sandbox.slack.sockets.TICKET_SECONDS", -1)

    assert await raw_app.knock(address) == 403


async def test_a_command_comes_in_an_envelope_that_may_be_answered(raw_app, ada):
    raw_app.answer = lambda _: {"text": "coming"}

    await ada.command("orders", "/order two pears")

    envelope = raw_app.received[0]
    assert envelope["type"] == "slash_commands"
    assert envelope["accepts_response_payload"] is True
    assert envelope["payload"]["text"] == "two pears"
    assert "retry_attempt" not in envelope
    message = await ada.sees("orders", "coming")
    assert message.visible_to == ada.id


async def test_without_a_connection_a_command_fails_at_once(slack, ada):
    await ada.command("orders", "/order")

    assert [notice.code for notice in ada.notices] == ["dispatch_failed"]
    assert ada.messages("orders") == []


async def test_a_command_that_nobody_acknowledges_fails_once(slack, raw_app, ada):
    slack.sockets.ack_seconds = 0.02
    raw_app.answer = lambda _: SILENCE

    await ada.command("orders", "/order")

    assert [notice.code for notice in ada.notices] == ["operation_timeout"]
    assert len(raw_app.received) == 1


async def test_nonsense_on_the_line_breaks_nothing(slack, raw_app, ada):
    """A client's mistake costs it the envelope, not the connection."""
    [socket] = raw_app.sockets
    for nonsense in ("{", "[]", "null", '{"envelope_id": "unknown"}', '{"envelope_id": null}'):
        await socket.send_str(nonsense)
    raw_app.answer = lambda _: {"text": "still here"}

    await ada.command("orders", "/order")

    await ada.sees("orders", "still here")
    assert slack.sockets.connections == 1


async def test_a_second_acknowledgement_comes_too_late(raw_app, ada):
    [socket] = raw_app.sockets
    raw_app.answer = lambda _: {"text": "first"}
    await ada.command("orders", "/order")
    envelope_id = raw_app.received[0]["envelope_id"]

    await socket.send_json({"envelope_id": envelope_id, "payload": {"text": "second"}})
    await ada.command("orders", "/order")

    texts = [ada.text_of(message) for message in ada.messages("orders")]
    assert texts == ["first", "first"]


async def test_a_connection_that_breaks_with_a_command_on_it_fails_the_command(slack, raw_app, ada):
    slack.sockets.ack_seconds = 0.05

    def break_off(_: object) -> object:
        slack.sockets.drop()
        return SILENCE

    raw_app.answer = break_off
    await ada.command("orders", "/order")

    assert [notice.code for notice in ada.notices] == ["operation_timeout"]
    assert ada.messages("orders") == []


async def test_an_event_is_tried_four_times(slack, raw_app, ada, clock):
    slack.sockets.ack_seconds = 0.01
    raw_app.answer = lambda _: SILENCE

    await ada.write_to_bot("hello")
    for count in (1, 2, 3):
        await _given_up(slack, count)
        await clock.advance(301)
    await slack.events.settled()

    attempts = [(e["retry_attempt"], e["retry_reason"]) for e in raw_app.received]
    assert attempts == [(0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout")]
    ids = {envelope["payload"]["event_id"] for envelope in raw_app.received}
    assert len(ids) == 1


async def _given_up(slack, count):
    """Wait until so many deliveries have failed."""
    calls = slack.workspace.calls
    await slack.workspace.changes.until(
        lambda: len(calls.all(direction="to_app")) >= count or None, timeout=2
    )


async def test_an_acknowledged_event_is_not_repeated(slack, raw_app, ada, clock):
    await ada.write_to_bot("hello")
    await slack.events.settled()
    await clock.advance(400)

    assert len(raw_app.payloads("message")) == 1


async def test_slack_may_deliver_an_event_twice(slack, raw_app, ada):
    slack.events.copies = 2

    await ada.write_to_bot("hello")
    await slack.events.settled()

    first, second = raw_app.payloads("message")
    assert first["event_id"] == second["event_id"]


async def test_envelopes_go_to_any_connection(slack, raw_app, ada):
    await raw_app.connect()

    for _ in range(20):
        await ada.command("orders", "/order")

    assert raw_app.greetings[1]["num_connections"] == 2
    assert all(raw_app.by_socket)
    assert len(raw_app.received) == 20


async def test_the_eleventh_connection_is_sent_away(slack, raw_app):
    for _ in range(9):
        await raw_app.connect()

    other = RawApp(slack)
    await other.connect()

    assert other.greetings[0]["type"] == "disconnect"
    assert other.greetings[0]["reason"] == "too_many_websockets"
    assert slack.sockets.connections == 10
    await other.close()


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
async def test_a_warning_keeps_the_connection_and_a_goodbye_ends_it(slack, raw_app, ada, reason):
    slack.sockets.goodbye_seconds = 0.01
    await slack.sockets.warn()
    await ada.command("orders", "/order")
    assert slack.sockets.connections == 1

    await slack.sockets.disconnect(reason)

    await raw_app.hung_up()
    assert [e.get("reason") for e in raw_app.received] == ["warning", None, reason]
    assert raw_app.sockets[0].closed


async def test_a_broken_line_says_nothing(slack, raw_app):
    slack.sockets.drop()

    await raw_app.hung_up()
    assert raw_app.received == []


async def test_slack_answers_pings(slack, raw_app):
    await raw_app.sockets[0].ping(b"sdk-ping-pong:1.0")
    await raw_app.sockets[0].send_str('{"envelope_id": "nobody-waits-for-this"}')

    assert slack.sockets.connections == 1
