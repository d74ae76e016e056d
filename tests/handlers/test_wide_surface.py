"""The rest of the commands and forms, as a person meets them."""

import asyncio

import pytest

from vendors.models import Connectivity


async def charger_of(house, account, **wanted):
    page = await house.services.inventory.chargers(account=account, limit=50)
    return next(
        known.charger
        for known in page.items
        if all(getattr(known.charger, name) == value for name, value in wanted.items())
    )


async def test_a_reference_is_set(house):
    support = house.person("support")
    charger = await charger_of(house, "nl")

    await support.command("support", f"/charger reference {charger.identity} Gate 7")
    await support.modal(charger.identity, title="Set a reference")
    await support.submit()

    await support.modal("Done", "Gate 7")
    known = await house.services.inventory.refreshed(charger.ref)
    assert known.charger.reference == "Gate 7"


async def test_a_restart_is_asked_for_in_a_form(house):
    support = house.person("support")
    charger = await charger_of(house, "dk")

    await support.command("support", f"/charger restart {charger.identity}")
    await support.modal("ends any session", title="Restart a charger")
    await support.choose("How", "Soft: ends sessions properly first")
    await support.submit()

    view = await support.modal("Restart charger")
    assert charger.label in support.text_of(view)


async def test_a_delete_waits_for_an_approver_who_knows_that_a_car_is_charging(house):
    support, approver = house.person("support"), house.person("approver")
    charger = await charger_of(house, "dk", connectivity=Connectivity.ONLINE)
    house.clouds.breakdowns.start_session(charger.identity)

    await support.command("support", f"/charger delete {charger.identity}")
    await support.modal("No undo is documented")
    await support.fill("Reason", "scrapped")
    await support.submit()
    await support.modal("waits for a decision")
    card = await approver.sees("approvals", "Delete charger", "scrapped")
    await approver.press("Approve", on=card)
    question = await approver.sees("approvals", "A car is charging on it")
    await approver.press("Approve and end the session", on=question)

    await approver.sees("approvals", "Done", charger.label)


async def test_what_a_vendor_cannot_do_is_said(house):
    support = house.person("support")
    charger = await charger_of(house, "nl")

    await support.command("support", f"/charger delete {charger.identity}")

    await support.sees("support", "Plugchoice", "offers no way to delete a charger", "dk")


async def test_an_attachment_that_is_refused_keeps_all_but_the_pincode(house):
    support = house.person("support")
    site = (await house.services.inventory.sites(account="nl"))[0]

    await support.command("support", "/charger attach")
    await support.modal("Pincode", title="Attach a charger")
    await support.pick("Site", site.name)
    await support.fill("Identity", "NL-NOT-THERE")
    await support.fill("Pincode", "1234")
    await support.submit()

    form = await support.modal("⚠", site.name, title="Attach a charger")
    assert "NL-NOT-THERE" in str(form.content)
    assert "1234" not in str(form.content)


async def test_attach_needs_an_identity_or_a_serial_number(house):
    support = house.person("support")
    site = (await house.services.inventory.sites(account="nl"))[0]

    await support.command("support", "/charger attach")
    await support.modal("Pincode")
    await support.pick("Site", site.name)
    await support.fill("Pincode", "1234")

    assert "Identity" in await support.submit()


async def test_the_usage_of_a_charger_is_read_live(house):
    support = house.person("support")
    charger = await charger_of(house, "nl")

    await support.command("support", f"/charger usage {charger.identity}")

    await support.sees("support", "draws now")


async def test_several_pasted_identities_get_short_cards(house):
    support = house.person("support")
    page = await house.services.inventory.chargers(account="nl")
    one, two = (known.charger.identity for known in page.items[:2])

    await support.command("support", f"/charger {one}, {two}, NL-GONE-0001")

    await support.sees("support", "2 chargers found", "NL-GONE-0001", one, two)


@pytest.mark.parametrize("what", ["connectors", "groups", "transactions", "meter"])
async def test_a_site_is_looked_at_from_every_side(house, what):
    support = house.person("support")
    site = next(one for one in await house.services.inventory.sites(account="legacy") if one.name)

    await support.command("support", f"/site {what} legacy/{site.id}")

    await support.sees("support", site.name) if what != "meter" else await support.sees("support")


