"""Every row of the capability table for VoltTime, against the sandbox's clouds.

Each test looks at both ends: what arrived at the vendor, and what became of its answer.
"""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.sandbox.vendors.api_faults import ApiFault
from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.entities import Vendor as SandboxVendor
from bot.sandbox.vendors.laravel_rows import charger_uuid
from bot.sandbox.vendors.seed import seeded_world
from bot.sandbox.vendors.world import World
from tests.acceptance.laravel_rows import (
    LOST,
    OFF_PEAK,
    OFF_PEAK_BODY,
    OUR_NEW_SITE,
    SITE_BODY,
    arrived,
    legacy_box,
    legacy_fleet,
    listed,
    spec,
)
from tests.clock import VirtualClock
from vendors import ports
from vendors.connect import connect
from vendors.errors import NotFoundError, OutcomeUnknownError, RejectedError
from vendors.models import (
    Connectivity,
    NewCharger,
    SmartChargingMode,
)
from vendors.volttime.client import VoltTimeClient


@pytest.fixture
def world(clock: VirtualClock) -> World:
    return seeded_world(clock.now())


@pytest.fixture
async def clouds(world: World, clock: VirtualClock) -> AsyncIterator[VendorClouds]:
    async with VendorClouds(world, clock.now, sleep=clock.sleep) as clouds:
        yield clouds


@pytest.fixture
async def legacy(clouds: VendorClouds) -> AsyncIterator[VoltTimeClient]:
    client = connect(spec(clouds.account("legacy")))
    assert isinstance(client, VoltTimeClient)
    yield client
    await client.aclose()


async def test_volttime_registers_a_charger(legacy, clouds, world):
    site = legacy_box(world).site

    charger = await legacy.register_charger(
        NewCharger(identity="NL-OLD-NEW", site_id=str(site.number))
    )

    call = arrived(clouds.volttime, "POST", "/teams/{team}/sites/{site}/chargers")
    assert (call.path, call.query) == (f"/teams/12/sites/{site.number}/chargers", {})
    assert call.body == {"identity": "NL-OLD-NEW"}
    assert (charger.identity, charger.site_id) == ("NL-OLD-NEW", str(site.number))
    assert charger.connectivity is Connectivity.NEVER_SEEN
    assert charger.deprecation == "charger.id is deprecated. Use charger.uuid instead."


async def test_volttime_registers_at_a_site_only(legacy, clouds):
    with pytest.raises(RejectedError) as caught:
        await legacy.register_charger(NewCharger(identity="NL-OLD-NEW"))

    assert list(caught.value.fields) == ["site_id"]
    assert len(clouds.volttime.calls) == 0


async def test_volttime_reads_a_charger(legacy, clouds, world):
    box = legacy_box(world, online=True)

    charger = await legacy.charger(charger_uuid(box))

    call = arrived(clouds.volttime, "GET", "/teams/{team}/chargers/{charger}")
    assert call.path == f"/teams/12/chargers/{charger_uuid(box)}"
    assert (charger.id, charger.identity) == (charger_uuid(box), box.identity)
    assert charger.connectivity is Connectivity.ONLINE
    assert len(charger.connectors) == len(box.connectors)


async def test_volttime_lists_all_chargers_with_their_sites(legacy, world):
    """No row tells its site, and without the site nothing can be read of a connector."""
    chargers = await listed(legacy.chargers())

    assert {charger.id: charger.site_id for charger in chargers} == {
        charger_uuid(box): str(box.site.number) if box.site else None for box in legacy_fleet(world)
    }
    assert len(chargers) == len(legacy_fleet(world))


async def test_volttime_lists_the_chargers_of_a_site(legacy, clouds, world):
    site = legacy_box(world).site

    chargers = await listed(legacy.site_chargers(str(site.number)))

    call = arrived(clouds.volttime, "GET", "/teams/{team}/sites/{site}/chargers")
    assert call.path == f"/teams/12/sites/{site.number}/chargers"
    assert call.query == {"page": ["1"]}
    assert {charger.id for charger in chargers} == {charger_uuid(box) for box in site.chargers}


async def test_volttime_keeps_to_the_sites_of_the_account(clouds, world):
    site = legacy_box(world).site
    client = connect(spec(clouds.account("legacy"), sites=(str(site.number),)))
    assert isinstance(client, VoltTimeClient)

    chargers = await listed(client.chargers())
    await client.aclose()

    assert {charger.id for charger in chargers} == {charger_uuid(box) for box in site.chargers}
    assert clouds.volttime.calls.matching("GET", "/teams/{team}/chargers") == []


