"""What a person has entered in the fields of a form, in the shape of `state.values`."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.slack.blocks import placed_elements
from bot.sandbox.slack.model import Json

# element type: the key of its value in state.values, the key of its initial value
VALUE_KEYS = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", "initial_files"),
}
LIST_KEYS = {
    "selected_options",
    "selected_users",
    "selected_conversations",
    "selected_channels",
    "files",
}

Values = dict[str, dict[str, Json]]


def value_of(element: Json, value: Any) -> Json:
    """One entry of `state.values`."""
    return {"type": element["type"], VALUE_KEYS[element["type"]][0]: value}


def initial_value(element: Json) -> Any:
    """What the field holds before anyone touches it."""
    key, initial_key = VALUE_KEYS[element["type"]]
    return element.get(initial_key, [] if key in LIST_KEYS else None)


def entered(entry: Json) -> Any:
    """The bare value in an entry of `state.values`."""
    return entry.get(VALUE_KEYS[entry["type"]][0])


def values(blocks: list[Json], typed: Values) -> Values:
    """`state.values` of a form: what was typed, otherwise the initial values.

    Fields outside input blocks appear once they hold something, as in Slack.
    """
    found: Values = {}
    for block, element in placed_elements(blocks):
        if element["type"] not in VALUE_KEYS:
            continue
        block_id, action_id = block["block_id"], element["action_id"]
        entry = typed.get(block_id, {}).get(action_id)
        if entry is None or entry["type"] != element["type"]:
            entry = value_of(element, initial_value(element))
        if block["type"] == "input" or entered(entry):
            found.setdefault(block_id, {})[action_id] = entry
    return found


def complaints(blocks: list[Json], current: Values) -> dict[str, str]:
    """What Slack's own form says before it submits anything: block_id to sentence."""
    found: dict[str, str] = {}
    for block, element in placed_elements(blocks):
        if block["type"] != "input":
            continue
        value = entered(current[block["block_id"]][element["action_id"]])
        complaint = _complaint(block, element, value)
        if complaint:
            found[block["block_id"]] = complaint
    return found


def _complaint(block: Json, element: Json, value: Any) -> str | None:
    if not value:
        return None if block.get("optional") else "Please complete this required field."
    check = CHECKS.get(element["type"])
    return check(element, value) if check else None


def _length_complaint(element: Json, value: str) -> str | None:
    if len(value) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if len(value) > element.get("max_length", 3000):
        return f"Please enter at most {element.get('max_length', 3000)} characters."
    return None


def _number_complaint(element: Json, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "Please enter a whole number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Please enter {element['min_value']} or more."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Please enter {element['max_value']} or less."
    return None


def _email_complaint(_: Json, value: str) -> str | None:
    return None if "@" in value.strip("@") else "Please enter a valid email address."


def _url_complaint(_: Json, value: str) -> str | None:
    return None if "://" in value.strip(":/") else "Please enter a valid URL."


def _files_complaint(element: Json, value: list[Json]) -> str | None:
    if len(value) > element.get("max_files", 10):
        return f"Please choose at most {element.get('max_files', 10)} files."
    allowed = element.get("filetypes")
    if allowed and any(file["filetype"] not in allowed for file in value):
        return f"Please choose a file of these types: {', '.join(allowed)}."
    return None


CHECKS: dict[str, Callable[[Json, Any], str | None]] = {
    "plain_text_input": _length_complaint,
    "number_input": _number_complaint,
    "email_text_input": _email_complaint,
    "url_text_input": _url_complaint,
    "file_input": _files_complaint,
}
