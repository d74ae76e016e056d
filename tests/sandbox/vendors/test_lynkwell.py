"""Lynkwell in the sandbox."""

from datetime import timedelta

import pytest

from tests.sandbox.vendors.ids import MODEL, MODELS, model, token_request

ASSETS = "/asset-management/v1/assets"


async def test_a_token_expires(us, clock):
    before = await us.get(MODELS)

    clock.jump(timedelta(hours=1))

    assert before.status_code == 200
    assert (await us.get(MODELS)).status_code == 401


async def test_a_token_may_be_worthless_before_its_time(us, clouds):
    clouds.lynkwell.expire_tokens()

    assert (await us.get(MODELS)).status_code == 401


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"client_secret": "wrong"}, 401, id="secret"),
        pytest.param({"audience": "https://elsewhere.example"}, 403, id="audience"),
        pytest.param({"grant_type": "password"}, 403, id="grant"),
    ],
)
async def test_a_token_is_given_for_the_right_request_only(us, clouds, changes, status):
    answer = await us.post("/oauth/token", json=token_request(clouds, **changes))

    assert answer.status_code == status
    assert "access_token" not in answer.json()


async def test_models_page_after_the_last_item(us):
    first = (await us.get(MODELS, params={"limit": "10"})).json()["data"]
    after = {"limit": "10", "startingAfter": first["items"][-1]["id"]}
    second = (await us.get(MODELS, params=after)).json()["data"]

    assert (first["hasMore"], second["hasMore"]) == (True, False)
    assert len(first["items"] + second["items"]) == 15
    assert not {row["id"] for row in first["items"]} & {row["id"] for row in second["items"]}


@pytest.mark.parametrize("limit", ["0", "101", "many"])
async def test_a_limit_is_between_1_and_100(us, limit):
    assert (await us.get(ASSETS, params={"limit": limit})).status_code == 400


async def test_archived_models_are_hidden_until_asked_for(us):
    archived = (await us.get(MODELS, params={"isArchived": "true"})).json()["data"]["items"]
    listed = (await us.get(MODELS)).json()["data"]["items"]

    assert [row["model"] for row in archived] == ["B1-retired"]
    assert not any(row["isArchived"] for row in listed)


async def test_models_are_found_by_maker_and_name(us):
    params = {"vendor": "Longhorn EV", "model": "DL0120"}

    rows = (await us.get(MODELS, params=params)).json()["data"]["items"]

    assert [row["friendlyName"] for row in rows] == ["Longhorn 120 kW"]
    assert repr(rows[0]["connectors"][0]["id"]) == "1.0"


async def test_one_model_is_bare(us, world):
    """The others come in an envelope."""
    row = (await us.get(f"{MODELS}/{model(world, 'DL0350')}")).json()

    assert row["model"] == "DL0350"
    assert "friendlyName" not in row


async def test_a_model_is_created_as_sent_and_twins_are_allowed(us):
    first = (await us.post(MODELS, json=MODEL)).json()["data"]
    second = (await us.post(MODELS, json=MODEL)).json()["data"]

    assert first["connectors"][0]["maxPowerWatts"] == 240000
    assert first["configurationKeys"] == {"ocppUrl": "wss://ocpp.example.net"}
    assert first["id"] != second["id"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"vendor": "x" * 201}, id="long-vendor"),
        pytest.param({"model": ""}, id="no-model"),
        pytest.param({"powerType": "AC_2_PHASE"}, id="power-type"),
        pytest.param({"connectors": []}, id="no-connector"),
        pytest.param({"connectors": [{"id": 1}]}, id="thin-connector"),
        pytest.param({"configurationKeys": {}}, id="no-url"),
        pytest.param({"imageUrl": "x" * 501}, id="long-image"),
    ],
)
async def test_a_model_that_breaks_a_limit_is_refused(us, world, change):
    answer = await us.post(MODELS, json=MODEL | change)

    assert (answer.status_code, len(world.models)) == (400, 16)


async def test_only_the_friendly_name_can_be_changed(us, world):
    path = f"{MODELS}/{model(world, 'DL0120')}"

    renamed = await us.patch(path, json={"friendlyName": "Big one"})
    refused = await us.patch(path, json={"friendlyName": "No", "vendor": "Other"})

    assert renamed.json()["data"]["friendlyName"] == "Big one"
    assert refused.status_code == 400
    assert (await us.get(path)).json()["friendlyName"] == "Big one"


async def test_archiving_is_one_way(us, world):
    path = f"{MODELS}/{model(world, 'DL0120')}"

    archived = await us.post(path + "/archive")
    again = await us.post(path + "/archive")
    back = await us.post(path + "/unarchive")

    assert archived.json()["data"]["isArchived"]
    assert again.json() == archived.json()
    assert back.status_code == 404
    assert (await us.get(path)).json()["isArchived"]


async def test_create_and_archive_are_for_admins(us, clouds, world):
    clouds.lynkwell.is_admin = False
    path = f"{MODELS}/{model(world, 'DL0120')}"

    created = await us.post(MODELS, json=MODEL)
    archived = await us.post(path + "/archive")

    assert (created.status_code, archived.status_code, len(world.models)) == (403, 403, 16)
    assert (await us.patch(path, json={"friendlyName": "Fine"})).status_code == 200


async def test_assets_never_say_whether_they_are_online(us, clouds):
    """An offline station looks as it last looked."""
    before = (await us.get(ASSETS)).json()["data"]["items"][0]

    clouds.breakdowns.charger_offline("US-BOS-0001")

    assert (await us.get(ASSETS)).json()["data"]["items"][0] == before


async def test_a_fault_shows_at_the_connector(us, clouds):
    clouds.breakdowns.connector_fault("US-BOS-0006", "InternalError", connector=2)

    items = (await us.get(ASSETS, params={"chargingStationModel": "DL0120"})).json()
    station = items["data"]["items"][0]["chargingStation"]

    assert station["name"] == "US-BOS-0006"
    assert [row["status"] for row in station["connectors"]][1] == "Faulted"


async def test_assets_belong_to_groups(us):
    group = (await us.get("/asset-management/v1/asset-groups")).json()["data"]["items"][0]

    inside = (await us.get(ASSETS, params={"assetGroups": group["id"]})).json()["data"]
    nowhere = (await us.get(ASSETS, params={"assetGroups": "ag_0"})).json()["data"]

    assert group["location"]["name"] == "Kendall Square Garage"
    assert (len(inside["items"]), nowhere["items"]) == (6, [])


async def test_an_unknown_model_is_a_404(us):
    assert (await us.get(f"{MODELS}/csm_nothing")).status_code == 404
