"""A story for every form: filled in as a person does, once well and once with a mistake."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

import pytest

from bot.sandbox.people import Person
from bot.sandbox.slack.faults import FaultKind
from bot.sandbox.vendors.api_faults import ApiFault, ApiTrouble
from bot.sandbox.vendors.seed import NEIGHBOURS_CHARGER as NEIGHBOUR
from bot.sandbox.vendors.seed import NEIGHBOURS_PINCODE
from handlers import ids
from tests.handlers.house import House
from vendors.models import Vendor

FORMS: Final = {
    value for name, value in vars(ids).items() if name.endswith("_FORM") or name == "IMPORT_PREVIEW"
}
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
SITE: Final = {
    "Name": "Harbour East",
    "Street": "Kade",
    "House number": "12",
    "Postal code": "3011 AA",
    "City": "Rotterdam",
    "Country": "nl",
}
CONNECTOR: Final = {
    "Maximum current, A (connector 1)": "32",
    "Maximum voltage, V (connector 1)": "400",
    "Maximum power, W (connector 1)": "22000",
}
MODEL: Final = {"Maker": "Nordlicht", "Model": "NL-22", "OCPP URL": "wss://ocpp.example.net"}


class Form(NamedTuple):
    """How somebody fills in a form, and what then stands there."""

    typed: str
    """The command that opens it."""
    title: str
    fills: Mapping[str, str] = NOTHING
    picks: Mapping[str, str] = NOTHING
    """From a typeahead."""
    chooses: Mapping[str, str] = NOTHING
    ends: tuple[str, ...] = ()
    """Words of the page after it was sent."""
    mistakes: tuple[str, ...] = ()
    """The fields at which something is said."""


MODEL_CHOICES: Final = {
    "Power type": "AC, 3 phases",
    "Plug (connector 1)": "IEC 62196 T2",
    "Cable or socket (connector 1)": "Socket",
}
WELL: Final = {
    ids.REGISTER_FORM: Form(
        "/charger register account:dk",
        "Register a charger",
        {"Serial number": "SN-NEW-1"},
        {"Site": "Dokk1", "Station model": "Noordlicht NL-50"},
        ends=("Done", "What to do next", "SN-NEW-1"),
    ),
    ids.CHARGER_FORM: Form(
        "/charger reference NL-RTM-0001 Gate 7",
        "Set a reference",
        ends=("Done", "Gate 7"),
    ),
    ids.ATTACH_FORM: Form(
        f"/charger attach {NEIGHBOUR}",
        "Attach a charger",
        {"Pincode": NEIGHBOURS_PINCODE},
        {"Site": "Kop van Zuid"},
        ends=("Done", NEIGHBOUR),
    ),
    ids.SITE_FORM: Form("/site create", "Create a site", SITE, ends=("Done", "Harbour East")),
    ids.SMART_CHARGING_FORM: Form(
        "/site smart-charging Strijp-S",
        "Smart charging",
        {
            "Time zone": "Europe/Amsterdam",
            "Off-peak from": "22:00",
            "Off-peak until": "06:00",
            "Reason": "cheaper",
        },
        chooses={"When to charge": "Off-peak hours"},
        ends=("waits for a decision",),
    ),
    ids.MODEL_FORM: Form(
        "/model create",
        "New station model",
        {**MODEL, **CONNECTOR, "Reason": "new in the shop"},
        chooses=MODEL_CHOICES,
        ends=("waits for a decision",),
    ),
    ids.RENAME_FORM: Form(
        "/model rename Longhorn 120 kW",
        "Rename station model",
        {"Friendly name": "Longhorn 120"},
        ends=("Done", "Longhorn 120"),
    ),
    ids.ARCHIVE_FORM: Form(
        "/model archive Longhorn 120 kW",
        "Archive station model",
        {"Reason": "it is old"},
        ends=("waits for a decision",),
    ),
    ids.SILENCE_FORM: Form(
        "/alerts silence NL-RTM-0001",
        "Silence alerts",
        {"Reason": "the electrician is there"},
        chooses={"For how long": "8 hours"},
        ends=("charger", "until", "It hides 0 alerts now"),
    ),
    ids.IMPORT_FORM: Form(
        "/charger import",
        "Import chargers",
        {"Rows": "NL-IMP-0001\nNL IMP 2"},
        ends=("1 charger would be registered", "1 left out"),
    ),
}
BADLY: Final = {
    ids.REGISTER_FORM: Form(
        "/charger register", "Register a charger", {"Identity": "NL 1"}, mistakes=("Identity",)
    ),
    ids.CHARGER_FORM: Form("/charger detach VT_40010103", "Detach a charger", mistakes=("Reason",)),
    ids.ATTACH_FORM: Form(
        "/charger attach",
        "Attach a charger",
        {"Pincode": "1"},
        {"Site": "Kop van Zuid"},
        mistakes=("Identity",),
    ),
    ids.SITE_FORM: Form(
        "/site create",
        "Create a site",
        {**SITE, "House number": "12b", "Country": "Holland"[:2] + "1"},
        mistakes=("House number",),
    ),
    ids.SMART_CHARGING_FORM: Form(
        "/site smart-charging Strijp-S",
        "Smart charging",
        {"Time zone": "Mars/Olympus", "Reason": "cheaper"},
        chooses={"When to charge": "Off-peak hours"},
        mistakes=("Time zone",),
    ),
    ids.MODEL_FORM: Form(
        "/model create",
        "New station model",
        {**MODEL, **CONNECTOR, "Maximum power, W (connector 1)": "many", "Reason": "new"},
        chooses=MODEL_CHOICES,
        mistakes=("Maximum power, W (connector 1)",),
    ),
    ids.RENAME_FORM: Form(
        "/model rename Longhorn 120 kW",
        "Rename station model",
        {"Friendly name": ""},
        mistakes=("Friendly name",),
    ),
    ids.ARCHIVE_FORM: Form(
        "/model archive Longhorn 120 kW", "Archive station model", mistakes=("Reason",)
    ),
    ids.SILENCE_FORM: Form("/alerts silence", "Silence alerts", mistakes=("Reason",)),
    ids.IMPORT_FORM: Form("/charger import", "Import chargers", mistakes=("Rows",)),
}


async def filled(person: Person, form: Form) -> dict[str, str]:
    await person.command("support", form.typed)
    await person.modal(*form.fills, *form.picks, *form.mistakes, title=form.title)
    for label, value in form.chooses.items():
        await person.choose(label, value)
    for label, value in form.picks.items():
        await person.pick(label, value, query=value[:3])
    for label, value in form.fills.items():
        await person.fill(label, value)
    return await person.submit()


@pytest.mark.parametrize("callback_id", WELL)
async def test_a_form_that_is_filled_in_well(desk, callback_id):
    support = desk.person("support")

    assert await filled(support, WELL[callback_id]) == {}

    await support.modal(*WELL[callback_id].ends)


@pytest.mark.parametrize("callback_id", BADLY)
async def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(house, callback_id):
    support, form = house.person("support"), BADLY[callback_id]

    mistakes = await filled(support, form)

    assert set(mistakes) >= set(form.mistakes)
    view = support.top_modal
    assert view.title == form.title
    typed = f"{view.values} {view.content}"
    assert all(value in typed for value in form.fills.values())


# The forms that a button opens


async def asked_to_archive(house: House) -> None:
    support = house.person("support")
    await filled(support, WELL[ids.ARCHIVE_FORM])
    await support.modal("waits for a decision")
    await support.close(whole_stack=True)


async def rejected(house: House, reason: str) -> dict[str, str]:
    await asked_to_archive(house)
    approver = house.person("approver")
    card = await approver.sees("approvals", "Waiting for a decision")
    await approver.press("Reject…", on=card)
    await approver.modal("Reason")
    await approver.fill("Reason", reason)
    return await approver.submit()


async def looked_up(house: House, text: str) -> dict[str, str]:
    support = house.person("support")
    await support.shortcut("Look up a charger")
    await support.modal("What do you look for?")
    await support.fill("What do you look for?", text)
    return await support.submit()


async def previewed(house: House, reason: str) -> dict[str, str]:
    support = house.person("support")
    await filled(support, WELL[ids.IMPORT_FORM])
    await support.modal("1 charger would be registered")
    await support.fill("Reason", reason)
    return await support.submit()


async def pincode_entered(house: House, pincode: str) -> dict[str, str]:
    support, approver = house.person("support"), house.person("approver")
    await support.command("support", "/charger attach account:legacy VT_40010103")
    await support.modal("Site")
    await support.pick("Site", "Strijp-S")
    await support.fill("Reason", "moved")
    await support.submit()
    card = await approver.sees("approvals", "Attach charger", "Waiting for a decision")
    await approver.press("Approve", on=card)
    asked = await support.sees(support.bot_messages, "pincode")
    await support.press("Enter pincode and run", on=asked)
    await support.modal("Pincode")
    await support.fill("Pincode", pincode)
    return await support.submit()


async def ends_in_a_rejection(house: House) -> None:
    await rejected(house, "we still order it")
    support = house.person("support")
    await support.sees(support.bot_messages, "Rejected", "we still order it")


async def needs_a_reason_to_reject(house: House) -> None:
    assert "Reason" in await rejected(house, "")


async def ends_in_the_card(house: House) -> None:
    await looked_up(house, "nl-rtm-0001")
    view = await house.person("support").modal("NL-RTM-0001", "Type 2")
    assert "table" not in {block["type"] for block in view.blocks}


async def finds_nothing(house: House) -> None:
    await looked_up(house, "atlantis-7")
    await house.person("support").modal("I find no charger called", "atlantis-7")


async def ends_in_a_request(house: House) -> None:
    await previewed(house, "new garage")
    await house.person("support").modal("waits for a decision")


async def needs_a_reason_to_import(house: House) -> None:
    assert "Reason" in await previewed(house, "")


BY_BUTTON: Final[dict[str, tuple[Callable[[House], Awaitable[None]], ...]]] = {
    ids.REJECT_FORM: (ends_in_a_rejection, needs_a_reason_to_reject),
    ids.LOOK_UP_FORM: (ends_in_the_card, finds_nothing),
    ids.IMPORT_PREVIEW: (ends_in_a_request, needs_a_reason_to_import),
}


def test_every_form_has_a_story_that_goes_well_and_one_that_does_not():
    assert set(WELL) == set(BADLY)
    assert set(WELL) | set(BY_BUTTON) | {ids.PINCODE_FORM} == FORMS


@pytest.mark.parametrize(
    "story",
    [story for stories in BY_BUTTON.values() for story in stories],
    ids=lambda story: story.__name__,
)
async def test_a_form_that_a_button_opens(house, story):
    await story(house)


ATTACHING_NEEDS_APPROVAL: Final = """
[[approvals.policies]]
operations = ["attach_charger"]
approvals_needed = 1
"""


@pytest.mark.parametrize("extra", [ATTACHING_NEEDS_APPROVAL], ids=["approval"])
@pytest.mark.parametrize("pincode", ["2580", ""])
async def test_the_pincode_is_asked_for_after_the_decision(house, pincode):
    mistakes = await pincode_entered(house, pincode)

    assert set(mistakes) == (set() if pincode else {"Pincode"})


async def test_whoever_may_not_reject_is_told_before_they_type_a_reason(house):
    await asked_to_archive(house)
    support, visitor = house.person("support"), house.person("visitor")
    for person, said in ((support, "Nobody decides their own"), (visitor, "Guests of this")):
        house.slack.workspace.channel_named("approvals").members.append(person.id)
        card = await person.sees("approvals", "Waiting for a decision")

        await person.press("Reject…", on=card)

        await person.sees("approvals", said)
        assert person.top_modal is None


async def test_a_reason_is_kept_where_slack_does_not_tell_the_rights(house):
    """It was typed in good faith, and only has to be sent again."""
    await asked_to_archive(house)
    approver = house.person("approver")
    card = await approver.sees("approvals", "Waiting for a decision")
    await approver.press("Reject…", on=card)
    await approver.modal("Reason")
    await approver.fill("Reason", "we still order it")
    house.slack.faults.add(FaultKind.SERVER_ERROR, "users.info", times=1)

    mistakes = await approver.submit()

    assert "does not tell me your rights" in mistakes["Reason"]
    assert "we still order it" in str(approver.top_modal.values)
    assert await approver.submit() == {}
    await approver.modal("You rejected it")


async def test_rows_that_cannot_be_imported_are_there_again_on_the_way_back(house):
    support = house.person("support")
    await support.command("support", "/charger import")
    await support.modal("One charger a row")
    await support.fill("Rows", "NL IMP 2\nNL IMP 3")
    await support.submit()
    await support.modal("No row can be imported", "no spaces")

    await support.close()

    form = await support.modal("One charger a row")
    assert "NL IMP 3" in str(form.values)


async def test_rows_that_were_asked_for_are_not_sent_twice_on_the_way_back(house):
    await previewed(house, "new garage")
    support = house.person("support")
    await support.modal("waits for a decision")

    await support.close()

    await support.modal("These rows have been asked for")


NO_APPROVALS: Final = """
[[approvals.policies]]
operations = ["archive_station_model", "detach_charger", "set_reference"]
approvals_needed = 0
reason = "required"
"""
REFERENCE: Final = {"Reference": "Gate 7", "Reason": "the sign says so"}
FAILS: Final = {
    "reference": (
        Form("/charger reference NL-RTM-0001", "Set a reference", REFERENCE),
        Vendor.PLUGCHOICE,
    ),
    "detach": (
        Form("/charger detach NL-UTR-0003", "Detach a charger", {"Reason": "moved"}),
        Vendor.PLUGCHOICE,
    ),
    "archive": (
        Form("/model archive Longhorn 120 kW", "Archive station model", {"Reason": "too old"}),
        Vendor.LYNKWELL,
    ),
}


@pytest.mark.parametrize("extra", [NO_APPROVALS], ids=["at-once"])
@pytest.mark.parametrize("what", FAILS)
async def test_what_a_vendor_refuses_is_in_the_form_again(house, what):
    """So that nobody has to think of the same words twice."""
    form, vendor = FAILS[what]
    support = house.person("support")
    cloud = house.clouds.by_vendor[vendor]
    for method in ("PUT *", "POST *", "PATCH *", "DELETE *"):
        cloud.faults.add(ApiFault(ApiTrouble.ERROR, method, status=403))

    await filled(support, form)

    shown = await support.modal("\N{WARNING SIGN}", "does not let", title=form.title)
    assert all(text in f"{shown.content} {shown.values}" for text in form.fills.values())
