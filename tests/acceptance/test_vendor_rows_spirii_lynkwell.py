"""Every row of the capability table for Spirii and Lynkwell, against the sandbox's clouds.

Each test looks at both ends: what arrived at the vendor, and what became of its answer.
"""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.sandbox.vendors.api_faults import ApiFault, ApiTrouble
from bot.sandbox.vendors.clouds import SandboxAccount, VendorClouds
from bot.sandbox.vendors.entities import Vendor as SandboxVendor
from bot.sandbox.vendors.lynkwell.rows import asset_id, group_id, model_id
from bot.sandbox.vendors.seed import seeded_world
from bot.sandbox.vendors.world import World
from tests.clock import VirtualClock
from vendors.connect import AccountSpec, connect
from vendors.errors import ForbiddenError, NotFoundError, OutcomeUnknownError, RejectedError
from vendors.lynkwell.client import LynkwellClient
from vendors.models import (
    Connectivity,
    ModelConnector,
    NewCharger,
    NewStationModel,
    PowerType,
    Reset,
    Vendor,
)
from vendors.spirii.client import SpiriiClient

MODELS = "/asset-management/v1/charging-station-models"
MODEL = MODELS + "/{model}"
ASSETS = "/asset-management/v1/assets"
GROUPS = "/asset-management/v1/asset-groups"


@pytest.fixture
def world(clock: VirtualClock) -> World:
    return seeded_world(clock.now())


@pytest.fixture
async def clouds(world: World, clock: VirtualClock) -> AsyncIterator[VendorClouds]:
    async with VendorClouds(world, clock.now, sleep=clock.sleep) as clouds:
        yield clouds


@pytest.fixture
async def dk(clouds: VendorClouds) -> AsyncIterator[SpiriiClient]:
    client = connect(spec(clouds.account("dk")))
    assert isinstance(client, SpiriiClient)
    yield client
    await client.aclose()


@pytest.fixture
async def us(clouds: VendorClouds) -> AsyncIterator[LynkwellClient]:
    client = connect(spec(clouds.account("us")))
    assert isinstance(client, LynkwellClient)
    yield client
    await client.aclose()


def spec(account: SandboxAccount) -> AccountSpec:
    """As the settings of an installation would say it."""
    secrets = {
        name: SecretStr(value)
        for name, value in (
            ("token", account.token),
            ("client_id", account.client_id),
            ("client_secret", account.client_secret),
        )
        if value is not None
    }
    return AccountSpec(
        name=account.name,
        vendor=Vendor(account.vendor),
        base_url=account.base_url,
        token_url=account.token_url,
        **secrets,
    )


def arrived(cloud, method, template):
    """The one call of this kind, which came from us, properly signed."""
    (call,) = cloud.calls.matching(method, template)
    assert call.headers["Accept"] == "application/json"
    assert call.headers["User-Agent"].startswith("Chargehand")
    assert call.headers["Authorization"] in (
        "Bearer (key of spirii)",
        "Bearer (token of lynkwell)",
    )
    return call


async def listed(listing):
    return [row async for page in listing for row in page]


# Spirii


def box_of(world, **traits):
    """A live charge box of ours with these traits."""
    return next(
        box
        for box in world.shares[SandboxVendor.SPIRII].fleet
        if not box.deleted_at and all(getattr(box, name) == is_ for name, is_ in traits.items())
    )


def new_box(world):
    site = next(iter(world.shares[SandboxVendor.SPIRII].sites))
    return NewCharger(serial_number="SN-NEW-1", site_id=str(site), station_model_id="6")


async def test_spirii_registers_a_charger(dk, clouds, world):
    new = new_box(world)

    charger = await dk.register_charger(new)

    call = arrived(clouds.spirii, "POST", "/chargeboxes")
    assert call.path == "/chargeboxes"
    assert call.query == {}
    assert call.body == {"serialNumber": "SN-NEW-1", "locationId": int(new.site_id), "modelId": 6}
    assert charger.serial_number == "SN-NEW-1"
    assert charger.site_id == new.site_id
    assert charger.station_model.id == "6"
    assert charger.identity
    assert charger.connectivity is Connectivity.NEVER_SEEN


