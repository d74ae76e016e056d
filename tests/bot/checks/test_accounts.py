"""Each account is called once, and what is wrong with it is said with what to do."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from bot.checks.accounts import account_findings
from bot.checks.findings import Finding
from bot.sandbox.vendors.api_faults import ApiFault, ApiTrouble
from bot.sandbox.vendors.clouds import SandboxAccount, VendorClouds
from bot.sandbox.vendors.entities import Vendor as SandboxVendor
from bot.sandbox.vendors.seed import seeded_world
from tests.bot.tower import Cloud
from tests.clock import VirtualClock
from vendors.connect import AccountSpec, connect
from vendors.errors import VendorRateLimitedError
from vendors.models import Charger
from vendors.ports import Client

ACCOUNTS = ("nl", "legacy", "dk", "us")


@pytest.fixture
async def clouds(clock: VirtualClock) -> AsyncIterator[VendorClouds]:
    async with VendorClouds(seeded_world(clock.now()), clock.now, sleep=clock.sleep) as clouds:
        yield clouds


def client_of(account: SandboxAccount, clock: VirtualClock, **changes: str) -> Client:
    async def no_sleep(_: float) -> None:
        """Nobody waits in a test."""

    settings = {
        "name": account.name,
        "vendor": account.vendor,
        "base_url": account.base_url,
        "team": account.team,
        "token": account.token,
        "client_id": account.client_id,
        "client_secret": account.client_secret,
        "token_url": account.token_url,
        "audience": account.audience,
    }
    return connect(AccountSpec(**{**settings, **changes}), sleep=no_sleep, now=clock.now)


async def checked(client: Client, clock: VirtualClock) -> list[Finding]:
    try:
        return await account_findings(client, clock)
    finally:
        await client.aclose()


@pytest.mark.parametrize("name", ACCOUNTS)
async def test_a_good_account_is_told_in_a_few_lines(
    name: str, clouds: VendorClouds, clock: VirtualClock
):
    found = await checked(client_of(clouds.account(name), clock), clock)

    assert {finding.subject for finding in found} == {f"account {name}"}
    assert not [finding for finding in found if finding.ok is False]
    text = " ".join(finding.sentence for finding in found)
    assert "answers and takes our credential; its clock and ours differ by " in text
    assert "lists chargers" in text
    assert "Chargers on its first page: " in text
    assert "rate limit" in text


async def test_only_what_the_vendor_can_do_is_listed(clouds: VendorClouds, clock: VirtualClock):
    nl = await checked(client_of(clouds.account("nl"), clock), clock)
    us = await checked(client_of(clouds.account("us"), clock), clock)

    assert "restarts chargers" in nl[1].sentence
    assert "restarts chargers" not in us[1].sentence
    assert "archives station models" in us[1].sentence


async def test_lynkwell_is_told_to_be_blind_to_connectivity(
    clouds: VendorClouds, clock: VirtualClock
):
    for name in ACCOUNTS:
        found = await checked(client_of(clouds.account(name), clock), clock)
        notes = [each for each in found if "only faults are watched" in each.sentence]
        assert bool(notes) is (name == "us")


@pytest.mark.parametrize("name", ACCOUNTS)
async def test_a_wrong_credential_is_told(name: str, clouds: VendorClouds, clock: VirtualClock):
    secret = "client_secret" if name == "us" else "token"

    (finding,) = await checked(
        client_of(clouds.account(name), clock, **{secret: "marked-secret"}), clock
    )

    assert finding.ok is False
    assert finding.sentence.startswith("It does not accept our credential")
    assert "Renew" in finding.fix
    assert "marked-secret" not in repr(finding)


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (ApiTrouble.ERROR, "It cannot be reached"),
        (ApiTrouble.FORBIDDEN, "It does not let our credential see the account"),
        (ApiTrouble.RESET, "It cannot be reached"),
        (ApiTrouble.GARBAGE, "It answers in a way that we do not understand"),
    ],
)
async def test_trouble_is_told_with_a_fix(
    trouble: ApiTrouble, sentence: str, clouds: VendorClouds, clock: VirtualClock
):
    clouds.by_vendor[SandboxVendor.PLUGCHOICE].faults.add(ApiFault(trouble))

    (finding,) = await checked(client_of(clouds.account("nl"), clock), clock)

    assert (finding.ok, finding.sentence.partition(" (")[0]) == (False, sentence)
    assert finding.fix


async def test_an_unreachable_vendor_is_told(clouds: VendorClouds, clock: VirtualClock):
    account = client_of(clouds.account("dk"), clock, base_url="http://127.0.0.1:9")

    (finding,) = await checked(account, clock)

    assert finding.ok is False
    assert "base_url" in finding.fix


async def test_a_used_up_limit_is_no_failure(clouds: VendorClouds, clock: VirtualClock):
    """The account works; somebody else is using it."""
    cloud = clouds.by_vendor[SandboxVendor.SPIRII]
    cloud.faults.add(ApiFault(ApiTrouble.RATE_LIMITED, seconds=40))

    (finding,) = await checked(client_of(clouds.account("dk"), clock), clock)

    assert finding.ok is None
    assert VendorRateLimitedError.__name__ not in finding.sentence
    assert "wait 40 s" in finding.sentence


async def test_a_wrong_clock_is_worth_knowing(clouds: VendorClouds, clock: VirtualClock):
    account = clouds.account("nl")
    client = client_of(account, clock)
    theirs = await client.ping()
    assert theirs is not None
    ours = VirtualClock(theirs - timedelta(minutes=10))

    greeting, *_ = await checked(client, ours)

    assert greeting.ok is None
    assert "differ by +6" in greeting.sentence


async def test_no_chargers_at_all_is_worth_knowing(clouds: VendorClouds, clock: VirtualClock):
    cloud = clouds.by_vendor[SandboxVendor.SPIRII]
    cloud.faults.add(ApiFault(ApiTrouble.EMPTY_LIST))

    found = await checked(client_of(clouds.account("dk"), clock), clock)

    note = found[2]
    assert (note.ok, note.sentence) == (None, "There are no chargers in its list.")
    assert "`team`" in note.fix


class Sparse(Cloud):
    """A cloud whose first pages hold nothing of this account's."""

    rate_limit_left = None

    def __init__(self, clock: VirtualClock, empty_pages: int) -> None:
        super().__init__("dk", clock)
        self.rows = {"a": {"identity": "A"}}
        self.empty_pages = empty_pages

    async def chargers(self) -> AsyncIterator[Sequence[Charger]]:
        """Nothing for a while, then one."""
        for _ in range(self.empty_pages):
            self.pages_read += 1
            yield []
        async for page in super().chargers():
            yield page


@pytest.mark.parametrize(
    ("empty_pages", "told"),
    [
        (0, "Chargers on its first page: 1."),
        (2, "Chargers on page 3 of its list: 1."),
        (100, "There are no chargers on its first 10 pages."),
    ],
)
async def test_chargers_are_looked_for_on_a_few_pages(
    empty_pages: int, told: str, clock: VirtualClock
):
    """Where an account is restricted to some sites, its first page may be of others."""
    cloud = Sparse(clock, empty_pages)

    found = await account_findings(cloud, clock)

    assert found[2].sentence == told
    assert cloud.pages_read <= 10
