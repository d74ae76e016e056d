"""What people see when Slack or a vendor is in trouble, when names are not clear, or on and on."""

import io
import json
import logging
import re

import pytest

from bot.logs import configure_logs
from bot.sandbox.slack.faults import FaultKind
from bot.sandbox.vendors.api_faults import ApiFault, ApiTrouble
from handlers import work
from vendors.models import Vendor

CHARGER = "NL-RTM-0001"


async def known(house, identity=CHARGER):
    (found,) = await house.services.inventory.resolve(identity)
    return found


@pytest.mark.parametrize("kind", [FaultKind.SERVER_ERROR, FaultKind.RATE_LIMITED])
async def test_an_answer_that_slack_does_not_take_comes_as_a_direct_message(house, kind):
    """The SDK raises nothing when a response URL refuses, so the answer would be lost."""
    support = house.person("support")
    house.slack.faults.add(kind, "response_url", times=None)

    await support.command("support", f"/charger show {CHARGER}")

    await support.sees(support.bot_messages, CHARGER, "Firmware")
    assert support.messages("support") == []


async def test_a_worn_out_response_url_is_no_end_of_the_conversation(house):
    """Slack takes five answers at one, and a list has more pages than that."""
    support = house.person("support")
    await support.command("support", "/charger list")
    listing = await support.sees("support", "chargers")

    for page in ("11 to 20", "1 to 10") * 4:
        await support.press("Next" if page.startswith("11") else "Previous", on=listing)
        listing = await support.sees("support", page)


async def test_rights_that_slack_does_not_tell_are_no_rights(house):
    support = house.person("support")
    house.slack.faults.add(FaultKind.SERVER_ERROR, "users.info", times=None)

    await support.command("support", "/charger register")

    await support.sees("support", "does not tell me your rights just now")
    assert support.top_modal is None


async def test_a_group_that_is_gone_takes_no_right_from_those_who_have_it_by_another(house):
    """Else whoever disables a group in Slack locks everybody out."""
    house.slack.workspace.user_groups["S0SUPPORT"].disabled = True
    oncall, visitor = house.person("on-call"), house.person("approver")

    await oncall.command("support", "/alerts silence")
    await visitor.command("support", "/alerts silence")

    await oncall.modal("Reason")
    await visitor.sees("support", "You may not do this")


@pytest.fixture
def log(monkeypatch) -> io.StringIO:
    """What the bot logs meanwhile, as in production."""
    stream = io.StringIO()
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", root.handlers)
    monkeypatch.setattr(root, "level", root.level)
    configure_logs(stream)
    return stream


async def test_the_code_in_an_error_finds_who_asked_for_what_and_what_the_vendor_said(desk, log):
    support = desk.person("support")
    desk.clouds.plugchoice.faults.add(ApiFault(ApiTrouble.UNAUTHORISED))
    await support.command("support", f"/charger usage {CHARGER}")
    shown = await support.sees("support", "If you report it, say")
    (code,) = re.findall(r"say `(\w{8})`", shown.text)

    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    asked, told = [line for line in lines if line.get("reference") == code]
    assert (asked["event"], asked["by"], asked["act"]) == ("Asked", support.user.id, "/charger")
    assert (told["event"], told["error"]) == ("Trouble was told", "VendorAuthError")


async def test_a_decision_in_a_form_is_answered_there_though_slack_is_slow(house, monkeypatch):
    """The form is acknowledged in time with a page, and that says what came of it."""
    monkeypatch.setattr(work, "DECIDE_WITHIN_S", 0)
    support, approver = house.person("support"), house.person("approver")
    await support.command("support", "/model archive GC-40")
    await support.modal("Reason")
    await support.fill("Reason", "it is old")
    await support.submit()
    card = await approver.sees("approvals", "Waiting for a decision")
    for fault, said in ((True, "does not tell me your rights"), (False, "You rejected it")):
        await approver.press("Reject…", on=card)
        await approver.modal("Reason", title="Reject #1")
        if fault:
            house.slack.faults.add(FaultKind.SERVER_ERROR, "users.info", times=None)
        await approver.fill("Reason", "we still order it")
        await approver.submit()
        await approver.modal(said, title="Request")
        await approver.close()
        house.slack.faults.clear()

    await support.sees(support.bot_messages, "Rejected", "we still order it")


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("/site smart-charging Strijp-S", "Smart charging"),
        ("/model archive Longhorn 120 kW", "Archive station model"),
        ("/model rename Longhorn 120 kW", "Rename station model"),
    ],
)
async def test_a_form_that_waits_for_a_vendor_opens_at_once(house, typed, title):
    """A trigger lives for three seconds, and a vendor may take longer."""
    support, answered = house.person("support"), []
    for cloud in house.clouds.by_vendor.values():
        cloud.faults.add(ApiFault(ApiTrouble.SLOW, "GET *", seconds=0.3))
    house.clouds.subscribe(answered.append)

    await support.command("support", typed)

    await support.modal("Looking…")
    assert answered == []
    await support.modal("Reason" if "rename" not in typed else "Friendly name", title=title)


