"""Which listener gets a payload, and what it is given."""

import re

import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult

from handlers.listeners import ANYTHING, Listeners

WHO = {"user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1"}}
VIEW = {"id": "V", "type": "modal", "callback_id": "wanted"}
KINDS = {
    "action": {"type": "block_actions", "actions": [{"type": "button", "action_id": "wanted"}]},
    "view": {"type": "view_submission", "view": VIEW},
    "view_closed": {"type": "view_closed", "view": VIEW},
    "options": {"type": "block_suggestion", "action_id": "wanted", "value": ""},
    "shortcut": {"type": "shortcut", "callback_id": "wanted", "trigger_id": "1"},
    "command": {"command": "wanted", "text": "", "user_id": "U1", "team_id": "T1"},
}


async def authorize():
    return AuthorizeResult(
        enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="UBOT"
    )


@pytest.fixture
def app():
    return AsyncApp(authorize=authorize, signing_secret="s", process_before_response=True)


@pytest.fixture
def heard():
    return []


def listening(heard, name):
    async def listener(ack, body):
        await ack()
        heard.append((name, body))

    return listener


async def send(app, body):
    answer = await app.async_dispatch(AsyncBoltRequest(body=body | WHO, mode="socket_mode"))
    assert answer.status == 200


@pytest.mark.parametrize("kind", KINDS)
async def test_the_listener_of_this_very_id_is_chosen(app, heard, kind):
    """Also where a pattern that fits was attached earlier."""
    attach = getattr(Listeners(app), kind)
    attach(ANYTHING)(listening(heard, "anything"))
    attach("other")(listening(heard, "other"))
    attach("wanted")(listening(heard, "wanted"))

    await send(app, KINDS[kind])

    assert heard == [("wanted", KINDS[kind] | WHO)]


@pytest.mark.parametrize("kind", KINDS)
async def test_patterns_are_tried_in_order(app, heard, kind):
    attach = getattr(Listeners(app), kind)
    attach(re.compile("want"))(listening(heard, "half an id is none"))
    attach(re.compile("want.*"))(listening(heard, "first"))
    attach(ANYTHING)(listening(heard, "anything"))

    await send(app, KINDS[kind])

    assert [name for name, _ in heard] == ["first"]


async def test_bolt_is_asked_once_a_kind_however_many_listeners_there_are(app, heard):
    """It asks each in turn, which took longer than all else before an acknowledgement."""
    listeners = Listeners(app)
    before = len(app._async_listeners)

    for number in range(90):
        listeners.action(f"button-{number}")(listening(heard, number))

    assert len(app._async_listeners) == before == len(KINDS)