async def test_spirii_names_the_field_that_is_wrong(dk, clouds, world):
    new = new_box(world).model_copy(update={"station_model_id": "999999"})

    with pytest.raises(RejectedError) as caught:
        await dk.register_charger(new)

    assert list(caught.value.fields) == ["station_model_id"]


@pytest.mark.parametrize("style", ["nest", "envelope"])
async def test_spirii_refuses_a_serial_number_twice(dk, clouds, world, style):
    clouds.spirii.reading.errors = style
    new = new_box(world)
    await dk.register_charger(new)

    with pytest.raises(RejectedError, match="already exists"):
        await dk.register_charger(new)


async def test_spirii_reads_a_charger(dk, clouds, world):
    box = box_of(world, online=True)

    charger = await dk.charger(str(box.number))

    call = arrived(clouds.spirii, "GET", "/chargeboxes/{id}")
    assert (call.path, call.query, call.body) == (f"/chargeboxes/{box.number}", {}, None)
    assert (charger.id, charger.identity) == (str(box.number), box.identity)
    assert charger.serial_number == box.serial
    assert charger.connectivity is Connectivity.ONLINE
    assert len(charger.connectors) == len(box.connectors)
    watts = [one.max_power_w for one in charger.connectors]
    assert watts == [one.plug.max_power_w for one in box.connectors]


async def test_spirii_does_not_know_every_charger(dk):
    with pytest.raises(NotFoundError):
        await dk.charger("999999999")


@pytest.mark.parametrize("last_cursor", ["absent", None, "", "null", "undefined"])
async def test_spirii_lists_its_chargers(dk, clouds, world, last_cursor):
    clouds.spirii.reading.last_cursor = last_cursor
    fleet = [box for box in world.shares[SandboxVendor.SPIRII].fleet if not box.deleted_at]

    chargers = await listed(dk.chargers())

    call = arrived(clouds.spirii, "GET", "/chargeboxes")
    assert (call.path, call.query) == ("/chargeboxes", {"limit": ["100"]})
    assert [charger.id for charger in chargers] == [str(box.number) for box in fleet]


async def test_spirii_lists_the_chargers_of_a_site(dk, world):
    site = box_of(world, online=True).site

    chargers = await listed(dk.site_chargers(str(site.number)))

    assert chargers
    assert {charger.site_id for charger in chargers} == {str(site.number)}


async def test_spirii_finds_a_charger_by_its_identity(dk, world):
    box = box_of(world, online=True)

    found = await dk.find_chargers(box.identity.lower())

    assert [charger.id for charger in found] == [str(box.number)]


async def test_spirii_reads_the_connectors_of_a_charger(dk, clouds, world):
    box = box_of(world, online=True)

    connectors = await dk.charger_connectors(str(box.number))

    call = arrived(clouds.spirii, "GET", "/evses")
    assert call.query == {"limit": ["100"], "chargeboxIds": [str(box.number)]}
    assert len(connectors) == len(box.connectors)


async def test_spirii_deletes_a_charger(dk, clouds, world):
    box = box_of(world, online=False)

    await dk.delete_charger(str(box.number))

    call = arrived(clouds.spirii, "DELETE", "/chargeboxes/{id}")
    assert (call.path, call.query, call.body) == (f"/chargeboxes/{box.number}", {}, None)
    assert box.deleted_at is not None
    assert str(box.number) not in [charger.id for charger in await listed(dk.chargers())]


async def test_spirii_lists_sites(dk, clouds, world):
    sites = await listed(dk.sites())

    assert arrived(clouds.spirii, "GET", "/locations").query == {"limit": ["100"]}
    ours = world.shares[SandboxVendor.SPIRII].sites.values()
    assert [(site.id, site.name) for site in sites] == [(str(s.number), s.name) for s in ours]


