"""Pincodes, tokens, client secrets and cards reach neither logs nor store, neither repr nor Slack.

Every call is made with marked secrets; then everything that was written is searched for the mark.
"""

import inspect
import itertools
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.approvals.clicks import Said
from bot.approvals.request import Outcome, Request
from bot.approvals.service import Approvals
from bot.clock import SystemClock
from bot.operations.archive_station_model import ArchiveStationModel
from bot.operations.attach_charger import AttachCharger
from bot.operations.base import Operation
from bot.operations.create_site import CreateSite
from bot.operations.create_station_model import CreateStationModel
from bot.operations.delete_charger import DeleteCharger
from bot.operations.detach_charger import DetachCharger
from bot.operations.import_chargers import ImportChargers
from bot.operations.kinds import KINDS
from bot.operations.register_charger import RegisterCharger
from bot.operations.rename_station_model import RenameStationModel
from bot.operations.restart_charger import RestartCharger
from bot.operations.set_reference import SetReference
from bot.operations.update_smart_charging import UpdateSmartCharging
from bot.outbox import Pace
from bot.sandbox.sandbox import Sandbox, opened
from bot.sandbox.vendors.api_faults import ApiFault, ApiTrouble
from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.entities import Vendor as SandboxVendor
from bot.sandbox.vendors.laravel_rows import charger_uuid, site_uuid
from bot.sandbox.vendors.lynkwell.rows import model_id
from tests.acceptance.laravel_rows import OFF_PEAK, OUR_NEW_SITE, box_in, fleet_of
from tests.acceptance.marked import MARK, logged_of, mark_credentials, marked_world, written_of
from tests.clock import VirtualClock
from vendors.connect import AccountSpec, connect
from vendors.errors import VendorError
from vendors.models import (
    ModelConnector,
    NewCharger,
    NewStationModel,
    PowerType,
    Reset,
)
from vendors.ports import ReadsChargers

PINCODE = SecretStr(f"{MARK}-typed-pin")
STATION_MODEL = NewStationModel(
    make="Acme",
    name="A1",
    power_type=PowerType.DC,
    connectors=(
        ModelConnector(
            number=1,
            connection_type="SAE_J3400",
            format="CABLE",
            max_current_a=300,
            max_voltage_v=1000,
            max_power_w=120_000,
        ),
    ),
    ocpp_url="wss://ocpp.test",
)
PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "attach_charger": {"pincode": PINCODE, "identity": "NL-NEW-0001"},
    "create_site": {"site": OUR_NEW_SITE},
    "create_station_model": {"model": STATION_MODEL},
    "find_chargers": {"text": "NL-AMS-0008"},
    "rename_station_model": {"friendly_name": "New name"},
    "restart_charger": {"reset": Reset.HARD},
    "set_reference": {"reference": "Gate 3"},
    "update_smart_charging": {"settings": OFF_PEAK},
}
"""What a method takes beside the ids."""

TROUBLES = [
    ApiFault(ApiTrouble.ERROR),
    ApiFault(ApiTrouble.RATE_LIMITED, seconds=90),
    ApiFault(ApiTrouble.UNAUTHORISED),
    ApiFault(ApiTrouble.FORBIDDEN),
    ApiFault(ApiTrouble.LOST_ANSWER),
    ApiFault(ApiTrouble.TRUNCATED),
    ApiFault(ApiTrouble.GARBAGE),
]


@pytest.fixture(autouse=True)
def everything_is_logged(caplog, monkeypatch):
    mark_credentials(monkeypatch)
    caplog.set_level(logging.DEBUG)
    for name in ("asyncio", "httpcore", "httpx", "vendors", "bot", "handlers"):
        caplog.set_level(logging.DEBUG, logger=name)


@pytest.fixture
async def clouds(clock: VirtualClock) -> AsyncIterator[VendorClouds]:
    async with VendorClouds(
        marked_world(clock.now()), clock.now, sleep=clock.sleep, limited=False
    ) as clouds:
        yield clouds


