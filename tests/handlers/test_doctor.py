"""What Slack does not give us is said before anybody misses it, and with what to do."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.checks import Finding
from bot.clock import Clock, SystemClock
from bot.sandbox import installation
from bot.sandbox.slack.faults import FaultKind
from bot.sandbox.slack.installed_app import read_manifest
from bot.sandbox.slack.server import SlackServer
from handlers.doctor import SCOPES, SlackDoctor
from handlers.notifier import posting_client
from tests.clock import VirtualClock

CHANNELS = {"C0ALERTS": "alerts", "C0APPROVALS": "approvals"}
GROUPS = {"S0SUPPORT": "access.support"}


@dataclass
class Patient:
    """A workspace that a test can break, and the doctor's questions."""

    slack: SlackServer
    session: aiohttp.ClientSession
    clock: Clock = field(default_factory=SystemClock)
    bot_token: str = ""
    app_token: SecretStr | None = None
    channels: Mapping[str, str] = field(default_factory=lambda: CHANNELS)
    groups: Mapping[str, str] = field(default_factory=lambda: GROUPS)
    users: Mapping[str, str] = field(default_factory=dict)

    @property
    def client(self) -> AsyncWebClient:
        """The client that the bot uses."""
        return posting_client(SecretStr(self.bot_token), self.slack.api_url, self.session)

    async def findings(self) -> list[Finding]:
        """Everything."""
        doctor = SlackDoctor(
            self.client,
            self.clock,
            app_token=self.app_token,
            channels=self.channels,
            groups=self.groups,
            users=self.users,
        )
        return [finding async for finding in doctor.findings()]

    async def trouble(self) -> Finding:
        """The one thing that does not work."""
        (finding,) = [each for each in await self.findings() if each.ok is False]
        assert finding.fix
        return finding


@pytest.fixture
async def patient() -> AsyncIterator[Patient]:
    slack = SlackServer(installation.workspace())
    await slack.start()
    installed = slack.workspace.app
    async with aiohttp.ClientSession() as session:
        yield Patient(
            slack,
            session,
            bot_token=installed.bot_token,
            app_token=SecretStr(installed.app_token),
        )
    await slack.stop()


def calls(patient: Patient) -> list[str]:
    return [call.name for call in patient.slack.workspace.calls.all(direction="to_slack")]


async def test_all_is_well(patient: Patient):
    found = await patient.findings()

    assert {finding.ok for finding in found} == {True}
    assert [finding.subject for finding in found] == [
        *["Slack"] * 4,
        "channel C0ALERTS (alerts)",
        "channel C0APPROVALS (approvals)",
        "user group S0SUPPORT (access.support)",
    ]


async def test_nothing_is_posted(patient: Patient):
    await patient.findings()

    assert "auth.test" in calls(patient)
    assert not [name for name in calls(patient) if name.startswith(("chat.", "views.", "files."))]


async def test_a_wrong_bot_token_ends_the_questions(patient: Patient):
    patient.bot_token = "xoxb-wrong"

    (finding,) = await patient.findings()

    assert (finding.ok, finding.sentence) == (False, "It refuses the bot token: invalid_auth.")
    assert "SLACK_BOT_TOKEN" in finding.fix


async def test_a_wrong_app_token_is_told(patient: Patient):
    patient.app_token = SecretStr("xapp-wrong")

    finding = await patient.trouble()

    assert finding.sentence == "It refuses the app-level token: invalid_auth."
    assert "connections:write" in finding.fix


async def test_in_http_mode_nobody_can_tell_whether_slack_reaches_us(patient: Patient):
    patient.app_token = None

    found = await patient.findings()

    (note,) = [finding for finding in found if finding.ok is None]
    assert "/slack/events" in note.fix
    assert "apps.connections.open" not in calls(patient)


async def test_a_missing_scope_is_named_with_what_it_is_for(patient: Patient):
    installed = patient.slack.workspace.app
    installed.scopes = installed.scopes - {"im:write"}

    finding = await patient.trouble()

    assert finding.sentence == "Scopes are missing: im:write (to write to people)."


