"""What every cloud does: know its callers, count them, misbehave on demand, remember the calls."""

from datetime import timedelta

import httpx
import pytest

from bot.sandbox.vendors.api_faults import ApiFault, ApiTrouble
from tests.sandbox.vendors.ids import SLOTERDIJK, TEAM, uuid

LISTS = {
    "plugchoice": "/chargers",
    "volttime": "/teams/12/chargers",
    "spirii": "/chargeboxes",
    "lynkwell": "/asset-management/v1/assets",
}


def rows(vendor, body):
    return body["data"]["items"] if vendor == "lynkwell" else body["data"]


@pytest.mark.parametrize("vendor", LISTS)
@pytest.mark.parametrize("header", [None, "Bearer wrong", "sandbox-plugchoice-secret"])
async def test_a_caller_without_the_right_credential_is_a_401(vendor, header, caller_at, clouds):
    """Also the right key without the word Bearer."""
    caller = caller_at(vendor)
    caller.headers.pop("Authorization")

    answer = await caller.get(LISTS[vendor], headers={"Authorization": header} if header else {})

    assert answer.status_code == 401


async def test_a_wrong_path_is_told_only_to_those_who_may_ask(nl):
    assert (await nl.get("/nowhere")).status_code == 404
    assert (await nl.get("/nowhere", headers={"Authorization": ""})).status_code == 401


async def test_the_501st_request_of_a_minute_is_refused(nl, clock):
    """As documented: 429 with Retry-After, which the others do not carry."""
    answers = [await nl.get("/user") for _ in range(500)]
    clock.jump(timedelta(seconds=20.5))

    refused = await nl.get("/user")
    clock.jump(timedelta(seconds=40))

    assert answers[0].headers["X-RateLimit-Limit"] == "500"
    assert answers[0].headers["X-RateLimit-Remaining"] == "499"
    assert answers[-1].headers["X-RateLimit-Remaining"] == "0"
    assert "Retry-After" not in answers[-1].headers
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "40")
    assert refused.json() == {"message": "Too Many Attempts."}
    assert (await nl.get("/user")).status_code == 200


async def test_lynkwell_documents_no_limit(us):
    answers = [await us.get(LISTS["lynkwell"], params={"limit": 1}) for _ in range(70)]

    assert {answer.status_code for answer in answers} == {200}
    assert "X-RateLimit-Limit" not in answers[0].headers


@pytest.mark.parametrize(
    ("trouble", "status"),
    [
        (ApiTrouble.ERROR, 500),
        (ApiTrouble.RATE_LIMITED, 429),
        (ApiTrouble.UNAUTHORISED, 401),
        (ApiTrouble.FORBIDDEN, 403),
    ],
)
@pytest.mark.parametrize("vendor", LISTS)
async def test_a_refusal_on_demand_does_nothing_and_wears_off(
    vendor, trouble, status, caller_at, clouds
):
    cloud = clouds.by_vendor[vendor]
    cloud.faults.add(ApiFault(trouble, f"GET {LISTS[vendor]}", count=1))

    refused = await caller_at(vendor).get(LISTS[vendor])

    assert refused.status_code == status
    assert ("Retry-After" in refused.headers) == (status == 429)
    assert (await caller_at(vendor).get(LISTS[vendor])).status_code == 200
    assert cloud.faults.active == []


@pytest.mark.parametrize("vendor", LISTS)
async def test_a_list_may_come_back_empty(vendor, caller_at, clouds):
    """A vendor that forgets everything for a moment must not look like a vanished fleet."""
    clouds.by_vendor[vendor].faults.add(ApiFault(ApiTrouble.EMPTY_LIST, count=1))

    empty = (await caller_at(vendor).get(LISTS[vendor])).json()

    assert rows(vendor, empty) == []
    assert rows(vendor, (await caller_at(vendor).get(LISTS[vendor])).json())


async def test_an_empty_page_does_not_point_to_another(nl, clouds, world):
    for extra in range(20):
        world.add_charger("plugchoice", f"EXTRA-{extra}", world.models[1])
    clouds.plugchoice.faults.add(ApiFault(ApiTrouble.EMPTY_LIST))

    page = (await nl.get("/chargers")).json()
    flat = (await nl.get(f"/teams/{TEAM}/chargers")).json()

    assert (page["links"]["next"], flat["next_page_url"]) == (None, None)


@pytest.mark.parametrize(
    ("trouble", "applied"),
    [
        pytest.param(ApiTrouble.LOST_ANSWER, True, id="lost-answer"),
        pytest.param(ApiTrouble.LOST_REQUEST, False, id="lost-request"),
        pytest.param(ApiTrouble.RESET, False, id="reset"),
        pytest.param(ApiTrouble.TRUNCATED, True, id="truncated"),
    ],
)
async def test_a_write_may_be_lost_before_or_after_it_is_done(nl, clouds, world, trouble, applied):
    """The caller sees a broken connection either way; only the vendor knows."""
    clouds.plugchoice.faults.add(ApiFault(trouble, "POST /chargers", count=1))

    with pytest.raises(httpx.TransportError):
        await nl.post("/chargers", json={"identity": "NEW"})

    assert ("NEW" in world.shares["plugchoice"].by_identity) == applied
    assert clouds.plugchoice.calls.counts["POST", "/chargers"] == 1
    assert [call.fault for call in clouds.plugchoice.calls.writes()] == [trouble.value]


