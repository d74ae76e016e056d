"""A story for every row of the command table: what a person types, and what they then see."""

from typing import Final, NamedTuple

import pytest

from handlers import catalog
from handlers.blocks.help import EXAMPLES
from tests.handlers.house import House

ROWS: Final = {
    (command.name, known.name) for command in catalog.COMMANDS for known in command.subcommands
}


class Story(NamedTuple):
    """One thing that somebody types."""

    typed: str
    sees: tuple[str, ...]
    """Words of the answer, or of the form."""
    form: str = ""
    """The title of the form that opens."""
    by: str = "support"


GUEST: Final = ("Guests of this workspace cannot use me",)
NOBODY: Final = ("I find no charger called",)

WELL: Final = {
    ("/charger", "find"): Story("/charger rtm-0001,", ("NL-RTM-0001", "Online", "Firmware")),
    ("/charger", "show"): Story("/charger show SN-000033", ("DK.SPI.000103", "Offline", "Dokk1")),
    ("/charger", "list"): Story("/charger list site:Sloterdijk", ("8 chargers", "P+R Sloterdijk")),
    ("/charger", "register"): Story(
        "/charger register account:dk", ("Serial number",), "Register a charger"
    ),
    ("/charger", "import"): Story("/charger import", ("One charger a row",), "Import chargers"),
    ("/charger", "attach"): Story("/charger attach", ("Pincode",), "Attach a charger"),
    ("/charger", "detach"): Story(
        "/charger detach VT_40010103", ("pincode is needed", "Hanzeland"), "Detach a charger"
    ),
    ("/charger", "delete"): Story(
        "/charger delete DK.SPI.000001", ("No undo is documented",), "Delete a charger"
    ),
    ("/charger", "reference"): Story(
        "/charger reference NL-RTM-0001 Gate 7", ("NL-RTM-0001",), "Set a reference"
    ),
    ("/charger", "usage"): Story("/charger usage NL-RTM-0001 1", ("draws now", "Power", "kW")),
    ("/charger", "restart"): Story(
        "/charger restart DK.SPI.000103", ("hardly reach it",), "Restart a charger"
    ),
    ("/charger", "help"): Story("/charger", ("/charger register", "For example")),
    ("/site", "list"): Story("/site list rotterdam", ("1 site", "Kop van Zuid")),
    ("/site", "show"): Story("/site show 34", ("Strijp-S", "Eindhoven", "Main fuse")),
    ("/site", "create"): Story("/site create", ("House number", "Country"), "Create a site"),
    ("/site", "connectors"): Story(
        "/site connectors Strijp-S", ("connectors at Strijp-S", "VT_40010002")
    ),
    ("/site", "groups"): Story("/site groups Strijp-S", ("2 groups at Strijp-S", "no meter")),
    ("/site", "meter"): Story("/site meter Strijp-S 7", ("Meter of group", "Power now")),
    ("/site", "smart-charging"): Story(
        "/site smart-charging Strijp-S", ("Time zone", "Strijp-S"), "Smart charging"
    ),
    ("/site", "transactions"): Story(
        "/site transactions Strijp-S", ("sessions at Strijp-S", "VT_4001", "kWh")
    ),
    ("/site", "help"): Story("/site help", ("/site transactions ID [active]",)),
    ("/model", "list"): Story("/model list archived", ("1 archived station model", "Bayline")),
    ("/model", "show"): Story("/model show longhorn 120 kw", ("NACS cable", "OCPP URL", "DC")),
    ("/model", "create"): Story("/model create", ("Add a connector",), "New station model"),
    ("/model", "rename"): Story(
        "/model rename Longhorn 120 kW", ("Friendly name",), "Rename station model"
    ),
    ("/model", "archive"): Story(
        "/model archive Longhorn 120 kW", ("un-archive", "1 charger"), "Archive station model"
    ),
    ("/model", "help"): Story("/model", ("/model archive ID",)),
    ("/alerts", "list"): Story("/alerts", ("alerts firing", "NL-AMS-0006", "offline")),
    ("/alerts", "why"): Story(
        "/alerts why NL-AMS-0006", ("Why NL-AMS-0006", "by rule 1", "already so when")
    ),
    ("/alerts", "silence"): Story(
        "/alerts silence site:kop", ("Kop van Zuid", "For how long"), "Silence alerts"
    ),
    ("/alerts", "silences"): Story("/alerts silences", ("Nothing is silenced",)),
    ("/alerts", "rules"): Story("/alerts rules", ("the first that matches", "Route 1", "oncall")),
    ("/alerts", "report"): Story("/alerts report 7d", ("The last 7 days", "Strict", "lenient")),
    ("/alerts", "test"): Story("/alerts test", ("A test alert is on its way", "alerts")),
    ("/alerts", "help"): Story("/alerts help", ("/alerts why CHARGER",)),
    ("/approvals", "list"): Story("/approvals", ("Waiting for a decision", "Longhorn 120 kW")),
    ("/approvals", "mine"): Story("/approvals mine", ("What you asked for", "Longhorn 120 kW")),
    ("/approvals", "history"): Story("/approvals history", ("Longhorn 120 kW",)),
    ("/approvals", "show"): Story("/approvals show 1", ("Archive station model", "it is old")),
    ("/approvals", "help"): Story("/approvals help", ("/approvals show N",)),
    ("/chargehand", "help"): Story("/chargehand", ("/site help", "/chargehand status")),
    ("/chargehand", "status"): Story("/chargehand status", ("nl", "online", "Chargehand 1.")),
    ("/chargehand", "charger"): Story("/chargehand charger NL-RTM-0001", ("Kop van Zuid",)),
    ("/chargehand", "site"): Story("/chargehand site list", ("8 sites",)),
    ("/chargehand", "model"): Story("/chargehand model list", ("23 station models",)),
    ("/chargehand", "alerts"): Story("/chargehand alerts rules", ("Rules",)),
    ("/chargehand", "approvals"): Story("/chargehand approvals list", ("Longhorn 120 kW",)),
}

