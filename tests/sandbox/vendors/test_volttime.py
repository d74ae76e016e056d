"""VoltTime v2 in the sandbox."""

import pytest

from tests.sandbox.vendors.ids import ADDRESS, SETTINGS, STRIJP, number, uuid


async def test_a_new_charger_says_that_its_id_is_deprecated(legacy):
    """The sample of 2025-03-31, key for key."""
    answer = await legacy.post(STRIJP + "/chargers", json={"identity": "AA123"})

    row = answer.json()["data"]
    assert row["deprecation"] == "charger.id is deprecated. Use charger.uuid instead."
    assert (row["identity"], row["connection_status"], row["status"]) == (
        "AA123",
        "never_seen",
        None,
    )


async def test_other_generations_do_not_mention_it(legacy, clouds):
    clouds.volttime.deprecation = False

    rows = (await legacy.get("/teams/12/chargers")).json()["data"]

    assert len(rows) == 7
    assert "deprecation" not in rows[0]


async def test_a_charger_may_be_created_without_a_site(legacy):
    await legacy.post("/teams/12/chargers", json={"identity": "AA123"})

    at_site = (await legacy.get(STRIJP + "/chargers")).json()["data"]
    of_team = (await legacy.get("/teams/12/chargers")).json()["data"]
    assert "AA123" not in {row["identity"] for row in at_site}
    assert "AA123" in {row["identity"] for row in of_team}


@pytest.mark.parametrize("identity", ["VT_40010001", "x" * 46, None])
async def test_an_identity_is_new_and_at_most_45_long(legacy, identity):
    answer = await legacy.post(STRIJP + "/chargers", json={"identity": identity})

    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["identity"])


@pytest.mark.parametrize("named", ["identity", "serial_number"])
async def test_a_charger_is_attached_by_identity_or_serial_number(legacy, world, named):
    """The reply is an empty object."""
    charger = world.charger("VT_40010101")
    world.detach(charger)
    name = charger.identity if named == "identity" else charger.serial

    wrong = await legacy.post(
        STRIJP + "/attach-charger", json={named: name, "pincode": int(charger.pincode) + 1}
    )
    right = await legacy.post(
        STRIJP + "/attach-charger", json={named: name, "pincode": int(charger.pincode)}
    )

    assert list(wrong.json()["errors"]) == ["pincode"]
    assert (right.status_code, right.json()) == (200, {})
    assert charger.site.number == 34


async def test_attaching_needs_a_pincode_and_one_of_two_names(legacy):
    answer = await legacy.post(STRIJP + "/attach-charger", json={})

    assert set(answer.json()["errors"]) == {"pincode", "identity", "serial_number"}


@pytest.mark.parametrize("spelled", [number, uuid])
async def test_a_charger_is_detached_by_number_or_uuid(legacy, world, spelled):
    charger = spelled(world, "VT_40010001")

    answer = await legacy.delete(f"{STRIJP}/chargers/{charger}")

    assert answer.status_code == 204
    assert world.charger("VT_40010001").site is None


async def test_a_charger_of_another_site_is_not_detached(legacy, world):
    answer = await legacy.delete(f"{STRIJP}/chargers/{number(world, 'VT_40010101')}")

    assert answer.status_code == 404
    assert world.charger("VT_40010101").site is not None


async def test_sites_are_listed_created_and_read(legacy):
    listed = (await legacy.get("/teams/12/sites")).json()["data"]
    made = (await legacy.post("/teams/12/sites", json=ADDRESS)).json()["data"]
    read = (await legacy.get(f"/teams/12/sites/{made['id']}")).json()["data"]

    assert [row["id"] for row in listed] == [34, 35]
    assert made == read
    assert made["id"] not in (34, 35)


async def test_connectors_name_their_charger(legacy, world):
    rows = (await legacy.get(STRIJP + "/connectors")).json()["data"]

    assert len(rows) == 5
    assert {row["charger"]["identity"] for row in rows} == {f"VT_4001000{n}" for n in range(1, 5)}


async def test_usage_goes_by_the_connectors_row(legacy, world):
    """Within a site the OCPP number says nothing: every charger has a connector 1."""
    connector = world.charger("VT_40010004").connectors[1]

    found = await legacy.get(f"{STRIJP}/connectors/{connector.number}/power-usage")
    missing = await legacy.get(f"{STRIJP}/connectors/1/power-usage")

    assert set(found.json()) == {"timestamp", "L1", "L2", "L3", "kW"}
    assert missing.status_code == 404


async def test_a_manual_threshold_is_asked_for_every_time(legacy):
    body = SETTINGS | {"day_ahead_pricing_strategy": "manual"}
    path = STRIJP + "/smart-charging"

    first = await legacy.put(path, json=body | {"day_ahead_pricing_threshold": 20})
    second = await legacy.put(path, json=body)

    assert first.json()["data"]["day_ahead_pricing_threshold"] == 20
    assert list(second.json()["errors"]) == ["day_ahead_pricing_threshold"]
    assert (await legacy.get(path)).json() == first.json()


async def test_a_group_without_a_meter_is_a_404(legacy):
    groups = (await legacy.get(STRIJP + "/groups")).json()["data"]

    answers = [await legacy.get(f"{STRIJP}/groups/{group['id']}/meter") for group in groups]

    assert [answer.status_code for answer in answers] == [200, 404]


async def test_transactions_carry_costs_and_come_in_pages(legacy):
    page = (await legacy.get(STRIJP + "/transactions")).json()

    starts = [row["started_at"] for row in page["data"]]
    assert page["data"][0]["total_cost"] == "0.00"
    assert starts == sorted(starts, reverse=True)
    assert page["meta"]["per_page"] == 25


@pytest.mark.parametrize("path", ["/teams/13/sites", "/teams/12/sites/99", "/teams/12/chargers/1"])
async def test_what_is_not_of_this_team_is_a_404(legacy, path):
    """Charger 1 exists, at another vendor."""
    assert (await legacy.get(path)).status_code == 404
