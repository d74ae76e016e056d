"""Reading where slash commands do not reach: threads, direct messages, other people's messages."""

import pytest

from handlers.look_up import words_of

CHARGER = "NL-RTM-0001"


async def test_a_mention_understands_what_the_command_does(house):
    """In a thread there is no other way to ask."""
    support = house.person("support")
    thread = await support.say("support", "what is going on?")
    for typed, words in (
        ("list offline", ("offline chargers", "NL-AMS-0006")),
        (f"show me {CHARGER}", (f"{CHARGER} · nl", "Firmware")),
        (f"usage {CHARGER} 1", ("draws now",)),
        ("kop van zuid", ("4 chargers match", "NL-RTM-0004")),
        ("help", ("/charger register",)),
        (f"restart {CHARGER}", ("only look things up", "/charger restart")),
        ("show nothing-9", ("I find no charger called",)),
    ):
        await support.mention("support", typed, thread=thread)
        await support.sees("support", *words, thread=thread)


async def test_a_page_is_turned_in_a_thread(house):
    support = house.person("support")
    thread = await support.say("support", "what do we have?")
    await support.mention("support", "list account:nl", thread=thread)
    listing = await support.sees("support", "1 to 10 of 17", thread=thread)

    await support.press("Next", on=listing)

    await support.sees("support", "11 to 17 of 17", thread=thread)


async def test_direct_messages_understand_it_too(house):
    support = house.person("support")

    await support.write_to_bot("list faulted site:“Sloterdijk”")

    await support.sees(support.bot_messages, "1 faulted charger", "NL-AMS-0002")


@pytest.mark.parametrize(
    "content",
    [
        {
            "blocks": [
                {"type": "section", "text": {"type": "mrkdwn", "text": f"• `{CHARGER}` down"}}
            ]
        },
        {
            "blocks": [
                {
                    "type": "rich_text",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "text", "text": f"look at {CHARGER}"}],
                        }
                    ],
                }
            ]
        },
        {"attachments": [{"fallback": "-", "fields": [{"title": "id", "value": CHARGER}]}]},
    ],
    ids=["section", "rich-text", "attachment"],
)
def test_the_words_of_other_bots_stand_in_their_blocks(content):
    """The text of their messages is what a notification shows, and often no more."""
    message = {"text": "Something is wrong", "block_id": "NL-NOT-0001", **content}

    assert "NL-RTM-0001" in words_of(message)
    assert "NL-NOT-0001" not in words_of(message)


async def test_a_picture_that_comes_along_does_not_keep_the_words_from_being_read(house):
    support = house.person("support")

    await support.upload(support.bot_messages, "broken.png", b"x", text=CHARGER)

    await support.sees(support.bot_messages, CHARGER, "Firmware")


async def test_a_refusal_in_a_thread_calls_nobody(house):
    """It says who may, and to name a group in a channel would fetch all of them."""
    visitor, support = house.person("visitor"), house.person("support")
    thread = await visitor.say("support", "who knows this one?")

    await visitor.mention("support", CHARGER, thread=thread)

    said = await visitor.sees("support", "Guests of this workspace", thread=thread)
    assert said.is_ephemeral
    assert "Guests" not in str([m.text for m in support.messages("support", thread=thread)])
