"""What people type and paste, as it comes."""

from datetime import timedelta
from typing import Final

import pytest

SITE: Final = {
    "Name": "Harbour East",
    "Street": "Kade",
    "House number": "12",
    "Postal code": "3011 AA",
    "City": "Rotterdam",
    "Country": "nl",
}
MODEL: Final = {
    "Maker": "Nordlicht",
    "Model": "NL-22",
    "OCPP URL": "wss://ocpp.example.net",
    "Maximum current, A (connector 1)": "32",
    "Maximum voltage, V (connector 1)": "400",
    "Maximum power, W (connector 1)": "22000",
}
MODEL_CHOICES: Final = {
    "Power type": "AC, 3 phases",
    "Plug (connector 1)": "IEC 62196 T2",
    "Cable or socket (connector 1)": "Socket",
}
CHARGER: Final = "NL-RTM-0001"
FOUND: Final = ("NL-RTM-0001 · nl", "Firmware")


async def answer_to(house, typed):
    """What support sees next."""
    support = house.person("support")
    before = len(support.messages("support"))
    await support.command("support", typed)
    await house.slack.workspace.changes.until(
        lambda: len(support.messages("support")) > before or None, 5
    )
    return support.text_of(support.messages("support")[-1])


async def all_are_answered(house, stories):
    """One house for all of them: to open one takes longer than to ask it."""
    for typed, words in stories:
        said = await answer_to(house, typed)
        assert all(word in said for word in words), f"{typed}\n{said}"


async def test_a_full_name_shows_the_card_though_others_begin_so(house):
    """`NL-RTM-000` is a charger of its own here, and the beginning of four others."""
    support = house.person("support")
    await support.command("support", "/charger register NL-RTM-000")
    await support.modal("Identity")
    await support.submit()
    await support.modal("Done")
    await support.close()

    assert "All facts" in await answer_to(house, "/charger nl-rtm-000")


async def test_what_stands_around_a_name_does_not_matter(house):
    await all_are_answered(
        house,
        [
            ("/charger kop van zuid", ("4 chargers match", "NL-RTM-0004")),
            ("/charger polder electric", ("13 chargers match", "1 to 10", "Data as of")),
            ("/charger NL\u2013RTM\u20130001", FOUND),
            ("/charger \u200bNL-RTM-0001\ufeff", FOUND),
            ("/charger «nl-rtm-0001»;", FOUND),
            ("/charger charger:NL-RTM-0001 is dead", FOUND),
            ("/charger https://app.plugchoice.com/sites/1/chargers/NL-RTM-0001/logs", FOUND),
            ("/charger show charger NL-RTM-0001 please", FOUND),
            ("/charger Hi, NL-RTM-0001 and NL-AMS-0006 are dead", ("2 chargers found", "AMS")),
            ("/charger NL-RTM account:DK", ("no charger called `NL-RTM` (account dk)",)),
            ("/charger NL account:nl site:kop", ("4 chargers match `NL` (account nl, site kop)",)),
            ("/charger list Offline, account:NL", ("1 offline charger (account nl)",)),
            ("/chargehand nl-rtm-0001,", FOUND),
            ("/charger offline", ("2 offline chargers",)),
            ("/charger usage NL-RTM-0001, 1,", ("NL-RTM-0001 draws now",)),
            ("/charger usage Bay 1 of NL-RTM-0001", ("NL-RTM-0001 draws now",)),
            ("/alerts why charger NL-AMS-0006 please", ("Why NL-AMS-0006",)),
        ],
    )


async def test_names_of_several_words_need_no_quotes(house):
    await all_are_answered(
        house,
        [
            ("/site meter Kop van Zuid 5", ("Meter of group", "Power now")),
            ("/site meter Kop van Zuid", ("Kop van Zuid has several groups",)),
            ("/site meter Kop van Zuid 99", ("has no group `99`",)),
            ("/site connectors P+R Sloterdijk", ("available before the connection was lost",)),
            ("/charger usage NL-AMS-0006", ("It is offline, so this may be old.",)),
            ("/site meter atlantis 1", ("I find no site called",)),
        ],
    )


