"""Who may, and what the others are told."""

from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.access import Access, Because, DirectoryUnavailableError, Refused
from bot.config.settings import AccessSettings
from bot.sandbox.slack.faults import FaultKind
from handlers.directory import SlackDirectory
from handlers.errors import RefusedError
from handlers.gate import Gate, refusal
from handlers.notifier import posting_client, session


@pytest.fixture
async def directory(house):
    shared = session()
    token = SecretStr(house.slack.workspace.app.bot_token)
    yield SlackDirectory(posting_client(token, house.slack.api_url, shared))
    await shared.close()


@asynccontextmanager
async def proxied(answer):
    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    async with TestServer(app) as server:
        shared = session()
        yield SlackDirectory(posting_client(SecretStr("x"), str(server.make_url("/api/")), shared))
        await shared.close()


async def test_people_are_seen_as_slack_says_now(house, directory):
    support, visitor = house.person("support"), house.person("visitor")

    assert not (await directory.person(support.id)).is_guest
    assert (await directory.person(visitor.id)).is_guest
    assert (await directory.person("U0BOT")).is_bot
    assert (await directory.person("U0NOBODY")).is_foreign
    assert support.id in await directory.members("S0SUPPORT")
    assert await directory.members("S0GONE") == frozenset()


async def test_no_answer_is_no_right(house, clock):
    shared = session()
    client = posting_client(SecretStr("xoxb-wrong"), house.slack.api_url, shared)
    directory = SlackDirectory(client)

    with pytest.raises(DirectoryUnavailableError):
        await directory.person("U0SUPPORT")
    with pytest.raises(DirectoryUnavailableError):
        await directory.members("S0SUPPORT")
    await shared.close()


@pytest.mark.parametrize(
    ("content_type", "answer"),
    [
        pytest.param("text/plain", "upstream connect error", id="plain-text"),
        pytest.param("text/html", "<html>", id="page"),
        pytest.param("application/json", "{", id="half-a-json"),
        pytest.param("application/json", '{"ok": true}', id="nothing-in-it"),
        pytest.param("application/json", '{"ok": true, "user": null, "users": null}', id="null"),
    ],
)
async def test_an_answer_that_nobody_can_read_is_no_right(content_type, answer):
    """A proxy between us and Slack answers in its own way, and lets nobody in by it."""

    async def proxy(_request: web.Request) -> web.Response:
        return web.Response(text=answer, content_type=content_type)

    async with proxied(proxy) as directory:
        with pytest.raises(DirectoryUnavailableError):
            await directory.person("U0SUPPORT")
        with pytest.raises(DirectoryUnavailableError):
            await directory.members("S0SUPPORT")


async def test_a_refused_token_is_no_right_either(house, directory):
    """Also where Slack refuses only the second question, which workspace is ours."""
    house.slack.faults.add(FaultKind.SERVER_ERROR, "auth.test", times=None)

    with pytest.raises(DirectoryUnavailableError):
        await directory.person(house.person("support").id)


@pytest.mark.parametrize(("teams", "is_foreign"), [(["T2", "T1"], False), (["T2"], True)])
async def test_on_enterprise_grid_a_member_of_our_workspace_is_no_stranger(teams, is_foreign):
    """Their own workspace may be another one of the same company."""

    async def slack(_request: web.Request) -> web.Response:
        user = {"id": "U1", "team_id": "T2", "enterprise_user": {"teams": teams}}
        return web.json_response({"ok": True, "team_id": "T1", "user": user})

    async with proxied(slack) as directory:
        assert (await directory.person("U1")).is_foreign is is_foreign


async def test_whoever_may_not_is_told_who_may(house, directory, clock):
    settings = AccessSettings(support=("S0SUPPORT",), pincodes=("S0APPROVERS", "U0ADMIN"))
    gate = Gate(Access(directory, settings, clock))
    support = house.person("support").id

    await gate.look_up(support)
    await gate.ask(support)
    with pytest.raises(RefusedError, match=r"<!subteam\^S0APPROVERS>, <@U0ADMIN>"):
        await gate.pincodes(support)
    with pytest.raises(RefusedError, match="Nobody is named"):
        await gate.administer(support)


@pytest.mark.parametrize("because", Because)
def test_every_refusal_is_a_sentence(because):
    assert refusal(Refused(because)).endswith(".")
