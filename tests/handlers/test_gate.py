"""Who may, and what the others are told."""

import pytest
from pydantic import SecretStr

from bot.access import Access, Because, DirectoryUnavailableError, Refused
from bot.config.settings import AccessSettings
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
