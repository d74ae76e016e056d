"""Spirii's endpoints, as its client calls them."""

from datetime import UTC, datetime

import httpx
import pytest
from pydantic import SecretStr

from tests.vendors.fake_cloud import FakeCloud
from tests.vendors.recorded import recorded
from vendors import ports
from vendors.auth import StaticBearer
from vendors.errors import (
    ForbiddenError,
    NotFoundError,
    OutcomeUnknownError,
    RejectedError,
    UnexpectedReplyError,
    VendorAuthError,
    VendorRateLimitedError,
)
from vendors.limits import TokenBucket
from vendors.models import Connectivity, NewCharger, Reset, Vendor
from vendors.spirii import wire
from vendors.spirii.client import SpiriiClient

KEY = "MARKED-spirii-key"
NEW = NewCharger(serial_number="SN-1", site_id="123", station_model_id="1234")


def client(cloud, *, sites=(), commands_per_minute=600):
    api = cloud.api(Vendor.SPIRII, StaticBearer(SecretStr(KEY)), field_names=wire.FIELD_NAMES)
    return SpiriiClient(
        "dk",
        api,
        commands=TokenBucket(commands_per_minute),
        sites=sites,
        now=lambda: datetime(2025, 3, 11, 10, 6, tzinfo=UTC),
    )


def pages(*names):
    return FakeCloud(*(recorded("spirii", name) for name in names))


async def listed(listing):
    return [row async for page in listing for row in page]


def test_it_can_do_what_the_documents_say_and_no_more():
    able = client(FakeCloud())

    assert isinstance(able, ports.RegistersChargers)
    assert isinstance(able, ports.DeletesChargers)
    assert isinstance(able, ports.RestartsChargers)
    assert isinstance(able, ports.ListsStationModels)
    assert not isinstance(able, ports.ReadsStationModels)
    assert not isinstance(able, ports.DetachesChargers)
    assert not isinstance(able, ports.CreatesSites)


async def test_one_charger_is_read_with_our_key():
    cloud = pages("charge_box_charging")

    charger = await client(cloud).charger("81230")

    assert charger.identity == "DK.SPI.001230"
    assert cloud.calls == [("GET", "/chargeboxes/81230", {})]
    assert cloud.requests[0].headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("typed", ["models", "..", "", "1/reset", "DK.SPI.000001"])
async def test_an_id_that_is_no_number_is_not_asked_for(typed):
    """`/chargeboxes/models` is another endpoint."""
    cloud = FakeCloud()

    with pytest.raises(NotFoundError):
        await client(cloud).charger(typed)

    assert cloud.requests == []


async def test_a_listing_follows_the_cursor_and_leaves_deleted_chargers_out():
    cloud = pages("charge_boxes_first_page", "charge_boxes_last_page")

    chargers = await listed(client(cloud).chargers())

    assert [charger.id for charger in chargers] == ["81230", "81231", "70099", "90417"]
    assert cloud.calls == [
        ("GET", "/chargeboxes", {"limit": "100"}),
        ("GET", "/chargeboxes", {"limit": "100", "nextPageCursor": "My0xMDAx"}),
    ]


async def test_a_page_of_nothing_but_deleted_chargers_does_not_end_a_listing():
    deleted = {"data": [recorded("spirii", "charge_box_deleted")], "nextPageCursor": "more"}
    cloud = FakeCloud(deleted, recorded("spirii", "charge_boxes_last_page"))

    assert len(await listed(client(cloud).chargers())) == 2


async def test_an_account_may_be_restricted_to_sites():
    cloud = pages("charge_boxes_first_page", "charge_boxes_last_page", "locations")
    restricted = client(cloud, sites=["5133"])

    assert [charger.id for charger in await listed(restricted.chargers())] == ["70099"]
    assert [site.id for site in await listed(restricted.sites())] == ["5133"]


async def test_the_chargers_of_a_site_are_told_by_their_location():
    cloud = pages("charge_boxes_first_page", "charge_boxes_last_page")

    chargers = await listed(client(cloud).site_chargers("5133"))

    assert [charger.id for charger in chargers] == ["70099"]


@pytest.mark.parametrize("text", ["dk.spi.000099", " ZAP-100771 ", "70099"])
async def test_a_charger_is_found_by_identity_serial_number_or_id(text):
    cloud = pages("charge_boxes_first_page", "charge_boxes_last_page")

    found = await client(cloud).find_chargers(text)

    assert [charger.id for charger in found] == ["70099"]


