"""Reads are repeated, writes are not, and every failure has its one error."""

import asyncio
import logging
import random
import traceback
from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import httpx
import pytest
from pydantic import SecretStr

from tests.vendors.fake_cloud import FakeCloud
from vendors import errors
from vendors.auth import StaticBearer
from vendors.complaints import MAX_TEXT
from vendors.connect import CONCURRENCY
from vendors.health import FAILURES_UNTIL_BACK_OFF
from vendors.http import ApiClient
from vendors.limits import PATIENCE_S, Lane, TokenBucket
from vendors.models import Vendor
from vendors.retries import FIRST_PAUSE_S, TRIES
from vendors.wire_model import Empty, Id, WireModel

TOKEN = "marked-token-7f3a"
PINCODE = "4711-marked"


class Thing(WireModel):
    """A reply with one field that must be there."""

    id: Id


class Sleeper:
    """Sleeps by moving its own clock."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.now = 1000.0

    async def sleep(self, seconds: float) -> None:
        """Let so long pass."""
        self.slept.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        """Seconds."""
        return self.now


def api_for(cloud: FakeCloud, sleeper: Sleeper | None = None, **options) -> ApiClient:
    sleeper = sleeper or Sleeper()
    return ApiClient(
        **{
            "vendor": Vendor.PLUGCHOICE,
            "base_url": "https://cloud.test/base",
            "auth": StaticBearer(SecretStr(TOKEN)),
            "bucket": TokenBucket(6000, clock=sleeper.clock),
            "transport": httpx.MockTransport(cloud),
            "sleep": sleeper.sleep,
            "clock": sleeper.clock,
            "rng": random.Random(1),
            **options,
        }
    )


GARBAGE = httpx.Response(200, text="<html>log in</html>")
LATER = httpx.Response(429, headers={"Retry-After": "3"}, json={"message": "Too Many Attempts."})
MUCH_LATER = httpx.Response(429, headers={"Retry-After": "60"})

UNREACHABLE, UNKNOWN = errors.VendorUnreachableError, errors.OutcomeUnknownError
UNREADABLE, LIMITED = errors.UnexpectedReplyError, errors.VendorRateLimitedError

# What the vendor does, (calls of a read, its error), (calls of a write, its error).
FAILURES = [
    pytest.param(httpx.ConnectError("x"), (3, UNREACHABLE), (1, UNREACHABLE), id="refused"),
    pytest.param(httpx.ConnectTimeout("x"), (3, UNREACHABLE), (1, UNREACHABLE), id="no-route"),
    pytest.param(httpx.PoolTimeout("x"), (3, UNREACHABLE), (1, UNREACHABLE), id="no-connection"),
    pytest.param(
        httpx.UnsupportedProtocol("x"), (3, UNREACHABLE), (1, UNREACHABLE), id="no-protocol"
    ),
    pytest.param(httpx.ReadTimeout("x"), (3, UNREACHABLE), (1, UNKNOWN), id="silence"),
    pytest.param(httpx.WriteTimeout("x"), (3, UNREACHABLE), (1, UNKNOWN), id="stuck"),
    pytest.param(httpx.ReadError("x"), (3, UNREACHABLE), (1, UNKNOWN), id="cut-while-reading"),
    pytest.param(httpx.WriteError("x"), (3, UNREACHABLE), (1, UNKNOWN), id="cut-while-writing"),
    pytest.param(httpx.CloseError("x"), (3, UNREACHABLE), (1, UNKNOWN), id="cut-while-closing"),
    pytest.param(httpx.ProxyError("x"), (3, UNREACHABLE), (1, UNKNOWN), id="proxy"),
    pytest.param(
        httpx.RemoteProtocolError("x"), (3, UNREACHABLE), (1, UNKNOWN), id="hung-up-or-no-http"
    ),
    pytest.param(
        httpx.LocalProtocolError("x"), (3, UNREACHABLE), (1, UNKNOWN), id="we-speak-no-http"
    ),
    pytest.param(httpx.DecodingError("x"), (1, UNREADABLE), (1, UNKNOWN), id="undecodable"),
    pytest.param(GARBAGE, (1, UNREADABLE), (1, UNKNOWN), id="garbage"),
    pytest.param(httpx.Response(200, json={}), (1, UNREADABLE), (1, UNKNOWN), id="field-missing"),
    pytest.param(httpx.Response(204), (1, UNREADABLE), (1, UNKNOWN), id="no-body"),
    pytest.param(httpx.Response(302), (1, UNREADABLE), (1, UNKNOWN), id="redirected"),
    pytest.param(
        httpx.Response(400), (1, errors.RejectedError), (1, errors.RejectedError), id="400"
    ),
    pytest.param(
        httpx.Response(401), (1, errors.VendorAuthError), (1, errors.VendorAuthError), id="401"
    ),
    pytest.param(
        httpx.Response(403), (1, errors.ForbiddenError), (1, errors.ForbiddenError), id="403"
    ),
    pytest.param(
        httpx.Response(404), (1, errors.NotFoundError), (1, errors.NotFoundError), id="404"
    ),
    pytest.param(
        httpx.Response(409), (1, errors.RejectedError), (1, errors.RejectedError), id="409"
    ),
    pytest.param(
        httpx.Response(410), (1, errors.RejectedError), (1, errors.RejectedError), id="410"
    ),
    pytest.param(
        httpx.Response(422), (1, errors.RejectedError), (1, errors.RejectedError), id="422"
    ),
    pytest.param(LATER, (3, LIMITED), (3, LIMITED), id="429-soon"),
    pytest.param(MUCH_LATER, (1, LIMITED), (1, LIMITED), id="429-late"),
    pytest.param(httpx.Response(429), (3, LIMITED), (3, LIMITED), id="429-when"),
    pytest.param(httpx.Response(500), (1, UNREACHABLE), (1, UNKNOWN), id="500"),
    pytest.param(httpx.Response(502), (3, UNREACHABLE), (1, UNKNOWN), id="502"),
    pytest.param(httpx.Response(503), (3, UNREACHABLE), (1, UNKNOWN), id="503"),
    pytest.param(
        httpx.Response(503, headers={"Retry-After": "90"}),
        (1, LIMITED),
        (1, UNKNOWN),
        id="503-late",
    ),
    pytest.param(httpx.Response(504), (3, UNREACHABLE), (1, UNKNOWN), id="504"),
]


@pytest.mark.parametrize(("failure", "read", "write"), FAILURES)
async def test_a_read_is_repeated_where_that_may_help(failure, read, write):
    """Reading twice harms nobody."""
    calls, error = read
    cloud = FakeCloud(*[failure] * 9)

    with pytest.raises(errors.VendorError) as raised:
        await api_for(cloud).read("/things/1", Thing)

    assert type(raised.value) is error
    assert len(cloud.requests) == calls


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(("failure", "read", "write"), FAILURES)
async def test_a_write_is_sent_once_unless_it_was_surely_not_done(failure, read, write, method):
    """A repeated restart could cut off the next driver; a 429 proves that nothing was done."""
    calls, error = write
    cloud = FakeCloud(*[failure] * 9)

    with pytest.raises(errors.VendorError) as raised:
        await api_for(cloud).write(method, "/things/1", Thing, {"name": "x"})

    assert type(raised.value) is error
    assert len(cloud.requests) == calls


def test_every_transport_error_of_httpx_stands_in_the_table():
    """A new one must not be classified by accident."""

    def leaves(kind: type) -> set[type]:
        below = kind.__subclasses__()
        return set().union(*map(leaves, below)) if below else {kind}

    tested = {type(case.values[0]) for case in FAILURES}
    assert leaves(httpx.TransportError) <= tested


@pytest.mark.parametrize("first", [httpx.ReadTimeout("x"), LATER, httpx.Response(503)])
async def test_a_read_that_succeeds_at_last_is_a_success(first):
    cloud = FakeCloud(first, first, {"data": {"id": 7}})

    assert (await api_for(cloud).read("/things/7", Thing)).id == "7"


async def test_a_write_goes_again_after_429():
    cloud, sleeper = FakeCloud(LATER, {"id": 7}), Sleeper()

    assert (await api_for(cloud, sleeper).write("POST", "/things", Thing, {"a": 1})).id == "7"
    assert sum(sleeper.slept) >= 3
    assert [request.content for request in cloud.requests] == [b'{"a":1}'] * 2


async def test_pauses_grow_and_are_shortened_by_chance():
    sleeper = Sleeper()

    with pytest.raises(UNREACHABLE):
        await api_for(FakeCloud(*[httpx.Response(502)] * TRIES), sleeper).read("/x", Thing)

    first, second = sleeper.slept
    assert FIRST_PAUSE_S / 2 <= first <= FIRST_PAUSE_S
    assert FIRST_PAUSE_S <= second <= 2 * FIRST_PAUSE_S


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "0"}, 0),
        (
            {
                "Retry-After": "Sat, 10 Jan 2026 01:00:09 GMT",
                "Date": "Sat, 10 Jan 2026 01:00:00 GMT",
            },
            9,
        ),
        (
            {
                "Retry-After": "Sat, 10 Jan 2026 00:00:00 GMT",
                "Date": "Sat, 10 Jan 2026 01:00:00 GMT",
            },
            0,
        ),
        ({"Retry-After": "soon"}, 0),
    ],
)
async def test_retry_after_lengthens_a_pause_and_never_shortens_it(headers, wait):
    """In seconds, or as a date by the vendor's own clock."""
    sleeper = Sleeper()
    cloud = FakeCloud(httpx.Response(429, headers=headers), {"id": 1})

    await api_for(cloud, sleeper).read("/x", Thing)

    assert sum(sleeper.slept) == pytest.approx(max(wait, sleeper.slept[0]))
    assert sleeper.slept[0] > 0


