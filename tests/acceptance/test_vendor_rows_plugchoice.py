"""Every row of the capability table for Plugchoice, against the sandbox's clouds.

Each test looks at both ends: what arrived at the vendor, and what became of its answer.
"""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.sandbox.vendors.api_faults import ApiFault
from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.entities import Tenant
from bot.sandbox.vendors.entities import Vendor as SandboxVendor
from bot.sandbox.vendors.laravel_rows import charger_uuid, site_uuid
from bot.sandbox.vendors.seed import seeded_world
from bot.sandbox.vendors.world import World
from tests.acceptance.laravel_rows import (
    LOST,
    OFF_PEAK,
    OFF_PEAK_BODY,
    OUR_NEW_SITE,
    SITE_BODY,
    arrived,
    connectivity_of,
    listed,
    nl_box,
    nl_fleet,
    signed,
    spec,
)
from tests.clock import VirtualClock
from vendors import ports
from vendors.connect import connect
from vendors.errors import NotFoundError, OutcomeUnknownError, RejectedError, VendorError
from vendors.models import (
    Connectivity,
    NewCharger,
    Reset,
    SmartChargingMode,
)
from vendors.plugchoice.client import PlugchoiceClient


@pytest.fixture
def world(clock: VirtualClock) -> World:
    return seeded_world(clock.now())


@pytest.fixture
async def clouds(world: World, clock: VirtualClock) -> AsyncIterator[VendorClouds]:
    async with VendorClouds(world, clock.now, sleep=clock.sleep) as clouds:
        yield clouds


@pytest.fixture
async def nl(clouds: VendorClouds) -> AsyncIterator[PlugchoiceClient]:
    client = connect(spec(clouds.account("nl")))
    assert isinstance(client, PlugchoiceClient)
    yield client
    await client.aclose()


async def test_plugchoice_registers_a_charger(nl, clouds, world):
    site = site_uuid(nl_box(world).site)

    charger = await nl.register_charger(NewCharger(identity="NL-NEW-1", site_id=site))

    call = arrived(clouds.plugchoice, "POST", "/chargers")
    team = clouds.account("nl").team
    assert (call.path, call.query) == ("/chargers", {})
    assert call.body == {"identity": "NL-NEW-1", "team_uuid": team, "site_uuid": site}
    assert (charger.identity, charger.site_id) == ("NL-NEW-1", site)
    assert charger.connectivity is Connectivity.NEVER_SEEN
    assert charger.status is None


async def test_plugchoice_registers_a_charger_without_a_site(nl, clouds):
    await nl.register_charger(NewCharger(identity="NL-NEW-1"))

    body = arrived(clouds.plugchoice, "POST", "/chargers").body
    assert body == {"identity": "NL-NEW-1", "team_uuid": clouds.account("nl").team}


async def test_plugchoice_names_the_fields_that_are_wrong(nl, world):
    """By our names, so that the form shows each message at its input."""
    taken = nl_box(world).identity

    with pytest.raises(RejectedError) as caught:
        await nl.register_charger(NewCharger(identity=taken, site_id=charger_uuid(nl_box(world))))

    assert set(caught.value.fields) == {"identity", "site_id"}


async def test_plugchoice_reads_a_charger(nl, clouds, world):
    box = nl_box(world, online=True)

    charger = await nl.charger(charger_uuid(box))

    call = arrived(clouds.plugchoice, "GET", "/chargers/{charger}")
    assert (call.path, call.query, call.body) == (f"/chargers/{charger_uuid(box)}", {}, None)
    assert (charger.id, charger.identity) == (charger_uuid(box), box.identity)
    assert charger.connectivity is Connectivity.ONLINE
    assert [plug.number for plug in charger.connectors] == [
        one.plug.number for one in box.connectors
    ]
    assert charger.station_model.name == box.model.name
    assert charger.last_heartbeat_at is not None


async def test_plugchoice_does_not_know_every_charger(nl):
    with pytest.raises(NotFoundError):
        await nl.charger("0e9b7c1a-2d3e-4f50-8a6b-7c8d9e0f1a2b")


async def test_plugchoice_lists_the_chargers_of_the_team(nl, clouds, world):
    chargers = await listed(nl.chargers())

    calls = clouds.plugchoice.calls.matching("GET", "/teams/{team}/chargers")
    for page, call in enumerate(calls, 1):
        signed(call)
        assert call.path == f"/teams/{clouds.account('nl').team}/chargers"
        assert call.query == {"sort": ["identity"], "page": [str(page)]}
    assert {charger.id: charger.connectivity for charger in chargers} == {
        charger_uuid(box): connectivity_of(box) for box in nl_fleet(world)
    }
    assert len(chargers) == len(nl_fleet(world))