async def test_nothing_is_found_by_a_part_of_a_name():
    cloud = pages("charge_boxes_first_page", "charge_boxes_last_page")

    assert await client(cloud).find_chargers("DK.SPI") == []


async def test_the_connectors_of_a_charger_come_from_its_evses():
    """The filter's spelling is not documented: what it lets through is filtered again."""
    page = recorded("spirii", "evses")
    page["data"].append(recorded("spirii", "evse"))
    cloud = FakeCloud(page)

    connectors = await client(cloud).charger_connectors("81230")

    assert [connector.key for connector in connectors] == ["640011/1", "640012/1", "640012/2"]
    assert cloud.calls == [("GET", "/evses", {"limit": "100", "chargeboxIds": "81230"})]


async def test_sites_are_locations():
    cloud = pages("locations")

    sites = await listed(client(cloud).sites())

    assert [(site.id, site.name) for site in sites] == [
        ("5120", "Havnen P1"),
        ("5133", "Stationen"),
    ]
    assert cloud.calls == [("GET", "/locations", {"limit": "100"})]


async def test_station_models_are_asked_for_without_parameters():
    """None is documented, and a strict server refuses those that it does not know."""
    cloud = pages("models")

    models = await listed(client(cloud).station_models())

    assert [model.label for model in models] == ["Alpitronic HYC300", "Zaptec Pro"]
    assert cloud.calls == [("GET", "/chargeboxes/models", {})]


async def test_station_models_may_come_in_pages():
    first, second = recorded("spirii", "models")
    cloud = FakeCloud({"data": [first], "nextPageCursor": "x"}, {"data": [second]})

    assert len(await listed(client(cloud).station_models())) == 2
    assert cloud.calls[1] == ("GET", "/chargeboxes/models", {"nextPageCursor": "x"})


async def test_no_station_model_is_archived():
    cloud = FakeCloud()

    assert await listed(client(cloud).station_models(archived=True)) == []
    assert cloud.requests == []


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize("envelope", [lambda box: box, lambda box: {"data": box}])
async def test_registering_sends_what_is_documented(status, envelope):
    body = envelope(recorded("spirii", "charge_box_created"))
    cloud = FakeCloud(httpx.Response(status, json=body))

    made = await client(cloud).register_charger(
        NewCharger(
            identity="DK.SPI.004417",
            serial_number="ZAP-118203",
            site_id="5120",
            station_model_id="311",
        )
    )

    assert (made.id, made.connectivity) == ("90417", Connectivity.NEVER_SEEN)
    assert cloud.calls == [("POST", "/chargeboxes", {})]
    assert cloud.body == {
        "serialNumber": "ZAP-118203",
        "locationId": 5120,
        "modelId": 311,
        "chargeBoxIdentity": "DK.SPI.004417",
    }


async def test_registering_without_an_identity_omits_the_key():
    cloud = pages("charge_box_created")

    await client(cloud).register_charger(NEW)

    assert "chargeBoxIdentity" not in cloud.body


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("error_envelope", {"serial_number": ("A serial number is needed",)}),
        (
            "error_list",
            {
                "station_model_id": ("modelId must be a number",),
                "site_id": ("locationId must be a number",),
            },
        ),
    ],
)
@pytest.mark.parametrize("status", [400, 409, 422])
async def test_both_error_bodies_land_on_our_fields(name, fields, status):
    cloud = FakeCloud(httpx.Response(status, json=recorded("spirii", name)))

    with pytest.raises(RejectedError) as caught:
        await client(cloud).register_charger(NEW)

    assert caught.value.fields == fields
    assert len(cloud.requests) == 1


@pytest.mark.parametrize(("status", "error"), [(401, VendorAuthError), (403, ForbiddenError)])
async def test_a_bad_key_and_a_missing_right_stay_apart(status, error):
    """The documents give 403 both meanings; who counts refusals decides, not this client."""
    cloud = FakeCloud(httpx.Response(status, json=recorded("spirii", "error_envelope")))

    with pytest.raises(error):
        await client(cloud).ping()


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={"id": 70099}),
        httpx.Response(204),
        httpx.Response(200, json=True),
    ],
)
async def test_any_success_is_a_deletion(answer):
    cloud = FakeCloud(answer)

    await client(cloud).delete_charger("70099")

    assert cloud.calls == [("DELETE", "/chargeboxes/70099", {})]
    assert cloud.body is None