async def test_volttime_finds_a_charger(legacy, world):
    box = legacy_box(world)

    assert [found.id for found in await legacy.find_chargers(box.identity)] == [charger_uuid(box)]


async def test_volttime_detaches_and_attaches_a_charger(legacy, clouds, world):
    box = legacy_box(world)
    site = box.site

    await legacy.detach_charger(str(site.number), charger_uuid(box))
    assert box.site is None
    told = await legacy.attach_charger(
        str(site.number), identity=box.identity, pincode=SecretStr(str(box.pincode))
    )

    gone = arrived(clouds.volttime, "DELETE", "/teams/{team}/sites/{site}/chargers/{charger}")
    assert gone.path == f"/teams/12/sites/{site.number}/chargers/{charger_uuid(box)}"
    call = arrived(clouds.volttime, "POST", "/teams/{team}/sites/{site}/attach-charger")
    assert call.path == f"/teams/12/sites/{site.number}/attach-charger"
    assert set(call.body) == {"identity", "pincode"}
    assert told is None
    assert box.site is site


async def test_volttime_attaches_by_serial_number_too(legacy, clouds, world):
    box = legacy_box(world)
    site = str(box.site.number)
    await legacy.detach_charger(site, charger_uuid(box))

    await legacy.attach_charger(site, serial_number=box.serial, pincode=SecretStr(str(box.pincode)))

    call = arrived(clouds.volttime, "POST", "/teams/{team}/sites/{site}/attach-charger")
    assert call.body["serial_number"] == box.serial
    assert "identity" not in call.body


async def test_volttime_lists_reads_and_creates_sites(legacy, clouds, world):
    before = await listed(legacy.sites())
    made = await legacy.create_site(OUR_NEW_SITE)
    site = await legacy.site(made.id)

    call = arrived(clouds.volttime, "GET", "/teams/{team}/sites")
    assert (call.path, call.query) == ("/teams/12/sites", {"page": ["1"]})
    assert {found.id for found in before} | {made.id} == {
        str(number) for number in world.shares[SandboxVendor.VOLTTIME].sites
    }
    call = arrived(clouds.volttime, "POST", "/teams/{team}/sites")
    assert (call.path, call.body) == ("/teams/12/sites", SITE_BODY)
    assert arrived(clouds.volttime, "GET", "/teams/{team}/sites/{site}").path.endswith(made.id)
    assert (site.name, site.house_number, site.phases) == ("Test yard", "12", 3)
    assert site.main_fuse_a is not None


async def test_volttime_lists_the_connectors_of_a_site(legacy, clouds, world):
    site = legacy_box(world).site

    pairs = await listed(legacy.site_connectors(str(site.number)))

    call = arrived(clouds.volttime, "GET", "/teams/{team}/sites/{site}/connectors")
    assert call.path == f"/teams/12/sites/{site.number}/connectors"
    assert {(charger.id, plug.number, plug.row_id) for charger, plug in pairs} == {
        (charger_uuid(box), one.plug.number, str(one.number))
        for box in site.chargers
        for one in box.connectors
    }


async def test_volttime_reads_and_updates_smart_charging(legacy, clouds, world):
    site = str(legacy_box(world).site.number)

    before = await legacy.smart_charging(site)
    after = await legacy.update_smart_charging(site, OFF_PEAK)

    arrived(clouds.volttime, "GET", "/teams/{team}/sites/{site}/smart-charging")
    call = arrived(clouds.volttime, "PUT", "/teams/{team}/sites/{site}/smart-charging")
    assert (call.path, call.body) == (f"/teams/12/sites/{site}/smart-charging", OFF_PEAK_BODY)
    assert before.raw_mode
    assert (after.mode, after.off_peak_start) == (SmartChargingMode.OFF_PEAK, "22:00")


