"""Answers reach people, also where Slack does not take the first one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from handlers import conversation
from handlers.blocks import kit, tables
from handlers.clicks import replace
from handlers.conversation import Asked, asked_by_message, directly, privately
from handlers.errors import RefusedError
from handlers.notifier import posting_client, session
from handlers.slack_codes import SlackSilentError

VIEW = kit.modal("Title", [kit.section("x")], callback_id="page")


@asynccontextmanager
async def slack(*answers: object) -> AsyncIterator[tuple[AsyncWebClient, list[dict]]]:
    """Gives these answers in turn, and remembers what it was asked."""
    left, asked = iter(answers), []

    async def answer(request: web.Request) -> web.Response:
        asked.append(await request.json())
        said = next(left)
        return web.Response(text=said) if isinstance(said, str) else web.json_response(said)

    app = web.Application()
    app.router.add_post("/api/{method}", answer)
    async with TestServer(app) as server:
        shared = session()
        yield posting_client(SecretStr("x"), str(server.make_url("/api/")), shared), asked
        await shared.close()


def refused(code: str) -> dict[str, object]:
    return {"ok": False, "error": code}


async def test_a_direct_answer_whose_blocks_are_refused_comes_as_words():
    async with slack(refused("invalid_blocks"), {"ok": True}) as (client, asked):
        await directly(client, "U1")(kit.message("All is well."))

    assert [one.get("text") for one in asked] == ["All is well."] * 2
    assert "blocks" not in asked[1]


CARD = kit.message(
    "A card", [tables.table(("Plug",), [("Type 2",)]), *kit.actions(kit.button("Show", "show"))]
)


async def test_a_table_that_is_refused_takes_no_button_with_it():
    async with slack(refused("invalid_blocks"), {"ok": True}) as (client, asked):
        await directly(client, "U1")(CARD)

    assert [block["type"] for block in asked[1]["blocks"]] == ["section", "actions"]
    assert "Plug Type 2" in str(asked[1]["blocks"])


async def test_neither_does_it_in_the_answer_to_a_command():
    async with slack("invalid_blocks", "invalid_blocks", "ok") as (client, asked):
        respond = AsyncRespond(response_url=f"{client.base_url}respond", proxy=None, ssl=None)
        await privately(respond, directly(client, "U1"))(CARD)

    shown = [[block["type"] for block in one.get("blocks", [])] for one in asked]
    assert shown == [["table", "actions"], ["section", "actions"], []]


async def test_so_does_an_answer_in_a_thread():
    event = {"user": "U1", "channel": "C1", "ts": "1.2"}
    async with slack(refused("msg_blocks_too_long"), {"ok": True}) as (client, asked):
        await asked_by_message(event, client).say(kit.message("All is well."))

    assert (asked[1]["text"], asked[1]["thread_ts"]) == ("All is well.", "1.2")


@pytest.mark.parametrize("code", ["channel_not_found", "not_in_channel"])
async def test_what_words_would_not_mend_is_not_sent_again(code):
    async with slack(refused(code)) as (client, asked):
        with pytest.raises(Exception, match=code):
            await directly(client, "U1")(kit.message("All is well."))

    assert len(asked) == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("expired_trigger_id", conversation.TOO_LATE),
        ("push_limit_reached", conversation.NO_PLACE),
    ],
)
async def test_a_form_that_cannot_open_says_what_to_do(code, said):
    async with slack(refused(code)) as (client, _):
        asked = Asked("U1", "C1", "trigger", "d", directly(client, "U1"), client, is_in_form=True)
        with pytest.raises(RefusedError, match=said):
            await asked.open(VIEW)


@pytest.mark.parametrize("answer", ["upstream connect error", refused("fatal_error")])
async def test_slack_without_an_answer_is_not_called_a_bug_of_ours(answer):
    async with slack(answer) as (client, _):
        asked = Asked("U1", "C1", "trigger", "d", directly(client, "U1"), client)
        with pytest.raises(SlackSilentError):
            await asked.open(VIEW)


@pytest.mark.parametrize("code", ["hash_conflict", "not_found"])
async def test_a_second_click_on_a_form_that_has_changed_breaks_nothing(code):
    """The first of two quick clicks on *Add a connector* stands; the other saw an old form."""
    body = {"view": {"id": "V1", "hash": "1.old"}}
    async with slack(refused(code)) as (client, asked):
        await replace(body, client, VIEW)

    assert asked[0]["hash"] == "1.old"
