"""Forms hold what was typed, and say themselves what cannot be submitted."""

import pytest

from bot.sandbox.slack import state
from tests.sandbox.slack.raw_app import actions, option, section, text_input


def test_an_untouched_input_reports_its_initial_value():
    blocks = [text_input("i", "I", element={"initial_value": "x"}), text_input("j", "J")]

    found = state.values(blocks, {})

    assert found["i"]["i"] == {"type": "plain_text_input", "value": "x"}
    assert found["j"]["j"] == {"type": "plain_text_input", "value": None}


def test_a_field_outside_inputs_appears_once_it_holds_something():
    select = {"type": "static_select", "action_id": "s", "options": [option("a")]}
    blocks = [actions(select, block_id="row"), section("a", block_id="words")]

    assert state.values(blocks, {}) == {}
    typed = {"row": {"s": state.value_of(select, option("a"))}}
    assert state.values(blocks, typed)["row"]["s"]["selected_option"] == option("a")


@pytest.mark.parametrize(
    ("element", "value", "fine"),
    [
        pytest.param({}, None, False, id="empty"),
        pytest.param({"min_length": 3}, "ab", False, id="too short"),
        pytest.param({"max_length": 3}, "abcd", False, id="too long"),
        pytest.param({"max_length": 3}, "abc", True, id="just right"),
        pytest.param({"type": "number_input"}, "x", False, id="no number"),
        pytest.param({"type": "number_input"}, "1.5", False, id="no whole number"),
        pytest.param({"type": "number_input", "is_decimal_allowed": True}, "1.5", True, id="dec"),
        pytest.param({"type": "number_input", "min_value": "2"}, "1", False, id="too small"),
        pytest.param({"type": "number_input", "max_value": "2"}, "3", False, id="too big"),
        pytest.param({"type": "email_text_input"}, "ada", False, id="no address"),
        pytest.param({"type": "url_text_input"}, "example", False, id="no link"),
        pytest.param({"type": "file_input", "filetypes": ["csv"]}, [{"filetype": "png"}], False),
        pytest.param({"type": "file_input", "max_files": 1}, [{"filetype": "a"}] * 2, False),
    ],
)
def test_the_form_itself_refuses_what_its_fields_forbid(element, value, fine):
    block = text_input("i", "I", element=element)
    typed = {"i": {"i": state.value_of(block["element"], value)}}

    found = state.complaints([block], state.values([block], typed))

    assert (found == {}) is fine


def test_an_optional_field_may_stay_empty():
    block = text_input("i", "I", optional=True)

    assert state.complaints([block], state.values([block], {})) == {}