async def test_a_name_in_the_place_of_a_subcommand_is_looked_up(house):
    """`/charger NAME` works, so people try it after the other commands."""
    await all_are_answered(
        house,
        [
            ("/site Strijp-S", ("Eindhoven", "Main fuse")),
            ("/site kop van", ("Wilhelminakade",)),
            ("/site sloterdijk", ("8, 1 offline, 1 faulted",)),
            ("/site account:nl", ("3 sites (account nl)", "Data as of")),
            ("/site atlantis", ("nothing that is called so", "/site help")),
            ("/model longhorn 120 kw", ("OCPP URL", "DL0120")),
            ("/model Longhorn", ("Is it one of these?", "Longhorn 60 kW")),
            ("/model vendor:longhorn", ("4 station models", "Data as of")),
            ("/alerts NL-AMS-0006", ("Why NL-AMS-0006",)),
            ("/alerts site:sloterdijk", ("firing (site sloterdijk)", "NL-AMS-0006")),
            ("/alerts list account:legacy severity:critical", ("Nothing is firing (account",)),
            ("/approvals #12", ("There is no such request",)),
        ],
    )


async def test_no_vendor_is_asked_for_a_sentence_or_for_a_slip_of_the_finger(house):
    asked = []
    house.clouds.subscribe(asked.append)

    await answer_to(house, "/alerts rulse")
    await answer_to(house, "/site hepl")

    assert asked == []
    await answer_to(house, f"/charger Hi, NL-GONE-0001 is dead, {CHARGER} is not")
    assert not any("Hi" in str(call.query) or "dead" in str(call.query) for call in asked)


async def test_more_identities_than_are_shown_are_not_left_out_silently(house):
    names = ", ".join(f"NL-RTM-{n:04}" for n in range(1, 14))

    said = await answer_to(house, f"/charger {names}")

    assert "4 chargers found" in said
    assert "The first 10 are shown, 3 more are not" in said


async def test_a_part_that_fits_several_says_so(house):
    said = await answer_to(house, f"/charger {CHARGER}, NL-AMS-00")

    assert "`NL-AMS-00` fits 8 chargers; the first is shown." in said
    assert "`NL-RTM-0001` fits" not in said


@pytest.mark.parametrize("typed", ["“NL-RTM-0001”,", "NL\u2011RTM\u20110001"])
async def test_a_search_field_takes_what_is_pasted_too(house, typed):
    support = house.person("support")
    await support.command("support", "/alerts silence")
    await support.modal("Charger")

    assert await support.search("Charger", typed) == [CHARGER]


async def test_a_reference_may_be_named_before_the_new_one(house):
    support = house.person("support")
    await support.command("support", "/charger show NL-RTM-0001")
    await support.command("support", "/charger reference NL-RTM-0001, Gate 7")

    form = await support.modal(CHARGER, title="Set a reference")

    assert "Gate 7" in str(form.content)


async def test_hits_are_paged_in_the_channel_and_in_a_dialog(house):
    """Whoever looks for a site cannot type more of its name."""
    support = house.person("support")
    await support.command("support", "/charger polder electric")
    listing = await support.sees("support", "1 to 10 of 13")
    await support.press("Next", on=listing)
    await support.sees("support", "11 to 13 of 13")

    await support.shortcut("Look up a charger")
    await support.modal("What do you look for?")
    await support.fill("What do you look for?", "polder electric")
    await support.submit()
    await support.modal("1 to 10 of 13")
    for pressed, then in (("Next", "11 to 13"), ("Previous", "1 to 10")) * 2:
        await support.press(pressed)
        await support.modal(then, title="Look up a charger")
    await support.press("Show NL-AMS-0001")
    await support.modal("NL-AMS-0001 · nl")


async def test_a_text_that_fits_several_sites_asks_whose_chargers_are_meant(house):
    support = house.person("support")
    await support.command("support", "/charger list site:s")
    question = await support.sees("support", "Several sites match", "Whose chargers")

    await support.press("Take Strijp-S", on=question)

    await support.sees("support", "4 chargers (account legacy, site Strijp-S)")


async def test_a_site_of_another_account_with_the_same_id_is_another_site(house):
    """Two vendors count their sites from one on, each by themselves."""
    inventory = house.services.inventory
    (strijp,) = await inventory.sites("Strijp-S")
    other = (await inventory.chargers(account="dk")).items[0].charger
    await inventory.remember(other.model_copy(update={"site_id": strijp.id, "site_name": None}))

    said = await answer_to(house, "/charger list site:Strijp-S")

    assert "4 chargers" in said
    assert other.label not in said