@pytest.mark.parametrize(("said", "told"), [("61", 61), (None, 60)])
async def test_a_wait_beyond_our_patience_is_raised_with_its_length(said, told):
    """The scheduler comes back; nobody sleeps through it. 60 s is what the vendor's sample has."""
    sleeper = Sleeper()
    answer = httpx.Response(429, headers={"Retry-After": said} if said else {})
    cloud = FakeCloud(*[answer] * TRIES)

    with pytest.raises(LIMITED) as raised:
        await api_for(cloud, sleeper).read("/x", Thing)

    assert raised.value.retry_after == told
    assert all(slept <= PATIENCE_S for slept in sleeper.slept)


async def test_a_long_pause_holds_for_everybody_on_the_credential():
    """Asking again would only be refused again."""
    cloud = FakeCloud(MUCH_LATER)
    api = api_for(cloud)
    with pytest.raises(LIMITED):
        await api.read("/x", Thing)

    with pytest.raises(LIMITED) as raised:
        await api.write("POST", "/x", Thing, {})

    assert raised.value.retry_after == pytest.approx(60)
    assert len(cloud.requests) == 1


async def test_a_write_asks_for_a_connection_of_its_own():
    """A stale kept connection would turn into a false *unknown*."""
    cloud = FakeCloud({"id": 1}, {"id": 1})
    api = api_for(cloud)

    await api.read("/x", Thing)
    await api.write("POST", "/x", Thing, {})

    assert [r.headers["Connection"] for r in cloud.requests] == ["keep-alive", "close"]