async def test_without_the_right_to_look_a_channel_is_no_failure(patient: Patient):
    """The bot may well be in it; the missing scope is told on its own line."""
    installed = patient.slack.workspace.app
    installed.scopes = installed.scopes - {"channels:read", "usergroups:read"}

    found = await patient.findings()

    assert [each.ok for each in found if each.subject.startswith("channel ")] == [None, None]
    assert [each.subject for each in found if each.ok is False] == ["Slack", "user groups"]


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (lambda channel: channel.members.clear(), "The bot is not in #alerts."),
        (lambda channel: setattr(channel, "is_archived", True), "#alerts is archived."),
    ],
)
async def test_a_channel_that_takes_no_messages_is_told(
    patient: Patient, break_it: Callable[[Any], object], sentence: str
):
    break_it(patient.slack.workspace.channels["C0ALERTS"])

    assert (await patient.trouble()).sentence == sentence


async def test_an_unknown_channel_is_told(patient: Patient):
    patient.channels = {"C0NOWHERE": "alerts"}

    finding = await patient.trouble()

    assert finding.subject == "channel C0NOWHERE (alerts)"
    assert "no such channel" in finding.sentence


async def test_unknown_and_disabled_user_groups_are_told(patient: Patient):
    patient.slack.workspace.user_groups["S0SUPPORT"].disabled = True
    assert (await patient.trouble()).sentence == "@support is disabled."

    patient.groups = {"S0NOBODY": "oncall.group"}
    finding = await patient.trouble()
    assert finding.subject == "user group S0NOBODY (oncall.group)"


async def test_how_many_are_in_a_group_is_told_and_an_empty_one_is_worth_knowing(patient: Patient):
    """Slack counts them only where it is asked to, and nobody in it means that nobody may."""
    assert (await patient.findings())[-1].sentence == "It is @support, 5 people."

    patient.slack.workspace.user_groups["S0SUPPORT"].members.clear()

    (note,) = [finding for finding in await patient.findings() if finding.ok is None]
    assert note.sentence == "@support is empty."


async def test_people_who_cannot_act_are_told(patient: Patient):
    """A policy that names only somebody who has left can be met by nobody."""
    place = patient.slack.workspace
    ids = [place.user_named(name).id for name in ("admin", "approver")]
    place.user_named("approver").deleted = True
    patient.users = dict.fromkeys((*ids, place.app.bot_user_id, "U0NOBODY"), "access.admins")

    found = (await patient.findings())[-4:]

    assert [(each.ok, each.sentence) for each in found] == [
        (True, "It is @admin."),
        (False, "@approver is deactivated."),
        (False, f"@{place.users[place.app.bot_user_id].name} is a bot."),
        (False, "There is no such person here."),
    ]
    assert all(each.fix for each in found if not each.ok)


async def test_a_clock_that_is_off_is_worth_knowing(patient: Patient):
    clock = VirtualClock(SystemClock().now() + timedelta(minutes=3))

    found = await replace(patient, clock=clock).findings()

    (note,) = [finding for finding in found if finding.ok is None]
    assert note.sentence.startswith("Our clock differs from its by +1")


async def test_a_slack_that_answers_nothing_is_told_once(patient: Patient):
    patient.slack.faults.add(FaultKind.DROP_BEFORE, times=None)

    (finding,) = await patient.findings()

    assert finding.ok is False
    assert finding.sentence.startswith("It cannot be reached")


async def test_a_slack_with_a_broken_server_is_told(patient: Patient):
    patient.slack.faults.add(FaultKind.SERVER_ERROR, times=None)

    (finding,) = await patient.findings()

    assert finding.ok is False


async def test_no_token_is_ever_shown(patient: Patient):
    installed = patient.slack.workspace.app

    shown = repr(await patient.findings())

    assert installed.bot_token not in shown
    assert installed.app_token not in shown


def test_the_scopes_are_those_of_the_manifest():
    """A scope that the code comes to use has to stand in both."""
    manifest = read_manifest(installation.manifest_path())

    assert sorted(SCOPES) == sorted(manifest["oauth_config"]["scopes"]["bot"])
