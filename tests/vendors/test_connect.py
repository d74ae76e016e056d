"""From settings to clients."""

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from tests.vendors.fake_cloud import FakeCloud
from vendors.connect import BASE_URLS, AccountSpec, connect
from vendors.limits import Buckets
from vendors.lynkwell.client import LynkwellClient
from vendors.models import Vendor
from vendors.plugchoice.client import PlugchoiceClient
from vendors.spirii.client import SpiriiClient
from vendors.volttime.client import VoltTimeClient

TOKEN = SecretStr("marked-token")
SPECS = {
    PlugchoiceClient: AccountSpec(name="nl", vendor=Vendor.PLUGCHOICE, token=TOKEN, team="T"),
    VoltTimeClient: AccountSpec(name="legacy", vendor=Vendor.VOLTTIME, token=TOKEN, team="12"),
    SpiriiClient: AccountSpec(name="dk", vendor=Vendor.SPIRII, token=TOKEN),
    LynkwellClient: AccountSpec(
        name="us", vendor=Vendor.LYNKWELL, client_id=TOKEN, client_secret=TOKEN
    ),
}


@pytest.mark.parametrize(("kind", "spec"), SPECS.items())
async def test_each_vendor_has_its_client(kind, spec):
    client = connect(spec, transport=httpx.MockTransport(FakeCloud()))

    assert type(client) is kind
    assert (client.account, client.vendor) == (spec.name, spec.vendor)
    assert client.rate_limit_left is None
    assert client.in_background().account == spec.name
    await client.aclose()


@pytest.mark.parametrize("kind", [PlugchoiceClient, VoltTimeClient, SpiriiClient])
async def test_requests_go_to_the_documented_address_with_the_token(kind):
    spec = SPECS[kind]
    cloud = FakeCloud({"data": []})

    await connect(spec, transport=httpx.MockTransport(cloud)).ping()

    assert str(cloud.requests[0].url).startswith(BASE_URLS[spec.vendor])
    assert cloud.requests[0].headers["Authorization"] == "Bearer marked-token"


async def test_another_address_may_be_given():
    cloud = FakeCloud({"data": []})
    spec = SPECS[PlugchoiceClient].model_copy(update={"base_url": "http://127.0.0.1:9/v3/"})

    await connect(spec, transport=httpx.MockTransport(cloud)).ping()

    assert str(cloud.requests[0].url) == "http://127.0.0.1:9/v3/teams/T/chargers"


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"vendor": "plugchoice", "token": "marked"}, "team"),
        ({"vendor": "volttime", "team": "12"}, "token"),
        ({"vendor": "spirii"}, "token"),
        ({"vendor": "lynkwell", "client_id": "marked"}, "client_secret"),
        ({"vendor": "spirii", "token": "marked", "tokn": "marked"}, "tokn"),
    ],
)
def test_what_a_vendor_needs_must_be_there(wrong, what):
    with pytest.raises(ValidationError, match=what) as raised:
        AccountSpec.model_validate({"name": "x", **wrong})

    assert "marked" not in str(raised.value)


@pytest.mark.parametrize("spec", SPECS.values())
def test_no_secret_is_in_the_repr_of_an_account(spec):
    assert "marked-token" not in repr(spec) + str(spec.model_dump())


async def test_two_accounts_on_one_token_share_its_limit():
    """Five a minute are a burst of one: the second account has to wait for the first."""
    slept: list[float] = []
    now = [0.0]

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    cloud = FakeCloud({"data": []}, {"data": []})
    buckets = Buckets(clock=lambda: now[0])
    for name in ("one", "two"):
        spec = AccountSpec(
            name=name, vendor=Vendor.PLUGCHOICE, token=TOKEN, team=name, requests_per_minute=5
        )
        transport = httpx.MockTransport(cloud)
        await connect(spec, transport=transport, buckets=buckets, sleep=sleep).ping()

    assert sum(slept) == pytest.approx(15)
