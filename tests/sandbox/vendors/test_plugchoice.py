"""Plugchoice v3 in the sandbox: its traps are there to be fallen into."""

from datetime import timedelta

import pytest

from bot.sandbox.vendors.seed import NEIGHBOURS_CHARGER, NEIGHBOURS_PINCODE
from tests.sandbox.vendors.ids import (
    ADDRESS,
    KOP_VAN_ZUID,
    SETTINGS,
    SLOTERDIJK,
    TEAM,
    UNKNOWN_UUID,
    uuid,
)


async def test_a_new_charger_was_never_seen(nl):
    """Status and times stay null until the first contact."""
    answer = await nl.post("/chargers", json={"identity": "NEW", "team_uuid": TEAM})

    row = answer.json()["data"]
    assert answer.status_code == 201
    assert (row["connection_status"], row["status"], row["last_heartbeat_at"]) == (
        "never_seen",
        None,
        None,
    )


async def test_a_new_charger_calls_after_two_minutes(nl, clock):
    row = (await nl.post("/chargers", json={"identity": "NEW"})).json()["data"]

    clock.jump(timedelta(minutes=2))

    seen = (await nl.get(f"/chargers/{row['uuid']}")).json()["data"]
    assert (seen["connection_status"], seen["status"]) == ("online", "Available")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param({}, "identity", id="nothing"),
        pytest.param({"identity": "x" * 46}, "identity", id="too-long"),
        pytest.param({"identity": "NL-AMS-0001"}, "identity", id="ours"),
        pytest.param({"identity": NEIGHBOURS_CHARGER}, "identity", id="another-tenants"),
        pytest.param({"identity": "N", "team_uuid": UNKNOWN_UUID}, "team_uuid", id="team"),
        pytest.param({"identity": "N", "site_uuid": UNKNOWN_UUID}, "site_uuid", id="site"),
    ],
)
async def test_a_charger_that_cannot_be_created_is_a_422_at_its_field(nl, world, body, field):
    before = len(world.shares["plugchoice"].chargers)

    answer = await nl.post("/chargers", json=body)

    assert answer.status_code == 422
    assert set(answer.json()) == {"message", "errors"}
    assert list(answer.json()["errors"]) == [field]
    assert len(world.shares["plugchoice"].chargers) == before


async def test_another_tenants_charger_comes_only_with_its_pincode(nl, world):
    path = f"/sites/{SLOTERDIJK}/chargers"
    theirs = await nl.get(f"/chargers/{uuid(world, NEIGHBOURS_CHARGER)}")

    wrong = await nl.post(path, json={"identity": NEIGHBOURS_CHARGER, "pincode": 1})
    right = await nl.post(
        path, json={"identity": NEIGHBOURS_CHARGER, "pincode": int(NEIGHBOURS_PINCODE)}
    )

    assert theirs.status_code == 403
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["pincode"])
    assert right.json()["data"]["identity"] == NEIGHBOURS_CHARGER
    assert (await nl.get(f"/chargers/{right.json()['data']['uuid']}")).status_code == 200


async def test_a_pincode_passes_as_it_was_read(nl, world):
    """Read as text with leading zeros, written as a number: live clients pass the text."""
    body = {"identity": NEIGHBOURS_CHARGER, "pincode": NEIGHBOURS_PINCODE}

    answer = await nl.post(f"/sites/{SLOTERDIJK}/chargers", json=body)

    assert answer.status_code == 200


async def test_a_pincode_needs_sensitive_permission(nl, world):
    """The key is absent, not null."""
    shared = (await nl.get(f"/chargers/{uuid(world, 'NL-AMS-0001')}")).json()["data"]
    lapsed = (await nl.get(f"/chargers/{uuid(world, 'NL-RTM-0001')}")).json()["data"]

    assert shared["permissions"]["sensitive"]
    assert len(shared["pincode"]) == 4
    assert not lapsed["permissions"]["sensitive"]
    assert "pincode" not in lapsed


async def test_access_may_lapse_without_any_change_of_ours(nl, clouds, world):
    path = f"/chargers/{uuid(world, 'NL-AMS-0001')}"
    before = (await nl.get(path)).json()["data"]

    clouds.breakdowns.lose_access("P+R Sloterdijk")

    after = (await nl.get(path)).json()["data"]
    assert before.keys() - after.keys() == {"pincode"}
    assert not after["permissions"]["sensitive"]


async def test_an_attached_charger_cannot_be_attached_again(nl, world):
    body = {"identity": "NL-AMS-0001", "pincode": world.charger("NL-AMS-0001").pincode}

    answer = await nl.post(f"/sites/{KOP_VAN_ZUID}/chargers", json=body)

    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["identity"])


