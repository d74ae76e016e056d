"""Those whom alerts call need not be support: they may acknowledge, silence and restart."""

import pytest

CHARGER = "DK.SPI.000004"


@pytest.fixture
async def oncall(house):
    """On call, and no longer in the group of support."""
    group = house.slack.workspace.user_groups["S0SUPPORT"]
    person = house.person("on-call")
    group.members.remove(person.id)
    return person


@pytest.fixture
async def alert(house, oncall):
    """A fault that a restart may help."""
    house.clouds.breakdowns.connector_fault(CHARGER, connector=1, code="InternalError")
    await house.sweep()
    await house.sweep()
    await house.services.alerts.tick()
    await house.parts.outbox.drain()
    return await oncall.sees("alerts", CHARGER, "Firing")


async def test_they_acknowledge(oncall, alert):
    await oncall.press("Acknowledge", on=alert)

    await oncall.sees("alerts", "You have it")


async def test_they_silence_what_called_them(house, oncall, alert):
    await oncall.press("Silence…", on=alert)
    form = await oncall.modal("For how long", title="Silence alerts")
    await oncall.press("What would it hide?", on=form)
    await oncall.modal("It hides 1 alert now")
    await oncall.fill("Reason", "I am on my way")
    await oncall.submit()

    await oncall.modal("until")
    assert [one.author for one in await house.services.alerts.silences()] == [oncall.id]


async def test_they_silence_by_command_and_find_chargers_in_the_form(oncall):
    await oncall.command("support", "/alerts silence")
    await oncall.modal("For how long")

    assert await oncall.search("Charger", "SPI.000004") == [CHARGER]


async def test_they_restart_from_the_alert(oncall, alert):
    await oncall.press("Restart…", on=alert)
    await oncall.modal(CHARGER, title="Restart a charger")
    await oncall.submit()

    await oncall.modal("Request #")


@pytest.mark.parametrize(
    "typed", [f"/charger restart {CHARGER}", "/alerts list", f"/alerts why {CHARGER}"]
)
async def test_looking_up_and_everything_else_stays_with_support(oncall, typed):
    await oncall.command("support", typed)

    await oncall.sees("support", "You may not do this", "Ask one of")
    assert oncall.top_modal is None


async def test_somebody_whom_nobody_calls_may_not(house, alert):
    admin = house.person("admin")
    house.slack.workspace.user_groups["S0SUPPORT"].members.remove(admin.id)

    await admin.press("Silence…", on=alert)
    await admin.sees("alerts", "You may not do this")
    await admin.press("Restart…", on=alert)

    assert admin.top_modal is None
