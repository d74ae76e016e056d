"""Lynkwell's endpoints, as its client calls them."""

import logging
from datetime import UTC, datetime

import httpx
import pytest
from pydantic import SecretStr

from tests.vendors.fake_cloud import FakeCloud
from tests.vendors.recorded import recorded
from vendors import ports
from vendors.auth import ClientCredentials, StaticBearer
from vendors.errors import (
    ForbiddenError,
    NotFoundError,
    OutcomeUnknownError,
    RejectedError,
    UnexpectedReplyError,
    VendorAuthError,
    VendorUnreachableError,
)
from vendors.health import FAILURES_UNTIL_BACK_OFF
from vendors.lynkwell import wire
from vendors.lynkwell.client import LynkwellClient
from vendors.models import Connectivity, ModelConnector, NewStationModel, PowerType, Vendor
from vendors.retries import TRIES

MODELS = "/asset-management/v1/charging-station-models"
ASSETS = "/asset-management/v1/assets"
SECRET = "MARKED-client-secret"
TOKEN = "MARKED-access-token"
NEW = NewStationModel(
    make="Lynkwell",
    name="XC-9600",
    friendly_name="XC 9.6",
    power_type=PowerType.AC_1_PHASE,
    connectors=(
        ModelConnector(
            number=1,
            connection_type="IEC_62196_T1",
            format="CABLE",
            max_current_a=40,
            max_voltage_v=240,
            max_power_w=9600,
        ),
    ),
    ocpp_url="wss://ocpp.example.com/v16",
)
WRITES = [
    pytest.param(lambda lynkwell: lynkwell.create_station_model(NEW), id="create"),
    pytest.param(lambda lynkwell: lynkwell.rename_station_model("csm_01", "New"), id="rename"),
    pytest.param(lambda lynkwell: lynkwell.archive_station_model("csm_01"), id="archive"),
]


def client(cloud, *, sites=(), auth=None):
    auth = auth or StaticBearer(SecretStr(TOKEN))
    return LynkwellClient(
        "us",
        cloud.api(Vendor.LYNKWELL, auth, field_names=wire.FIELD_NAMES),
        sites=sites,
        now=lambda: datetime(2025, 3, 11, 10, 6, tzinfo=UTC),
    )


def oauth(tokens):
    return ClientCredentials(
        vendor=Vendor.LYNKWELL,
        token_url="https://login.test/oauth/token",
        client_id=SecretStr("MARKED-client-id"),
        client_secret=SecretStr(SECRET),
        audience="https://api.lynkwell.com",
        transport=httpx.MockTransport(tokens),
        sleep=no_sleep,
    )


async def no_sleep(_seconds):
    return None


def pages(*names):
    return FakeCloud(*(recorded("lynkwell", name) for name in names))


def grants(*names):
    return FakeCloud(*({"access_token": name, "expires_in": 86_400} for name in names))


async def listed(listing):
    return [row async for page in listing for row in page]


def test_it_can_do_what_the_documents_say_and_no_more():
    able = client(FakeCloud())

    assert isinstance(able, ports.CreatesStationModels)
    assert isinstance(able, ports.RenamesStationModels)
    assert isinstance(able, ports.ArchivesStationModels)
    assert isinstance(able, ports.ListsSites)
    assert not isinstance(able, ports.ReadsChargers)
    assert not isinstance(able, ports.RegistersChargers)
    assert not isinstance(able, ports.RestartsChargers)


async def test_station_models_are_listed_until_there_is_no_more():
    cloud = pages("station_models_first_page", "station_models_last_page")

    models = await listed(client(cloud).station_models())

    assert [model.id for model in models] == ["csm_01", "csm_02"]
    assert cloud.calls == [
        ("GET", MODELS, {"limit": "100", "isArchived": "false"}),
        ("GET", MODELS, {"limit": "100", "isArchived": "false", "startingAfter": "csm_01"}),
    ]


async def test_archived_station_models_are_a_listing_of_their_own():
    cloud = pages("station_models_archived")

    models = await listed(client(cloud).station_models(archived=True))

    assert [(model.id, model.is_archived) for model in models] == [("csm_03", True)]
    assert cloud.calls == [("GET", MODELS, {"limit": "100", "isArchived": "true"})]


async def test_filters_are_sent_and_what_comes_back_is_filtered_again():
    """What the vendor takes for equal is not documented."""
    cloud = pages("station_models_first_page", "station_models_last_page")

    models = await listed(client(cloud).station_models(make="autel", name="DL0120"))

    assert [model.id for model in models] == ["csm_01"]
    assert cloud.calls[0][2] == {
        "limit": "100",
        "isArchived": "false",
        "vendor": "autel",
        "model": "DL0120",
    }


async def test_an_archived_filter_that_is_ignored_does_not_mix_the_two():
    cloud = pages("station_models_archived")

    assert await listed(client(cloud).station_models()) == []


async def test_an_empty_page_ends_a_listing_that_claims_more():
    cloud = FakeCloud({"data": {"hasMore": True, "items": []}})

    assert await listed(client(cloud).station_models()) == []
    assert len(cloud.requests) == 1