async def test_plugchoice_lists_only_the_troubled_ones(nl, clouds, world):
    troubled = await listed(nl.troubled_chargers())

    calls = clouds.plugchoice.calls.matching("GET", "/teams/{team}/chargers")
    assert [call.query for call in calls] == [
        {"sort": ["identity"], "page": ["1"], "filter[connection_status]": ["offline"]},
        {"sort": ["identity"], "page": ["1"], "filter[status]": ["Faulted"]},
        {"sort": ["identity"], "page": ["1"], "filter[connector_status]": ["Faulted"]},
    ]
    assert {charger.id for charger in troubled} == {
        charger_uuid(box)
        for box in nl_fleet(world)
        if connectivity_of(box) is Connectivity.OFFLINE
        or box.status == "Faulted"
        or any(plug.status == "Faulted" for plug in box.connectors)
    }


async def test_plugchoice_keeps_to_the_sites_of_the_account(clouds, world):
    site = nl_box(world).site
    client = connect(spec(clouds.account("nl"), sites=(site_uuid(site),)))
    assert isinstance(client, PlugchoiceClient)

    chargers = await listed(client.chargers())
    sites = await listed(client.sites())
    await client.aclose()

    call = arrived(clouds.plugchoice, "GET", "/teams/{team}/chargers")
    assert call.query["filter[site_uuid]"] == [site_uuid(site)]
    assert {charger.id for charger in chargers} == {charger_uuid(box) for box in site.chargers}
    assert [found.name for found in sites] == [site.name]


@pytest.mark.parametrize("typed", [str, str.lower])
async def test_plugchoice_finds_a_charger_by_identity(nl, world, typed):
    box = nl_box(world)

    assert [found.id for found in await nl.find_chargers(typed(box.identity))] == [
        charger_uuid(box)
    ]


async def test_plugchoice_finds_a_charger_by_id_in_one_call(nl, clouds, world):
    box = nl_box(world)

    assert [found.identity for found in await nl.find_chargers(charger_uuid(box))] == [box.identity]
    assert len(clouds.plugchoice.calls) == 1


async def test_plugchoice_finds_nothing_where_there_is_nothing(nl):
    assert list(await nl.find_chargers("NL-NOWHERE")) == []


async def test_plugchoice_lists_the_chargers_of_a_site(nl, clouds, world):
    site = nl_box(world).site

    chargers = await listed(nl.site_chargers(site_uuid(site)))

    call = arrived(clouds.plugchoice, "GET", "/sites/{site}/chargers")
    assert (call.path, call.query) == (f"/sites/{site_uuid(site)}/chargers", {"page": ["1"]})
    assert {charger.id for charger in chargers} == {charger_uuid(box) for box in site.chargers}
    assert {charger.site_id for charger in chargers} == {site_uuid(site)}


async def test_plugchoice_sets_and_clears_the_reference(nl, clouds, world):
    box = nl_box(world)

    named = await nl.set_reference(charger_uuid(box), "Gate 3")
    cleared = await nl.set_reference(charger_uuid(box), None)

    calls = clouds.plugchoice.calls.matching("PUT", "/chargers/{charger}")
    assert [call.body for call in calls] == [{"reference": "Gate 3"}, {"reference": None}]
    assert (named.reference, cleared.reference) == ("Gate 3", None)


async def test_plugchoice_detaches_and_attaches_a_charger(nl, clouds, world):
    box = nl_box(world)
    site, charger = box.site, charger_uuid(box)

    await nl.detach_charger(site_uuid(site), charger)
    assert box.site is None
    back = await nl.attach_charger(
        site_uuid(site), identity=box.identity, pincode=SecretStr(str(box.pincode))
    )

    gone = arrived(clouds.plugchoice, "DELETE", "/sites/{site}/chargers/{charger}")
    assert (gone.path, gone.body) == (f"/sites/{site_uuid(site)}/chargers/{charger}", None)
    call = arrived(clouds.plugchoice, "POST", "/sites/{site}/chargers")
    assert call.path == f"/sites/{site_uuid(site)}/chargers"
    assert set(call.body) == {"identity", "pincode"}
    assert call.body["identity"] == box.identity
    assert (back.id, back.site_id) == (charger, site_uuid(site))
    assert box.site is site


