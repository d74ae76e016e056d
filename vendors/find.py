"""Looking for a charger in a listing, at vendors that offer no lookup."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence

from vendors.errors import VendorError
from vendors.models import Charger

MOST_PAGES = 40
"""Of a listing that one lookup reads: more would take the account's whole limit for a minute."""


def goes_by(charger: Charger, text: str) -> bool:
    """Whether the text is the charger's identity, serial number or id, in any case of letters."""
    wanted = text.strip().casefold()
    names = (charger.identity, charger.serial_number, charger.id)
    return any(name is not None and name.casefold() == wanted for name in names)


async def find_in(
    pages: AsyncIterator[Sequence[Charger]], text: str, *, vendor: str
) -> list[Charger]:
    """All that go by the text; reads to the end, since two chargers may.

    Raises VendorError where the listing is longer than what one lookup reads and nothing was found.
    """
    found: list[Charger] = []
    read = 0
    async for page in pages:
        found += [charger for charger in page if goes_by(charger, text)]
        read += 1
        if read == MOST_PAGES:
            break
    else:
        return found
    if isinstance(pages, AsyncGenerator):
        await pages.aclose()
    if not found:
        raise VendorError(vendor, f"not on the first {MOST_PAGES} pages of its list")
    return found