async def test_a_page_that_repeats_is_not_taken_for_a_whole_listing():
    """Half a listing would make the other half look removed."""
    cloud = pages(*["station_models_first_page"] * 3)

    with pytest.raises(UnexpectedReplyError):
        await listed(client(cloud).station_models())

    assert len(cloud.requests) == 2


@pytest.mark.parametrize("envelope", [lambda model: model, lambda model: {"data": model}])
async def test_one_station_model_is_read_bare_or_in_an_envelope(envelope):
    cloud = FakeCloud(envelope(recorded("lynkwell", "station_model")))

    model = await client(cloud).station_model("csm_01")

    assert model.friendly_name == "Autel 120 kW"
    assert cloud.calls == [("GET", f"{MODELS}/csm_01", {})]


async def test_an_id_cannot_leave_its_path():
    cloud = pages("station_model")

    await client(cloud).station_model("a/../b?c")

    assert cloud.requests[0].url.raw_path.endswith(b"/charging-station-models/a%2F..%2Fb%3Fc")


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize("envelope", [lambda body: body, lambda body: body["data"]])
async def test_creating_a_station_model_sends_what_is_documented(status, envelope):
    body = envelope(recorded("lynkwell", "station_model_created"))
    cloud = FakeCloud(httpx.Response(status, json=body))

    made = await client(cloud).create_station_model(NEW)

    assert (made.id, made.is_archived) == ("csm_02", False)
    assert cloud.calls == [("POST", MODELS, {})]
    assert cloud.body == {
        "vendor": "Lynkwell",
        "model": "XC-9600",
        "friendlyName": "XC 9.6",
        "powerType": "AC_1_PHASE",
        "connectors": [
            {
                "id": 1,
                "connectionType": "IEC_62196_T1",
                "format": "CABLE",
                "maxAmperage": 40,
                "maxVoltage": 240,
                "maxPowerWatts": 9600,
            }
        ],
        "configurationKeys": {"ocppUrl": "wss://ocpp.example.com/v16"},
    }


async def test_renaming_sends_the_friendly_name_and_nothing_else():
    """Nothing else can be changed, and what a stray field would do is not documented."""
    cloud = pages("station_model_renamed")

    model = await client(cloud).rename_station_model("csm_01", "Autel at the depot")

    assert model.friendly_name == "Autel at the depot"
    assert cloud.calls == [("PATCH", f"{MODELS}/csm_01", {})]
    assert cloud.body == {"friendlyName": "Autel at the depot"}


async def test_archiving_sends_no_body():
    cloud = pages("station_model_archived")

    model = await client(cloud).archive_station_model("csm_03")

    assert model.is_archived
    assert cloud.calls == [("POST", f"{MODELS}/csm_03/archive", {})]
    assert cloud.body is None


async def test_chargers_are_assets_of_unknown_connectivity():
    cloud = pages("assets_first_page", "assets_last_page")

    chargers = await listed(client(cloud).chargers())

    assert [charger.id for charger in chargers] == ["as_01", "as_02"]
    assert {charger.connectivity for charger in chargers} == {Connectivity.UNKNOWN}
    assert cloud.calls == [
        ("GET", ASSETS, {"limit": "100"}),
        ("GET", ASSETS, {"limit": "100", "startingAfter": "as_01"}),
    ]


async def test_assets_of_other_kinds_are_left_out():
    page = recorded("lynkwell", "assets_last_page")
    page["data"]["items"].insert(0, {"id": "as_99", "type": "panel"})

    chargers = await listed(client(FakeCloud(page)).chargers())

    assert [charger.id for charger in chargers] == ["as_02"]


async def test_the_chargers_of_a_site_are_asked_for_by_asset_group():
    cloud = pages("assets_last_page")

    chargers = await listed(client(cloud).site_chargers("ag_7"))

    assert [charger.id for charger in chargers] == ["as_02"]
    assert cloud.calls == [("GET", ASSETS, {"limit": "100", "assetGroups": "ag_7"})]


async def test_an_account_may_be_restricted_to_sites():
    cloud = pages("assets_last_page", "asset_groups")
    restricted = client(cloud, sites=["ag_8"])

    assert await listed(restricted.chargers()) == []
    assert await listed(restricted.sites()) == []


@pytest.mark.parametrize("text", ["dl-77-0001", "as_01"])
async def test_a_charger_is_found_by_serial_number_or_id(text):
    cloud = pages("assets_first_page", "assets_last_page")

    found = await client(cloud).find_chargers(text)

    assert [charger.id for charger in found] == ["as_01"]


async def test_sites_are_asset_groups_of_type_location():
    page = recorded("lynkwell", "asset_groups")
    page["data"]["items"].append({"id": "ag_99", "type": "fleet"})
    cloud = FakeCloud(page)

    sites = await listed(client(cloud).sites())

    assert [(site.id, site.name) for site in sites] == [("ag_7", "Depot North")]
    assert cloud.calls == [("GET", "/asset-management/v1/asset-groups", {"limit": "100"})]