BADLY: Final = {
    ("/charger", "find"): Story("/charger zzz-not", (*NOBODY, "asked the vendors too")),
    ("/charger", "show"): Story("/charger show NL-AMS", ("Is it one of these?", "NL-AMS-0008")),
    ("/charger", "list"): Story("/charger list broken", ("I can list", "faulted")),
    ("/charger", "register"): Story(
        "/charger register account:us", ("Lynkwell", "no way to register", "nl")
    ),
    ("/charger", "import"): Story("/charger import", GUEST, by="visitor"),
    ("/charger", "attach"): Story("/charger attach account:dk", ("Spirii", "no way to attach")),
    ("/charger", "detach"): Story("/charger detach DK.SPI.000001", ("no way to take a charger",)),
    ("/charger", "delete"): Story("/charger delete NL-RTM-0001", ("no way to delete", "dk")),
    ("/charger", "reference"): Story("/charger reference VT_40010001 x", ("no way to give",)),
    ("/charger", "usage"): Story("/charger usage NL-RTM-0001 9", ("no connector", "1, 2")),
    ("/charger", "restart"): Story("/charger restart VT_40010001", ("no way to restart",)),
    ("/charger", "help"): Story("/charger hlep", NOBODY),
    ("/site", "list"): Story("/site list atlantis", ("No site matches", "/site list")),
    ("/site", "show"): Story("/site show atlantis", ("I find no site called",)),
    ("/site", "create"): Story("/site create account:us", ("Lynkwell", "no way to create a site")),
    ("/site", "connectors"): Story("/site connectors Dokk1", ("no way to list the connectors",)),
    ("/site", "groups"): Story("/site groups Dokk1", ("no way to list the load",)),
    ("/site", "meter"): Story("/site meter Strijp-S 99", ("has no group", "at most 80 A")),
    ("/site", "smart-charging"): Story("/site smart-charging Dokk1", ("no way to change when",)),
    ("/site", "transactions"): Story("/site transactions Dokk1", ("no way to list charging",)),
    ("/site", "help"): Story("/site hepl", ("I do not know", "Did you mean", "/site help")),
    ("/model", "list"): Story("/model list account:nope", ("There is no account called",)),
    ("/model", "show"): Story("/model show unicorn", ("I find no station model called",)),
    ("/model", "create"): Story("/model create account:nl", ("no way to create a station",)),
    ("/model", "rename"): Story("/model rename dk/5", ("no way to rename", "us")),
    ("/model", "archive"): Story("/model archive Kattegat", ("Is it one of these?", "KP_22_DUO")),
    ("/model", "help"): Story("/model hlp", ("Did you mean", "/model help")),
    ("/alerts", "list"): Story("/alerts list", GUEST, by="visitor"),
    ("/alerts", "why"): Story("/alerts why nope-nope", NOBODY),
    ("/alerts", "silence"): Story("/alerts silence site:atlantis", ("I know no site called",)),
    ("/alerts", "silences"): Story("/alerts silences", GUEST, by="visitor"),
    ("/alerts", "rules"): Story("/alerts rulse", ("Did you mean", "/alerts rules")),
    ("/alerts", "report"): Story("/alerts report soon", ("Say for how many days",)),
    ("/alerts", "test"): Story("/alerts test", GUEST, by="visitor"),
    ("/alerts", "help"): Story("/alerts hepl", ("Did you mean", "/alerts help")),
    ("/approvals", "list"): Story("/approvals list", GUEST, by="visitor"),
    ("/approvals", "mine"): Story("/approvals mine", GUEST, by="visitor"),
    ("/approvals", "history"): Story("/approvals histroy", ("Did you mean", "history")),
    ("/approvals", "show"): Story("/approvals show 99", ("There is no such request",)),
    ("/approvals", "help"): Story("/approvals hepl", ("Did you mean", "/approvals help")),
    ("/chargehand", "help"): Story("/chargehand nonsense", ("I do not know", "/chargehand help")),
    ("/chargehand", "status"): Story("/chargehand status", GUEST, by="visitor"),
    ("/chargehand", "charger"): Story("/chargehand charger zzz-not", NOBODY),
    ("/chargehand", "site"): Story("/chargehand site show atlantis", ("I find no site",)),
    ("/chargehand", "model"): Story("/chargehand model show unicorn", ("I find no station",)),
    ("/chargehand", "alerts"): Story("/chargehand alerts why nope-nope", NOBODY),
    ("/chargehand", "approvals"): Story("/chargehand approvals show 99", ("no such request",)),
}