async def test_a_detached_charger_survives_without_a_site(nl, world):
    charger = uuid(world, "NL-AMS-0001")

    first = await nl.delete(f"/sites/{SLOTERDIJK}/chargers/{charger}")
    second = await nl.delete(f"/sites/{SLOTERDIJK}/chargers/{charger}")

    assert (first.status_code, first.content, second.status_code) == (204, b"", 404)
    assert (await nl.get(f"/chargers/{charger}")).status_code == 200


async def test_only_the_reference_can_be_changed_and_null_clears_it(nl, world):
    path = f"/chargers/{uuid(world, 'NL-AMS-0002')}"

    named = await nl.put(path, json={"reference": "Bay 9", "identity": "OTHER"})
    cleared = await nl.put(path, json={"reference": None})
    refused = await nl.put(path, json={"reference": "x" * 256})

    assert named.json()["data"]["reference"] == "Bay 9"
    assert named.json()["data"]["identity"] == "NL-AMS-0002"
    assert cleared.json()["data"]["reference"] is None
    assert list(refused.json()["errors"]) == ["reference"]


async def test_an_offline_charger_keeps_its_stale_status(nl, clouds, world):
    clouds.breakdowns.charger_offline("NL-AMS-0008")

    row = (await nl.get(f"/chargers/{uuid(world, 'NL-AMS-0008')}")).json()["data"]

    assert (row["connection_status"], row["status"]) == ("offline", "Available")
    assert row["last_disconnection_at"] == "2026-01-10T01:14:32.000000Z"
    assert row["last_heartbeat_at"] < row["last_disconnection_at"]


async def test_weak_signal_is_spelled_their_way(nl, clouds, world):
    clouds.breakdowns.warning("NL-AMS-0008", "WeakSignal")

    row = (await nl.get(f"/chargers/{uuid(world, 'NL-AMS-0008')}")).json()["data"]

    assert row["connectors"][0]["error"] == "WeakSignalLevel"


async def test_pages_have_no_total_and_end_without_a_next_link(nl, world):
    """17 chargers fit on one page; 26 do not."""
    for extra in range(9):
        world.add_charger("plugchoice", f"EXTRA-{extra}", world.models[1])

    first = (await nl.get("/chargers")).json()
    second = (await nl.get(first["links"]["next"])).json()
    beyond = (await nl.get("/chargers", params={"page": 9})).json()

    assert (len(first["data"]), len(second["data"]), beyond["data"]) == (25, 1, [])
    assert second["links"]["next"] is None
    assert second["meta"]["from"] == second["meta"]["to"] == 26
    assert "total" not in first["meta"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param({"connection_status": "offline"}, {"NL-AMS-0006"}, id="offline"),
        pytest.param({"connection_status": "never_seen"}, {"NL-UTR-0003"}, id="never-seen"),
        pytest.param({"connector_status": "Faulted"}, {"NL-AMS-0002"}, id="faulted-connector"),
        pytest.param({"status": "Faulted"}, set(), id="faulted"),
        pytest.param(
            {"connector_status": "Faulted", "connection_status": "offline"}, set(), id="both"
        ),
        pytest.param({"search": "rtm-0004"}, {"NL-RTM-0004"}, id="search"),
        pytest.param(
            {"site_uuid": KOP_VAN_ZUID}, {f"NL-RTM-000{n}" for n in range(1, 5)}, id="site"
        ),
        pytest.param(
            {"vendor": "Noordlicht", "license": "pro"},
            {"NL-AMS-0007", "NL-AMS-0008", "NL-UTR-0005"},
            id="maker",
        ),
    ],
)
async def test_a_teams_list_filters(nl, filters, expected):
    params = {f"filter[{name}]": word for name, word in filters.items()}

    page = (await nl.get(f"/teams/{TEAM}/chargers", params=params)).json()

    assert {row["identity"] for row in page["data"]} == expected


async def test_a_teams_list_is_newest_first_and_sorts(nl):
    path = f"/teams/{TEAM}/chargers"

    newest = (await nl.get(path)).json()["data"]
    by_name = (await nl.get(path, params={"sort": "identity"})).json()["data"]
    refused = await nl.get(path, params={"sort": "colour"})

    assert newest[0]["identity"] == "NL-RTM-0004"
    assert by_name[0]["identity"] == "NL-AMS-0001"
    assert refused.status_code == 400


