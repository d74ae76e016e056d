"""Looking for a charger in a listing."""

from datetime import UTC, datetime

import pytest

from vendors.errors import VendorError
from vendors.find import MOST_PAGES, find_in, goes_by
from vendors.models import Charger, Vendor


def charger(charger_id, **names):
    seen = datetime(2025, 3, 11, tzinfo=UTC)
    return Charger(account="dk", vendor=Vendor.SPIRII, id=charger_id, observed_at=seen, **names)


@pytest.mark.parametrize("text", ["7", "dk.spi.7", " SN-7 "])
def test_a_charger_goes_by_id_identity_and_serial_number(text):
    assert goes_by(charger("7", identity="DK.SPI.7", serial_number="sn-7"), text)


@pytest.mark.parametrize("text", ["", "DK.SPI", "77", "Garage"])
def test_a_charger_does_not_go_by_a_part_or_by_its_name(text):
    """Part of a name would find a stranger."""
    assert not goes_by(charger("7", identity="DK.SPI.7", name="Garage"), text)


async def test_a_search_reads_to_the_end():
    """A serial number may be the id of another charger."""

    async def pages():
        yield [charger("7"), charger("8")]
        yield [charger("9", serial_number="7")]

    assert [found.id for found in await find_in(pages(), "7", vendor="spirii")] == ["7", "9"]


class LongList:
    """A listing of so many pages that counts those that are read, and knows when it is closed."""

    def __init__(self, pages: int) -> None:
        self.pages = pages
        self.read = 0
        self.is_closed = False

    async def listed(self):
        """Page by page, with one charger each."""
        try:
            for number in range(self.pages):
                self.read += 1
                yield [charger(str(number))]
        finally:
            self.is_closed = True


async def test_a_search_does_not_take_a_vendors_whole_limit():
    """A misspelt name would keep the sweeps from their work for minutes."""
    fleet = LongList(1000)

    with pytest.raises(VendorError, match="not on the first 40 pages"):
        await find_in(fleet.listed(), "no-such", vendor="spirii")

    assert (fleet.read, fleet.is_closed) == (MOST_PAGES, True)


async def test_what_was_found_on_the_pages_that_were_read_is_found():
    assert [found.id for found in await find_in(LongList(1000).listed(), "7", vendor="dk")] == ["7"]


async def test_a_list_that_just_fits_was_read_whole():
    assert await find_in(LongList(MOST_PAGES - 1).listed(), "no-such", vendor="spirii") == []
