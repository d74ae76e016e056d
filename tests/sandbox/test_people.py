"""People act by the words that they see, and are told when a word is not there."""

import asyncio

import pytest

from bot.sandbox.people import ConfirmationNeededError, Person
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.labels import NotVisibleError
from tests.sandbox.slack.raw_app import actions, button, modal, option, section, text_input


@pytest.fixture
def post(web_client):
    """Posts blocks in #orders as the bot."""

    async def posted(*blocks):
        sent = await web_client.chat_postMessage(channel="C0ORDERS", text="t", blocks=list(blocks))
        return sent["ts"]

    return posted


@pytest.fixture
def show(web_client, raw_app, ada):
    """Opens a modal before ada."""

    async def opened(*blocks, **extra):
        await ada.command("orders", "/order")
        trigger_id = raw_app.received[-1]["payload"]["trigger_id"]
        await web_client.views_open(trigger_id=trigger_id, view=modal(*blocks, **extra))

    return opened


def field(label, kind, **extra):
    return text_input(label, label) | {"element": {"type": kind, "action_id": "e", **extra}}


def held(person, label):
    """What a field of the open modal holds, as the app would get it."""
    [entry] = person.top_modal.values[label].values()
    return {key: value for key, value in entry.items() if key != "type"}


async def test_a_missing_button_is_reported_with_what_is_there(post, raw_app, ada):
    await post(section("card"), actions(button("Approve", "a"), button("Reject", "r")))
    card = await ada.sees("orders", "card")

    with pytest.raises(NotVisibleError, match=r"no 'Aprove' among \['Approve', 'Reject'\]"):
        await ada.press("Aprove", card)

    assert raw_app.payloads("block_actions") == []


async def test_two_buttons_of_one_name_are_told_apart_by_what_stands_beside(post, raw_app, ada):
    await post(
        section("pears", accessory=button("Details", "d", value="1")),
        section("plums"),
        actions(button("Details", "d", value="2")),
    )
    card = await ada.sees("orders", "pears")

    with pytest.raises(NotVisibleError, match="more than one"):
        await ada.press("Details", card)
    await ada.press("Details", card, beside="plums")
    await ada.press("Details", card, beside="pears")

    sent = [p["actions"][0]["value"] for p in raw_app.payloads("block_actions")]
    assert sent == ["2", "1"]


async def test_a_confirmation_dialog_must_be_answered(post, raw_app, ada):
    words = {
        name: {"type": "plain_text", "text": text}
        for name, text in [
            ("title", "Sure?"),
            ("text", "Gone!"),
            ("confirm", "Yes"),
            ("deny", "No"),
        ]
    }
    await post(actions(button("Delete", "d", confirm=words)))
    card = await ada.sees("orders", "Delete")

    with pytest.raises(ConfirmationNeededError, match="Sure"):
        await ada.press("Delete", card)
    await ada.press("Delete", card, confirm=False)
    assert raw_app.payloads("block_actions") == []
    await ada.press("Delete", card, confirm=True)

    assert len(raw_app.payloads("block_actions")) == 1


OPTIONS = [option("a"), option("b")]


@pytest.mark.parametrize(
    ("kind", "extra", "chosen", "held_value"),
    [
        ("static_select", {"options": OPTIONS}, ["b"], "selected_option"),
        ("radio_buttons", {"options": OPTIONS}, ["b"], "selected_option"),
        ("checkboxes", {"options": OPTIONS}, ["a", "b"], "selected_options"),
        ("multi_static_select", {"options": OPTIONS}, ["a"], "selected_options"),
    ],
)
async def test_options_are_chosen_by_their_words(show, ada, kind, extra, chosen, held_value):
    await show(field("F", kind, **extra))

    await ada.choose("F", *chosen)

    found = held(ada, "F")[held_value]
    found = found if isinstance(found, list) else [found]
    assert [one["value"] for one in found] == chosen


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("users_select", "ben", {"selected_user": "U0BEN"}),
        ("multi_users_select", "ben", {"selected_users": ["U0BEN"]}),
        ("conversations_select", "orders", {"selected_conversation": "C0ORDERS"}),
        ("channels_select", "#orders", {"selected_channel": "C0ORDERS"}),
    ],
)
async def test_people_and_channels_are_chosen_by_name(show, ada, kind, name, value):
    await show(field("F", kind))

    await ada.choose("F", name)

    assert held(ada, "F") == value


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("plain_text_input", "x", {"value": "x"}),
        ("plain_text_input", "", {"value": None}),
        ("datepicker", "2026-03-09", {"selected_date": "2026-03-09"}),
        ("timepicker", "14:30", {"selected_time": "14:30"}),
        ("datetimepicker", "2026-03-09T14:30:00+00:00", {"selected_date_time": 1773066600}),
    ],
)
async def test_fields_are_filled_by_label(show, ada, kind, typed, value):
    await show(field("F", kind))

    await ada.fill("F", typed)

    assert held(ada, "F") == value


