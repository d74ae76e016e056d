"""Whoever counts requests sees each one that went out, and how long it stood in line."""

import httpx
import pytest
from pydantic import SecretStr

from tests.vendors.fake_cloud import FakeCloud
from vendors.auth import StaticBearer
from vendors.errors import VendorUnreachableError
from vendors.http import ApiClient
from vendors.limits import TokenBucket
from vendors.models import Vendor
from vendors.pacing import Sent
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
