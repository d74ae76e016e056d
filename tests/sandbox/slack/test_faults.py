"""Trouble on demand happens as often as asked, and does what its name says."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox.slack.faults import FaultKind


async def post(web_client):
    return await web_client.chat_postMessage(channel="C0ORDERS", text="hello")


async def test_a_lost_answer_leaves_the_message(slack, web_client, ada):
    slack.faults.add(FaultKind.DROP_AFTER, "chat.*")

    with pytest.raises(aiohttp.ClientError):
        await post(web_client)

    assert len(ada.messages("orders")) == 1
    await post(web_client)
    assert len(ada.messages("orders")) == 2


async def test_a_lost_request_leaves_nothing(slack, web_client, ada):
    slack.faults.add(FaultKind.DROP_BEFORE, "chat.postMessage")

    with pytest.raises(aiohttp.ClientError):
        await post(web_client)

    assert ada.messages("orders") == []


@pytest.mark.parametrize(
    ("kind", "status", "posted"),
    [(FaultKind.SERVER_ERROR, 500, 0), (FaultKind.RATE_LIMITED, 429, 0)],
)
async def test_an_http_error_leaves_nothing(slack, web_client, ada, kind, status, posted):
    slack.faults.add(kind, "chat.postMessage", seconds=7)

    with pytest.raises(SlackApiError) as error:
        await post(web_client)

    assert error.value.response.status_code == status
    assert len(ada.messages("orders")) == posted
    if status == 429:
        assert error.value.response.headers["Retry-After"] == "7"


async def test_garbage_is_no_json(slack, web_client, ada):
    slack.faults.add(FaultKind.GARBAGE, "chat.postMessage")

    with pytest.raises(SlackApiError):
        await post(web_client)

    assert len(ada.messages("orders")) == 1


async def test_an_answer_may_break_off_in_the_middle(slack, web_client, ada):
    slack.faults.add(FaultKind.TRUNCATED, "chat.postMessage")

    with pytest.raises(aiohttp.ClientPayloadError):
        await post(web_client)

    assert len(ada.messages("orders")) == 1


async def test_a_slow_answer_still_comes(slack, web_client):
    slack.faults.add(FaultKind.SLOW, "chat.postMessage", seconds=0.02)

    await post(web_client)

    assert slack.workspace.calls.all(name="chat.postMessage")[0].seconds >= 0.02


async def test_a_fault_touches_only_its_method_and_only_so_often(slack, web_client):
    slack.faults.add(FaultKind.SERVER_ERROR, "users.*", times=2)

    await post(web_client)
    for _ in range(2):
        with pytest.raises(SlackApiError):
            await web_client.users_list()
    await web_client.users_list()


async def test_all_trouble_can_be_switched_off(slack, web_client):
    slack.faults.add(FaultKind.SERVER_ERROR, times=None)
    slack.faults.clear()

    await post(web_client)


async def test_slack_can_break_down_and_recover(slack, web_client, raw_app):
    slack.break_down()

    await raw_app.hung_up()
    for _ in range(2):
        with pytest.raises(SlackApiError):
            await post(web_client)
    slack.recover()
    await post(web_client)