async def test_a_text_field_dispatches_when_it_says_so(show, raw_app, ada):
    eager = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    await show(
        field("On enter", "plain_text_input") | {"dispatch_action": True},
        field("Eager", "plain_text_input", **eager) | {"dispatch_action": True},
    )

    await ada.fill("On enter", "x")
    assert raw_app.payloads("block_actions") == []
    await ada.fill("On enter", "y", enter=True)
    await ada.fill("Eager", "z")

    sent = [p["actions"][0]["value"] for p in raw_app.payloads("block_actions")]
    assert sent == ["y", "z"]


async def test_a_typeahead_is_searched_and_picked_from(show, raw_app, ada):
    await show(field("F", "external_select", min_query_length=0))
    raw_app.answer = lambda _: {"options": OPTIONS}

    assert await ada.search("F", "") == ["a", "b"]
    await ada.pick("F", "b")
    with pytest.raises(NotVisibleError, match="no option 'c'"):
        await ada.pick("F", "c")

    assert held(ada, "F")["selected_option"]["value"] == "b"
    assert [p["value"] for p in raw_app.payloads("block_suggestion")] == ["", "b", "c"]


async def test_files_are_attached_beside_each_other(show, ada):
    await show(field("F", "file_input", max_files=2))

    await ada.attach("F", "a.csv", b"1")
    await ada.attach("F", "b.csv", b"2")

    assert [file["name"] for file in held(ada, "F")["files"]] == ["a.csv", "b.csv"]


async def test_an_overflow_menu_sends_its_choice(post, raw_app, ada):
    menu = {"type": "overflow", "action_id": "more", "options": OPTIONS}
    await post(section("card", accessory=menu))

    await ada.choose("card", "b", on=await ada.sees("orders", "card"))

    [payload] = raw_app.payloads("block_actions")
    assert payload["actions"][0]["selected_option"]["value"] == "b"


async def test_people_wait_for_what_comes_later(web_client, ada):
    waiting = asyncio.create_task(ada.sees("orders", "at last"))
    await asyncio.sleep(0)
    await web_client.chat_postMessage(channel="C0ORDERS", text="at last")

    assert (await waiting).text == "at last"


async def test_waiting_in_vain_tells_what_is_there_instead(slack, web_client):
    ada = Person(slack, "ada", patience=0.01)
    await web_client.chat_postMessage(channel="C0ORDERS", text="something else")

    with pytest.raises(NotVisibleError, match="something else"):
        await ada.sees("orders", "this")
    with pytest.raises(NotVisibleError, match="no modal"):
        await ada.modal(title="Form")
    with pytest.raises(NotVisibleError, match="no Home"):
        await ada.home("x")
    with pytest.raises(NotVisibleError):
        await ada.told("operation_timeout")


async def test_a_modal_that_stays_open_is_reported(show, slack):
    await show(section("a"), title="Sticky")

    with pytest.raises(NotVisibleError, match="Sticky"):
        await Person(slack, "ada").no_modal(timeout=0.01)


async def test_nobody_submits_what_is_not_there(ada):
    with pytest.raises(NotVisibleError, match="no modal"):
        await ada.submit()


async def test_replies_are_seen_in_their_thread(web_client, ada, ben):
    start = await ada.say("orders", "start")
    await ben.say("orders", "reply", thread=start)

    assert [m.text for m in ada.messages("orders")] == ["start"]
    assert [m.text for m in ada.messages("orders", thread=start)] == ["start", "reply"]


async def test_people_change_only_their_own_messages(ada, ben):
    message = await ada.say("orders", "mine")

    with pytest.raises(RefusedError, match="cant_update_message"):
        await ben.edit(message, "yours")
    with pytest.raises(RefusedError, match="cant_delete_message"):
        await ben.delete(message)
    await ada.edit(message, "changed")

    assert message.text == "changed"


async def test_nobody_writes_where_they_are_not(slack, ada):
    cem = Person(slack, "cem")

    with pytest.raises(RefusedError, match="not_in_channel"):
        await cem.say("orders", "hello")


async def test_a_reaction_is_added_and_taken_back(slack, raw_app, ada, ben):
    message = await ada.say("orders", "look")

    await ben.react(message, "eyes")
    assert message.reactions == {"eyes": [ben.id]}
    await ben.react(message, "eyes")
    await slack.events.settled()

    assert message.reactions == {}
    assert len(raw_app.payloads("reaction_added")) == 1


async def test_an_unknown_shortcut_names_the_known(ada):
    with pytest.raises(NotVisibleError, match="Order fruit"):
        await ada.shortcut("Order meat")