@pytest.mark.parametrize(("reset", "word"), [(Reset.SOFT, "Soft"), (Reset.HARD, "Hard")])
async def test_a_restart_names_its_kind(reset, word):
    cloud = pages("reset_accepted")

    receipt = await client(cloud).restart_charger("81230", reset)

    assert receipt.status == "Accepted"
    assert cloud.calls == [("POST", "/chargeboxes/81230/reset", {})]
    assert cloud.body == {"type": word}


@pytest.mark.parametrize("status", [200, 201, 400, 409])
async def test_a_refused_restart_is_a_refusal_under_any_status(status):
    """With which status a refusal comes stands nowhere."""
    cloud = FakeCloud(httpx.Response(status, json=recorded("spirii", "reset_rejected")))

    with pytest.raises(RejectedError, match="Charge box is not connected"):
        await client(cloud).restart_charger("81230", Reset.SOFT)

    assert len(cloud.requests) == 1


@pytest.mark.parametrize("lost", [httpx.ReadTimeout("silence"), httpx.Response(502)])
@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda spirii: spirii.register_charger(NEW), id="register"),
        pytest.param(lambda spirii: spirii.delete_charger("1"), id="delete"),
        pytest.param(lambda spirii: spirii.restart_charger("1", Reset.HARD), id="restart"),
    ],
)
async def test_a_lost_answer_is_one_request_and_an_unknown_outcome(write, lost):
    cloud = FakeCloud(lost)

    with pytest.raises(OutcomeUnknownError):
        await write(client(cloud))

    assert len(cloud.requests) == 1


async def test_an_unreadable_command_reply_is_an_unknown_outcome():
    cloud = FakeCloud({"result": "fine"})

    with pytest.raises(OutcomeUnknownError, match="status"):
        await client(cloud).restart_charger("1", Reset.SOFT)


async def test_what_is_missing_in_a_listing_is_named():
    page = recorded("spirii", "charge_boxes_first_page")
    del page["data"][1]["isOnline"]

    with pytest.raises(UnexpectedReplyError) as caught:
        await listed(client(FakeCloud(page)).chargers())

    assert caught.value.field == "data.1.isOnline"


async def test_restarts_count_against_the_limit_for_commands_too():
    cloud = pages(*["reset_accepted"] * 2)
    commands = TokenBucket(5)  # a burst of one
    spirii = client(cloud)
    spirii._commands = commands

    await spirii.restart_charger("1", Reset.SOFT)

    assert commands.wait_s((0, 99)) > 0


async def test_no_restarts_left_does_not_keep_anyone_from_looking():
    """What a command's answer says is left is taken for what is left of commands."""
    used_up = httpx.Response(
        200, json=recorded("spirii", "reset_accepted"), headers={"X-RateLimit-Remaining": "0"}
    )
    cloud = FakeCloud(used_up, recorded("spirii", "charge_box_charging"))
    spirii = client(cloud)

    await spirii.restart_charger("81230", Reset.SOFT)

    assert (await spirii.charger("81230")).id == "81230"
    with pytest.raises(VendorRateLimitedError):
        await spirii.restart_charger("81230", Reset.SOFT)
    assert len(cloud.requests) == 2


async def test_a_pause_that_a_restart_is_told_holds_for_restarts_too():
    """Which of the two limits was reached, a 429 does not say."""
    cloud = FakeCloud(httpx.Response(429, headers={"Retry-After": "50"}))
    spirii = client(cloud)
    with pytest.raises(VendorRateLimitedError):
        await spirii.restart_charger("81230", Reset.SOFT)

    for again in (spirii.charger("81230"), spirii.restart_charger("81230", Reset.SOFT)):
        with pytest.raises(VendorRateLimitedError):
            await again

    assert len(cloud.requests) == 1
    assert spirii._commands.held_s > 40


async def test_a_ping_tells_the_vendors_time():
    page = httpx.Response(200, json={"data": []}, headers={"Date": "Tue, 11 Mar 2025 10:06:00 GMT"})
    cloud = FakeCloud(page)

    assert await client(cloud).ping() == datetime(2025, 3, 11, 10, 6, tzinfo=UTC)
    assert cloud.calls == [("GET", "/chargeboxes", {"limit": "1"})]


async def test_the_key_does_not_come_back_in_an_error():
    echo = {"error": {"type": "x", "code": "y", "message": f"bad key {KEY}", "request_id": "r"}}
    cloud = FakeCloud(httpx.Response(401, json=echo))

    with pytest.raises(VendorAuthError) as caught:
        await client(cloud).charger("1")

    assert KEY not in f"{caught.value} {caught.value!r}"