def spec(clouds: VendorClouds, name: str) -> AccountSpec:
    account = clouds.account(name)
    secrets = {
        field: SecretStr(value)
        for field in ("token", "client_id", "client_secret")
        if (value := getattr(account, field)) is not None
    }
    return AccountSpec(
        name=name,
        vendor=account.vendor,
        base_url=account.base_url,
        token_url=account.token_url,
        team=account.team,
        requests_per_minute=60_000,
        **secrets,
    )


async def listed(listing: Any) -> list[Any]:
    return [row async for page in listing for row in page]


def methods(client: Any) -> list[str]:
    """Everything that a client can be asked."""
    others = {"aclose", "in_background"}
    names = [name for name in dir(type(client)) if not name.startswith("_")]
    return [name for name in names if callable(getattr(client, name)) and name not in others]


async def ids_of(client: Any) -> dict[str, Any]:
    """Real ids of each kind, by the name of the parameter that takes them."""
    chargers = await listed(client.chargers())
    sites = await listed(client.sites())
    known = {charger.site_id for charger in chargers}
    site = next(site for site in sites if site.id in known)
    box = next(charger for charger in chargers if charger.site_id == site.id)
    models = await listed(client.station_models()) if hasattr(client, "station_models") else []
    groups = await client.groups(site.id) if hasattr(client, "groups") else []
    model = models[0].id if models else None
    return {
        "site_id": site.id,
        "charger_id": box.id,
        "charger": box,
        "connector": 1,
        "model_id": model,
        "new": NewCharger(
            identity="NL-NEW-0001", serial_number="S1", site_id=site.id, station_model_id=model
        ),
        "group_id": groups[0].id if groups else None,
    }


async def asked(client: Any, method: str, ids: Mapping[str, Any]) -> list[Any]:
    """What comes of a call: rows, an object or an error."""
    call = getattr(client, method)
    given = {name: ids[name] for name in inspect.signature(call).parameters if name in ids}
    try:
        if method == "register_charger":
            given["charger"] = ids["new"]
        answer = call(**{**given, **PARAMETERS.get(method, {})})
        return await listed(answer) if hasattr(answer, "__aiter__") else [await answer]
    except VendorError as error:
        return [error]


