"""Proving who we are."""

import asyncio
import json
import random

import httpx
import pytest
from pydantic import SecretStr

from vendors.auth import ClientCredentials, StaticBearer
from vendors.errors import (
    UnexpectedReplyError,
    VendorAuthError,
    VendorError,
    VendorRateLimitedError,
    VendorUnreachableError,
)
from vendors.models import Vendor

API = "https://api.test/things"
TOKEN_URL = "https://login.test/oauth/token"
EMPTY = {"access_token": ""}
SECRET = "MARKED-client-secret"


class Time:
    """A monotonic clock that only moves when told to, or slept by."""

    def __init__(self):
        self.now = 1_000.0
        self.slept = []

    def __call__(self):
        """Seconds."""
        return self.now

    async def sleep(self, seconds):
        """Let so long pass."""
        self.slept.append(seconds)
        self.now += seconds


class Cloud:
    """A token endpoint that numbers its tokens, and an API that accepts the newest of them."""

    def __init__(self):
        self.token_requests = []
        self.bearers = []
        self.bodies = []
        self.accepted = None
        self.token_answer = None
        self.token_answers = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()

    async def __call__(self, request):
        """Answer a request."""
        if str(request.url) == TOKEN_URL:
            return await self._token(request)
        self.bearers.append(request.headers["Authorization"])
        self.bodies.append(request.content)
        good = self.accepted in (None, self.bearers[-1])
        return httpx.Response(200 if good else 401)

    async def _token(self, request):
        self.token_requests.append(json.loads(request.content))
        self.asked.set()
        await self.gate.wait()
        await asyncio.sleep(0)  # others may run while the endpoint thinks
        answer = self.token_answers.pop(0) if self.token_answers else self.token_answer
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            return answer
        token = f"MARKED-token-{len(self.token_requests)}"
        return httpx.Response(200, json={"access_token": token, "expires_in": 3600})


@pytest.fixture
def clock():
    return Time()


@pytest.fixture
def cloud():
    return Cloud()


@pytest.fixture
def credentials(cloud, clock):
    return ClientCredentials(
        vendor=Vendor.LYNKWELL,
        token_url=TOKEN_URL,
        client_id=SecretStr("MARKED-client-id"),
        client_secret=SecretStr(SECRET),
        audience="https://audience.test",
        transport=httpx.MockTransport(cloud),
        clock=clock,
        sleep=clock.sleep,
        rng=random.Random(1),
    )


@pytest.fixture
async def http(cloud, credentials):
    async with httpx.AsyncClient(transport=httpx.MockTransport(cloud), auth=credentials) as client:
        yield client


async def test_a_static_token_is_sent_as_bearer(cloud):
    auth = StaticBearer(SecretStr("MARKED-key"))

    async with httpx.AsyncClient(transport=httpx.MockTransport(cloud), auth=auth) as client:
        await client.get(API)

    assert cloud.bearers == ["Bearer MARKED-key"]


async def test_a_refused_static_token_is_not_tried_again(cloud):
    """A second try with the same key can only fail again."""
    cloud.accepted = "Bearer another"
    auth = StaticBearer(SecretStr("MARKED-key"))

    async with httpx.AsyncClient(transport=httpx.MockTransport(cloud), auth=auth) as client:
        answer = await client.get(API)

    assert answer.status_code == 401
    assert len(cloud.bearers) == 1


async def test_the_token_request_is_what_auth0_wants(http, cloud):
    await http.get(API)

    assert cloud.token_requests == [
        {
            "client_id": "MARKED-client-id",
            "client_secret": SECRET,
            "audience": "https://audience.test",
            "grant_type": "client_credentials",
        }
    ]
    assert cloud.bearers == ["Bearer MARKED-token-1"]


async def test_a_token_is_kept_until_shortly_before_it_expires(http, cloud, clock):
    await http.get(API)
    clock.now += 3539
    await http.get(API)
    assert len(cloud.token_requests) == 1

    clock.now += 2
    await http.get(API)

    assert len(cloud.token_requests) == 2
    assert cloud.bearers[-1] == "Bearer MARKED-token-2"


async def test_a_tokens_life_begins_when_it_is_asked_for(http, cloud, clock):
    """The answer may have been long on its way, and the token is older then than it looks."""
    cloud.gate.clear()
    first = asyncio.create_task(http.get(API))
    await cloud.asked.wait()
    clock.now += 100
    cloud.gate.set()
    await first
    clock.now += 3541 - 100

    await http.get(API)

    assert len(cloud.token_requests) == 2


async def test_a_short_lived_token_is_used_for_half_its_life(http, cloud, clock):
    """A margin longer than the life would fetch a token for every request."""
    cloud.token_answer = httpx.Response(200, json={"access_token": "short", "expires_in": 40})
    await http.get(API)
    clock.now += 19
    await http.get(API)
    assert len(cloud.token_requests) == 1

    clock.now += 2
    await http.get(API)

    assert len(cloud.token_requests) == 2


async def test_many_requests_at_once_share_one_token_request(http, cloud):
    await asyncio.gather(*(http.get(API) for _ in range(20)))

    assert len(cloud.token_requests) == 1
    assert len(cloud.bearers) == 20