async def test_what_looks_like_a_number_and_is_none_is_said_to_be_none(house):
    await all_are_answered(
        house,
        [
            ("/approvals show ²", ("Say which one",)),
            ("/approvals show 99999999999999999999", ("Say which one",)),
            ("/alerts report ²d", ("Say for how many days",)),
            ("/alerts report 30 days", ("The last 30 days",)),
        ],
    )


@pytest.mark.parametrize(
    ("typed", "title", "fills"),
    [
        ("/model rename Longhorn 120 kW", "Rename station model", {"Friendly name": "  "}),
        ("/site create", "Create a site", {**SITE, "Name": "   "}),
        ("/site create", "Create a site", {**SITE, "House number": "²"}),
        ("/site create", "Create a site", {**SITE, "Country": "ñl"}),
        ("/model create", "New station model", {**MODEL, "Maker": " ", "Reason": "new"}),
        (
            "/model create",
            "New station model",
            {**MODEL, "Maximum power, W (connector 1)": "inf", "Reason": "new"},
        ),
        (
            "/site smart-charging Strijp-S",
            "Smart charging",
            {"Time zone": "Europe/Amsterdam", "Threshold": "--5", "Reason": "cheaper"},
        ),
    ],
)
async def test_nonsense_in_a_field_is_said_at_the_field(house, typed, title, fills):
    """Blanks are nothing, and not everything that Python takes for a number is one."""
    support = house.person("support")
    await support.command("support", typed)
    await support.modal(*fills, title=title)
    if "Maker" in fills:
        for label, value in MODEL_CHOICES.items():
            await support.choose(label, value)
    for label, value in fills.items():
        await support.fill(label, value)

    mistakes = await support.submit()

    nonsense = {" ", "  ", "   ", "²", "ñl", "inf", "--5"}
    assert set(mistakes) == {label for label, value in fills.items() if value in nonsense}
    assert "broke" not in str(mistakes)


async def test_the_site_of_one_account_is_not_kept_for_another(house):
    """The form keeps what was typed; but a site of one vendor is no site of the other."""
    support = house.person("support")
    await support.command("support", "/charger register account:nl")
    await support.modal("Identity")
    await support.fill("Identity", "NL-NEW-0001")
    await support.pick("Site", "Kop van Zuid")

    await support.choose("Account", "legacy")

    form = await support.modal("account legacy")
    assert "NL-NEW-0001" in f"{form.values} {form.content}"
    assert "Kop van Zuid" not in f"{form.values} {form.content}"


async def test_what_stands_on_the_command_stands_in_the_silence_and_so_does_what_it_hides(house):
    support = house.person("support")

    await support.command("support", "/alerts silence site:sloterdijk Severity:High for:8h")

    form = await support.modal("P+R Sloterdijk", "It hides", title="Silence alerts")
    shown = f"{form.content} {form.values}"
    assert "8 hours" in shown
    await support.fill("Reason", "the electrician is there")
    await support.submit()
    await support.modal("severity high", "site")


async def test_silences_are_paged(house):
    support, now = house.person("support"), house.services.clock.now()
    for number in range(12):
        match = {"charger": (f"c{number}",)}
        ends = now + timedelta(hours=number + 1)
        await house.services.alerts.silence(match, by=support.id, reason="x", ends_at=ends)

    await support.command("support", "/alerts silences")
    listing = await support.sees("support", "12 silences", "1 to 10 of 12")
    await support.press("Next", on=listing)

    await support.sees("support", "11 to 12 of 12")


async def test_an_identity_that_is_pasted_into_a_form_is_registered_without_its_quotes(house):
    """The vendor would take them for a part of the name, and the charger would never connect."""
    support = house.person("support")
    await support.command("support", "/charger register account:nl")
    await support.modal("Identity")
    await support.fill("Identity", "“NL\u2013NEW\u20130007”,\u200b")
    await support.submit()

    await support.modal("Done", "NL-NEW-0007")

    (known,) = (await house.services.inventory.find("NEW-0007")).hits
    assert known.charger.identity == "NL-NEW-0007"


async def test_what_only_a_vendor_knows_is_found_there_and_said_to_be_new(house):
    """A charger that was made in the vendor's portal a minute ago is in no list of ours."""
    (known,) = await house.services.inventory.called(CHARGER)
    await house.services.inventory.forget(known.ref)

    said = await answer_to(house, f"/charger {CHARGER}")

    assert "All facts" in said
    assert "It was not in my list yet, so I asked the vendors." in said
