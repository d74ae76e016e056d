"""Spirii v2 in the sandbox."""

from datetime import timedelta

import pytest

from tests.sandbox.vendors.ids import BOX, number


async def every_page(dk, path, **params):
    """Follow the cursor; returns the rows of all pages and how many pages there were."""
    rows, pages = [], 0
    while True:
        page = (await dk.get(path, params=params)).json()
        rows, pages = rows + page["data"], pages + 1
        if not page.get("nextPageCursor"):
            return rows, pages
        params["nextPageCursor"] = page["nextPageCursor"]


async def test_a_cursor_leads_through_all_charge_boxes(dk):
    rows, pages = await every_page(dk, "/chargeboxes", limit=3)

    assert len({row["id"] for row in rows}) == len(rows) == 10
    assert pages == 4


async def test_a_cursor_leads_back(dk):
    first = (await dk.get("/chargeboxes", params={"limit": 3})).json()
    second = (
        await dk.get("/chargeboxes", params={"limit": 3, "nextPageCursor": first["nextPageCursor"]})
    ).json()

    back = await dk.get(
        "/chargeboxes", params={"limit": 3, "previousPageCursor": second["previousPageCursor"]}
    )

    assert back.json()["data"] == first["data"]
    assert "previousPageCursor" not in first


@pytest.mark.parametrize("last", [None, "", "null"])
async def test_the_last_cursor_may_be_anything_that_means_none(dk, clouds, last):
    clouds.spirii.reading.last_cursor = last

    page = (await dk.get("/chargeboxes")).json()

    assert page["nextPageCursor"] == last


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0},
        {"limit": 101},
        {"nextPageCursor": "null"},
        {"nextPageCursor": "My0z", "previousPageCursor": "My0z"},
    ],
)
async def test_a_bad_page_request_is_a_400(dk, params):
    answer = await dk.get("/chargeboxes", params=params)

    assert (answer.status_code, answer.json()["statusCode"]) == (400, 400)


async def test_a_new_box_is_not_online_has_no_evses_and_never_connected(dk):
    """201 and bare; an identity is made up."""
    answer = await dk.post("/chargeboxes", json=BOX)

    row = answer.json()
    assert answer.status_code == 201
    assert (row["isOnline"], row["evses"]) == (False, [])
    assert "lastConnectionEventAt" not in row
    assert row["chargeBoxIdentity"].startswith("DK.SPI.")


async def test_a_new_box_calls_after_two_minutes(dk, clock):
    box = (await dk.post("/chargeboxes", json=BOX)).json()["id"]

    clock.jump(timedelta(minutes=2))

    row = (await dk.get(f"/chargeboxes/{box}")).json()
    assert row["isOnline"]
    assert row["lastConnectionEventAt"] == "2026-01-10 01:16:32"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"serialNumber": None}, id="no-serial"),
        pytest.param({"locationId": "123"}, id="text"),
        pytest.param({"locationId": 999}, id="unknown-location"),
        pytest.param({"modelId": 14}, id="unsupported-model"),
        pytest.param({"chargeBoxIdentity": ""}, id="blank-identity"),
    ],
)
async def test_a_box_that_cannot_be_created_is_a_400(dk, world, change):
    answer = await dk.post("/chargeboxes", json=BOX | change)

    assert answer.status_code == 400
    assert answer.json()["error"] == "Bad Request"
    assert isinstance(answer.json()["message"], list)
    assert len(world.shares["spirii"].fleet) == 10


@pytest.mark.parametrize(
    "body",
    [BOX | {"chargeBoxIdentity": "DK.SPI.000001"}, BOX | {"serialNumber": "SN-000025"}],
)
@pytest.mark.parametrize("status", [409, 400])
async def test_a_duplicate_is_refused(dk, clouds, body, status):
    """The documents name both codes."""
    clouds.spirii.reading.duplicate_status = status

    assert (await dk.post("/chargeboxes", json=body)).status_code == status


async def test_deletion_is_soft(dk, world):
    """The box stays readable, and in the list, with a `deletedAt`."""
    box = number(world, "DK.SPI.000001")

    first = await dk.delete(f"/chargeboxes/{box}")
    second = await dk.delete(f"/chargeboxes/{box}")

    listed = {row["id"]: row for row in (await dk.get("/chargeboxes")).json()["data"]}
    assert (first.status_code, second.status_code) == (204, 404)
    assert (await dk.get(f"/chargeboxes/{box}")).json()["deletedAt"] == "2026-01-10 01:14:32"
    assert "deletedAt" in listed[box]
    assert "deletedAt" not in listed[number(world, "DK.SPI.000002")]


async def test_a_list_may_leave_out_what_was_deleted(dk, world, clouds):
    clouds.spirii.reading.lists_deleted = False
    box = number(world, "DK.SPI.000001")

    await dk.delete(f"/chargeboxes/{box}")

    assert box not in {row["id"] for row in (await dk.get("/chargeboxes")).json()["data"]}


