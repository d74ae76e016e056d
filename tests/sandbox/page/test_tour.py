"""The tour ticks off what has happened, not what was clicked on the card."""

from collections.abc import AsyncIterator
from functools import partial

import pytest

from bot.sandbox.page.call_book import CallBook, as_text
from bot.sandbox.page.tour import STEPS, Tour
from bot.sandbox.page.troubles import (
    API_TROUBLES,
    DOWN,
    SLACK_TROUBLES,
    WELL,
    api_trouble,
    set_api_trouble,
    set_slack_trouble,
    slack_trouble,
)
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.seed import seeded_world
from tests.clock import VirtualClock


@pytest.fixture
async def clouds(clock: VirtualClock) -> AsyncIterator[VendorClouds]:
    async with VendorClouds(seeded_world(clock.now()), clock.now, sleep=clock.sleep) as clouds:
        yield clouds


def delivered(
    workspace: Workspace, clock: VirtualClock, name: str, status: int = 200, **request: object
) -> None:
    workspace.calls.record(
        at=clock.now(), direction="to_app", name=name, request=request, answer=None, status=status
    )


failed = partial(delivered, status=0)


def bot_message(workspace: Workspace, channel: str) -> str:
    profile = workspace.app.bot_profile(workspace.team_id)
    return workspace.messages.post(channel, "U0BOT", text="hello", bot_profile=profile).ts


def test_a_step_is_done_when_it_happened_and_stays_done(workspace, clouds, clock):
    tour = Tour()
    assert not tour.look(workspace, clouds)
    assert tour.next == next(iter(STEPS))

    for text in ("register", "restart NL-AMS-0001"):
        delivered(workspace, clock, "/charger", text=text)
    assert not tour.look(workspace, clouds), "opening a form finds nothing"
    failed(workspace, clock, "/charger", text="AMS-0001")
    assert not tour.look(workspace, clouds), "what the bot never got finds nothing"
    delivered(workspace, clock, "/charger", text="AMS-0001")
    assert tour.look(workspace, clouds)
    assert tour.done == {"find"}
    assert not tour.look(workspace, clouds), "nothing is new twice"


def test_an_alert_counts_once_a_button_on_it_was_pressed(workspace, clouds, clock):
    alerts = workspace.add_channel("alerts", [workspace.user_named("ada")])
    approvals = workspace.add_channel("approvals", [workspace.user_named("ada")])
    tour = Tour()
    ts = bot_message(workspace, alerts.id)
    tour.look(workspace, clouds)
    assert tour.done == set()

    delivered(workspace, clock, "block_actions", message={"ts": ts})
    bot_message(workspace, approvals.id)
    tour.look(workspace, clouds)
    assert tour.done == {"alert", "ask"}


@pytest.mark.parametrize("name", API_TROUBLES)
async def test_each_trouble_of_a_cloud_is_named_on_the_panel(clouds, name):
    set_api_trouble(clouds.spirii, name)
    assert api_trouble(clouds.spirii) == name

    set_api_trouble(clouds.spirii, WELL)
    assert api_trouble(clouds.spirii) == WELL
    assert clouds.spirii.faults.active == []


@pytest.mark.parametrize("name", [*SLACK_TROUBLES, DOWN])
def test_each_trouble_of_slack_is_named_on_the_panel(slack, name):
    set_slack_trouble(slack, name)
    assert slack_trouble(slack) == name

    set_slack_trouble(slack, WELL)
    assert slack_trouble(slack) == WELL


async def test_calls_stand_newest_first(workspace, clouds, clock):
    book = CallBook(workspace, clouds)
    delivered(workspace, clock, "/charger", text="a")
    await clock.advance(1)
    delivered(workspace, clock, "/site", text="b")

    assert [entry.title for entry in book.entries(lambda _: True, 9)] == ["/site", "/charger"]
    assert [entry.title for entry in book.entries(lambda entry: entry.title == "/site", 9)] == [
        "/site"
    ]
    assert len(book.entries(lambda _: True, 1)) == 1


def test_long_answers_are_cut_for_reading():
    assert as_text(None) == "(nothing)"
    assert as_text({"a": "é"}) == '{\n  "a": "é"\n}'
    assert as_text("x" * 40_000).endswith("10000 more characters")