@pytest.mark.parametrize("bare", [True, False])
async def test_spirii_lists_station_models(dk, clouds, bare):
    clouds.spirii.reading.bare_models = bare

    models = await listed(dk.station_models())

    calls = clouds.spirii.calls.matching("GET", "/chargeboxes/models")
    assert calls[0].query == {}
    assert models
    assert all(model.make and model.name for model in models)


@pytest.mark.parametrize(("reset", "word"), [(Reset.SOFT, "Soft"), (Reset.HARD, "Hard")])
async def test_spirii_restarts_a_charger(dk, clouds, world, reset, word):
    box = box_of(world, online=True, obedient=True)

    receipt = await dk.restart_charger(str(box.number), reset)

    call = arrived(clouds.spirii, "POST", "/chargeboxes/{id}/reset")
    assert (call.path, call.body) == (f"/chargeboxes/{box.number}/reset", {"type": word})
    assert receipt.status == "Accepted"


@pytest.mark.parametrize("status", [200, 400])
async def test_spirii_cannot_restart_what_is_offline(dk, clouds, world, status):
    clouds.spirii.reading.rejected_status = status
    box = box_of(world, online=False)

    with pytest.raises(RejectedError, match="Charge box is not connected"):
        await dk.restart_charger(str(box.number), Reset.SOFT)


@pytest.mark.parametrize("trouble", [ApiTrouble.LOST_ANSWER, ApiTrouble.GARBAGE])
async def test_a_lost_answer_of_spirii_is_one_request(dk, clouds, world, trouble):
    clouds.spirii.faults.add(ApiFault(trouble, "POST *"))

    with pytest.raises(OutcomeUnknownError):
        await dk.register_charger(new_box(world))

    assert len(clouds.spirii.calls.writes()) == 1
    assert len(await dk.find_chargers("SN-NEW-1")) == 1


# Lynkwell


def model_of(world, **traits):
    return next(
        model
        for model in world.models.values()
        if all(getattr(model, name) == is_ for name, is_ in traits.items())
    )


NEW_MODEL = NewStationModel(
    make="Longhorn EV",
    name="DL0240",
    friendly_name="Longhorn 240",
    power_type=PowerType.DC,
    connectors=(
        ModelConnector(
            number=1,
            connection_type="SAE_J3400",
            format="CABLE",
            max_current_a=300,
            max_voltage_v=1000,
            max_power_w=240_000,
        ),
    ),
    ocpp_url="wss://ocpp.example.net",
    image_url="https://img.example.net/dl0240.png",
)


@pytest.mark.parametrize("archived", [False, True])
async def test_lynkwell_lists_station_models(us, clouds, world, archived):
    model_of(world).archived = True
    expected = [model_id(one) for one in world.models.values() if one.archived is archived]

    models = await listed(us.station_models(archived=archived))

    call = arrived(clouds.lynkwell, "GET", MODELS)
    assert call.path == MODELS
    assert call.query == {"limit": ["100"], "isArchived": ["true" if archived else "false"]}
    assert [model.id for model in models] == expected


async def test_lynkwell_reads_a_station_model(us, clouds, world):
    known = model_of(world, archived=False)

    model = await us.station_model(model_id(known))

    call = arrived(clouds.lynkwell, "GET", MODEL)
    assert (call.path, call.query, call.body) == (f"{MODELS}/{model_id(known)}", {}, None)
    assert (model.make, model.name) == (known.maker, known.name)
    assert model.ocpp_url == known.ocpp_url
    assert [plug.number for plug in model.connectors] == [plug.number for plug in known.plugs]


async def test_lynkwell_creates_a_station_model(us, clouds):
    model = await us.create_station_model(NEW_MODEL)

    call = arrived(clouds.lynkwell, "POST", MODELS)
    assert call.body == {
        "vendor": "Longhorn EV",
        "model": "DL0240",
        "friendlyName": "Longhorn 240",
        "powerType": "DC",
        "connectors": [
            {
                "id": 1,
                "connectionType": "SAE_J3400",
                "format": "CABLE",
                "maxAmperage": 300,
                "maxVoltage": 1000,
                "maxPowerWatts": 240_000,
            }
        ],
        "configurationKeys": {"ocppUrl": "wss://ocpp.example.net"},
        "imageUrl": "https://img.example.net/dl0240.png",
    }
    assert model.connectors == NEW_MODEL.connectors
    assert (model.label, model.is_archived) == ("Longhorn 240", False)