@pytest.mark.parametrize(
    ("status", "error"), [(403, ForbiddenError), (404, NotFoundError), (409, RejectedError)]
)
@pytest.mark.parametrize("write", WRITES)
async def test_a_refused_write_says_why_and_is_not_repeated(write, status, error):
    cloud = FakeCloud(httpx.Response(status, json={"message": "admins only"}))

    with pytest.raises(error, match="admins only"):
        await write(client(cloud))

    assert len(cloud.requests) == 1


async def test_a_refused_field_is_named_in_our_words():
    body = {"statusCode": 422, "message": ["friendlyName is too long"], "error": "Unprocessable"}
    cloud = FakeCloud(httpx.Response(422, json=body))

    with pytest.raises(RejectedError) as caught:
        await client(cloud).rename_station_model("csm_01", "N" * 300)

    assert caught.value.fields == {"friendly_name": ("friendlyName is too long",)}


@pytest.mark.parametrize("lost", [httpx.ReadTimeout("silence"), httpx.Response(502)])
@pytest.mark.parametrize("write", WRITES)
async def test_a_lost_answer_is_one_request_and_an_unknown_outcome(write, lost):
    cloud = FakeCloud(lost)

    with pytest.raises(OutcomeUnknownError):
        await write(client(cloud))

    assert len(cloud.requests) == 1


@pytest.mark.parametrize("write", WRITES)
async def test_a_write_without_a_token_is_known_not_to_have_happened(write):
    cloud, tokens = FakeCloud(), FakeCloud(*[httpx.ReadTimeout("silence")] * 3)

    with pytest.raises(VendorUnreachableError):
        await write(client(cloud, auth=oauth(tokens)))

    assert cloud.requests == []
    assert len(tokens.requests) == 3


async def test_a_read_outlives_a_lost_token_request():
    cloud = pages("station_model")
    tokens = FakeCloud(httpx.ReadTimeout("silence"), recorded("lynkwell", "token"))

    model = await client(cloud, auth=oauth(tokens)).station_model("csm_01")

    assert model.id == "csm_01"
    assert len(tokens.requests) == 2


async def test_a_dead_token_endpoint_counts_for_the_health_of_the_account():
    """Else a sweep would knock at it every few seconds."""
    knocks = FAILURES_UNTIL_BACK_OFF * TRIES
    tokens = FakeCloud(*[httpx.Response(503)] * knocks)
    lynkwell = client(FakeCloud(), auth=oauth(tokens)).in_background()

    for _ in range(FAILURES_UNTIL_BACK_OFF + 1):
        with pytest.raises(VendorUnreachableError):
            await lynkwell.station_model("csm_01")

    assert len(tokens.requests) == knocks


async def test_a_write_after_an_expired_token_is_sent_again_once():
    """A 401 proves that nothing was done."""
    cloud = FakeCloud(httpx.Response(401), recorded("lynkwell", "station_model_archived"))
    tokens = grants("old", "new")

    model = await client(cloud, auth=oauth(tokens)).archive_station_model("csm_03")

    assert model.is_archived
    assert len(cloud.requests) == 2
    assert cloud.requests[1].headers["Authorization"] == "Bearer new"


async def test_a_401_to_a_new_token_is_a_matter_for_people():
    cloud = FakeCloud(httpx.Response(401), httpx.Response(401))
    tokens = grants("old", "new")

    with pytest.raises(VendorAuthError):
        await client(cloud, auth=oauth(tokens)).archive_station_model("csm_03")

    assert len(cloud.requests) == 2


async def test_a_lost_answer_after_a_new_token_is_still_unknown():
    cloud = FakeCloud(httpx.Response(401), httpx.ReadTimeout("silence"))
    tokens = grants("old", "new")

    with pytest.raises(OutcomeUnknownError):
        await client(cloud, auth=oauth(tokens)).archive_station_model("csm_03")

    assert len(cloud.requests) == 2


async def test_secrets_reach_neither_logs_nor_errors(caplog):
    caplog.set_level(logging.DEBUG)
    echo = httpx.Response(403, json={"message": f"{TOKEN} lacks a scope"})
    lynkwell = client(FakeCloud(echo), auth=oauth(grants(TOKEN)))

    with pytest.raises(ForbiddenError) as caught:
        await lynkwell.create_station_model(NEW)

    assert TOKEN not in f"{caught.value!r} {lynkwell!r} {vars(lynkwell)!r} {caplog.text}"
    assert SECRET not in caplog.text


async def test_a_ping_tells_the_vendors_time():
    page = {"data": {"hasMore": False, "items": []}}
    answer = httpx.Response(200, json=page, headers={"Date": "Tue, 11 Mar 2025 10:06:00 GMT"})
    cloud = FakeCloud(answer)

    assert await client(cloud).ping() == datetime(2025, 3, 11, 10, 6, tzinfo=UTC)
    assert cloud.calls == [("GET", ASSETS, {"limit": "1"})]