async def test_a_site_is_created(house):
    support = house.person("support")

    await support.command("support", "/site create")
    await support.modal("Street", title="Create a site")
    for label, value in {
        "Name": "Harbour East",
        "Street": "Kade",
        "House number": "12",
        "Postal code": "3011 AA",
        "City": "Rotterdam",
        "Country": "nl",
    }.items():
        await support.fill(label, value)
    await support.submit()

    await support.modal("Done", "Harbour East")
    assert await house.services.inventory.sites("Harbour East")


async def test_a_house_number_is_a_number(house):
    support = house.person("support")

    await support.command("support", "/site create")
    await support.modal("Street")
    for label in ("Name", "Street", "House number", "Postal code", "City"):
        await support.fill(label, "twelve")
    await support.fill("Country", "NL")

    assert "House number" in await support.submit()


async def test_smart_charging_is_prefilled_and_checked(house):
    support = house.person("support")
    site = (await house.services.inventory.sites(account="nl"))[0]

    await support.command("support", f"/site smart-charging nl/{site.id}")
    await support.modal("Time zone", title="Smart charging")
    await support.fill("Time zone", "Mars/Olympus")
    await support.fill("Reason", "cheaper")
    errors = await support.submit()
    assert "Time zone" in errors
    await support.fill("Time zone", "Europe/Amsterdam")
    await support.choose("When to charge", "Off-peak hours")
    await support.fill("Off-peak from", "22:00")
    await support.fill("Off-peak until", "06:00")
    await support.submit()

    await support.modal("waits for a decision")


async def test_a_station_model_form_grows_and_loses_nothing(house):
    support = house.person("support")

    await support.command("support", "/model create")
    await support.modal("Maker", title="New station model")
    await support.fill("Maker", "Nordlicht")
    await support.fill("Model", "NL-22")
    await support.press("Add a connector")
    view = await support.modal("connector 2")
    assert "Nordlicht" in str(view.values) + str(view.content)
    await support.press("Remove connector 1")
    async with asyncio.timeout(5):
        while "connector 2" in support.text_of(support.top_modal):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0)
    await support.choose("Power type", "AC, 3 phases")
    await support.choose("Plug (connector 1)", "IEC 62196 T2")
    await support.choose("Cable or socket (connector 1)", "Socket")
    await support.fill("Maximum current, A (connector 1)", "32")
    await support.fill("Maximum voltage, V (connector 1)", "400")
    await support.fill("Maximum power, W (connector 1)", "many")
    await support.fill("OCPP URL", "wss://ocpp.example.net")
    await support.fill("Reason", "new in the shop")
    errors = await support.submit()
    assert "Maximum power, W (connector 1)" in errors
    await support.fill("Maximum power, W (connector 1)", "22000")
    await support.submit()

    await support.modal("waits for a decision")


async def test_a_station_model_is_renamed(house):
    support = house.person("support")
    (model,) = await house.services.inventory.resolve_model("Longhorn 120 kW")

    await support.command("support", f"/model rename {model.id}")
    await support.modal("Friendly name")
    await support.fill("Friendly name", "Longhorn 120")
    await support.submit()

    await support.modal("Done", "Longhorn 120")


async def test_alerts_are_silenced_with_a_preview(house):
    support = house.person("support")
    charger = await charger_of(house, "nl")

    await support.command("support", f"/alerts silence {charger.identity}")
    await support.modal("For how long", title="Silence alerts")
    await support.press("What would it hide?")
    await support.modal("It hides 0 alerts now")
    await support.fill("Reason", "the electrician is there")
    await support.submit()
    await support.modal("until")

    await support.command("support", "/alerts silences")
    listing = await support.sees("support", "the electrician is there")
    await support.press("End now", on=listing, confirm=True)
    await support.sees("support", "Ended")