async def test_plugchoice_says_that_a_pincode_is_wrong(nl, world):
    box = nl_box(world)
    site = site_uuid(box.site)
    await nl.detach_charger(site, charger_uuid(box))

    with pytest.raises(RejectedError) as caught:
        await nl.attach_charger(site, identity=box.identity, pincode=SecretStr("999999"))

    assert list(caught.value.fields) == ["pincode"]
    assert "999999" not in str(caught.value) + str(caught.value.fields)


async def test_plugchoice_attaches_by_identity_only(nl, clouds, world):
    with pytest.raises(RejectedError) as caught:
        await nl.attach_charger(
            site_uuid(nl_box(world).site), serial_number="SN", pincode=SecretStr("1")
        )

    assert list(caught.value.fields) == ["identity"]
    assert len(clouds.plugchoice.calls) == 0


async def test_plugchoice_lists_reads_and_creates_sites(nl, clouds, world):
    before = await listed(nl.sites())
    made = await nl.create_site(OUR_NEW_SITE)
    site = await nl.site(made.id)

    team = clouds.account("nl").team
    call = arrived(clouds.plugchoice, "GET", "/teams/{team}/sites")
    assert (call.path, call.query) == (f"/teams/{team}/sites", {"page": ["1"]})
    assert {found.id for found in before} | {made.id} == {
        site_uuid(known) for known in world.shares[SandboxVendor.PLUGCHOICE].sites.values()
    }
    call = arrived(clouds.plugchoice, "POST", "/sites")
    assert (call.path, call.body) == ("/sites", {**SITE_BODY, "team_uuid": team})
    call = arrived(clouds.plugchoice, "GET", "/sites/{site}")
    assert call.path == f"/sites/{made.id}"
    assert (site.name, site.house_number, site.house_number_addition) == ("Test yard", "12", "b")
    assert (site.smart_charging, site.country) == (SmartChargingMode.DISABLED, "NL")


async def test_plugchoice_lists_the_connectors_of_a_site(nl, clouds, world):
    site = nl_box(world).site

    pairs = await listed(nl.site_connectors(site_uuid(site)))

    call = arrived(clouds.plugchoice, "GET", "/sites/{site}/connectors")
    assert (call.path, call.query) == (f"/sites/{site_uuid(site)}/connectors", {"page": ["1"]})
    assert {(charger.id, plug.number, plug.row_id) for charger, plug in pairs} == {
        (charger_uuid(box), one.plug.number, str(one.number))
        for box in site.chargers
        for one in box.connectors
    }


async def test_plugchoice_reads_and_updates_smart_charging(nl, clouds, world):
    site = site_uuid(nl_box(world).site)

    before = await nl.smart_charging(site)
    after = await nl.update_smart_charging(site, OFF_PEAK)

    arrived(clouds.plugchoice, "GET", "/sites/{site}/smart-charging")
    call = arrived(clouds.plugchoice, "PUT", "/sites/{site}/smart-charging")
    assert (call.path, call.body) == (f"/sites/{site}/smart-charging", OFF_PEAK_BODY)
    assert before.raw_mode
    assert after.mode is SmartChargingMode.OFF_PEAK
    assert (after.off_peak_start, after.off_peak_end) == ("22:00", "06:30")
    assert after.timezone == "Europe/Amsterdam"


async def test_plugchoice_reads_what_a_connector_draws(nl, clouds, world):
    box = nl_box(world, online=True)
    charger = await nl.charger(charger_uuid(box))
    number = box.connectors[-1].plug.number

    usage = await nl.power_usage(charger, number)

    call = arrived(
        clouds.plugchoice, "GET", "/chargers/{charger}/connectors/{connector}/power-usage"
    )
    assert call.path == f"/chargers/{charger.id}/connectors/{number}/power-usage"
    assert usage.connector == number
    assert usage.at is not None
    assert usage.power_w is not None


async def test_plugchoice_reads_groups_and_their_meters(nl, clouds, world):
    site = next(
        found
        for found in world.shares[SandboxVendor.PLUGCHOICE].sites.values()
        if any(group.metered for group in found.groups)
    )

    groups = await nl.groups(site_uuid(site))
    meters = {group.id: await nl.group_meter(site_uuid(site), group.id) for group in groups}

    arrived(clouds.plugchoice, "GET", "/sites/{site}/groups")
    calls = clouds.plugchoice.calls.matching("GET", "/sites/{site}/groups/{group}/meter")
    assert [call.path for call in calls] == [
        f"/sites/{site_uuid(site)}/groups/{group.number}/meter" for group in site.groups
    ]
    assert {group_id: meter is not None for group_id, meter in meters.items()} == {
        str(group.number): group.metered for group in site.groups
    }


