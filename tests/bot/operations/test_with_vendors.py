"""Every kind against the vendors' own words: real clients, the sandbox's clouds."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pydantic import SecretStr

from bot.operations.archive_station_model import ArchiveStationModel
from bot.operations.attach_charger import AttachCharger
from bot.operations.base import Operation, Precheck, Verdict, World
from bot.operations.create_site import CreateSite
from bot.operations.create_station_model import CreateStationModel
from bot.operations.delete_charger import DeleteCharger
from bot.operations.detach_charger import DetachCharger
from bot.operations.register_charger import RegisterCharger
from bot.operations.rename_station_model import RenameStationModel
from bot.operations.restart_charger import RestartCharger
from bot.operations.set_reference import SetReference
from bot.operations.update_smart_charging import UpdateSmartCharging
from bot.sandbox.vendors.clouds import SandboxAccount, VendorClouds
from bot.sandbox.vendors.entities import Vendor as SandboxVendor
from bot.sandbox.vendors.seed import seeded_world
from tests.bot.clouds import Mirror
from tests.bot.operations.cases import site, station_model
from tests.clock import VirtualClock
from vendors.connect import AccountSpec, connect
from vendors.errors import RejectedError
from vendors.fleet import Fleet
from vendors.models import (
    Charger,
    NewCharger,
    Reset,
    Site,
    SmartCharging,
    SmartChargingMode,
    Vendor,
)
from vendors.ports import ListsChargers, ListsSites, ListsStationModels

SANDBOX = {"nl": SandboxVendor.PLUGCHOICE, "legacy": SandboxVendor.VOLTTIME}


@pytest.fixture
async def clouds(clock: VirtualClock) -> AsyncIterator[VendorClouds]:
    async with VendorClouds(seeded_world(clock.now()), clock.now, sleep=clock.sleep) as clouds:
        yield clouds


@pytest.fixture
async def world(clouds: VendorClouds, clock: VirtualClock) -> AsyncIterator[World]:
    fleet = Fleet({account.name: connect(spec(account)) for account in clouds.accounts})
    yield World(fleet, Mirror(), clock.now)
    await fleet.aclose()


def spec(account: SandboxAccount, *sites: str) -> AccountSpec:
    def secret(value: str | None) -> SecretStr | None:
        return None if value is None else SecretStr(value)

    return AccountSpec(
        name=account.name,
        vendor=Vendor(account.vendor),
        base_url=account.base_url,
        token=secret(account.token),
        client_id=secret(account.client_id),
        client_secret=secret(account.client_secret),
        token_url=account.token_url,
        audience=account.audience,
        team=account.team,
        sites=sites,
        requests_per_minute=100_000,
    )


async def first(world: World, account: str, protocol: type, listing: str) -> object:
    client = world.fleet.client(account)
    assert isinstance(client, protocol)
    async for page in getattr(client, listing)():
        return page[0]
    raise AssertionError("nothing there")


async def charger_of(world: World, account: str) -> Charger:
    charger = await first(world, account, ListsChargers, "chargers")
    assert isinstance(charger, Charger)
    return charger


async def run(world: World, operation: Operation) -> Precheck:
    """Precheck, write, and read back that it is done; gives the state before."""
    before = await operation.precheck(world)
    assert before.problems == ()
    assert (await operation.reconcile(world, before)).verdict is not Verdict.DONE
    await operation.execute(world)
    finding = await operation.reconcile(world, before)
    assert finding.verdict is Verdict.DONE, finding.because
    return before


@pytest.mark.parametrize("account", ["nl", "legacy", "dk"])
async def test_a_charger_is_registered_wherever_chargers_can_be(world: World, account: str):
    place = await first(world, account, ListsSites, "sites")
    charger = NewCharger(identity="AB123", site_id=place.id)
    if account == "dk":
        model = await first(world, account, ListsStationModels, "station_models")
        more = {"serial_number": "SN-1", "station_model_id": model.id}
        charger = charger.model_copy(update=more)
    operation = RegisterCharger(account=account, charger=charger)

    await run(world, operation)

    with pytest.raises(RejectedError) as refused:
        await operation.execute(world)
    assert await operation.explain(world, refused.value)


@pytest.mark.parametrize("account", ["nl", "legacy", "dk"])
async def test_a_restricted_account_writes_nothing_that_it_could_not_see_afterwards(
    world: World, clouds: VendorClouds, clock: VirtualClock, account: str
):
    """An unknown outcome would be read back as not done, and asked for again."""
    ours, other = [site.id async for page in world.fleet.client(account).sites() for site in page][
        :2
    ]
    fleet = Fleet({account: connect(spec(clouds.account(account), ours))})
    restricted = World(fleet, Mirror(), clock.now)
    operations: list[Operation] = [
        RegisterCharger(account=account, charger=NewCharger(identity="AB123", site_id=other))
    ]
    if account != "dk":
        operations.append(site(None).model_copy(update={"account": account}))

    for operation in operations:
        with pytest.raises(RejectedError, match="restricted to other sites"):
            await operation.execute(restricted)
    looks = [
        await RegisterCharger(account=account, charger=charger).precheck(restricted)
        for charger in (NewCharger(identity="AB123"), NewCharger(identity="AB123", site_id=ours))
    ]
    await fleet.aclose()

    assert "The site is missing." in looks[0].problems
    assert "The site is missing." not in looks[1].problems


async def test_a_reference_is_set(world: World):
    charger = await charger_of(world, "nl")

    await run(
        world,
        SetReference(account="nl", charger_id=charger.id, label=charger.label, reference="Gate 7"),
    )


@pytest.mark.parametrize("account", ["nl", "legacy"])
async def test_a_charger_is_detached_and_attached_again(
    world: World, clouds: VendorClouds, account: str
):
    place = await first(world, account, ListsSites, "sites")
    client = world.fleet.client(account)
    async for page in client.site_chargers(place.id):
        charger = page[0]
        break
    detach = DetachCharger(
        account=account, charger_id=charger.id, label=charger.label, site_id=place.id
    )
    await run(world, detach)

    pincode = next(
        each.pincode
        for each in clouds.world.shares[SANDBOX[account]].chargers.values()
        if each.identity == charger.identity
    )
    attach = AttachCharger(account=account, site_id=place.id, identity=charger.identity)
    await run(replace(world, pincode=SecretStr(str(pincode))), attach)


@pytest.mark.parametrize("account", ["nl", "legacy"])
async def test_a_car_that_charges_is_seen_before_its_charger_is_detached(
    world: World, clouds: VendorClouds, clock: VirtualClock, account: str
):
    """VoltTime's listing of a site tells no connectors, so the charger itself is asked."""
    charging = next(
        charger
        for charger in clouds.world.shares[SANDBOX[account]].fleet
        if charger.site is not None and clouds.breakdowns.start_session(charger.identity)
    )
    await clock.advance(120)
    clouds.advance()
    client = world.fleet.client(account)
    place, row = await _place_of(client, charging.identity)
    detach = DetachCharger(account=account, charger_id=row.id, label=row.label, site_id=place.id)

    look = await detach.precheck(world)

    assert [each.power_w is not None for each in look.charging] == [True]