async def test_a_write_survives_a_server_that_drops_kept_connections():
    """Against real sockets: reads keep theirs, every write opens a new one."""
    connections: list[list[str]] = []
    serving: list[asyncio.Task[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mine: list[str] = []
        connections.append(mine)
        serving.append(asyncio.current_task())
        while line := await reader.readline():
            mine.append(line.split(b" ")[0].decode())
            length = 0
            while (header := await reader.readline()) not in (b"\r\n", b""):
                name, _, value = header.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            await reader.readexactly(length)
            writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"id":"1"}')
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    api = api_for(FakeCloud(), base_url=f"http://{host}:{port}", transport=None)
    for _ in range(2):
        await api.read("/x", Thing)
        await api.write("POST", "/x", Thing, {"a": 1})
    await api.aclose()
    await asyncio.gather(*serving)
    server.close()
    await server.wait_closed()

    assert sorted(connections) == [["GET", "GET"], ["POST"], ["POST"]]


class FreshToken(httpx.Auth):
    """Has a token that the vendor no longer takes, and can fetch another."""

    def __init__(self, *fetched: str) -> None:
        self.tokens = ["old", *fetched]

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sign; after a 401 once more."""
        request.headers["Authorization"] = f"Bearer {self.tokens[0]}"
        response = yield request
        if response.status_code == 401:
            if len(self.tokens) == 1:
                raise UNREACHABLE(Vendor.LYNKWELL, "no answer to the token request")
            self.tokens.pop(0)
            request.headers["Authorization"] = f"Bearer {self.tokens[0]}"
            yield request


async def test_a_write_goes_again_once_with_a_fresh_token():
    """The 401 proves that nothing was done."""
    cloud = FakeCloud(httpx.Response(401), {"id": 1})

    await api_for(cloud, auth=FreshToken("new")).write("POST", "/x", Thing, {})

    assert len(cloud.requests) == 2
    assert cloud.requests[-1].headers["Authorization"] == "Bearer new"


async def test_a_fresh_token_that_is_refused_too_is_the_end():
    cloud = FakeCloud(httpx.Response(401), httpx.Response(401))

    with pytest.raises(errors.VendorAuthError):
        await api_for(cloud, auth=FreshToken("new", "newer")).write("POST", "/x", Thing, {})

    assert len(cloud.requests) == 2


async def test_a_token_that_cannot_be_fetched_leaves_nothing_unknown():
    """The write was refused for its old token, so it is surely not done."""
    cloud = FakeCloud(httpx.Response(401))

    with pytest.raises(UNREACHABLE):
        await api_for(cloud, auth=FreshToken()).write("POST", "/x", Thing, {})

    assert len(cloud.requests) == 1


async def test_an_account_that_keeps_failing_rests_in_the_background():
    """30 s, 1, 2, 5 min; a person still tries, and one answer ends the rest."""
    cloud, sleeper = FakeCloud(*[httpx.Response(500)] * 99), Sleeper()
    person = api_for(cloud, sleeper)
    sweep = person.in_lane(Lane.BACKGROUND)

    async def failing(api: ApiClient) -> int:
        before = len(cloud.requests)
        with pytest.raises(UNREACHABLE):
            await api.read("/x", Thing)
        return len(cloud.requests) - before

    for _ in range(FAILURES_UNTIL_BACK_OFF):
        assert await failing(sweep) == 1
    for rest in (30, 60, 120, 300, 300):
        assert await failing(sweep) == 0
        assert await failing(person) == 1
        sleeper.now += rest - 1
        assert await failing(sweep) == 0
        sleeper.now += 1
        assert await failing(sweep) == 1
    cloud.answers = [{"id": 1}, {"id": 2}]
    await person.read("/x", Thing)

    assert (await sweep.read("/x", Thing)).id == "2"


async def test_what_fails_together_is_no_reason_to_rest():
    """Four single reads that a vendor cannot answer must not keep its listing from us."""
    cloud = FakeCloud(*[httpx.Response(500)] * CONCURRENCY, {"id": 1})
    sweep = api_for(cloud).in_lane(Lane.BACKGROUND)
    reads = (sweep.read("/x", Thing) for _ in range(CONCURRENCY))

    await asyncio.gather(*reads, return_exceptions=True)

    assert (await sweep.read("/x", Thing)).id == "1"


async def test_trouble_and_recovery_are_logged_once(caplog):
    caplog.set_level(logging.INFO, logger="vendors")
    cloud = FakeCloud(*[httpx.Response(500)] * 6, {"id": 1}, {"id": 1})
    api = api_for(cloud)
    for _ in range(6):
        with pytest.raises(UNREACHABLE):
            await api.read("/x", Thing)
    for _ in range(2):
        await api.read("/x", Thing)

    assert [record.message for record in caplog.records] == [
        "vendor keeps failing",
        "vendor answers again",
    ]


async def test_never_more_than_four_at_once():
    open_now = 0
    most = 0

    async def slow(_request: httpx.Request) -> httpx.Response:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0)
        open_now -= 1
        return httpx.Response(200, json={"id": 1})

    api = api_for(FakeCloud(), transport=httpx.MockTransport(slow))
    await asyncio.gather(*(api.read("/x", Thing) for _ in range(20)))

    assert most == 4


async def test_a_second_limit_counts_too():
    """Spirii allows fewer commands than requests."""
    sleeper = Sleeper()
    api = api_for(FakeCloud(*[{"id": 1}] * 4), sleeper)
    commands = TokenBucket(15, clock=sleeper.clock)

    for _ in range(4):
        await api.write("POST", "/x", Thing, {}, also=commands)

    assert sum(sleeper.slept) == pytest.approx(5)


async def test_the_vendors_clock_and_count_are_remembered():
    headers = {"Date": "Sat, 10 Jan 2026 01:14:32 GMT", "X-RateLimit-Remaining": "481"}
    api = api_for(FakeCloud(httpx.Response(200, json={"id": 1}, headers=headers)))
    assert api.server_date is None

    await api.in_lane(Lane.BACKGROUND).read("/x", Thing)

    assert api.server_date == datetime(2026, 1, 10, 1, 14, 32, tzinfo=UTC)
    assert api.remaining == 481


async def test_what_every_request_carries():
    cloud = FakeCloud({"id": 1})

    await api_for(cloud).read("/x", Thing, {"filter[status]": "Faulted", "page": 2})

    request = cloud.requests[0]
    assert request.headers["Accept"] == "application/json"
    assert request.headers["User-Agent"] == "Chargehand"
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.url.params.get("filter[status]") == "Faulted"
    assert request.extensions["timeout"] == {"connect": 5, "read": 15, "write": 15, "pool": 15}


@pytest.mark.parametrize("typed", ["", ".", ".."])
def test_what_is_no_id_is_not_found(typed):
    """A step up in a path would call something else."""
    with pytest.raises(errors.NotFoundError):
        api_for(FakeCloud()).path("/things/{thing}", thing=typed)


def test_an_id_stays_in_its_place_in_the_path():
    path = api_for(FakeCloud()).path("/things/{thing}/x", thing="../a?b#c /%2e")

    assert path == "/things/..%2Fa%3Fb%23c%20%2F%252e/x"


@pytest.mark.parametrize(
    ("body", "message", "fields"),
    [
        pytest.param(
            {"message": "The given data was invalid.", "errors": {"site_uuid": ["is invalid"]}},
            "The given data was invalid.",
            {"site_id": ("is invalid",)},
            id="laravel",
        ),
        pytest.param(
            {"statusCode": 400, "message": ["modelId must be a number"], "error": "Bad Request"},
            "modelId must be a number",
            {"modelId": ("modelId must be a number",)},
            id="nestjs",
        ),
        pytest.param(
            {"error": {"message": "no such place", "param": "locationId"}},
            "no such place",
            {"locationId": ("no such place",)},
            id="envelope",
        ),
        pytest.param({"errors": "nonsense"}, "HTTP 422", {}, id="neither"),
        pytest.param(["?"], "HTTP 422", {}, id="array"),
    ],
)
async def test_a_refusal_carries_the_vendors_messages_by_our_field_names(body, message, fields):
    """So that a form can show each at the right input."""
    api = api_for(FakeCloud(httpx.Response(422, json=body)), field_names={"site_uuid": "site_id"})

    with pytest.raises(errors.RejectedError) as raised:
        await api.write("POST", "/x", Thing, {})

    assert (raised.value.message, raised.value.fields) == (message, fields)


async def test_a_vendors_text_is_kept_short():
    api = api_for(FakeCloud(httpx.Response(400, json={"message": "a" * 5000})))

    with pytest.raises(errors.RejectedError) as raised:
        await api.write("POST", "/x", Thing, {})

    assert len(raised.value.message) == MAX_TEXT


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(422, json={"message": f"pincode {PINCODE} and {TOKEN} are wrong"}),
        httpx.Response(422, json={"message": "x", "errors": {"pincode": [f"{PINCODE} is wrong"]}}),
        httpx.Response(200, json={"echo": f"{PINCODE} {TOKEN}"}),
        httpx.Response(200, text=f"{PINCODE} {TOKEN}"),
        httpx.ReadTimeout("x"),
    ],
)
async def test_secrets_are_in_no_error_and_no_log(answer, caplog):
    """Even where the vendor sends them back."""
    caplog.set_level(logging.DEBUG)
    api = api_for(FakeCloud(answer))

    with pytest.raises(errors.VendorError) as raised:
        await api.write("POST", "/x", Thing, {"pincode": SecretStr(PINCODE)})

    told = "".join(traceback.format_exception(raised.value)) + caplog.text + repr(vars(api))
    told += repr(getattr(raised.value, "fields", ""))
    assert PINCODE not in told
    assert TOKEN not in told


async def test_a_secret_reaches_the_vendor():
    cloud = FakeCloud({"id": 1})

    await api_for(cloud).write("POST", "/x", Thing, {"pincode": SecretStr("0042"), "n": None})

    assert cloud.body == {"pincode": "0042", "n": None}


@pytest.mark.parametrize("answer", [httpx.Response(204), {}, [], {"anything": 1}])
async def test_a_write_that_answers_nothing_is_a_success(answer):
    assert await api_for(FakeCloud(answer)).write("DELETE", "/x", Empty) == Empty()


@pytest.mark.parametrize(
    ("said", "read"),
    [
        pytest.param(rb'{"id": "Gate \ud83d"}', "Gate ?", id="first-half"),
        pytest.param(rb'{"data": {"id": "\ude00 7"}}', "? 7", id="second-half"),
        pytest.param(rb'{"id": "Gate \ud83d\ude00"}', "Gate \N{GRINNING FACE}", id="whole"),
    ],
)
async def test_half_an_emoji_in_a_name_does_not_spoil_the_page(said, read):
    """Back ends cut names at so many bytes or units, and one of 500 rows is enough."""
    answer = httpx.Response(200, content=said)

    thing = await api_for(FakeCloud(answer)).read("/things", Thing)

    assert thing.id == read