async def test_garbage_comes_with_a_200_after_the_write(nl, clouds, world):
    clouds.plugchoice.faults.add(ApiFault(ApiTrouble.GARBAGE, "POST *", count=1))

    answer = await nl.post("/chargers", json={"identity": "NEW"})

    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (200, "text/html")
    assert "NEW" in world.shares["plugchoice"].by_identity


async def test_a_slow_api_is_slow_by_the_clock_that_was_given(nl, clouds, clock):
    """Nothing really waits: the wait is the sandbox's own `sleep`."""
    naps = []

    async def nap(seconds):
        naps.append(seconds)

    clouds.plugchoice._sleep = nap
    clouds.plugchoice.faults.add(ApiFault(ApiTrouble.SLOW, seconds=12, count=1))

    assert (await nl.get("/user")).status_code == 200
    assert naps == [12]


async def test_a_fault_hits_only_what_it_names(nl, clouds):
    fault = clouds.plugchoice.faults.add(ApiFault(ApiTrouble.ERROR, "GET /sites/*", status=503))

    assert (await nl.get("/sites")).status_code == 200
    assert (await nl.get(f"/sites/{SLOTERDIJK}")).status_code == 503
    assert (await nl.get(f"/sites/{SLOTERDIJK}/groups")).status_code == 503

    clouds.plugchoice.faults.remove(fault)
    assert (await nl.get(f"/sites/{SLOTERDIJK}")).status_code == 200


async def test_calls_are_kept_as_they_arrived(nl, clouds, clock):
    await nl.get("/sites", params={"search": "kop", "page": "1"}, headers={"User-Agent": "me/1"})

    call = clouds.plugchoice.calls.matching("GET", "/sites")[0]
    assert (call.method, call.path, call.status, call.at) == ("GET", "/sites", 200, clock.now())
    assert call.query == {"search": ["kop"], "page": ["1"]}
    assert call.headers["User-Agent"] == "me/1"
    assert call.answer["data"][0]["name"] == "Kop van Zuid"
    assert call.answer_headers["X-RateLimit-Remaining"] == "499"


async def test_the_counts_go_by_template(nl, clouds, world):
    for identity in ("NL-AMS-0001", "NL-AMS-0002"):
        await nl.get(f"/chargers/{uuid(world, identity)}")
    await nl.get("/nowhere")

    assert clouds.plugchoice.calls.counts == {
        ("GET", "/chargers/{charger}"): 2,
        ("GET", "(unknown)"): 1,
    }
    assert clouds.plugchoice.calls.writes() == []


async def test_secrets_never_reach_the_log_of_calls(nl, us, clouds, world):
    charger = world.charger("NL-AMS-0001")
    charger.pincode = "8642"
    await nl.get(f"/chargers/{uuid(world, 'NL-AMS-0001')}")
    await nl.post(f"/sites/{SLOTERDIJK}/chargers", json={"identity": "X", "pincode": 8642})
    await nl.get(f"/sites/{SLOTERDIJK}/transactions")
    await us.post("/oauth/token", json={"client_secret": "sandbox-lynkwell-secret"})
    await us.get("/user")

    calls = [call for cloud in clouds.by_vendor.values() for call in cloud.calls]
    shown = "".join(f"{call!r}{call.headers}{call.body}{call.answer}" for call in calls)
    session = world.shares["plugchoice"].sites[1].sessions[-1]
    token = us.headers["Authorization"].removeprefix("Bearer ")
    for secret in ("8642", "sandbox-lynkwell-secret", clouds.plugchoice.token, token):
        assert secret not in shown
    assert session.id_tag not in shown
    assert calls[0].headers["Authorization"] == "Bearer (token of plugchoice)"


async def test_a_wrong_token_is_marked_as_such(nl, clouds):
    await nl.get("/user", headers={"Authorization": "Bearer stolen"})

    assert next(iter(clouds.plugchoice.calls)).headers["Authorization"] == "Bearer (unknown)"


async def test_a_key_without_bearer_is_refused_and_not_shown(dk, clouds):
    """The vendor's own samples print it so."""
    answer = await dk.get("/locations", headers={"Authorization": clouds.spirii.api_key})

    call = next(iter(clouds.spirii.calls))
    assert answer.status_code == 401
    assert call.headers["Authorization"] == "no Bearer (unknown)"


async def test_the_log_is_bounded(nl, clouds):
    for _ in range(510):
        await nl.get("/teams")

    assert len(clouds.plugchoice.calls) == 500
    assert clouds.plugchoice.calls.counts["GET", "/teams"] == 510


async def test_listeners_hear_every_answered_call(nl, dk, clouds):
    heard = []
    unsubscribe = clouds.subscribe(heard.append)

    await nl.get("/user")
    await dk.get("/locations")
    unsubscribe()
    await nl.get("/teams")

    assert [(call.vendor, call.path, call.status) for call in heard] == [
        ("plugchoice", "/user", 200),
        ("spirii", "/locations", 200),
    ]


async def test_the_accounts_are_data_for_the_settings(clouds):
    """Team ids and tokens where they are needed, and nowhere else."""
    accounts = {account.name: account for account in clouds.accounts}

    assert [account.vendor for account in accounts.values()] == list(LISTS)
    assert (accounts["nl"].team, accounts["legacy"].team) == (TEAM, "12")
    assert accounts["nl"].base_url.endswith("/api/v3")
    assert accounts["us"].token_url == accounts["us"].base_url + "/oauth/token"
    assert clouds.account("dk").team is None
    assert all(account.base_url.startswith("http://127.0.0.1:") for account in clouds.accounts)
    for secret in (clouds.plugchoice.token, clouds.spirii.api_key, clouds.lynkwell.client_secret):
        assert secret not in repr(clouds.accounts)