async def _place_of(client: object, identity: str) -> tuple[Site, Charger]:
    async for places in client.sites():
        for place in places:
            async for page in client.site_chargers(place.id):
                for row in page:
                    if row.identity == identity:
                        return place, row
    raise AssertionError(identity)


@pytest.mark.parametrize("account", ["nl", "legacy"])
async def test_a_site_is_created(world: World, account: str):
    operation = site(None)
    assert isinstance(operation, CreateSite)

    await run(world, operation.model_copy(update={"account": account}))


@pytest.mark.parametrize("account", ["nl", "legacy"])
async def test_smart_charging_is_changed(world: World, account: str):
    place = await first(world, account, ListsSites, "sites")
    settings = SmartCharging(
        mode=SmartChargingMode.OFF_PEAK,
        timezone="Europe/Brussels",
        off_peak_start="22:15",
        off_peak_end="06:45",
    )

    await run(
        world,
        UpdateSmartCharging(
            account=account, site_id=place.id, site_name=place.name, settings=settings
        ),
    )


async def test_a_charger_is_deleted(world: World):
    charger = await charger_of(world, "dk")

    await run(world, DeleteCharger(account="dk", charger_id=charger.id, label=charger.label))


async def test_a_station_model_is_created_renamed_and_archived(world: World):
    create = station_model(None)
    assert isinstance(create, CreateStationModel)
    before = await create.precheck(world)
    made = (await create.execute(world)).seen
    assert (await create.reconcile(world, before)).verdict is Verdict.DONE
    assert made is not None

    named = {"account": "us", "model_id": made.id, "label": "Autel"}
    await run(world, RenameStationModel(**named, friendly_name="Autel Maxi"))
    await run(world, ArchiveStationModel(**named))
    assert (await ArchiveStationModel(**named).precheck(world)).problems


@pytest.mark.parametrize("account", ["nl", "dk"])
async def test_a_restart_is_taken(world: World, account: str):
    client = world.fleet.client(account)
    online = [
        charger
        async for page in client.chargers()
        for charger in page
        if charger.connectivity == "online"
    ]
    named = {"account": account, "charger_id": online[0].id, "label": online[0].label}
    restart = RestartCharger(**named, reset=client.resets[0])
    odd = next((reset for reset in Reset if reset not in client.resets), None)

    before = await restart.precheck(world)
    result = await restart.execute(world)

    assert before.problems == ()
    assert "Accepted" in result.summary
    if odd is not None:
        assert (await RestartCharger(**named, reset=odd).precheck(world)).problems