async def test_plugchoice_has_no_meter_where_it_answers_404(nl, world):
    """404 is how a group without a meter answers; it is no error."""
    assert await nl.group_meter(site_uuid(nl_box(world).site), "999999") is None


@pytest.mark.parametrize("active", [False, True])
async def test_plugchoice_lists_the_sessions_of_a_site(nl, clouds, world, active):
    site = max(
        world.shares[SandboxVendor.PLUGCHOICE].sites.values(), key=lambda found: len(found.sessions)
    )

    sessions = await listed(nl.transactions(site_uuid(site), active=active))

    calls = clouds.plugchoice.calls.matching("GET", "/sites/{site}/transactions")
    assert calls[0].path == f"/sites/{site_uuid(site)}/transactions"
    asked = {"filter[status]": ["active"]} if active else {}
    assert calls[0].query == {"page": ["1"], "limit": ["10000"], **asked}
    expected = [one for one in site.sessions if one.stopped_at is None or not active]
    assert {session.id for session in sessions} == {str(one.number) for one in expected}
    assert len(sessions) == len(expected)


async def test_plugchoice_restarts_a_charger(nl, clouds, world):
    box = nl_box(world, online=True, obedient=True)

    receipt = await nl.restart_charger(charger_uuid(box), Reset.HARD)

    call = arrived(clouds.plugchoice, "POST", "/chargers/{charger}/actions/restart")
    assert call.path == f"/chargers/{charger_uuid(box)}/actions/restart"
    assert call.body is None
    assert receipt.status == "Accepted"


async def test_plugchoice_refuses_a_restart_with_a_success(nl, world):
    box = nl_box(world, online=True)
    box.obedient = False

    with pytest.raises(RejectedError):
        await nl.restart_charger(charger_uuid(box), Reset.HARD)


async def test_a_silent_charger_leaves_a_restart_unknown(nl, clouds, world):
    """504: the charger may yet restart, so it is not asked again."""
    box = nl_box(world, online=False, seen=True)

    with pytest.raises(OutcomeUnknownError):
        await nl.restart_charger(charger_uuid(box), Reset.HARD)

    arrived(clouds.plugchoice, "POST", "/chargers/{charger}/actions/restart")


async def test_plugchoice_answers_a_ping(nl, clouds):
    assert await nl.ping() is not None
    assert nl.rate_limit_left is not None
    assert len(clouds.plugchoice.calls) == 1


NL_WRITES = {
    "register": lambda nl, _: nl.register_charger(NewCharger(identity="NL-NEW-9")),
    "reference": lambda nl, box: nl.set_reference(charger_uuid(box), "x"),
    "detach": lambda nl, box: nl.detach_charger(site_uuid(box.site), charger_uuid(box)),
    "attach": lambda nl, box: nl.attach_charger(
        site_uuid(box.site), identity=box.identity, pincode=SecretStr(str(box.pincode))
    ),
    "create site": lambda nl, _: nl.create_site(OUR_NEW_SITE),
    "smart charging": lambda nl, box: nl.update_smart_charging(site_uuid(box.site), OFF_PEAK),
    "restart": lambda nl, box: nl.restart_charger(charger_uuid(box), Reset.HARD),
}


@pytest.mark.parametrize("trouble", LOST)
@pytest.mark.parametrize("write", NL_WRITES.values(), ids=NL_WRITES.keys())
async def test_a_lost_answer_of_plugchoice_is_one_request(nl, clouds, world, write, trouble):
    """Whether it was done is unknown, and it is never sent again."""
    clouds.plugchoice.faults.add(ApiFault(trouble))

    with pytest.raises(OutcomeUnknownError):
        await write(nl, nl_box(world, online=True))

    assert len(clouds.plugchoice.calls.writes()) == 1


def test_what_plugchoice_cannot_do_is_absent(nl):
    """The UI offers only what the account can do."""
    assert not isinstance(nl, ports.DeletesChargers | ports.ListsStationModels)


async def test_another_customers_charger_is_not_ours(nl, world):
    """Its identity is taken all the same; only its pincode leads to it."""
    theirs = next(
        box
        for box in world.shares[SandboxVendor.PLUGCHOICE].chargers.values()
        if box.tenant is Tenant.NEIGHBOUR
    )

    assert list(await nl.find_chargers(theirs.identity)) == []
    with pytest.raises(VendorError):
        await nl.charger(charger_uuid(theirs))
    with pytest.raises(RejectedError) as caught:
        await nl.register_charger(NewCharger(identity=theirs.identity))
    assert list(caught.value.fields) == ["identity"]
