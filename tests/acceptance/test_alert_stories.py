"""What on-call reads at three in the morning, as stories through the whole bot in virtual time."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sandbox.vendors.api_faults import ApiFault, ApiTrouble
from bot.sandbox.vendors.entities import Vendor
from bot.sandbox.vendors.seed import generated_world, seeded_world
from bot.sandbox.vendors.world import World
from tests.acceptance.night import ROUTES, Night, night
from tests.clock import VirtualClock

DC = "DK.SPI.000005"
AC = "DK.SPI.000101"
SITE = "Ørestad Syd"
DOWN = ApiFault(ApiTrouble.ERROR, status=503)
Opening = Callable[[World], AbstractAsyncContextManager[Night]]


@pytest.fixture
def opening(tmp_path: Path, clock: VirtualClock) -> Opening:
    """Open a night at one Spirii account with this world."""
    return lambda world: night(tmp_path / "chargehand.db", world, clock, accounts=("dk",))


@pytest.fixture
async def dk(opening: Opening, clock: VirtualClock) -> AsyncIterator[Night]:
    """Ten chargers on two sites, all well, and watched for two minutes."""
    world = seeded_world(clock.now())
    async with opening(world) as one:
        one.street.mend()
        await one.run(2)
        yield one


def big_fleet(clock: VirtualClock, chargers: int) -> World:
    return generated_world(
        clock.now(), chargers, troubled=0, shares={Vendor.SPIRII: 1.0}, traffic=False
    )


async def silenced(one: Night) -> None:
    """Somebody has just opened the form; they say for how long, and why."""
    await one.oncall.modal(title="Silence alerts")
    await one.oncall.choose("For how long", "1 hour")
    await one.oncall.fill("Reason", "The electrician is at work")
    await one.oncall.submit()
    await one.clock.settle()


def identities(world: World) -> list[str]:
    return [charger.identity for charger in world.shares[Vendor.SPIRII].fleet]


async def test_the_first_start_on_a_fleet_with_37_dead_chargers(
    opening: Opening, clock: VirtualClock
):
    """One list, and nobody is woken for what has been dead for weeks."""
    world = big_fleet(clock, 100)
    for identity in identities(world)[:37]:
        world.disconnect(world.charger(identity))

    async with opening(world) as one:
        await one.run(40)

        listing = one.one("37 alerts were already open at dk when I began watching")
        assert "Nobody is called for these" in one.text(listing)
        assert "@oncall" not in one.text(listing)
        assert one.messages() == [listing]


async def test_one_charger_goes_and_comes_back_in_one_message(dk: Night):
    dk.street.charger_offline(DC)
    await dk.run(4)
    early = dk.messages()
    await dk.run(4)
    alert = dk.one("Firing", DC, "high", "@oncall")
    await dk.press("Acknowledge", alert)
    owned = dk.one("Acknowledged", DC, "@on-call has it")
    dk.street.charger_online(DC)
    await dk.run(3)
    over = dk.one("Resolved", DC, "back")

    assert early == []
    assert alert.ts == owned.ts == over.ts
    assert dk.messages() == [over]
    assert dk.thread(over) == ["@on-call has it.", "All of it is over."]
    assert "Acknowledge" not in dk.text(over)


async def test_a_hiccup_between_two_polls_is_told_to_nobody(dk: Night):
    dk.street.charger_offline(DC)
    await dk.run(1)
    dk.street.charger_online(DC)
    await dk.run(30)

    assert dk.messages() == []


async def test_a_connector_s_fault_is_said_in_plain_words(dk: Night):
    dk.street.connector_fault(
        DC, "InternalError", connector=2, vendor_code="E-0417", info="PSU 3 failed"
    )
    await dk.run(2)

    alert = dk.one("Firing", DC)
    text = dk.text(alert)
    assert "fault `InternalError`, vendor code `E-0417`" in text
    assert re.search(r"at EVSE \d+, connector 1: PSU 3 failed", text)
    assert "hardware or software" in text
    assert "First:" in text
    assert "Restart…" in text


async def test_a_warning_beside_a_working_status_is_mild(dk: Night):
    dk.street.warning(DC, "HighTemperature", info="74 C, derating")
    await dk.run(2)

    text = dk.text(dk.one("Firing", DC))
    assert "warning `HighTemperature`" in text
    assert "medium" in text
    assert "Danger" not in text


async def test_danger_is_told_at_once_and_offers_no_restart(dk: Night):
    dk.street.connector_fault(DC, "GroundFailure", vendor_code="CX002", info="Leakage 42 mA")
    await dk.run(1)

    text = dk.text(dk.one("Firing", "critical", DC))
    assert text.index("Danger.") < text.index("GroundFailure")
    assert "Restart…" not in text


async def test_a_site_without_power_is_one_alert_and_resolves_as_one(dk: Night):
    dk.street.power_cut(SITE)
    await dk.run(7)
    alert = dk.one("Firing", f"Site offline: {SITE}", "6 of its 6 chargers")
    await dk.run(12)
    dark = dk.text(alert)
    dk.street.power_back(SITE)
    await dk.run(4)
    over = dk.one("Resolved", SITE)

    assert all(f"DK.SPI.00000{n}" in dark for n in range(1, 7))
    assert dark.count("part of the site's alert") == 6
    assert over.ts == alert.ts
    assert dk.messages() == [over]
    assert dk.thread(over)[-1] == "All of it is over."


@pytest.mark.slow
async def test_a_vendor_that_is_down_for_an_hour_is_one_alert_about_5000_chargers(
    opening: Opening, clock: VirtualClock
):
    """Nobody knows how they are: none is called offline, and none is booked as down."""
    async with opening(big_fleet(clock, 5000)) as one:
        await one.run(2)
        one.clouds.spirii.faults.add(DOWN)
        await one.run(60)
        alert = one.one("Firing", "Vendor does not answer: account dk")
        edits = one.edits()
        one.clouds.spirii.faults.clear()
        await one.run(8)  # it is asked each five minutes by then, and believed after two answers
        over = one.one("Resolved", "Vendor does not answer")
        report = await one.bot.services.reports.report(1)

        assert over.ts == alert.ts
        assert one.messages() == [over]
        assert one.edits() - edits == 1
        assert report.figures.down == 0
        assert report.outages == ()
        assert report.figures.coverage is not None
        assert report.figures.coverage < 0.95


async def test_a_vendor_that_says_half_its_fleet_is_gone_is_not_believed(
    opening: Opening, clock: VirtualClock
):
    async with opening(big_fleet(clock, 100)) as one:
        await one.run(2)
        gone = one.street.half_offline(Vendor.SPIRII)
        await one.run(15)
        alert = one.one("Firing", "critical", "Account offline: account dk")
        for identity in gone:
            one.street.charger_online(identity)
        await one.run(5)
        over = one.one("Resolved", "Account offline")
        report = await one.bot.services.reports.report(1)

        assert len(gone) == 50
        assert over.ts == alert.ts
        assert one.messages() == [over]
        assert not any(identity in one.text(over) for identity in gone)
        assert report.figures.down < 60 * 60 * len(gone) * 0.1


@pytest.mark.parametrize(
    ("gap", "messages"),
    [
        pytest.param(4, 1, id="too-short-to-be-told", marks=pytest.mark.slow),
        pytest.param(7, 2, id="told-at-first"),
    ],
)
async def test_a_charger_that_comes_and_goes_is_one_alert(dk: Night, gap: int, messages: int):
    """Once it is known to be unstable, its coming and going is told to nobody."""
    dk.street.flapping(DC, times=8, every=timedelta(minutes=gap))
    await dk.run(8 * gap)
    during = dk.one(f"Unstable connection: {DC}", "Firing")
    await dk.run(75)

    assert len(dk.messages(DC)) == messages
    assert dk.messages()[-1] == during
    assert "Resolved" in dk.text(during)
    assert len([line for line in dk.thread(during) if "@oncall" in line]) == messages - 1


async def test_a_storm_of_500_is_one_summary(opening: Opening, clock: VirtualClock):
    """And a danger in the midst of it is told by itself, at once."""
    world = big_fleet(clock, 1000)
    names = identities(world)
    async with opening(world) as one:
        await one.run(2)
        for identity in names[:500]:
            one.street.connector_fault(identity, "HighTemperature")
        await one.run(2)
        summary = one.one("500 alerts at once")
        one.street.connector_fault(names[600], "GroundFailure")
        await one.run(1)
        danger = one.one("critical", names[600])
        for identity in names[:100]:
            one.street.clear_faults(identity)
        await one.run(3)

        assert one.messages() == [summary, danger]
        assert "400 alerts at once" in one.text(summary)


async def test_a_silence_hides_what_is_new_and_lets_a_shown_alert_end(dk: Night):
    dk.street.charger_offline(DC)
    await dk.run(8)
    alert = dk.one("Firing", DC)
    await dk.typed("/alerts silence account:dk")
    await silenced(dk)
    await dk.run(1)
    shown = dk.text(alert)
    dk.street.charger_offline(AC)
    await dk.run(20)
    during = dk.messages()
    dk.street.charger_online(DC)
    await dk.run(3)

    assert "silenced until" in shown
    assert during == [alert]
    assert dk.one("Resolved", DC).ts == alert.ts


async def test_what_still_fires_when_a_silence_ends_is_told_and_its_author_was_warned(dk: Night):
    dk.street.charger_offline(DC)
    await dk.run(8)
    alert = dk.one("Firing", DC)
    await dk.press("Silence…", alert)
    await silenced(dk)
    await dk.run(50)
    quiet = dk.thread(alert)
    warned = [dk.text(m) for m in dk.oncall.messages(dk.oncall.bot_messages)]
    await dk.run(15)

    (line,) = quiet
    assert "@on-call silenced this." in line
    assert "The electrician is at work" in line
    assert any("Your silence #1 ends" in text for text in warned)
    assert any("@oncall" in line for line in dk.thread(alert))


@pytest.mark.parametrize("first", ["the person", "the charger", "both at once"])
async def test_an_acknowledgement_that_races_the_recovery_never_opens_it_again(
    dk: Night, first: str
):
    dk.street.charger_offline(DC)
    await dk.run(8)
    alert = dk.one("Firing", DC)
    dk.street.charger_online(DC)
    await dk.run(1)  # good once: the next poll resolves it
    if first == "the person":
        await dk.press("Acknowledge", alert)
        await dk.run(2)
    elif first == "the charger":
        before = deepcopy(alert)  # a screen that was not refreshed
        await dk.run(2)
        await dk.press("Acknowledge", before)
    else:
        await asyncio.gather(dk.oncall.press("Acknowledge", on=alert), dk.run(2))
    await dk.run(5)

    over = dk.one("Resolved", DC)
    assert over.ts == alert.ts
    assert dk.messages("Firing") == []
    assert dk.thread(over)[-1] == "All of it is over."
    assert await dk.bot.services.alerts.firing() == []


async def test_a_message_that_somebody_deleted_is_posted_anew(dk: Night):
    """An edit would be lost with it, and nobody would know how it ended."""
    dk.street.charger_offline(DC)
    await dk.run(8)
    alert = dk.one("Firing", DC)
    dk.delete(alert)
    dk.street.charger_online(DC)
    await dk.run(3)

    again = dk.one("Resolved", DC)
    assert again.ts != alert.ts
    assert dk.messages() == [again]


RESTARTS = {
    "suspected": 1.2,
    "confirmed": 3.0,
    "waiting for company": 6.2,
    "told": 8.0,
    "escalated": 23.0,
}


@pytest.mark.parametrize("after", RESTARTS.values(), ids=RESTARTS.keys())
async def test_a_restart_at_any_stage_neither_loses_nor_doubles(dk: Night, after: float):
    dk.street.charger_offline(DC)
    await dk.run(after)
    await dk.restart()
    await dk.run(25 - after)
    alert = dk.one("Firing", DC)
    pings = dk.thread(alert)
    await dk.press("Acknowledge", alert)
    await dk.restart()
    still = dk.one("Acknowledged", DC)
    dk.street.charger_online(DC)
    await dk.run(1.5)
    await dk.restart()  # good once
    await dk.run(3)

    over = dk.one("Resolved", DC)
    assert alert.ts == still.ts == over.ts
    assert dk.messages() == [over]
    assert len([line for line in pings if "@approvers" in line]) == 1


async def test_a_restart_during_a_vendor_s_outage_calls_no_charger_offline(dk: Night):
    dk.clouds.spirii.faults.add(DOWN)
    await dk.run(8)
    alert = dk.one("Firing", "Vendor does not answer")
    await dk.restart()
    await dk.run(20)
    dk.clouds.spirii.faults.clear()
    await dk.run(5)

    assert dk.messages() == [dk.one("Resolved", "Vendor does not answer")]
    assert dk.messages()[0].ts == alert.ts


async def test_why_says_what_each_stage_said_and_what_comes_next(dk: Night):
    dk.street.charger_offline(DC)
    await dk.run(3)
    await dk.typed(f"/alerts why {DC}")

    answer = dk.text(await dk.oncall.sees("support", "Why", DC))
    assert "built-in offline dc" in answer
    assert "confirmed by reading the charger directly" in answer
    assert "Next: it fires, if it lasts, 2026-01-10 01:21" in answer


async def test_a_test_alert_goes_the_real_way_and_ends_by_itself(dk: Night):
    await dk.typed("/alerts test")
    await dk.run(1)
    alert = dk.one("This is a test. Nothing is wrong.", "Firing", "@oncall")
    await dk.run(6)

    assert dk.messages() == [alert]
    assert "Resolved" in dk.text(alert)


async def test_a_report_brings_its_picture_to_who_asked(dk: Night):
    dk.street.charger_offline(DC)
    await dk.run(30)
    await dk.typed("/alerts report 1d")

    await dk.oncall.sees("support", "The last 1 day", SITE, timeout=30)
    await dk.oncall.sees("support", "in your direct messages", timeout=30)
    (sent,) = [m for m in dk.oncall.messages(dk.oncall.bot_messages) if m.files]
    file, table = sent.files
    assert (file["name"], file["mimetype"]) == ("availability.png", "image/png")
    assert f"{SITE}: " in file["alt_txt"]
    assert (table["name"], table["mimetype"]) == ("outages.csv", "text/csv")
    assert not any(message.files for message in dk.messages())


async def test_the_digest_comes_at_eight_on_the_wall_and_once(tmp_path: Path):
    """Eight in Amsterdam is seven in UTC."""
    clock = VirtualClock(datetime(2026, 1, 10, 6, 38, 30, tzinfo=UTC))
    world = big_fleet(clock, 20)
    async with night(tmp_path / "chargehand.db", world, clock, accounts=("dk",)) as one:
        await one.run(2)
        one.street.charger_offline(identities(world)[0])
        await one.run(18)
        early = one.messages("Good morning")
        await one.run(5)
        await one.restart()
        await one.run(1)

        assert early == []
        assert "1 alert firing" in one.text(one.one("Good morning"))


async def test_a_pager_behind_a_route_rings_and_falls_silent(tmp_path: Path, clock: VirtualClock):
    """Alertmanager's webhook is the bridge to whatever wakes people."""
    told: list[dict[str, Any]] = []

    async def ring(request: web.Request) -> web.Response:
        told.append(await request.json())
        return web.Response()

    pager = web.Application()
    pager.router.add_post("/", ring)
    world = big_fleet(clock, 20)
    (name, *_) = identities(world)
    async with TestServer(pager) as server:
        watched = night(
            tmp_path / "chargehand.db",
            world,
            clock,
            accounts=("dk",),
            rules=f'{ROUTES}webhook_url_env = "PAGER_WEBHOOK"',
            environ={"PAGER_WEBHOOK": str(server.make_url("/"))},
        )
        async with watched as one:
            await one.run(2)
            one.street.connector_fault(name, "GroundFailure")
            await one.run(2)
            one.street.clear_faults(name)
            await one.run(3)

    assert [body["status"] for body in told] == ["firing", "resolved"]
    assert told[0]["commonLabels"]["code"] == "GroundFailure"
