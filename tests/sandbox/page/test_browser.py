"""The page in a real browser, as people use it; everything is found by role and name."""

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Locator, expect
from playwright.async_api import Page as Tab

from bot.sandbox.page.blocks import RENDERED
from bot.sandbox.slack.faults import FaultKind
from bot.sandbox.vendors.entities import Vendor
from tests.sandbox.page import every_block

pytestmark = [pytest.mark.browser, pytest.mark.slow]

expect.set_options(timeout=5000)


def messages(tab: Tab, place: str = "#orders") -> Locator:
    return tab.get_by_role("log", name=f"Messages in {place}")


async def type_command(tab: Tab, text: str) -> None:
    composer = tab.get_by_role("textbox", name="Message #orders")
    await composer.fill(text)
    await composer.press("Enter")


async def open_form(tab: Tab, text: str = "/order form") -> Locator:
    await type_command(tab, text)
    dialog = tab.get_by_role("dialog")
    await dialog.wait_for()
    return dialog


async def act_as(tab: Tab, name: str) -> None:
    await tab.get_by_role("combobox", name="Act as").select_option(label=name)


def types_in(node: Any) -> set[str]:
    """Every `type` in a payload."""
    if isinstance(node, list):
        return {kind for item in node for kind in types_in(item)}
    if not isinstance(node, dict):
        return set()
    own = {node["type"]} if isinstance(node.get("type"), str) else set()
    return own | {kind for item in node.values() for kind in types_in(item)}


def test_the_small_app_shows_every_type_that_the_page_can():
    """Otherwise a type could be listed as rendered and never be looked at."""
    shown = types_in(every_block.message_blocks("F1")) | types_in(every_block.modal())

    assert shown - {"modal"} | {"file"} == RENDERED


async def test_every_block_and_element_of_a_message_is_shown(place, tab):
    await place.post(blocks=every_block.message_blocks(place.picture))

    message = messages(tab).get_by_role("article").last
    await expect(message.get_by_role("heading", name="Everything on a message")).to_be_visible()
    for words in ("Harbour", "First point", "Step three", "A quoted sentence", "second line"):
        await expect(message.get_by_text(words)).to_be_visible()
    await expect(message.get_by_role("table")).to_contain_text("Kilograms")
    await expect(message.get_by_role("link", name="a link")).to_have_attribute(
        "href", "https://example.com"
    )
    await expect(message.get_by_role("img", name="A red square")).to_be_visible()
    for name in ("Plain", "Good", "Bad"):
        await expect(message.get_by_role("button", name=name)).to_be_visible()
    await expect(message.get_by_role("combobox", name="A fruit")).to_be_visible()
    await expect(message.get_by_label("When?")).to_have_value("2026-03-09")
    await expect(message.get_by_text("This page cannot show")).to_have_count(0)
    assert await tab.evaluate("window.hacked") is None


async def test_a_button_reaches_the_app_after_its_confirmation(place, tab):
    await place.post(blocks=every_block.message_blocks(place.picture))

    await tab.get_by_role("button", name="Bad").click()
    await tab.get_by_role("dialog").get_by_role("button", name="No").click()
    await expect(tab.get_by_role("dialog")).to_have_count(0)
    assert place.app.seen == []

    await tab.get_by_role("button", name="Bad").click()
    await tab.get_by_role("dialog").get_by_role("button", name="Yes, do it").click()
    await expect(messages(tab).get_by_text("pressed bad")).to_be_visible()
    await expect(messages(tab).get_by_text("Only visible to you")).to_be_visible()


async def test_choices_on_a_message_reach_the_app(place, tab):
    await place.post(blocks=every_block.message_blocks(place.picture))

    await tab.get_by_role("combobox", name="A fruit").click()
    await tab.get_by_role("option", name="cherry").click()
    await expect(messages(tab).get_by_text("pressed fruit")).to_be_visible()
    await tab.get_by_role("button", name=re.compile("More: ")).click()
    await tab.get_by_role("menuitem", name="Forget").click()
    await expect(messages(tab).get_by_text("pressed more")).to_be_visible()

    fruit, more = place.app.seen
    assert fruit["selected_option"]["value"] == "cherry"
    assert more["selected_option"]["value"] == "Forget"


