"""What Slack sends may hold half a character; what we keep may not."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.whole_characters import WholeCharacters, whole

HALF = "\ud83d"
ANYTHING = st.text(st.characters(codec=None, exclude_categories=()))


async def mended(body):
    async def after():
        return None

    body = copy.deepcopy(body)
    await WholeCharacters().mend(body, after)
    return body


@given(ANYTHING)
def test_every_text_can_be_written_afterwards(text):
    whole(text).encode()  # raises where it cannot
    assert whole(whole(text)) == whole(text)


@given(st.text())
def test_a_whole_text_stays_as_it_is(text):
    assert whole(text) == text


async def test_halves_are_found_wherever_they_stand():
    body = {"text": f"a{HALF}", "view": {"state": [{"value": HALF}, {"value": "å"}]}, "number": 7}

    assert await mended(body) == {
        "text": "a\ufffd",
        "view": {"state": [{"value": "\ufffd"}, {"value": "å"}]},
        "number": 7,
    }


@pytest.mark.parametrize("typed", ["/charger find", "/alerts silence", "/site create"])
async def test_a_command_with_half_a_character_is_answered(house, typed):
    support = house.person("support")

    await support.command("support", f"{typed} {HALF}")

    if typed == "/site create":
        await support.modal(title="Create a site")
    else:
        await support.sees("support", "\ufffd")