@pytest.mark.parametrize("account", ["nl", "legacy", "dk", "us"])
async def test_no_secret_shows_in_what_a_vendor_answers_nor_in_a_log(clouds, caplog, account):
    client = connect(spec(clouds, account))
    ids = await ids_of(client)
    written = [repr(client), repr(vars(client)), repr(spec(clouds, account))]
    if isinstance(client, ReadsChargers):  # of some, the rights to see the pincode have lapsed
        rows = await listed(client.chargers())
        written += [written_of(await client.charger(row.id)) for row in rows]

    for method in methods(client):
        written += [written_of(result) for result in await asked(client, method, ids)]
    for trouble in TROUBLES:
        for cloud in clouds.by_vendor.values():
            cloud.faults.clear()
            cloud.faults.add(trouble)
        for method in methods(client):
            written += [written_of(result) for result in await asked(client, method, ids)]
    await client.aclose()

    assert MARK not in "\n".join(written)
    assert MARK not in logged_of(caplog.records)
    assert any("HTTP Request" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("account", ["nl", "legacy"])
async def test_the_marked_secrets_really_come_by(clouds, account):
    """Else nothing would be searched for."""
    client = connect(spec(clouds, account))
    sites = await listed(client.sites())
    sessions = [row for site in sites for row in await listed(client.transactions(site.id))]
    boxes = [await client.charger(row.id) for row in await listed(client.chargers())]
    await client.aclose()

    assert {row.id_tag.get_secret_value()[: len(MARK)] for row in sessions} == {MARK}
    pincodes = {box.pincode.get_secret_value()[: len(MARK)] for box in boxes if box.pincode}
    assert pincodes == ({MARK} if account == "nl" else set())


class Desk:
    """Asks for operations, and approves them, as two people would."""

    def __init__(self, approvals: Approvals) -> None:
        self.approvals = approvals
        self._numbers = itertools.count()

    async def done(self, operation: Operation, pincode: SecretStr | None = None) -> Request:
        """One operation, from the question to its end."""
        asked = await self.approvals.open(
            operation,
            by="U0SUPPORT",
            reason="It has to be",
            delivery=f"delivery {next(self._numbers)}",
            pincode=pincode,
        )
        request = await self.approvals.outcome_of(asked.id)
        answer = await self.approvals.approve(asked.id, by="U0APPROVER", confirmed=True)
        if answer.said is Said.APPROVED:
            request = await self.approvals.outcome_of(asked.id)
        return request


def every_operation(sandbox: Sandbox) -> Sequence[tuple[Operation, SecretStr | None]]:
    world = sandbox.clouds.world
    ours = [box for box in fleet_of(world, SandboxVendor.PLUGCHOICE) if box.site and box.online]
    idle = next(box for box in ours if not any(plug.session for plug in box.connectors))
    spirii = box_in(fleet_of(world, SandboxVendor.SPIRII), online=True)
    model, other, *_ = (one for one in world.models.values() if not one.archived)
    site, target = site_uuid(idle.site), charger_uuid(idle)
    box = {"account": "nl", "charger_id": target, "label": idle.identity}
    new = NewCharger(identity="NL-NEW-0001", site_id=site)
    rows = tuple(NewCharger(identity=f"NL-NEW-100{n}", site_id=site) for n in range(2))
    pin = SecretStr(idle.pincode)
    return [
        (RegisterCharger(account="nl", charger=new), None),
        (ImportChargers(account="nl", rows=rows), None),
        (SetReference(**box, reference="Gate 3"), None),
        (RestartCharger(**box, reset=Reset.HARD), None),
        (DetachCharger(**box, site_id=site), None),
        (AttachCharger(account="nl", site_id=site, identity=idle.identity), PINCODE),
        (AttachCharger(account="nl", site_id=site, identity=idle.identity), pin),
        (CreateSite(account="nl", site=OUR_NEW_SITE), None),
        (
            UpdateSmartCharging(
                account="nl", site_id=site, site_name=idle.site.name, settings=OFF_PEAK
            ),
            None,
        ),
        (DeleteCharger(account="dk", charger_id=str(spirii.number), label=spirii.identity), None),
        (CreateStationModel(account="us", station_model=STATION_MODEL), None),
        (
            RenameStationModel(
                account="us", model_id=model_id(model), label="A", friendly_name="New name"
            ),
            None,
        ),
        (ArchiveStationModel(account="us", model_id=model_id(other), label="B"), None),
    ]


def said_in_slack(sandbox: Sandbox) -> str:
    """Every call to Slack with its arguments, and every message as it stands."""
    workspace = sandbox.slack.workspace
    channels = [*workspace.channels]
    messages = [m for channel in channels for m in workspace.messages.all(channel)]
    return "\n".join(repr(vars(thing)) for thing in [*messages, *workspace.calls.all()])


async def test_no_secret_is_stored_logged_or_told(tmp_path, caplog, clock):
    """Sweeps of all accounts and every kind of operation, through the whole bot."""
    database = tmp_path / "chargehand.db"
    world = marked_world(SystemClock().now())
    async with opened(
        database,
        world=world,
        rate_limits=False,
        pace=Pace.unlimited(),
        scheduled=False,
        settling=timedelta(0),
    ) as sandbox:
        for account in sandbox.bot.services.fleet.accounts:
            assert (await sandbox.bot.sweeper.full(account)).is_complete
        await sandbox.bot.sweeper.troubled("nl")
        desk = Desk(sandbox.bot.services.approvals)
        ended = [await desk.done(*asked) for asked in every_operation(sandbox)]
        told = said_in_slack(sandbox)

    assert {request.operation.kind for request in ended} == set(KINDS)
    refused = [request.fields for request in ended if request.outcome is not Outcome.DONE]
    assert refused == [{"pincode": ("The pincode is incorrect.",)}]
    assert MARK not in told
    assert MARK not in logged_of(caplog.records)
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"NL-NEW-0001" in stored
    assert MARK.encode() not in stored