async def test_page_links_keep_the_filters(nl, world):
    for extra in range(30):
        world.add_charger("plugchoice", f"EXTRA-{extra:02}", world.models[1])
    params = {"filter[connection_status]": "never_seen", "sort": "identity"}

    first = (await nl.get(f"/teams/{TEAM}/chargers", params=params)).json()
    second = (await nl.get(first["next_page_url"])).json()

    assert {row["connection_status"] for row in second["data"]} == {"never_seen"}
    assert second["next_page_url"] is None
    assert len(first["data"]) + len(second["data"]) == 31


async def test_sites_are_searched_filtered_and_may_be_twins(nl):
    """Nothing about a site is unique, so a repeated create makes a second one."""
    first = await nl.post("/sites", json=ADDRESS)
    second = await nl.post("/sites", json=ADDRESS)

    found = (await nl.get("/sites", params={"search": "binck"})).json()["data"]
    danish = (await nl.get(f"/teams/{TEAM}/sites", params={"filter[country]": "DK"})).json()
    assert first.status_code == second.status_code == 201
    assert [row["uuid"] for row in found] == [
        answer.json()["data"]["uuid"] for answer in (first, second)
    ]
    assert danish["data"] == []


async def test_a_site_is_updated_in_part(nl):
    answer = await nl.put(f"/sites/{SLOTERDIJK}", json={"name": "Sloterdijk North"})

    assert answer.json()["data"]["name"] == "Sloterdijk North"
    assert answer.json()["data"]["street"] == "Piarcoplein"


async def test_a_house_number_is_a_number_and_a_country_two_letters(nl):
    body = ADDRESS | {"house_number": "12A", "country": "NLD"}

    answer = await nl.post("/sites", json=body)

    assert set(answer.json()["errors"]) == {"house_number", "country"}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        pytest.param({"smart_charging": "disabled"}, {"timezone"}, id="no-time-zone"),
        pytest.param({"timezone": "Mars/Base"}, {"timezone", "smart_charging"}, id="mars"),
        pytest.param(SETTINGS | {"smart_charging": True}, {"smart_charging"}, id="boolean"),
        pytest.param(
            SETTINGS | {"smart_charging": "off_peak"},
            {"off_peak_start", "off_peak_end"},
            id="off-peak-without-times",
        ),
        pytest.param(
            SETTINGS | {"day_ahead_pricing_strategy": "manual"},
            {"day_ahead_pricing_threshold"},
            id="manual-without-threshold",
        ),
        pytest.param(SETTINGS | {"off_peak_start": "7:00"}, {"off_peak_start"}, id="time-of-day"),
    ],
)
async def test_smart_charging_has_conditional_rules(nl, world, body, wrong):
    before = world.shares["plugchoice"].sites[1].smart_charging

    answer = await nl.put(f"/sites/{SLOTERDIJK}/smart-charging", json=body)

    assert (answer.status_code, set(answer.json()["errors"])) == (422, wrong)
    assert world.shares["plugchoice"].sites[1].smart_charging == before


async def test_smart_charging_may_start_without_a_time_zone(nl):
    path = f"/sites/{KOP_VAN_ZUID}/smart-charging"
    body = SETTINGS | {"smart_charging": "off_peak", "off_peak_start": "22:30"}

    before = (await nl.get(path)).json()["data"]
    await nl.put(path, json=body | {"off_peak_end": "06:00"})

    assert before["timezone"] is None
    after = (await nl.get(path)).json()["data"]
    assert (after["off_peak_start"], after["off_peak_end"]) == ("22:30", "06:00")


async def test_live_values_are_text_with_dashes_for_absent_phases(nl, world):
    free = next(
        connector
        for charger in world.shares["plugchoice"].fleet
        for connector in charger.connectors
        if connector.session is None
    )
    charger = uuid(world, free.charger.identity)

    usage = await nl.get(f"/chargers/{charger}/connectors/{free.plug.number}/power-usage")
    missing = await nl.get(f"/chargers/{charger}/connectors/9/power-usage")

    assert usage.json() == {
        "timestamp": "2026-01-10T01:14:32.000Z",
        "L1": "0",
        "L2": "-",
        "L3": "-",
        "kW": "0.00",
    }
    assert missing.status_code == 404


async def test_power_flows_while_a_car_charges(nl, clouds, world, clock):
    clouds.breakdowns.mend()
    free = next(
        charger
        for charger in world.shares["plugchoice"].fleet
        if charger.connectors[0].status == "Available" and charger.model.name == "PE-11"
    )
    assert clouds.breakdowns.start_session(free.identity)

    clock.jump(timedelta(minutes=2))

    path = f"/chargers/{uuid(world, free.identity)}/connectors/1/power-usage"
    usage = (await nl.get(path)).json()
    assert float(usage["kW"]) > 0
    assert usage["L3"].startswith(" ")