async def test_power_is_in_kilowatts_and_times_have_no_zone(dk, world):
    row = (await dk.get(f"/chargeboxes/{number(world, 'DK.SPI.000005')}")).json()

    assert row["evses"][0]["connectors"][0]["maxElectricPower"] == 300
    assert row["createdAt"] == "2026-01-08 01:14:32"


async def test_connector_ids_count_within_their_evse(dk, world):
    """A charger with two EVSEs has two connectors 1; one EVSE with two plugs has 1 and 2."""
    two = (await dk.get(f"/chargeboxes/{number(world, 'DK.SPI.000005')}")).json()["evses"]
    one = (await dk.get(f"/chargeboxes/{number(world, 'DK.SPI.000104')}")).json()["evses"]

    assert [[plug["id"] for plug in evse["connectors"]] for evse in two] == [[1], [1]]
    assert [[plug["id"] for plug in evse["connectors"]] for evse in one] == [[1, 2]]


async def test_a_fault_is_out_of_order_with_an_error_and_a_warning_is_not(dk, clouds, world):
    clouds.breakdowns.connector_fault(
        "DK.SPI.000001", "UnderVoltage", vendor_code="134217728", info="NO_VOLTAGE_L2_L3"
    )

    faulted = (await dk.get(f"/chargeboxes/{number(world, 'DK.SPI.000001')}")).json()["evses"][0]
    warned = (await dk.get(f"/chargeboxes/{number(world, 'DK.SPI.000002')}")).json()["evses"][0]

    assert faulted["status"] == "OUTOFORDER"
    assert faulted["connectors"][0]["error"] == {
        "errorCode": "UnderVoltage",
        "info": "NO_VOLTAGE_L2_L3",
        "vendorErrorCode": "134217728",
    }
    assert warned["connectors"][0]["error"]["errorCode"] == "WeakSignal"
    assert warned["status"] != "OUTOFORDER"


async def test_models_are_only_the_supported_ones(dk, clouds):
    rows = (await dk.get("/chargeboxes/models")).json()["data"]
    clouds.spirii.reading.bare_models = True
    bare = (await dk.get("/chargeboxes/models")).json()

    assert rows == bare
    assert {row["vendor"] for row in rows} == {"Polder Electric", "Noordlicht", "Kattegat Power"}


async def test_evses_are_asked_for_by_number(dk, world):
    charger = world.charger("DK.SPI.000005")
    uids = [connector.number for connector in charger.connectors]

    by_uid = (await dk.get("/evses", params={"uids": uids})).json()["data"]
    by_box = (await dk.get("/evses", params={"chargeboxIds": charger.number})).json()["data"]
    one = (await dk.get(f"/evses/{uids[0]}")).json()

    assert [row["uid"] for row in by_uid] == [row["uid"] for row in by_box] == uids
    assert one == by_uid[0]
    assert (await dk.get("/evses/1")).status_code == 404


async def test_locations_hold_evses_and_no_charge_boxes(dk):
    rows = (await dk.get("/locations", params={"ids": 124})).json()["data"]

    assert [row["id"] for row in rows] == [124]
    assert len(rows[0]["evses"]) == 5


@pytest.mark.parametrize(
    ("path", "body"), [("reset", {"type": "Soft"}), ("reset", {"type": "Hard"}), ("reboot", None)]
)
async def test_a_reset_is_accepted_or_rejected_with_http_200(dk, world, path, body):
    online, offline = number(world, "DK.SPI.000002"), number(world, "DK.SPI.000103")

    accepted = await dk.post(f"/chargeboxes/{online}/{path}", json=body)
    rejected = await dk.post(f"/chargeboxes/{offline}/{path}", json=body)

    assert accepted.json() == {"status": "Accepted"}
    assert rejected.status_code == 200
    assert rejected.json() == {
        "status": "Rejected",
        "error": {"message": "Charge box is not connected"},
    }


async def test_a_reset_must_say_which_kind(dk, world):
    box = number(world, "DK.SPI.000002")

    answer = await dk.post(f"/chargeboxes/{box}/reset", json={"type": "soft"})

    assert answer.status_code == 400
    assert world.charger("DK.SPI.000002").online


async def test_errors_come_in_either_of_two_shapes(dk, clouds):
    nest = (await dk.get("/chargeboxes/0")).json()
    clouds.spirii.reading.errors = "envelope"
    envelope = (await dk.get("/chargeboxes/0")).json()

    assert nest == {"statusCode": 404, "message": "Charge box not found", "error": "Not Found"}
    assert envelope["error"]["message"] == "Charge box not found"
    assert set(envelope["error"]) == {"type", "code", "message", "param", "request_id"}


async def test_commands_have_a_smaller_limit_of_their_own(dk, world):
    """30 a minute, while 90 other requests are left."""
    path = f"/chargeboxes/{number(world, 'DK.SPI.000103')}/reboot"

    answers = [await dk.post(path) for _ in range(31)]

    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert (await dk.get("/locations")).headers["X-RateLimit-Remaining"] == "88"
    assert (await dk.get("/locations")).headers["X-RateLimit-Reset"] == "1768007732"
