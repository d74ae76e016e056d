"""Block Kit is judged as Slack judges it."""

import pytest
from slack_sdk.models.blocks import Block

from bot.sandbox.slack import blockkit
from tests.sandbox.slack.raw_app import actions, button, modal, option, section, text_input


def plain(text):
    return {"type": "plain_text", "text": text}


def message(*blocks):
    return {"blocks": list(blocks)}


def select(**extra):
    return {"type": "static_select", "action_id": "s", "options": [option("a")], **extra}


TABLE = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]}],
}
GOOD = [
    {**TABLE, "column_settings": [None, {"align": "right", "is_wrapped": True}]},
    section("a", accessory=button("b", "b")),
    {"type": "section", "fields": [plain("a")]},
    {"type": "header", "text": plain("a")},
    {"type": "divider"},
    {"type": "context", "elements": [plain("a"), {"type": "mrkdwn", "text": "b"}]},
    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"},
    {"type": "markdown", "text": "# a"},
    actions(button("b", "b", style="danger"), select(initial_option=option("a"))),
    text_input("i", "I", optional=True, dispatch_action=True),
    TABLE,
    RICH,
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_what_slack_shows_is_accepted(block):
    assert blockkit.problems(message(block), "message") == []
    assert Block.parse_all([block])[0] is not None


BAD_MESSAGES = {
    "empty text": [section("")],
    "field text over 2000": [{"type": "section", "fields": [plain("a" * 2001)]}],
    "more than 50 blocks": [{"type": "divider"}] * 51,
    "duplicate block_id": [section("a", block_id="x"), section("b", block_id="x")],
    "duplicate action_id": [actions(button("a", "x"), button("b", "x"))],
    "option text over 75": [actions(select(options=[option("a") | {"text": plain("a" * 76)}]))],
    "option value over 150": [actions(select(options=[option("a") | {"value": "a" * 151}]))],
    "more than 10 radio buttons": [
        actions({"type": "radio_buttons", "options": [option(str(n)) for n in range(11)]})
    ],
    "more than 10 checkboxes": [
        actions({"type": "checkboxes", "options": [option(str(n)) for n in range(11)]})
    ],
    "table over 100 rows": [{**TABLE, "rows": TABLE["rows"] * 101}],
    "table over 20 columns": [{**TABLE, "rows": [TABLE["rows"][0] * 21]}],
    "table with a column aligned nowhere": [{**TABLE, "column_settings": [{"align": "top"}]}],
    "two tables": [TABLE, TABLE],
    "section text over 3000": [section("a" * 3001)],
    "section without words": [{"type": "section"}],
    "more than 10 fields": [{"type": "section", "fields": [plain("a")] * 11}],
    "header in mrkdwn": [{"type": "header", "text": {"type": "mrkdwn", "text": "a"}}],
    "header over 150": [{"type": "header", "text": plain("a" * 151)}],
    "more than 10 context elements": [{"type": "context", "elements": [plain("a")] * 11}],
    "more than 25 actions": [actions(*(button("a", str(n)) for n in range(26)))],
    "button text over 75": [actions(button("a" * 76, "x"))],
    "button value over 2000": [actions(button("a", "x", value="a" * 2001))],
    "button style unknown": [actions(button("a", "x", style="green"))],
    "action_id over 255": [actions(button("a", "x" * 256))],
    "block_id over 255": [section("a", block_id="x" * 256)],
    "more than 100 options": [actions(select(options=[option(str(n)) for n in range(101)]))],
    "no options": [actions(select(options=[]))],
    "options and groups": [
        actions(select(option_groups=[{"label": plain("a"), "options": [option("a")]}]))
    ],
    "initial option not among them": [actions(select(initial_option=option("z")))],
    "placeholder over 150": [actions(select(placeholder=plain("a" * 151)))],
    "confirm without words": [actions(button("a", "x", confirm={"title": plain("a")}))],
    "more than 5 in an overflow": [
        actions({"type": "overflow", "options": [option(str(n)) for n in range(6)]})
    ],
    "markdown over 12000 in all": [{"type": "markdown", "text": "a" * 7000}] * 2,
    "unknown block": [{"type": "carousel2"}],
    "unknown element": [actions({"type": "slider", "action_id": "x"})],
    "unknown property": [section("a", colour="red")],
    "plain_text_input in actions": [actions({"type": "plain_text_input", "action_id": "x"})],
    "file input outside a modal": [
        text_input("i", "I") | {"element": {"type": "file_input", "action_id": "f"}}
    ],
    "label in mrkdwn": [text_input("i", "I") | {"label": {"type": "mrkdwn", "text": "a"}}],
    "datetimepicker in a section": [section("a", accessory={"type": "datetimepicker"})],
    "image without alt_text": [{"type": "image", "image_url": "https://example.com/a.png"}],
    "no block at all": ["hello"],
}


@pytest.mark.parametrize("blocks", BAD_MESSAGES.values(), ids=BAD_MESSAGES.keys())
def test_a_message_that_slack_refuses_is_refused(blocks):
    assert blockkit.problems({"blocks": blocks}, "message") != []


FOCUS = {"focus_on_load": True}
BAD_MODALS = {
    "input without submit": modal(text_input("i", "I")) | {"submit": None},
    "markdown": modal({"type": "markdown", "text": "a"}),
    "table": modal(TABLE),
    "file": modal({"type": "file", "external_id": "a", "source": "remote"}),
    "no title": modal() | {"title": None},
    "title over 24": modal(title="a" * 25),
    "title in mrkdwn": modal() | {"title": {"type": "mrkdwn", "text": "a"}},
    "submit over 24": modal(submit=plain("a" * 25)),
    "close over 24": modal(close=plain("a" * 25)),
    "private_metadata over 3000": modal(private_metadata="a" * 3001),
    "callback_id over 255": modal(callback_id="a" * 256),
    "more than 100 blocks": modal(*[{"type": "divider"}] * 101),
    "two focused fields": modal(
        text_input("i", "I", element=FOCUS), text_input("j", "J", element=FOCUS)
    ),
    "label over 2000": modal(text_input("i", "I" * 2001)),
    "unknown property": modal(colour="red"),
}


@pytest.mark.parametrize("view", BAD_MODALS.values(), ids=BAD_MODALS.keys())
def test_a_modal_that_slack_refuses_is_refused(view):
    assert blockkit.problems(view, "modal") != []


@pytest.mark.parametrize("key", ["title", "submit", "close"])
def test_a_home_tab_has_no_title_and_buttons(key):
    home = {"type": "home", "blocks": [section("a")]}

    assert blockkit.problems(home, "home") == []
    assert blockkit.problems(home | {key: plain("a")}, "home") != []


def test_a_modal_may_hold_what_forms_are_made_of():
    fields = [
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"},
        {"type": "email_text_input"},
        {"type": "url_text_input"},
        {"type": "datepicker", "initial_date": "2026-03-09"},
        {"type": "timepicker"},
        {"type": "datetimepicker"},
        {"type": "file_input", "filetypes": ["csv"], "max_files": 1},
        {"type": "external_select", "min_query_length": 0},
        {"type": "multi_users_select"},
        {"type": "checkboxes", "options": [option("a")], "initial_options": [option("a")]},
    ]
    blocks = [
        text_input(str(number), "I") | {"element": {"action_id": "e", **field}}
        for number, field in enumerate(fields)
    ]

    assert blockkit.problems(modal(*blocks), "modal") == []


def test_a_problem_points_at_its_place():
    found = blockkit.problems(message(section("a"), section("a" * 3001)), "message")

    assert found == ["[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"]