async def test_lynkwell_renames_a_station_model(us, clouds, world):
    known = model_of(world, archived=False)

    model = await us.rename_station_model(model_id(known), "The tall one")

    call = arrived(clouds.lynkwell, "PATCH", MODEL)
    assert (call.path, call.body) == (
        f"{MODELS}/{model_id(known)}",
        {"friendlyName": "The tall one"},
    )
    assert model.friendly_name == known.friendly_name == "The tall one"


async def test_lynkwell_archives_a_station_model(us, clouds, world):
    known = model_of(world, archived=False)

    model = await us.archive_station_model(model_id(known))

    call = arrived(clouds.lynkwell, "POST", MODEL + "/archive")
    assert (call.path, call.body) == (f"{MODELS}/{model_id(known)}/archive", None)
    assert model.is_archived
    assert known.archived


async def test_lynkwell_lets_only_admins_archive(us, clouds, world):
    clouds.lynkwell.is_admin = False

    with pytest.raises(ForbiddenError, match="admins"):
        await us.archive_station_model(model_id(model_of(world, archived=False)))


async def test_lynkwell_lists_chargers(us, clouds, world):
    chargers = await listed(us.chargers())

    assert arrived(clouds.lynkwell, "GET", ASSETS).query == {"limit": ["100"]}
    fleet = world.shares[SandboxVendor.LYNKWELL].fleet
    assert [charger.id for charger in chargers] == [asset_id(one) for one in fleet]
    assert {charger.connectivity for charger in chargers} == {Connectivity.UNKNOWN}
    assert chargers[0].firmware_version == fleet[0].firmware


async def test_lynkwell_lists_the_chargers_of_a_site(us, clouds, world):
    site = next(iter(world.shares[SandboxVendor.LYNKWELL].sites.values()))

    chargers = await listed(us.site_chargers(group_id(site)))

    call = arrived(clouds.lynkwell, "GET", ASSETS)
    assert call.query == {"limit": ["100"], "assetGroups": [group_id(site)]}
    assert {charger.site_id for charger in chargers} == {group_id(site)}


async def test_lynkwell_lists_sites(us, clouds, world):
    sites = await listed(us.sites())

    assert arrived(clouds.lynkwell, "GET", GROUPS).query == {"limit": ["100"]}
    ours = world.shares[SandboxVendor.LYNKWELL].sites.values()
    assert [(site.id, site.name) for site in sites] == [(group_id(one), one.name) for one in ours]
    assert all(site.timezone and site.city for site in sites)


async def test_lynkwell_gives_one_token_for_many_requests(us, clouds):
    await us.ping()
    await us.ping()

    (call,) = clouds.lynkwell.calls.matching("POST", "/oauth/token")
    assert call.body["grant_type"] == "client_credentials"
    assert call.body["audience"] == "https://api.lynkwell.com"


async def test_an_expired_token_is_renewed_once_and_the_write_goes_through(us, clouds, world):
    known = model_of(world, archived=False)
    await us.ping()
    clouds.lynkwell.expire_tokens()

    await us.rename_station_model(model_id(known), "Once")

    assert [call.status for call in clouds.lynkwell.calls.matching("PATCH", MODEL)] == [401, 200]
    assert clouds.lynkwell.calls.counts["POST", "/oauth/token"] == 2


@pytest.mark.parametrize("trouble", [ApiTrouble.LOST_ANSWER, ApiTrouble.GARBAGE])
async def test_a_lost_answer_of_lynkwell_is_one_request(us, clouds, world, trouble):
    clouds.lynkwell.faults.add(ApiFault(trouble, "POST /asset*"))

    with pytest.raises(OutcomeUnknownError):
        await us.create_station_model(NEW_MODEL)

    assert len(clouds.lynkwell.calls.writes()) == 1
    assert model_of(world, name="DL0240")