async def test_every_field_of_a_form_reaches_the_app(place, tab):
    form = await open_form(tab)
    await form.get_by_label("Name").fill("Ada's box")
    await form.get_by_label("Remark").fill("two\nlines")
    await form.get_by_label("Amount").fill("12")
    await form.get_by_label("Email").fill("ada@example.com")
    await form.get_by_label("Address").fill("https://example.com")
    await form.get_by_label("Story").fill("Once @ben was here")
    await form.get_by_label("File", exact=True).set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": b"a;b"}
    )
    await expect(form.get_by_text("list.csv")).to_be_visible()
    for field, option in (("Fruits", "apple"), ("Fruits", "pear"), ("People", "Ben Okoro")):
        await form.get_by_role("combobox", name=field, exact=True).click()
        await form.get_by_role("listbox", name=field, exact=True).get_by_text(option).click()
    for field, option in (("Person", "Ben Okoro"), ("Channel", "# quiet"), ("Place", "# orders")):
        await form.get_by_role("combobox", name=field, exact=True).click()
        await form.get_by_role("listbox", name=field, exact=True).get_by_text(option).click()
    await form.get_by_role("radio", name="Large").check()
    await form.get_by_role("checkbox", name="Small").check()
    await form.get_by_role("checkbox", name="Large").check()
    await form.get_by_role("checkbox", name="Small").uncheck()
    await form.get_by_label("Day").fill("2026-03-09")
    await form.get_by_label("Time").fill("14:30")
    await form.get_by_label("Moment").fill("2026-03-09T14:30")

    await form.get_by_role("button", name="Send").click()
    await expect(tab.get_by_role("dialog")).to_have_count(0)

    held = {block: entry["value"] for block, entry in place.app.seen[0].items()}
    assert held["plain_text_input"]["value"] == "Ada's box"
    assert held["multiline"]["value"] == "two\nlines"
    assert held["number_input"]["value"] == "12"
    assert held["rich_text_input"]["rich_text_value"]["type"] == "rich_text"
    assert [file["name"] for file in held["file_input"]["files"]] == ["list.csv"]
    chosen = [option["value"] for option in held["multi_static_select"]["selected_options"]]
    assert chosen == ["apple", "pear"]
    assert held["multi_users_select"]["selected_users"] == ["U0BEN"]
    assert held["users_select"]["selected_user"] == "U0BEN"
    assert held["channels_select"]["selected_channel"] == "C0QUIET"
    assert held["conversations_select"]["selected_conversation"] == "C0ORDERS"
    assert held["radio_buttons"]["selected_option"]["value"] == "Large"
    assert [one["value"] for one in held["checkboxes"]["selected_options"]] == ["Large"]
    assert held["datepicker"]["selected_date"] == "2026-03-09"
    assert held["timepicker"]["selected_time"] == "14:30"
    assert held["datetimepicker"]["selected_date_time"] == 1_773_063_000
    assert held["static_select"]["selected_option"] is None


async def test_a_typeahead_asks_while_somebody_types(place, tab):
    form = await open_form(tab)
    search = form.get_by_role("combobox", name="Search", exact=True)
    options = form.get_by_role("listbox", name="Search", exact=True).get_by_role("option")

    await search.click()
    await expect(options).to_have_count(5)
    await search.press_sequentially("ap")
    await expect(options).to_have_text(["apple", "apricot"])
    await search.press("ArrowDown")
    await search.press("ArrowDown")
    await search.press("Enter")
    await expect(search).to_have_value("apricot")
    await expect(options).to_have_count(0)


