"""Rows that come as a file: read as spreadsheets write them, or refused in a sentence."""

import codecs

from handlers.blocks.import_form import BOTH_GIVEN
from handlers.import_chargers import LARGEST_FILE, NOT_GIVEN, UNREADABLE
from tests.handlers.house import House

ROWS = "sep=;\r\nSite;Identity;Remark\r\n{site};NL-IMP-0001;new\r\n;NL-IMP-0002;\r\n"
NO_SHEETS = {
    "Zürich".encode("cp1252"): UNREADABLE,
    codecs.BOM_UTF16_LE + b"A": UNREADABLE,
    b"A" * (LARGEST_FILE + 1): "larger than",
    b"": "There are no rows",
    b"\x00\x01\x02": "invisible",
}


async def choose(house: House, content: bytes) -> None:
    support = house.person("support")
    await support.command("support", "/charger import")
    await support.modal("One charger a row")
    await support.attach("Or a CSV file", "rows.csv", content)


async def leave(house: House) -> None:
    """The page on top, and the form that lies under it."""
    support = house.person("support")
    await support.close()
    await support.close()


async def test_a_file_is_read_as_spreadsheets_write_it(house: House):
    support = house.person("support")
    sites = await house.services.inventory.sites(account="nl")
    name = next(site.name for site in sites if site.name.isascii())
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        await choose(house, ROWS.format(site=name).encode(encoding))
        await support.submit()

        page = ("2 chargers would be registered", f"site {name}", "leave it out: Remark")
        await support.modal(*page)
        await leave(house)
    await choose(house, b"NL-IMP-0001\nNL-AMS-0001\n")
    await support.fill("Rows", "NL-IMP-0002")
    assert await support.submit() == {"Rows": BOTH_GIVEN}
    await support.fill("Rows", "")
    await support.submit()
    await support.modal("1 charger would be registered", "registered here already")


async def test_a_file_that_is_no_sheet_is_refused_in_a_sentence(house: House):
    """Also where Slack keeps it to itself, and sends the page of its sign-in instead."""
    support, app = house.person("support"), house.slack.workspace.app
    for content, words in NO_SHEETS.items():
        await choose(house, content)
        await support.submit()
        await support.modal(words)
        await leave(house)

    await choose(house, b"NL-IMP-0001")
    app.scopes = app.scopes - {"files:read"}
    await support.submit()
    await support.modal(NOT_GIVEN)