@pytest.mark.parametrize("typed", ["list", "rules", "report 7d", "silences", "help"])
async def test_alert_pages_are_shown(house, typed):
    support = house.person("support")

    await support.command("support", f"/alerts {typed}")

    await support.sees("support", "")


async def test_why_a_charger_alerts(house):
    support = house.person("support")
    charger = await charger_of(house, "nl")

    await support.command("support", f"/alerts why {charger.identity}")

    await support.sees("support", f"Why {charger.label}")


@pytest.mark.parametrize("typed", ["list", "mine", "history"])
async def test_request_lists_are_shown(house, typed):
    support = house.person("support")

    await support.command("support", f"/approvals {typed}")

    await support.sees("support", ".")


async def test_chargers_are_imported_after_a_look_at_each_row(house):
    support, approver = house.person("support"), house.person("approver")

    await support.command("support", "/charger import")
    await support.modal("One charger a row")
    await support.fill("Rows", "NL-IMP-0001\nNL IMP 2\nNL-IMP-0003")
    await support.submit()
    await support.modal("2 chargers would be registered", "1 left out")
    await support.fill("Reason", "new garage")
    await support.submit()
    await support.modal("waits for a decision")
    card = await approver.sees("approvals", "Import 2 chargers")
    await approver.press("Approve", on=card)

    told = await support.sees(support.bot_messages, "2 of 2 done")
    await support.press("Results as CSV", on=told)
    await support.sees(support.bot_messages, "The file is in your direct messages")


async def test_home_shows_the_fleet_and_starts_things(house):
    support = house.person("support")

    await support.open_home()
    home = await support.home("Chargers", "nl", "Firing alerts")
    await support.press("Register a charger", on=home)

    await support.modal("Identity", title="Register a charger")


async def test_a_mention_and_a_direct_message_look_up(house):
    support = house.person("support")
    charger = await charger_of(house, "nl")

    thread = await support.say("support", "who knows this one?")
    await support.mention("support", f"“{charger.identity}”,", thread=thread)
    await support.sees("support", charger.identity, "Firmware", thread=thread)
    await support.write_to_bot(charger.identity.lower())
    await support.sees(support.bot_messages, charger.identity, "Firmware")


async def test_shortcuts(house):
    support = house.person("support")
    charger = await charger_of(house, "nl")
    message = await support.say("support", f"Hi, {charger.identity} is dead since 08:15")

    await support.message_shortcut("Look up these chargers", message)
    await support.modal(charger.identity, title="Look up a charger")
    await support.close()
    await support.shortcut("Look up a charger")
    await support.modal("What do you look for?")
    await support.fill("What do you look for?", charger.identity)
    await support.submit()
    await support.modal(charger.identity)
    await support.close()
    await support.shortcut("Register a charger")
    await support.modal("Identity")


async def test_a_pincode_is_shown_to_approvers_only_and_noted(house):
    support, approver = house.person("support"), house.person("approver")
    charger = await charger_of(house, "nl")

    for person in (support, approver):
        await person.command("support", f"/charger show {charger.identity}")
        card = await person.sees("support", "All facts")
        await person.press("Show pincode", on=card)

    await support.sees("support", "You may not do this")
    await approver.modal("audit trail", title="Pincode")


async def test_all_facts_and_sharing(house):
    support = house.person("support")
    charger = await charger_of(house, "nl")
    await support.command("support", f"/charger show {charger.identity}")
    card = await support.sees("support", "All facts")

    await support.press("All facts", on=card)
    await support.modal("Identity", charger.identity, title="All facts")
    await support.close()
    await support.press("Share", on=card)

    shared = await house.person("approver").sees("support", "Shared by")
    assert charger.identity in shared.text


async def test_a_dangerous_charger_is_offered_no_restart(house):
    """A restart could hide the danger."""
    support = house.person("support")
    charger = await charger_of(house, "dk", connectivity=Connectivity.ONLINE)
    house.clouds.breakdowns.connector_fault(charger.identity, connector=1, code="GroundFailure")

    await support.command("support", f"/charger show {charger.identity}")

    card = await support.sees("support", "All facts", "not to touch the charger")
    assert "Restart…" not in support.text_of(card)