async def test_errors_stand_at_the_fields_and_nothing_typed_is_lost(place, tab):
    form = await open_form(tab)
    await form.get_by_label("Remark").fill("keep me")
    await form.get_by_role("button", name="Send").click()
    await expect(form.get_by_role("alert")).to_contain_text("complete this required field")

    await form.get_by_label("Name").press_sequentially("wrong")
    await expect(form.get_by_role("alert").filter(visible=True)).to_have_count(0)
    await expect(form.get_by_label("Name")).to_be_focused()
    await form.get_by_label("Name").press("Enter")
    await expect(form.get_by_role("alert").filter(visible=True)).to_contain_text("name is taken")
    await expect(form.get_by_label("Remark")).to_have_value("keep me")


async def test_a_form_unfolds_while_it_is_filled_in(place, tab):
    form = await open_form(tab)
    await form.get_by_label("Name").fill("Ada's box")
    await form.get_by_role("combobox", name="Fruit", exact=True).click()
    await form.get_by_role("option", name="cherry").click()

    await form.get_by_label("Why cherry").fill("because")
    await expect(form.get_by_label("Name")).to_have_value("Ada's box")
    await expect(form.get_by_role("combobox", name="Fruit", exact=True)).to_have_value("cherry")


async def test_modals_stack_and_escape_closes_the_top(place, tab):
    await open_form(tab, "/order stack")
    await tab.get_by_role("button", name="One more").click()
    await expect(tab.get_by_role("dialog", name="Second")).to_be_visible()

    await tab.keyboard.press("Escape")
    await expect(tab.get_by_role("dialog", name="First")).to_be_visible()
    await tab.keyboard.press("Escape")
    await expect(tab.get_by_role("dialog")).to_have_count(0)


async def test_letters_belong_to_the_message_and_escape_goes_back_step_by_step(place, tab):
    await place.post()
    await tab.get_by_role("button", name="Raw calls").click()
    composer = tab.get_by_role("textbox", name="Message #orders")
    await tab.get_by_role("heading", name="orders").click()
    await tab.keyboard.type("/order pe")
    await expect(composer).to_have_value("/order pe")
    await composer.fill("/or")
    commands = tab.get_by_role("listbox", name="Commands").get_by_role("option")
    await expect(commands).to_have_count(1)

    await tab.keyboard.press("Escape")
    await expect(commands).to_have_count(0)
    await expect(composer).to_be_focused()
    await tab.keyboard.press("Escape")
    await expect(tab.get_by_role("complementary", name="Raw calls")).to_have_count(0)


async def test_commands_are_completed_and_hinted(tab):
    await tab.keyboard.press("/")
    await tab.keyboard.type("or")
    commands = tab.get_by_role("listbox", name="Commands").get_by_role("option")
    await expect(commands).to_have_count(1)
    await expect(commands).to_contain_text("Order fruit")
    await tab.keyboard.press("Tab")
    composer = tab.get_by_role("textbox", name="Message #orders")
    await expect(composer).to_have_value("/order ")
    await composer.press_sequentially("pears")
    await composer.press("Enter")

    await expect(messages(tab).get_by_text("You said pears")).to_be_visible()
    await expect(composer).to_have_value("")


async def test_a_command_that_nobody_answers_is_told_as_slack_tells_it(place, tab):
    await type_command(tab, "/plain sailing")

    told = messages(tab).get_by_role("article", name="Slackbot")
    await expect(told).to_contain_text("/plain failed with the error")
    await expect(told).to_contain_text("Only visible to you")


