"""Looking for a charger in a listing, at vendors that offer no lookup."""

from collections.abc import AsyncIterable, Sequence

from vendors.models import Charger


def goes_by(charger: Charger, text: str) -> bool:
    """Whether the text is the charger's identity, serial number or id, in any case of letters."""
    wanted = text.strip().casefold()
    names = (charger.identity, charger.serial_number, charger.id)
    return any(name is not None and name.casefold() == wanted for name in names)


async def find_in(pages: AsyncIterable[Sequence[Charger]], text: str) -> list[Charger]:
    """All that go by the text; reads to the end, since two chargers may."""
    return [charger async for page in pages for charger in page if goes_by(charger, text)]
