"""What Plugchoice's client does beyond one call; its endpoints are in tests/acceptance."""

import logging
import traceback

import httpx
import pytest
from pydantic import SecretStr

from tests.vendors.fake_cloud import FakeCloud
from tests.vendors.recorded import recorded
from vendors import errors
from vendors.auth import StaticBearer
from vendors.models import NewCharger, Reset, Vendor
from vendors.plugchoice.client import FIND_PAGES, PlugchoiceClient
from vendors.plugchoice.wire import FIELD_NAMES

TOKEN = "marked-token"
PINCODE = "marked-0473"
PER_PAGE = 25


def client(cloud, **options) -> PlugchoiceClient:
    api = cloud.api(
        Vendor.PLUGCHOICE, StaticBearer(SecretStr(TOKEN)), field_names=FIELD_NAMES, **options
    )
    return PlugchoiceClient("nl", api, team="T")


class Team(FakeCloud):
    """A team of so many chargers, of which the first few are offline; pages are numbered."""

    def __init__(self, chargers: int, offline: int = 0) -> None:
        super().__init__()
        self.everybody = [
            {"uuid": f"u{n}", "identity": f"NL-{n}", "connection_status": "online"}
            for n in range(chargers)
        ]
        self.offline = self.everybody[:offline]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a page of the listing."""
        self.requests.append(request)
        params = request.url.params
        filtered = any(name.startswith("filter") for name in params)
        is_offline = params.get("filter[connection_status]") == "offline"
        rows = (self.offline if is_offline else []) if filtered else self.everybody
        start = (int(params["page"]) - 1) * PER_PAGE
        more = "https://cloud.test/next" if start + PER_PAGE < len(rows) else None
        page = {"data": rows[start : start + PER_PAGE], "next_page_url": more}
        return httpx.Response(200, json=page)


@pytest.mark.parametrize("offline", [0, 30])
async def test_a_troubled_sweep_costs_the_same_in_a_fleet_ten_times_the_size(offline):
    asked = []
    for chargers in (1_000, 10_000):
        team = Team(chargers, offline)
        found = [row async for page in client(team).troubled_chargers() for row in page]
        assert len(found) == offline
        asked.append(len(team.requests))

    assert asked[0] == asked[1] <= 5


async def test_a_full_sweep_reads_every_charger_once():
    team = Team(1_010)

    found = [row.id async for page in client(team).chargers() for row in page]

    assert found == [row["uuid"] for row in team.everybody]
    assert len(team.requests) <= 41 + 3


@pytest.mark.parametrize(
    ("replies", "requests"),
    [
        pytest.param([40], 1, id="limit"),
        pytest.param([25, 25, 3], 4, id="pages"),
    ],
)
async def test_transactions_are_read_to_the_end_with_a_limit_or_with_pages(replies, requests):
    """The documents promise a limit here and pages there."""
    ids = iter(range(1000))
    pages = [{"data": [{"id": next(ids)} for _ in range(rows)]} for rows in [*replies, 0]]
    cloud = FakeCloud(*pages, {"data": []}, {"data": []})

    found = [row.id async for page in client(cloud).transactions("S") for row in page]

    assert found == [str(n) for n in range(sum(replies))]
    assert len(cloud.requests) <= requests + 1


async def test_a_search_gives_up_rather_than_read_a_large_fleet():
    """To say *there is none* after half a search could register a charger twice."""
    team = Team(5_000)

    with pytest.raises(errors.VendorError, match="newest 1,000"):
        await client(team).find_chargers("NL-4999")

    assert FIND_PAGES <= len(team.requests) <= FIND_PAGES + 4
    assert team.requests[0].url.params["sort"] == "-created_at"


async def test_an_identity_may_look_like_an_id():
    """The vendor's own sample has one that is a UUID."""
    identity = "21c4122b-d554-3723-966c-6d723ea5293f"
    row = {"uuid": "u1", "identity": identity}
    cloud = FakeCloud(httpx.Response(404), {"data": [row], "next_page_url": None})

    assert [found.id for found in await client(cloud).find_chargers(identity)] == ["u1"]


@pytest.mark.parametrize("answer", [{}, [], httpx.Response(204), {"message": "ok"}])
async def test_attaching_may_answer_without_the_charger(answer):
    told = await client(FakeCloud(answer)).attach_charger(
        "S", identity="NL-1", pincode=SecretStr("0042")
    )

    assert told is None


async def test_leading_zeros_of_a_pincode_survive():
    cloud = FakeCloud({})

    await client(cloud).attach_charger("S", identity="NL-1", pincode=SecretStr("0042"))

    assert cloud.body == {"identity": "NL-1", "pincode": "0042"}


async def test_the_vendors_complaints_reach_the_right_inputs():
    answer = httpx.Response(422, json=recorded("plugchoice", "error_validation"))

    with pytest.raises(errors.RejectedError) as raised:
        await client(FakeCloud(answer)).register_charger(NewCharger(identity="NL-1", site_id="S"))

    assert raised.value.fields == {
        "identity": ("The identity has already been taken.",),
        "site_id": ("The selected site uuid is invalid.",),
    }


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize("enveloped", [True, False])
async def test_a_new_charger_comes_in_any_envelope_and_with_any_success(status, enveloped):
    body = recorded("plugchoice", "charger_created")
    answer = httpx.Response(status, json=body if enveloped else body["data"])

    charger = await client(FakeCloud(answer)).register_charger(NewCharger(identity="NL-VLT-000042"))

    assert charger.identity == "NL-VLT-000042"


async def test_there_is_one_kind_of_restart():
    cloud = FakeCloud()

    with pytest.raises(ValueError, match="no soft reset"):
        await client(cloud).restart_charger("C", Reset.SOFT)

    assert cloud.requests == []


async def test_a_required_field_that_is_missing_is_named():
    body = recorded("plugchoice", "team_chargers_first_page")
    del body["data"][1]["uuid"]

    with pytest.raises(errors.UnexpectedReplyError) as raised:
        await anext(client(FakeCloud(body)).chargers())

    assert raised.value.field == "data.1.uuid"


ANSWERS = [
    recorded("plugchoice", "charger") | {"echo": PINCODE},
    httpx.Response(422, json={"message": f"{PINCODE} {TOKEN}", "errors": {"pincode": [PINCODE]}}),
    httpx.Response(200, json={"data": {"uuid": {"x": PINCODE}, "pincode": PINCODE, "t": TOKEN}}),
    httpx.Response(500, text=f"{PINCODE} {TOKEN}"),
    httpx.ReadTimeout("x"),
]


@pytest.mark.parametrize("answer", ANSWERS)
async def test_secrets_leave_no_trace(answer, caplog):
    """In no log, repr or error, whatever the vendor does with them."""
    caplog.set_level(logging.DEBUG)
    cloud = FakeCloud(answer)
    told = ""
    try:
        charger = await client(cloud).attach_charger(
            "S", identity="NL-1", pincode=SecretStr(PINCODE)
        )
        told += repr(charger) + str(charger and charger.model_dump_json())
    except errors.VendorError as exc:
        told += "".join(traceback.format_exception(exc)) + repr(getattr(exc, "fields", ""))

    told += caplog.text + repr(cloud.requests) + "".join(str(r.__dict__) for r in caplog.records)
    assert PINCODE not in told
    assert TOKEN not in told


async def test_a_sweep_asks_in_the_background_lane():
    """Where it waits behind people."""
    cloud = FakeCloud({"data": []}, {"data": []})
    person = client(cloud)

    await person.in_background().ping()
    await person.ping()

    assert [request.extensions["lane"] for request in cloud.requests] == ["background", "person"]