async def test_a_group_without_a_meter_is_a_404(nl):
    path = f"/sites/{SLOTERDIJK}/groups"
    groups = (await nl.get(path)).json()["data"]

    metered = await nl.get(f"{path}/{groups[0]['id']}/meter")
    bare = await nl.get(f"{path}/{groups[1]['id']}/meter")

    assert isinstance(metered.json()["data"]["latest_data"]["l1"], int)
    assert groups[1]["meter_id"] is None
    assert bare.status_code == 404


async def test_a_meter_in_the_dark_answers_with_words(nl, clouds):
    """`updated_at` is a dash and `power` is a sentence."""
    clouds.breakdowns.power_cut("P+R Sloterdijk")

    meter = (await nl.get(f"/sites/{SLOTERDIJK}/groups/1/meter")).json()["data"]

    assert meter["latest_data"]["updated_at"] == "-"
    assert isinstance(meter["power"], str)


async def test_transactions_are_limited_and_filtered(nl, world):
    path = f"/sites/{SLOTERDIJK}/transactions"
    charger = uuid(world, "NL-AMS-0001")

    some = (await nl.get(path, params={"limit": 3})).json()
    active = (await nl.get(path, params={"filter[status]": "active"})).json()["data"]
    own = (await nl.get(path, params={"filter[charger_uuid]": charger})).json()["data"]
    ended = (
        await nl.get(path, params={"filter[stopped_until]": "2026-01-09", "limit": 10000})
    ).json()["data"]
    refused = await nl.get(path, params={"limit": 10001})

    assert list(some) == ["data"]
    assert len(some["data"]) == 3
    assert {row["stopped_at"] for row in active} == {None}
    assert {row["charger"]["uuid"] for row in own} == {charger}
    assert all(row["stopped_at"] < "2026-01-09T00:00:01" for row in ended)
    assert refused.status_code == 422


async def test_a_teams_transactions_leave_out_what_is_not_shared(nl):
    """Only chargers with sensitive access; latest first."""
    rows = (await nl.get(f"/teams/{TEAM}/transactions")).json()["data"]

    assert rows == sorted(rows, key=lambda row: row["started_at"], reverse=True)
    assert not any(row["charger"]["identity"].startswith("NL-RTM") for row in rows)


async def test_a_restart_takes_a_charger_away_for_a_moment(nl, world, clock):
    path = f"/chargers/{uuid(world, 'NL-AMS-0004')}"

    answer = await nl.post(path + "/actions/restart")
    gone = (await nl.get(path)).json()["data"]["connection_status"]
    clock.jump(timedelta(minutes=1))
    back = (await nl.get(path)).json()["data"]

    assert (answer.status_code, answer.json(), gone) == (200, {"status": "Accepted"}, "offline")
    assert back["connection_status"] == "online"
    assert back["last_connection_at"] == "2026-01-10T01:15:17.000000Z"


async def test_a_charger_may_refuse_with_http_200(nl, clouds, world):
    clouds.breakdowns.refuses_commands("NL-AMS-0004")

    answer = await nl.post(f"/chargers/{uuid(world, 'NL-AMS-0004')}/actions/restart")

    assert (answer.status_code, answer.json()) == (200, {"status": "Rejected"})
    assert world.charger("NL-AMS-0004").online


async def test_an_offline_charger_does_not_answer_a_restart(nl, world):
    answer = await nl.post(f"/chargers/{uuid(world, 'NL-AMS-0006')}/actions/restart")

    assert answer.status_code == 504
    assert answer.json() == {"message": "The charger did not respond in time."}


@pytest.mark.parametrize(
    "path",
    [
        f"/chargers/{UNKNOWN_UUID}",
        "/chargers/1",
        f"/sites/{UNKNOWN_UUID}",
        f"/teams/{UNKNOWN_UUID}/chargers",
        "/nowhere",
    ],
)
async def test_what_is_not_there_is_a_404_with_a_message(nl, path):
    """Also a number: paths of v3 take UUIDs only."""
    answer = await nl.get(path)

    assert (answer.status_code, list(answer.json())) == (404, ["message"])


async def test_objects_may_be_bare_and_creates_a_200(nl, clouds):
    """One document set prints it so; clients must read both."""
    clouds.plugchoice.reading.bare_objects = True
    clouds.plugchoice.reading.created_status = 200

    answer = await nl.post("/chargers", json={"identity": "NEW"})

    assert (answer.status_code, answer.json()["identity"]) == (200, "NEW")
