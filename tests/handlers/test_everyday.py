"""Everyday work through the sandbox's Slack, as a person does it."""

import pytest


async def test_a_charger_is_found_by_a_part_of_its_name(house):
    known = (await house.services.inventory.chargers(account="nl")).items[0].charger
    support = house.person("support")

    await support.command("support", f"/charger {known.identity}")

    card = await support.sees("support", known.identity, "Firmware")
    assert "Share" in support.text_of(card)


async def test_several_hits_are_listed_and_one_can_be_opened(house):
    support = house.person("support")

    await support.command("support", "/charger list account:nl")
    listing = await support.sees("support", "chargers (account nl)")
    await support.press("Next", on=listing)
    second = await support.sees("support", "11 to ")
    first_shown = (await house.services.inventory.chargers(account="nl", offset=10)).items[0]
    await support.press(f"Show {first_shown.charger.label}", on=second)

    await support.sees("support", first_shown.charger.label, "All facts")


async def test_what_nobody_has_is_said_with_what_is_called_almost_so(house):
    support = house.person("support")

    await support.command("support", "/charger NL-NOWHERE-99")

    await support.sees("support", "I find no charger called", "asked the vendors too")


async def test_a_charger_is_registered_from_a_form(house):
    support = house.person("support")

    await support.command("support", "/charger register")
    form = await support.modal("Identity", title="Register a charger")
    await support.fill("Identity", "NL-NEW-0001", on=form)
    await support.submit()

    await support.modal("Done", "NL-NEW-0001", "What to do next")
    found = await house.services.inventory.find("NL-NEW-0001")
    assert [known.charger.account for known in found.hits] == ["nl"]


@pytest.mark.parametrize("identity", ["X" * 46, "NL 1", "NL/1"])
async def test_a_wrong_identity_is_told_at_the_field_and_nothing_is_sent(house, identity):
    support = house.person("support")
    writes = []
    house.clouds.subscribe(lambda call: writes.append(call) if call.method != "GET" else None)

    await support.command("support", "/charger register")
    await support.modal("Identity")
    await support.fill("Identity", identity)
    errors = await support.submit()

    assert "Identity" in errors
    assert [call for call in writes if call.path.endswith("/chargers")] == []


async def test_a_taken_identity_is_told_at_the_field_and_the_input_is_kept(house):
    known = (await house.services.inventory.chargers(account="nl")).items[0].charger
    support = house.person("support")

    await support.command("support", "/charger register")
    await support.modal("Identity")
    await support.fill("Identity", known.identity)
    await support.submit()

    form = await support.modal("taken", title="Register a charger")
    assert known.identity in support.text_of(form) or known.identity in str(form.values)


async def test_archiving_needs_an_approver_and_both_sides_are_told(house):
    support, approver = house.person("support"), house.person("approver")

    (model,) = await house.services.inventory.resolve_model("Longhorn 120 kW")
    await support.command("support", "/model list vendor:longhorn model:DL0120")
    listing = await support.sees("support", "station model")
    await support.press("Show", on=listing)
    card = await support.sees("support", model.label, "OCPP URL")
    await support.press("Archive…", on=card)
    await support.modal("un-archive", title="Archive station model")
    await support.fill("Reason", "<!channel> replaced by a newer one")
    await support.submit()
    await support.modal("waits for a decision")

    card = await approver.sees("approvals", "Archive station model", "Waiting for a decision")
    await approver.press("Approve", on=card)

    await approver.sees("approvals", "Done", model.label)
    await support.sees(support.bot_messages, "Done", model.label)
    archived = await house.services.inventory.station_model(model.ref)
    assert archived.is_archived


async def test_nobody_decides_their_own_request(house):
    approver = house.person("approver")
    model = (await house.services.inventory.station_models(account="us")).items[0]

    await approver.command("support", f"/model archive {model.id}")
    await approver.modal("Reason")
    await approver.fill("Reason", "it is old")
    await approver.submit()
    card = await approver.sees("approvals", "Waiting for a decision")
    await approver.press("Approve", on=card)

    await approver.sees("approvals", "Nobody decides their own request")
    assert not (await house.services.inventory.station_model(model.ref)).is_archived


async def test_a_rejection_says_why(house):
    support, approver = house.person("support"), house.person("approver")
    model = (await house.services.inventory.station_models(account="us")).items[0]
    await support.command("support", f"/model archive {model.id}")
    await support.modal("Reason")
    await support.fill("Reason", "it is old")
    await support.submit()

    card = await approver.sees("approvals", "Waiting for a decision")
    await approver.press("Reject…", on=card)
    await approver.modal("Reason")
    await approver.fill("Reason", "we still order it")
    await approver.submit()

    await support.sees(support.bot_messages, "Rejected", "we still order it")


async def test_an_alert_is_acknowledged(house):
    oncall = house.person("on-call")
    await house.services.alerts.test(by="U0ADMIN")
    await house.services.alerts.tick()

    message = await oncall.sees("alerts", "Firing", "This is a test")
    await oncall.press("Acknowledge", on=message)

    await oncall.sees("alerts", "Acknowledged", "has it")


async def test_help_status_and_a_wrong_word(house):
    support = house.person("support")

    await support.command("support", "/charger help")
    await support.sees("support", "/charger register", "For example")
    await support.command("support", "/chargehand status")
    await support.sees("support", "How I am doing", "online", "nl")
    await support.command("support", "/model lsit")
    await support.sees("support", "Did you mean", "/model list")
    await support.command("support", "/chargehand model list")
    await support.sees("support", "station models")


async def test_a_guest_is_told_who_may(house):
    visitor = house.person("visitor")

    await visitor.command("support", "/charger list")

    await visitor.sees("support", "Guests of this workspace cannot use me")