async def test_a_slow_answer_is_announced_and_then_given(house):
    support = house.person("support")
    cloud = house.clouds.by_vendor[Vendor.PLUGCHOICE]
    cloud.faults.add(ApiFault(ApiTrouble.SLOW, "GET *", seconds=2.2, count=1))

    await support.command("support", f"/charger show {CHARGER}")

    await support.sees("support", "Working on it…")
    await support.sees("support", CHARGER, "Firmware", timeout=10)


async def test_a_vendor_that_fails_leaves_the_mirror_with_its_age(house):
    support = house.person("support")
    cloud = house.clouds.by_vendor[Vendor.PLUGCHOICE]
    cloud.faults.add(ApiFault(ApiTrouble.ERROR, "GET *", status=404))

    await support.command("support", f"/charger show {CHARGER}")

    await support.sees("support", CHARGER, "As nl said")


async def test_an_ambiguous_name_asks_which_with_buttons_that_go_on(house):
    """Two accounts may know the same charger, and only one of them is meant."""
    support = house.person("support")
    one = (await known(house)).charger
    twin = one.model_copy(update={"account": "legacy", "id": "7", "site_name": "Twin site"})
    await house.services.inventory.remember(twin)

    await support.command("support", f"/charger detach {CHARGER}")
    question = await support.sees("support", "Several chargers are called", "Twin site")
    await support.press(f"Take {CHARGER} at nl", on=question)

    await support.modal(CHARGER, "Kop van Zuid", title="Detach a charger")


async def test_a_site_of_several_that_match_is_picked(house):
    support = house.person("support")

    await support.command("support", "/site transactions s")
    question = await support.sees("support", "Several sites match")
    await support.press("Take Strijp-S", on=question)

    await support.sees("support", "sessions at Strijp-S")


async def test_a_group_of_several_is_picked(house):
    support = house.person("support")

    await support.command("support", "/site meter Strijp-S")
    question = await support.sees("support", "several groups")
    await support.press("Take 7", on=question)

    await support.sees("support", "Meter of group", "Power now")


async def test_a_card_in_a_dialog_is_whole_though_a_dialog_takes_no_table(house):
    support = house.person("support")
    await support.shortcut("Look up a charger")
    await support.modal("What do you look for?")
    await support.fill("What do you look for?", f"{CHARGER} NL-RTM-0002")
    await support.submit()
    await support.modal("2 chargers found")

    await support.press(f"Show {CHARGER}")

    card = await support.modal("Firmware", "• Connector 1 · Status", "Plug Type 2 socket")
    assert "Share" not in support.text_of(card)
    await support.press("Why?", on=card)
    await support.modal(f"Why {CHARGER}")


NASTY = "<!channel> `x` *y* \u202e" + "مرحبا 🔌 " * 8


async def test_whatever_somebody_calls_a_charger_wakes_nobody_and_breaks_nothing(house):
    support = house.person("support")

    await support.command("support", f"/charger reference {CHARGER} x")
    await support.modal(title="Set a reference")
    await support.fill("Reference", NASTY)
    await support.submit()
    await support.modal("Done")
    await support.close()
    await support.command("support", f"/charger show {CHARGER}")

    card = await support.sees("support", "Firmware", "مرحبا")
    assert "<!channel>" not in str(card.blocks)
    assert "\u202e" not in str(card.blocks)


@pytest.mark.parametrize("typed", ["x" * 3_000, "`" * 40, "*_~", '"', "<!channel>", "🔌", "مرحبا"])
async def test_whatever_is_typed_gets_an_answer(house, typed):
    support = house.person("support")

    for command in ("/charger", "/charger show", "/site show", "/model show", "/alerts why"):
        await support.command("support", f"{command} {typed}")
        await support.sees("support", "")

    assert "Something broke" not in str([support.text_of(m) for m in support.messages("support")])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"deleted": True}, "Your account is deactivated"),
        ({"is_stranger": True}, "Members of other workspaces"),
        ({"is_bot": True}, "I take orders from people only"),
    ],
)
async def test_whoever_is_no_member_of_the_workspace_is_told_so(house, change, said):
    support = house.person("support")
    for name, value in change.items():
        setattr(support.user, name, value)

    await support.command("support", "/charger list")

    await support.sees("support", said)


@pytest.mark.parametrize(
    ("typed", "label", "query", "offered"),
    [
        ("/charger register account:nl", "Site", "kop", "Kop van Zuid"),
        ("/charger register account:dk", "Station model", "NL-50", "Noordlicht NL-50"),
        ("/alerts silence", "Charger", "rtm-0001", CHARGER),
        ("/alerts silence", "Site", "dokk", "Dokk1"),
    ],
)
async def test_a_search_field_asks_no_vendor(house, typed, label, query, offered):
    """Half a second is all there is while somebody types, and a vendor may take seconds."""
    support, asked = house.person("support"), []
    await support.command("support", typed)
    await support.modal(label)
    house.clouds.subscribe(asked.append)

    assert offered in await support.search(label, query)

    assert asked == []


async def test_an_account_and_a_slash_name_no_site(house):
    """People send a line before it is finished."""
    support = house.person("support")

    await support.command("support", "/site smart-charging nl/")

    await support.sees("support", "I find no site called `nl/`")
