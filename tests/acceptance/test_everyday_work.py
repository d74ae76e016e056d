"""What people do with the bot every day, from the first key to the last message."""

import asyncio

import pytest

from bot.sandbox.vendors.api_faults import ApiFault, ApiTrouble

REGISTRATION = ("POST", "/chargers")
ARCHIVING = ("POST", "/asset-management/v1/charging-station-models/{model}/archive")
REASON = "No longer sold; replaced by the 22 Duo."


def writes(cloud, kind):
    return [call for call in cloud.calls.writes() if (call.method, call.template) == kind]


async def fill_registration(person, identity):
    await person.command("support", "/charger register")
    await person.modal("Identity", title="Register a charger")
    await person.fill("Identity", identity)
    return await person.submit()


async def ask_to_archive(person, model):
    await person.command("support", f"/model archive {model}")
    await person.modal(title="Archive station model")
    await person.fill("Reason", REASON)
    await person.submit()


async def test_a_charger_is_registered_and_its_card_is_shown(sandbox, support):
    """The main job of a support desk."""
    await fill_registration(support, "NL-NEW-0001")

    await support.modal("Done", "NL-NEW-0001")
    (call,) = writes(sandbox.clouds.plugchoice, REGISTRATION)
    assert call.body["identity"] == "NL-NEW-0001"
    assert call.body["team_uuid"] == sandbox.clouds.account("nl").team
    await support.close()
    await support.command("support", "/charger NL-NEW-0001")
    card = await support.sees("support", "NL-NEW-0001", "Never")
    assert card.is_ephemeral


async def test_a_part_of_an_identity_finds_the_card(support):
    await support.command("support", "/charger spi.000103")

    card = await support.sees("support", "DK.SPI.000103")

    assert "Offline" in support.text_of(card)
    assert "Available" not in support.text_of(card)


async def test_a_station_model_is_archived_once_another_person_approves(sandbox, support, approver):
    """Who asks does not decide, and what was shown is what runs."""
    await support.command("support", "/model list")
    listing = await support.sees("support", "station models")
    await support.press("Show Granite 9.6 kW", on=listing)
    card = await support.sees("support", "GC-40", "Archive…")
    await support.press("Archive…", on=card)
    await support.modal(title="Archive station model")
    await support.fill("Reason", REASON)
    await support.submit()

    request = await approver.sees("approvals", "Granite 9.6 kW", REASON)
    assert writes(sandbox.clouds.lynkwell, ARCHIVING) == []
    await approver.press("Approve", on=request, confirm=True)

    decided = await approver.sees("approvals", "Granite 9.6 kW", "Done")
    assert decided.ts == request.ts
    assert "Approve" not in buttons(decided)
    await support.sees(support.bot_messages, "Granite 9.6 kW", "archived")
    assert len(writes(sandbox.clouds.lynkwell, ARCHIVING)) == 1


async def test_nobody_approves_their_own_request(sandbox, approver):
    await ask_to_archive(approver, "GC-40")
    request = await approver.sees("approvals", "Granite 9.6 kW")

    await approver.press("Approve", on=request, confirm=True)

    await approver.sees("approvals", "own request")
    assert writes(sandbox.clouds.lynkwell, ARCHIVING) == []


async def test_two_approvers_at_once_make_one_write(sandbox, support, approver):
    second = sandbox.person("second-approver", patience=20)
    await ask_to_archive(support, "GC-40")
    request = await approver.sees("approvals", "Granite 9.6 kW")

    await asyncio.gather(
        approver.press("Approve", on=request, confirm=True),
        second.press("Approve", on=request, confirm=True),
    )

    await approver.sees("approvals", "Granite 9.6 kW", "Done")
    assert len(writes(sandbox.clouds.lynkwell, ARCHIVING)) == 1


async def test_an_offline_charger_is_told_acknowledged_and_resolved_in_one_message(sandbox, oncall):
    """On-call reads one message, not three."""
    sandbox.clouds.breakdowns.charger_offline("NL-AMS-0008")
    alert = await oncall.sees("alerts", "NL-AMS-0008", "Firing")
    await oncall.press("Acknowledge", on=alert)
    acknowledged = await oncall.sees("alerts", "NL-AMS-0008", "Acknowledged")
    sandbox.clouds.breakdowns.charger_online("NL-AMS-0008")
    resolved = await oncall.sees("alerts", "NL-AMS-0008", "Resolved")

    assert alert.ts == acknowledged.ts == resolved.ts
    about_it = [m for m in oncall.messages("alerts") if "NL-AMS-0008" in oncall.text_of(m)]
    assert len(about_it) == 1


@pytest.mark.parametrize(
    "identity",
    [
        pytest.param("X" * 46, id="too-long"),
        pytest.param("NL AMS 1", id="spaces"),
        pytest.param("NL/AMS/1", id="slash"),
        pytest.param("   ", id="blank"),
    ],
)
async def test_a_bad_identity_is_told_at_the_field_and_nothing_is_sent(sandbox, support, identity):
    errors = await fill_registration(support, identity)

    assert "Identity" in errors
    assert writes(sandbox.clouds.plugchoice, REGISTRATION) == []


async def test_what_the_vendor_refuses_stands_at_the_field_and_the_input_is_kept(sandbox, support):
    """A neighbour's charger has this identity: only the vendor can know."""
    await fill_registration(support, "NL-AMS-0001")

    form = await support.modal("taken", title="Register a charger")

    assert "NL-AMS-0001" in str(form.values)
    assert len(writes(sandbox.clouds.plugchoice, REGISTRATION)) <= 1


async def test_a_lost_answer_is_looked_up_and_never_sent_again(sandbox, support):
    sandbox.clouds.plugchoice.faults.add(
        ApiFault(ApiTrouble.LOST_ANSWER, "POST /chargers", count=1)
    )

    await fill_registration(support, "NL-LOST-0001")

    await support.modal("Done", "NL-LOST-0001")
    assert len(writes(sandbox.clouds.plugchoice, REGISTRATION)) == 1


async def test_a_vendor_that_cannot_be_reached_is_a_sentence_and_the_input_is_kept(
    sandbox, support
):
    """Nothing was sent, so nothing is unknown; the person tries again when it is back."""
    await sandbox.clouds.plugchoice.stop()

    await fill_registration(support, "NL-DOWN-0001")

    form = await support.modal("does not answer", title="Register a charger")
    assert "NL-DOWN-0001" in str(form.values)


async def test_a_vendor_that_fails_after_taking_the_request_leaves_an_unknown_outcome(
    sandbox, support
):
    """Whether it happened cannot be read while the vendor is down; it is not sent again."""
    sandbox.clouds.plugchoice.faults.add(ApiFault(ApiTrouble.ERROR, "*", status=503))

    await fill_registration(support, "NL-DOWN-0002")

    await support.modal("Outcome unknown", "NL-DOWN-0002")
    assert len(writes(sandbox.clouds.plugchoice, REGISTRATION)) == 1


def buttons(message):
    return [
        element["text"]["text"]
        for block in message.every_block
        for element in block.get("elements", ())
        if element.get("type") == "button"
    ]
