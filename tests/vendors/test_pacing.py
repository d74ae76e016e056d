"""Each request is counted, has its turn and an end; what a vendor says of limits is weighed."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from tests.vendors.fake_cloud import FakeCloud
from tests.vendors.virtual_loop import in_virtual_time, virtual_clock
from vendors.auth import StaticBearer
from vendors.errors import (
    OutcomeUnknownError,
    UnexpectedReplyError,
    VendorRateLimitedError,
    VendorUnreachableError,
)
from vendors.http import ApiClient
from vendors.limits import TokenBucket
from vendors.models import Vendor
from vendors.pacing import LONGEST_ANSWER_S, LONGEST_PAUSE_S, Sent
from vendors.wire_model import Empty


class Sleeper:
    """Sleeps by moving its own clock."""

    def __init__(self) -> None:
        self.now = 1000.0

    async def sleep(self, seconds: float) -> None:
        """Let so long pass."""
        self.now += seconds

    def clock(self) -> float:
        """Seconds."""
        return self.now


def counted(cloud: FakeCloud, *, per_minute: int = 6000) -> tuple[ApiClient, list[Sent]]:
    sleeper, sent = Sleeper(), []
    api = ApiClient(
        vendor=Vendor.SPIRII,
        base_url="https://cloud.test/base",
        auth=StaticBearer(SecretStr("token")),
        bucket=TokenBucket(per_minute, clock=sleeper.clock),
        transport=httpx.MockTransport(cloud),
        sleep=sleeper.sleep,
        clock=sleeper.clock,
        observe=sent.append,
    )
    return api, sent


async def test_each_try_of_a_read_counts():
    cloud = FakeCloud(httpx.Response(503), {})
    api, sent = counted(cloud)

    await api.read("things", Empty)

    assert [one.status for one in sent] == [503, 200]


async def test_a_request_without_an_answer_counts_as_such():
    api, sent = counted(FakeCloud(*[httpx.ConnectError("no way")] * 3))

    with pytest.raises(VendorUnreachableError):
        await api.read("things", Empty)

    assert [one.status for one in sent] == [None, None, None]


async def test_the_wait_for_the_limit_is_told():
    """60 a minute: twelve at once, then one each 1.25 s."""
    api, sent = counted(FakeCloud(*[{}] * 13), per_minute=60)

    for _ in range(13):
        await api.read("things", Empty)

    assert [one.waited_s for one in sent[:12]] == [0.0] * 12
    assert sent[12].waited_s == pytest.approx(1.25)


LIES = [
    pytest.param({"X-RateLimit-Remaining": "-5", "Retry-After": "-1"}, id="negative"),
    pytest.param({"X-RateLimit-Remaining": "many", "Retry-After": "soon"}, id="words"),
    pytest.param({"X-RateLimit-Remaining": "9" * 5000}, id="endless-number"),
    pytest.param({"X-RateLimit-Remaining": "900", "X-RateLimit-Reset": "9" * 400}, id="no-float"),
    pytest.param({"Retry-After": "9" * 400}, id="longer-than-the-universe"),
    pytest.param({"Retry-After": "nan"}, id="nan"),
    pytest.param({"Date": "Fri, 31 Dec 99999999999 23:59:59 GMT"}, id="no-date"),
    pytest.param({"Date": "yesterday", "X-RateLimit-Reset": "tomorrow"}, id="prose"),
]


@pytest.mark.parametrize("headers", LIES)
async def test_headers_that_cannot_be_meant_change_nothing(headers):
    api, sent = counted(FakeCloud(*[httpx.Response(200, headers=headers, json={})] * 3))

    await api.read("things", Empty)
    await api.write("POST", "things", Empty)
    await api.read("things", Empty)

    assert [one.waited_s for one in sent] == [0.0] * 3


@pytest.mark.parametrize("after", ["99999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
async def test_no_vendor_can_ask_for_a_pause_of_years(after):
    """Else one wrong header would hold an account until the next restart."""
    api, _ = counted(FakeCloud(httpx.Response(429, headers={"Retry-After": after})))

    with pytest.raises(VendorRateLimitedError) as caught:
        await api.read("things", Empty)

    assert caught.value.retry_after == LONGEST_PAUSE_S


class Drip(httpx.AsyncByteStream):
    """A body that comes byte by byte for hours; no single wait is a long one."""

    def __init__(self) -> None:
        self.is_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(1000):
            await asyncio.sleep(10)
            yield b" "

    async def aclose(self) -> None:
        """Hang up."""
        self.is_closed = True


class Nonsense(Drip):
    """A body that is not what its headers say."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"nonsense"


def test_a_body_that_drips_in_for_hours_is_given_up():
    """Every byte restarts the read timeout, so only a limit for the whole helps."""

    async def scenario() -> tuple[float, int, bool]:
        drip = Drip()
        api, sent = counted(FakeCloud(httpx.Response(200, stream=drip)))
        with pytest.raises(OutcomeUnknownError):
            await api.write("POST", "things", Empty)
        return virtual_clock(), len(sent), drip.is_closed

    assert in_virtual_time(scenario()) == (LONGEST_ANSWER_S, 1, True)


async def test_a_body_that_cannot_be_decoded_frees_its_connection():
    stream = Nonsense()
    answer = httpx.Response(200, stream=stream, headers={"Content-Encoding": "gzip"})
    api, _ = counted(FakeCloud(answer))

    with pytest.raises(UnexpectedReplyError):
        await api.read("things", Empty)

    assert stream.is_closed


async def test_a_request_that_is_called_off_gives_its_slot_back():
    """Four slots, and more requests called off than there are slots."""
    api, sent = counted(FakeCloud(*(httpx.Response(200, stream=Drip()) for _ in range(8)), {}))

    for _ in range(8):
        reading = asyncio.ensure_future(api.read("things", Empty))
        await asyncio.sleep(0)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    await asyncio.wait_for(api.read("things", Empty), 1)

    assert [one.status for one in sent] == [None] * 8 + [200]


async def test_two_thousand_people_at_once_are_all_answered():
    api, sent = counted(FakeCloud(*[{}] * 2_000), per_minute=1_000_000)

    await asyncio.gather(*(api.read("things", Empty) for _ in range(2_000)))

    assert len(sent) == 2_000


async def test_a_vendors_cookies_are_not_taken():
    """A session of theirs beside our token could decide who we are."""
    cookie = httpx.Response(200, headers={"Set-Cookie": "session=1; Path=/"}, json={})
    cloud = FakeCloud(cookie, {})
    api, _ = counted(cloud)

    await api.read("things", Empty)
    await api.read("things", Empty)

    assert "Cookie" not in cloud.requests[1].headers
