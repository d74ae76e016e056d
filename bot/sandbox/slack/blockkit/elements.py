"""Block elements (Slack docs, block kit, block elements)."""

from typing import Any

from bot.sandbox.slack.blockkit.checks import (
    Check,
    Findings,
    anything,
    both,
    choice,
    exactly_one,
    flag,
    items,
    plain,
    shape,
    string,
    text,
    whole,
)

ID = string(255)
CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
STYLE = choice("primary", "danger")


def option(check_text: Check) -> Check:
    """An option with its limits."""
    return shape(
        {"text": check_text, "value": string(150)},
        {"description": text(75), "url": string(3000)},
    )


PLAIN_OPTION = option(plain(75))
RICH_OPTION = option(text(75))
GROUP = shape({"label": plain(75), "options": items(PLAIN_OPTION, 100)})


check_suggestions = both(
    shape({}, {"options": items(PLAIN_OPTION, 100, least=0), "option_groups": items(GROUP, 100)}),
    exactly_one("options", "option_groups"),
)
"""What an app may answer to a search (Slack docs, external select)."""


def element(required: dict[str, Check], optional: dict[str, Check]) -> Check:
    """An interactive element."""
    return shape({"type": anything, **required}, {"action_id": ID, **optional})


def field(optional: dict[str, Check], *, with_placeholder: bool = True) -> Check:
    """An element that holds a value."""
    placeholder = {"placeholder": plain(150)} if with_placeholder else {}
    return element({}, {"focus_on_load": flag, "confirm": CONFIRM, **placeholder, **optional})


def initial_is_an_option(value: Any, at: str, found: Findings) -> None:
    """What is chosen at first must be there to be chosen, exactly."""
    groups = value.get("option_groups") or []
    known = [*(value.get("options") or []), *(o for g in groups for o in g.get("options") or [])]
    chosen = [("initial_option", value.get("initial_option"))] if "initial_option" in value else []
    chosen += [("initial_options", one) for one in value.get("initial_options") or []]
    for name, one in chosen:
        if one not in known:
            found.add(f"{name} must be one of the options", f"{at}/{name}")


DISPATCH = shape(
    {}, {"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), 2)}
)
FILTER = shape(
    {},
    {
        "include": items(choice("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)

_OPTIONS = {"options": items(PLAIN_OPTION, 100), "option_groups": items(GROUP, 100)}
_MANY = {"max_selected_items": whole(1, 1000)}
_LINE = {"initial_value": string(3000, least=0), "dispatch_action_config": DISPATCH}

STATIC_SELECT = both(
    field({**_OPTIONS, "initial_option": PLAIN_OPTION}),
    exactly_one("options", "option_groups"),
    initial_is_an_option,
)
MULTI_STATIC_SELECT = both(
    field({**_OPTIONS, **_MANY, "initial_options": items(PLAIN_OPTION, 100)}),
    exactly_one("options", "option_groups"),
    initial_is_an_option,
)
IMAGE = both(
    shape(
        {"type": anything, "alt_text": string(2000)},
        {"image_url": string(3000), "slack_file": anything},
    ),
    exactly_one("image_url", "slack_file"),
)
BUTTON = element(
    {"text": plain(75)},
    {
        "value": string(2000),
        "url": string(3000),
        "style": STYLE,
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)


def _choices(most: int) -> Check:
    return both(
        shape(
            {"type": anything, "options": items(RICH_OPTION, most)},
            {
                "action_id": ID,
                "initial_option": RICH_OPTION,
                "initial_options": items(RICH_OPTION, most),
                "confirm": CONFIRM,
                "focus_on_load": flag,
            },
        ),
        initial_is_an_option,
    )


SELECTS: dict[str, Check] = {
    "static_select": STATIC_SELECT,
    "external_select": field({"min_query_length": whole(0, 100), "initial_option": PLAIN_OPTION}),
    "users_select": field({"initial_user": string(30)}),
    "conversations_select": field(
        {
            "initial_conversation": string(30),
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": FILTER,
        }
    ),
    "channels_select": field({"initial_channel": string(30), "response_url_enabled": flag}),
    "multi_static_select": MULTI_STATIC_SELECT,
    "multi_external_select": field(
        {
            **_MANY,
            "min_query_length": whole(0, 100),
            "initial_options": items(PLAIN_OPTION, 100),
        }
    ),
    "multi_users_select": field({**_MANY, "initial_users": items(string(30), 1000)}),
    "multi_conversations_select": field(
        {
            **_MANY,
            "initial_conversations": items(string(30), 1000),
            "default_to_current_conversation": flag,
            "filter": FILTER,
        }
    ),
    "multi_channels_select": field({**_MANY, "initial_channels": items(string(30), 1000)}),
}
PICKERS: dict[str, Check] = {
    "datepicker": field({"initial_date": string(10)}),
    "timepicker": field({"initial_time": string(5), "timezone": string(100)}),
    "datetimepicker": field({"initial_date_time": whole(0, 9_999_999_999)}, with_placeholder=False),
    "checkboxes": _choices(10),
    "radio_buttons": _choices(10),
}
TEXT_INPUTS: dict[str, Check] = {
    "plain_text_input": field(
        {
            **_LINE,
            "multiline": flag,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        }
    ),
    "email_text_input": field(_LINE),
    "url_text_input": field(_LINE),
    "number_input": element(
        {"is_decimal_allowed": flag},
        {
            **_LINE,
            "min_value": string(30),
            "max_value": string(30),
            "placeholder": plain(150),
            "focus_on_load": flag,
        },
    ),
    "rich_text_input": field({"initial_value": anything, "dispatch_action_config": DISPATCH}),
    "file_input": element({}, {"filetypes": items(string(20), 100), "max_files": whole(1, 10)}),
}
OVERFLOW = element({"options": items(PLAIN_OPTION, 5)}, {"confirm": CONFIRM})

IN_ACTIONS: dict[str, Check] = {"button": BUTTON, "overflow": OVERFLOW, **SELECTS, **PICKERS}
IN_SECTION: dict[str, Check] = {
    kind: check
    for kind, check in {**IN_ACTIONS, "image": IMAGE}.items()
    if kind != "datetimepicker"
}
IN_INPUT: dict[str, Check] = {**SELECTS, **PICKERS, **TEXT_INPUTS}
IN_CONTEXT: dict[str, Check] = {
    "image": IMAGE,
    "plain_text": plain(3000),
    "mrkdwn": text(3000),
}