def test_every_row_has_a_story_that_goes_well_and_one_that_does_not():
    assert ROWS == set(WELL) == set(BADLY)


async def told(house: House, story: Story) -> None:
    person = house.person(story.by)
    await person.command("support", story.typed)
    if story.form:
        await person.modal(*story.sees, title=story.form)
    else:
        answer = await person.sees("support", *story.sees)
        assert answer.is_ephemeral
        assert person.top_modal is None


def named(rows):
    return [pytest.param(row, id=" ".join(row).lstrip("/")) for row in sorted(rows)]


@pytest.mark.parametrize("row", named(WELL))
async def test_it_goes_well(desk, row):
    if row[0] == "/approvals" or row == ("/chargehand", "approvals"):
        await ask_to_archive(desk)

    await told(desk, WELL[row])


async def ask_to_archive(house: House) -> None:
    support = house.person("support")
    await support.command("support", "/model archive Longhorn 120 kW")
    await support.modal("Reason")
    await support.fill("Reason", "it is old")
    await support.submit()
    await support.modal("waits for a decision")
    await support.close()


@pytest.mark.parametrize("row", named(BADLY))
async def test_it_is_said_what_is_wrong(house, row):
    await told(house, BADLY[row])


@pytest.mark.parametrize("typed", [one for each in EXAMPLES.values() for one in each])
async def test_the_examples_of_the_help_work_in_the_sandbox(house, typed):
    support = house.person("support")

    await support.command("support", typed)

    answer = await support.modal() if "silence" in typed else await support.sees("support")
    said = support.text_of(answer)
    assert not any(
        word in said for word in ("I find no", "No site matches", "I do not know", "no account")
    )


@pytest.mark.parametrize("command", [one.name for one in catalog.COMMANDS])
async def test_an_answer_is_shared_where_that_is_wanted(house, command):
    support, other = house.person("support"), house.person("approver")
    read = {"/charger": "list", "/site": "list", "/model": "list", "/chargehand": "status"}

    await support.command("support", f"{command} {read.get(command, 'list')} --share")

    assert not (await other.sees("support")).is_ephemeral