async def test_people_write_and_answer_in_threads(place, tab):
    ben = place.slack.workspace.user_named("ben")
    orders = place.slack.workspace.channel_named("orders")
    place.slack.posts.post(ben, orders, "Who has <b>pears</b>, @ada?")
    message = messages(tab).get_by_role("article", name="Ben Okoro")
    await expect(message).to_contain_text("Who has <b>pears</b>, @Ada Larsen?")

    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()
    thread = tab.get_by_role("complementary", name="Thread")
    await thread.get_by_role("textbox", name="Reply").fill("I have, ask @grocer")
    await thread.get_by_role("textbox", name="Reply").press("Enter")
    await expect(thread.get_by_role("article", name="Grocer")).to_contain_text("at your service")
    await expect(message.get_by_role("button", name="2 replies")).to_be_visible()

    await thread.get_by_role("textbox", name="Reply").fill("/order now")
    await thread.get_by_role("textbox", name="Reply").press("Enter")
    await expect(tab.get_by_role("status")).to_contain_text("not supported in threads")


async def test_the_menu_of_the_newest_message_opens_where_it_can_be_seen(place, tab):
    """Below it the list of messages ends, and what hangs over is cut off."""
    ada, orders = (
        place.slack.workspace.user_named("ada"),
        place.slack.workspace.channels["C0ORDERS"],
    )
    place.slack.posts.post(ada, orders, "a slip of the pen")
    message = messages(tab).get_by_role("article").last

    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await message.get_by_role("menuitem", name="Delete message").click()

    await expect(messages(tab).get_by_text("a slip of the pen")).to_have_count(0)


async def test_each_person_sees_what_is_theirs(place, tab):
    await type_command(tab, "secret fruit")
    await type_command(tab, "/order melons")
    await expect(messages(tab).get_by_text("You said melons")).to_be_visible()

    await act_as(tab, "Ben Okoro")
    await expect(messages(tab).get_by_text("secret fruit")).to_be_visible()
    await expect(messages(tab).get_by_text("You said melons")).to_have_count(0)
    channels = tab.get_by_role("navigation", name="Channels")
    await expect(channels.get_by_role("button", name="quiet")).to_have_count(0)


async def test_what_is_new_elsewhere_is_marked_unread(place, tab):
    """On the very button that was there: a new one would lose the click of who is just pressing."""
    channels = tab.get_by_role("navigation", name="Channels")
    quiet = await channels.get_by_role("button", name="quiet").element_handle()
    await place.post("C0QUIET")

    await expect(channels.get_by_role("button", name="quiet, 1 unread")).to_be_visible()
    assert await quiet.evaluate("button => button.isConnected")
    await quiet.click()
    await expect(messages(tab, "#quiet").get_by_text("a text")).to_be_visible()
    await expect(channels.get_by_role("button", name="quiet", exact=True)).to_be_visible()


async def test_home_and_direct_messages_belong_to_the_person(place, tab):
    await tab.get_by_role("button", name="Grocer Home").click()
    home = tab.get_by_role("region", name="Home")
    await expect(home).to_contain_text("Welcome, @Ada Larsen")
    await act_as(tab, "Ben Okoro")
    await expect(home).to_contain_text("Welcome, @Ben Okoro")

    await tab.get_by_role("tab", name="Messages").click()
    composer = tab.get_by_role("textbox", name="Message Grocer")
    await composer.fill("hello there")
    await composer.press("Enter")
    await expect(messages(tab, "Grocer").get_by_text("hello there")).to_be_visible()


async def test_a_change_keeps_what_is_being_typed(place, tab):
    composer = tab.get_by_role("textbox", name="Message #orders")
    await composer.press_sequentially("half a sen")
    ts = await place.post()
    await expect(messages(tab).get_by_text("a text")).to_be_visible()
    await place.app.client.chat_update(channel="C0ORDERS", ts=ts, text="another text")
    await expect(messages(tab).get_by_text("another text")).to_be_visible()
    await composer.press_sequentially("tence")

    await expect(composer).to_have_value("half a sentence")