@pytest.mark.parametrize("knows_its_site", [True, False])
async def test_volttime_reads_what_a_connector_draws(legacy, clouds, world, knows_its_site):
    """The path takes site and connector row, which a charger may not tell of itself."""
    box = legacy_box(world, online=True)
    plug = box.connectors[-1]
    if knows_its_site:
        rows = await listed(legacy.site_chargers(str(box.site.number)))
        charger = next(row for row in rows if row.id == charger_uuid(box))
    else:
        charger = await legacy.charger(charger_uuid(box))

    usage = await legacy.power_usage(charger, plug.plug.number)

    call = arrived(
        clouds.volttime, "GET", "/teams/{team}/sites/{site}/connectors/{connector}/power-usage"
    )
    assert call.path == f"/teams/12/sites/{box.site.number}/connectors/{plug.number}/power-usage"
    assert usage.connector == plug.plug.number
    assert usage.power_w is not None


async def test_volttime_knows_no_usage_of_a_connector_that_is_not_there(legacy, world):
    charger = await legacy.charger(charger_uuid(legacy_box(world, online=True)))

    with pytest.raises(NotFoundError):
        await legacy.power_usage(charger, 99)


async def test_volttime_knows_no_usage_of_a_charger_on_no_site(legacy, world):
    charger = await legacy.charger(charger_uuid(legacy_box(world, online=True)))
    elsewhere = charger.model_copy(update={"id": "no such charger", "site_id": None})

    with pytest.raises(NotFoundError):
        await legacy.power_usage(elsewhere, 1)


async def test_volttime_reads_groups_and_their_meters(legacy, clouds, world):
    site = next(
        found
        for found in world.shares[SandboxVendor.VOLTTIME].sites.values()
        if any(group.metered for group in found.groups)
    )

    groups = await legacy.groups(str(site.number))
    meters = {group.id: await legacy.group_meter(str(site.number), group.id) for group in groups}

    call = arrived(clouds.volttime, "GET", "/teams/{team}/sites/{site}/groups")
    assert call.path == f"/teams/12/sites/{site.number}/groups"
    calls = clouds.volttime.calls.matching("GET", "/teams/{team}/sites/{site}/groups/{group}/meter")
    assert len(calls) == len(site.groups)
    assert {group_id: meter is not None for group_id, meter in meters.items()} == {
        str(group.number): group.metered for group in site.groups
    }


@pytest.mark.parametrize("active", [False, True])
async def test_volttime_lists_the_sessions_of_a_site(legacy, clouds, world, active):
    site = max(
        world.shares[SandboxVendor.VOLTTIME].sites.values(), key=lambda found: len(found.sessions)
    )

    sessions = await listed(legacy.transactions(str(site.number), active=active))

    calls = clouds.volttime.calls.matching("GET", "/teams/{team}/sites/{site}/transactions")
    assert calls[0].path == f"/teams/12/sites/{site.number}/transactions"
    assert calls[0].query == {"page": ["1"]}
    expected = [one for one in site.sessions if one.stopped_at is None or not active]
    assert {session.id for session in sessions} == {str(one.number) for one in expected}
    assert len(sessions) == len(expected)
    assert all(session.total_cost is not None for session in sessions)


async def test_volttime_answers_a_ping(legacy, clouds):
    assert await legacy.ping() is not None
    assert len(clouds.volttime.calls) == 1


LEGACY_WRITES = {
    "register": lambda legacy, box: legacy.register_charger(
        NewCharger(identity="NL-OLD-9", site_id=str(box.site.number))
    ),
    "detach": lambda legacy, box: legacy.detach_charger(str(box.site.number), charger_uuid(box)),
    "attach": lambda legacy, box: legacy.attach_charger(
        str(box.site.number), identity=box.identity, pincode=SecretStr(str(box.pincode))
    ),
    "create site": lambda legacy, _: legacy.create_site(OUR_NEW_SITE),
    "smart charging": lambda legacy, box: legacy.update_smart_charging(
        str(box.site.number), OFF_PEAK
    ),
}


@pytest.mark.parametrize("trouble", LOST)
@pytest.mark.parametrize("write", LEGACY_WRITES.values(), ids=LEGACY_WRITES.keys())
async def test_a_lost_answer_of_volttime_is_one_request(legacy, clouds, world, write, trouble):
    clouds.volttime.faults.add(ApiFault(trouble))

    with pytest.raises(OutcomeUnknownError):
        await write(legacy, legacy_box(world))

    assert len(clouds.volttime.calls.writes()) == 1


def test_what_volttime_cannot_do_is_absent(legacy):
    """The UI offers only what the account can do."""
    assert not isinstance(
        legacy,
        ports.RestartsChargers
        | ports.SetsReference
        | ports.ListsTroubledChargers
        | ports.DeletesChargers
        | ports.ListsStationModels,
    )
