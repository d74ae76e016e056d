"""Looking for a charger in a listing."""

from datetime import UTC, datetime

import pytest

from vendors.find import find_in, goes_by
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

    assert [found.id for found in await find_in(pages(), "7")] == ["7", "9"]
