"""Every payload is acknowledged, whatever it is."""

import json

import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult

from bot.background import Background
from handlers.catch_all import CatchAll
from handlers.errors import RefusedError
from handlers.listeners import Listeners
from handlers.work import Work


async def authorize():
    return AuthorizeResult(
        enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="UBOT"
    )


@pytest.fixture
def app(clock) -> AsyncApp:
    app = AsyncApp(authorize=authorize, signing_secret="s", process_before_response=True)

    async def broken():
        raise ZeroDivisionError

    async def refusing():
        raise RefusedError("You may not do this.")

    app.view("broken")(broken)
    app.view("refusing")(refusing)
    app.command("/broken")(broken)
    app.options("broken")(broken)
    app.event("app_mention")(broken)
    CatchAll(Work(Background(clock), clock)).register(Listeners(app))
    return app


USER = {"user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1"}}
VIEW = {"id": "V1", "type": "modal", "state": {"values": {}}}
INPUT = [{"type": "input", "block_id": "reason"}]


async def answer(app, body):
    reply = await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
    return reply.status, json.loads(reply.body) if reply.body.startswith("{") else reply.body


@pytest.mark.parametrize(
    "body",
    [
        {"command": "/unknown", "user_id": "U1", "team_id": "T1", "text": ""},
        {"type": "view_submission", **USER, "view": {**VIEW, "callback_id": "old"}},
        {"type": "view_closed", **USER, "view": {**VIEW, "callback_id": "old"}},
        {"type": "block_suggestion", **USER, "action_id": "old", "block_id": "b", "value": ""},
        {"type": "shortcut", **USER, "callback_id": "old", "trigger_id": "1"},
        {"type": "message_action", **USER, "callback_id": "old", "trigger_id": "1"},
        {
            "type": "block_actions",
            **USER,
            "actions": [{"type": "static_select", "action_id": "old", "block_id": "b"}],
        },
        {"type": "event_callback", "team_id": "T1", "event": {"type": "team_join", "user": "U1"}},
        {"type": "event_callback", "team_id": "T1", "event": {"type": "app_mention", "user": "U"}},
    ],
    ids=lambda body: body.get("type") or body["command"],
)
async def test_what_nobody_knows_is_acknowledged(app, body):
    """In Socket Mode no acknowledgement means an error for the person, or the same again."""
    status, _ = await answer(app, body)

    assert status == 200


async def test_a_broken_form_keeps_what_was_typed(app, caplog):
    body = {"type": "view_submission", **USER}
    view = {**VIEW, "callback_id": "broken", "blocks": INPUT}

    status, said = await answer(app, {**body, "view": view})

    assert status == 200
    assert said["response_action"] == "errors"
    assert caplog.records[-1].reference in said["errors"]["reason"]


async def test_a_refusal_stands_at_the_form_without_a_code(app, caplog):
    view = {**VIEW, "callback_id": "refusing", "blocks": INPUT}

    _, said = await answer(app, {"type": "view_submission", **USER, "view": view})

    assert said["errors"] == {"reason": "You may not do this."}
    assert caplog.records == []


async def test_a_form_without_inputs_becomes_the_sentence(app):
    view = {**VIEW, "callback_id": "refusing", "blocks": []}

    _, said = await answer(app, {"type": "view_submission", **USER, "view": view})

    assert "You may not do this." in json.dumps(said["view"])


async def test_a_broken_command_answers_with_a_code(app, caplog):
    command = {"command": "/broken", "user_id": "U1", "team_id": "T1", "text": ""}

    _, said = await answer(app, command)

    assert caplog.records[-1].reference in said["text"]


async def test_a_broken_typeahead_offers_nothing(app):
    body = {"type": "block_suggestion", **USER, "action_id": "broken", "block_id": "b"}

    _, said = await answer(app, {**body, "value": ""})

    assert said == {"options": []}


async def test_an_old_form_says_that_nothing_was_done(app):
    """A form that closes looks as if it had been taken."""
    view = {**VIEW, "callback_id": "old", "blocks": INPUT}

    _, said = await answer(app, {"type": "view_submission", **USER, "view": view})

    assert said["response_action"] == "update"
    assert "does nothing any more" in str(said["view"])