async def test_a_401_fetches_one_new_token_and_sends_again_once(http, cloud):
    await http.get(API)
    cloud.accepted = "Bearer MARKED-token-2"

    answer = await http.post(API, json={"name": "kept"})

    assert answer.status_code == 200
    assert cloud.bearers == ["Bearer MARKED-token-1", "Bearer MARKED-token-1", cloud.accepted]
    assert json.loads(cloud.bodies[-1]) == {"name": "kept"}


async def test_many_401s_at_once_share_one_new_token(http, cloud):
    await http.get(API)
    cloud.accepted = "Bearer MARKED-token-2"

    answers = await asyncio.gather(*(http.get(API) for _ in range(20)))

    assert {answer.status_code for answer in answers} == {200}
    assert len(cloud.token_requests) == 2


async def test_a_401_to_a_new_token_is_final(http, cloud):
    """The vendor means us, not the token."""
    cloud.accepted = "Bearer nobody has this"

    answer = await http.get(API)

    assert answer.status_code == 401
    assert len(cloud.bearers) == 2
    assert len(cloud.token_requests) == 2


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(httpx.Response(500), VendorUnreachableError, id="broken"),
        pytest.param(httpx.Response(503), VendorUnreachableError, id="down"),
        pytest.param(httpx.ReadTimeout("x"), VendorUnreachableError, id="silent"),
        pytest.param(httpx.DecodingError("x"), UnexpectedReplyError, id="undecodable"),
        pytest.param(httpx.Response(401, text=SECRET), VendorAuthError, id="wrong-secret"),
        pytest.param(httpx.Response(403, text=SECRET), VendorAuthError, id="wrong-audience"),
        pytest.param(httpx.Response(429), VendorRateLimitedError, id="too-many"),
        pytest.param(httpx.Response(200, text="<html>"), UnexpectedReplyError, id="not-json"),
        pytest.param(httpx.Response(200, json=EMPTY), UnexpectedReplyError, id="empty"),
        pytest.param(httpx.Response(200, json={"note": SECRET}), UnexpectedReplyError, id="none"),
    ],
)
async def test_without_a_token_the_request_is_not_sent(http, cloud, answer, expected):
    """So that a write without a token is known not to have happened."""
    cloud.token_answer = answer

    with pytest.raises(VendorError) as caught:
        await http.post(API)

    assert type(caught.value) is expected
    assert cloud.bearers == []
    assert "MARKED" not in f"{caught.value!r} {caught.value}"


@pytest.mark.parametrize(
    ("failure", "times"),
    [
        pytest.param(httpx.ReadTimeout("x"), 3, id="silence"),
        pytest.param(httpx.ConnectError("x"), 3, id="refused"),
        pytest.param(httpx.Response(502), 3, id="502"),
        pytest.param(httpx.Response(503), 3, id="503"),
        pytest.param(httpx.Response(429, headers={"Retry-After": "3"}), 3, id="429-soon"),
        pytest.param(httpx.Response(429, headers={"Retry-After": "90"}), 1, id="429-late"),
        pytest.param(httpx.Response(500), 1, id="500"),
        pytest.param(httpx.Response(401), 1, id="401"),
    ],
)
async def test_a_token_is_asked_for_again_where_that_may_help(http, cloud, failure, times):
    """It changes nothing, not even where the request that needs it would."""
    cloud.token_answer = failure

    with pytest.raises(VendorError):
        await http.post(API)

    assert len(cloud.token_requests) == times
    assert cloud.bearers == []


async def test_a_write_outlives_a_token_endpoint_that_stumbles(http, cloud, clock):
    cloud.token_answers = [httpx.ReadTimeout("x"), httpx.Response(503)]

    answer = await http.post(API, json={"name": "kept"})

    assert answer.status_code == 200
    assert len(cloud.token_requests) == 3
    assert len(cloud.bearers) == 1
    assert len(clock.slept) == 2


async def test_who_waited_for_the_same_token_is_told_the_same(http, cloud):
    """Else a thousand waiting requests would ask a dead endpoint one after the other."""
    cloud.token_answer = httpx.Response(503)

    answers = await asyncio.gather(*(http.get(API) for _ in range(1000)), return_exceptions=True)

    assert {type(answer) for answer in answers} == {VendorUnreachableError}
    assert len(cloud.token_requests) == 3


async def test_who_gives_up_waiting_for_a_token_holds_nobody_up(http, cloud):
    cloud.gate.clear()
    impatient = asyncio.ensure_future(http.get(API))
    patient = asyncio.ensure_future(http.get(API))
    await cloud.asked.wait()

    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    cloud.gate.set()

    assert (await patient).status_code == 200
    assert len(cloud.token_requests) == 2


async def test_the_token_endpoint_may_say_how_long_to_wait(http, cloud):
    cloud.token_answer = httpx.Response(429, headers={"Retry-After": "7"})

    with pytest.raises(VendorRateLimitedError) as caught:
        await http.get(API)

    assert caught.value.retry_after == 7


async def test_a_failed_token_request_does_not_spoil_the_next(http, cloud):
    cloud.token_answer = httpx.ReadTimeout("silence")
    with pytest.raises(VendorUnreachableError):
        await http.get(API)
    cloud.token_answer = None

    answer = await http.get(API)

    assert answer.status_code == 200


async def test_secrets_do_not_show(http, credentials):
    await http.get(API)

    assert "MARKED" not in f"{credentials!r} {vars(credentials)!r}"