async def test_chargers_and_interfaces_break_and_mend(place, tab):
    await tab.get_by_role("button", name="Break things").click()
    charger = tab.get_by_role("group", name="NL-AMS-0001")
    await charger.get_by_role("button", name="Take offline").click()
    await expect(charger).to_contain_text("offline")
    assert not place.clouds.world.charger("NL-AMS-0001").online

    await charger.get_by_role("button", name="Fault…").click()
    await tab.get_by_label("OCPP code").fill("GroundFailure")
    await tab.get_by_role("button", name="Report fault").click()
    await expect(charger).to_contain_text("GroundFailure")
    await tab.get_by_text("Vendors' APIs and Slack").click()
    await tab.get_by_label("Spirii API").select_option("Answers 500")
    await tab.get_by_label("Slack API").select_option("Loses answers")
    await expect(tab.get_by_label("Slack API")).to_have_value("Loses answers")
    assert len(place.clouds.spirii.faults.active) == 1
    assert place.slack.faults.active[0].kind is FaultKind.DROP_AFTER

    await tab.get_by_role("button", name="Mend everything").click()
    await expect(charger).to_contain_text("online")
    assert place.clouds.spirii.faults.active == []
    assert place.slack.faults.active == []


async def test_a_scenario_says_what_should_be_seen(place, tab):
    await tab.get_by_role("button", name="Break things").click()
    await tab.get_by_text("Scenarios").click()
    await tab.get_by_role("button", name="Begin charger-offline").click()

    await expect(tab.get_by_role("status")).to_contain_text("You should see: NL-AMS-0008")
    assert not place.clouds.world.charger("NL-AMS-0008").online

    del place.clouds.world.shares[Vendor.SPIRII].by_identity["DK.SPI.000005"]
    await tab.get_by_role("button", name="Begin connector-fault").click()
    await expect(tab.get_by_role("status")).to_contain_text("a charger that this fleet does not")


async def test_raw_calls_are_listed_filtered_and_opened(place, tab):
    await place.post()
    await tab.get_by_role("button", name="Raw calls").click()
    calls = tab.get_by_role("list", name="Calls")
    await tab.get_by_label("Filter calls").fill("postmessage")
    await expect(calls.get_by_role("listitem")).to_have_count(1)

    await expect(calls.get_by_text("200")).to_have_css("color", "rgb(19, 97, 67)")  # not as failed
    await calls.get_by_role("button", name="chat.postMessage").click()
    await expect(calls.get_by_text('"channel": "C0ORDERS"').first).to_be_visible()
    await expect(calls.get_by_text("xoxb")).to_have_count(0)
    await tab.get_by_label("Kind of calls").select_option("Vendors")
    await expect(calls.get_by_role("listitem")).to_have_count(0)


async def test_files_are_shown_and_given_out(place, tab):
    workspace = place.slack.workspace
    ada, orders = workspace.user_named("ada"), workspace.channel_named("orders")
    page = workspace.files.add("page.html", b"<script>window.hacked=1</script>", ada.id)
    picture = workspace.files.find(place.picture)
    place.slack.posts.post(ada, orders, "two files", files=[page, picture])

    await expect(messages(tab).get_by_role("img", name="square.png")).to_be_visible()
    async with tab.expect_download() as download:
        await messages(tab).get_by_role("link", name="page.html").click()
    assert (await download.value).suggested_filename == "page.html"


async def test_the_tour_leads_on_and_stays_away_once_it_is_put_away(tab):
    tour = tab.get_by_role("region", name="Five things to try")
    await expect(tour).to_contain_text("Register a charger")
    await tour.get_by_role("button", name="Hide the tour").click()
    await expect(tour).to_have_count(0)

    await tab.reload()
    again = tab.get_by_role("button", name="Five things to try")
    await expect(again).to_be_visible()
    await expect(tour).to_have_count(0)
    await again.click()
    await expect(tour).to_be_visible()


async def test_a_closed_tab_is_no_longer_followed(place, tab):
    assert len(place.page.tabs) == 1

    await tab.close()
    async with asyncio.timeout(8):
        while place.page.tabs:  # noqa: ASYNC110 - nobody tells when NiceGUI gives a tab up
            await asyncio.sleep(0.05)
