"""Single chargers, and what one that cannot be read says about the others."""

import asyncio

import pytest

from bot.direct_reads import AT_ONCE, MOST_FAILED, read_directly
from tests.bot.tower import Cloud
from tests.clock import VirtualClock
from vendors import errors
from vendors.models import Vendor

IDS = [f"c{n}" for n in range(10)]


class Asked(Cloud):
    """A cloud in which each charger may have a failure of its own."""

    def __init__(self, clock: VirtualClock, **failures: errors.VendorError) -> None:
        super().__init__("dk", clock)
        self.rows = {key: {"identity": key} for key in IDS}
        self.failures = failures
        self.open_now = self.most_open = 0

    async def charger(self, charger_id: str):
        """Fail as this charger does, or answer."""
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        await asyncio.sleep(0)
        self.open_now -= 1
        found = await super().charger(charger_id)
        if charger_id in self.failures:
            raise self.failures[charger_id]
        return found


async def test_each_is_told_as_its_vendor_told_it(clock: VirtualClock):
    """Nobody is taken for gone who may only not be read."""
    cloud = Asked(
        clock,
        c1=errors.NotFoundError(Vendor.SPIRII),
        c2=errors.ForbiddenError(Vendor.SPIRII),
        c3=errors.VendorUnreachableError(Vendor.SPIRII),
    )

    read = await read_directly(cloud, IDS)

    assert sorted(read.found) == [key for key in IDS if key not in {"c1", "c2", "c3"}]
    assert (read.gone, read.unread, read.trouble) == (["c1"], {"c3"}, None)


async def test_a_few_are_read_at_the_same_time(clock: VirtualClock):
    """A hundred one after the other would keep an outage from us for half a minute."""
    cloud = Asked(clock)

    await read_directly(cloud, IDS)

    assert cloud.most_open == AT_ONCE
    assert cloud.reads == IDS


@pytest.mark.parametrize(
    "failure",
    [
        errors.VendorUnreachableError(Vendor.SPIRII, "HTTP 500"),
        errors.UnexpectedReplyError(Vendor.SPIRII, "evses: Field required", field="evses"),
        errors.RejectedError(Vendor.SPIRII, "HTTP 410"),
    ],
)
async def test_one_bad_charger_is_not_its_account(failure: errors.VendorError, clock: VirtualClock):
    read = await read_directly(Asked(clock, c0=failure, c9=failure), IDS)

    assert (len(read.found), read.unread, read.trouble) == (8, {"c0", "c9"}, None)


async def test_several_without_an_answer_are(clock: VirtualClock):
    failure = errors.VendorUnreachableError(Vendor.SPIRII)
    cloud = Asked(clock, **dict.fromkeys(IDS, failure))

    read = await read_directly(cloud, IDS)

    assert (read.found, read.unread, read.trouble) == ({}, set(IDS), failure)
    assert MOST_FAILED <= len(cloud.reads) <= AT_ONCE


@pytest.mark.parametrize(
    "failure",
    [
        errors.VendorAuthError(Vendor.SPIRII),
        errors.VendorRateLimitedError(Vendor.SPIRII, retry_after=40),
    ],
)
async def test_what_concerns_the_whole_account_ends_the_asking(
    failure: errors.VendorError, clock: VirtualClock
):
    cloud = Asked(clock, c1=failure)

    read = await read_directly(cloud, IDS)

    assert (sorted(read.found), read.trouble) == (["c0", "c2", "c3"], failure)
    assert cloud.reads == IDS[:AT_ONCE]
