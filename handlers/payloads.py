"""Reading what Slack sends: who, from where, and what stands in a form."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Payload = dict[str, Any]


def user_id(body: Payload) -> str:
    """Who did it: commands, interactions and events each say it elsewhere."""
    user = body.get("user")
    if isinstance(user, Mapping):
        return str(user["id"])
    event = body.get("event") or {}
    return str(body.get("user_id") or event.get("user") or "")


def channel_id(body: Payload) -> str | None:
    """The channel it was done in, if it was done in one."""
    channel = body.get("channel") or {}
    container = body.get("container") or {}
    found = body.get("channel_id") or channel.get("id") or container.get("channel_id")
    return str(found) if found else None


def delivery_key(body: Payload) -> str:
    """The same for every delivery of one act: the view and its hash, else the trigger."""
    view = body.get("view") or {}
    if body.get("type") == "view_submission":
        return f"view:{view['id']}:{view.get('hash', '')}"
    return f"trigger:{body.get('trigger_id') or body.get('event_id') or ''}"


def act(body: Payload) -> str:
    """What was done: the command, button, form, shortcut or event; nothing that was typed."""
    actions, view, event = body.get("actions"), body.get("view"), body.get("event")
    names = (
        body.get("command"),
        _mapping(actions[0] if isinstance(actions, list) and actions else None).get("action_id"),
        _mapping(view).get("callback_id"),
        body.get("callback_id"),
        _mapping(event).get("type"),
        body.get("type"),
    )
    return str(next(filter(None, names), ""))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def clicked(body: Payload) -> str:
    """The value of the button, or of the option that was picked."""
    action = body["actions"][0]
    option = action.get("selected_option") or {}
    return str(action.get("value") or option.get("value") or "")


def _elements(view: Payload) -> Iterator[tuple[str, Payload]]:
    """Every input of a view by its action id, which is the name of what it asks for."""
    for actions in view["state"]["values"].values():
        yield from actions.items()


def entered(view: Payload) -> dict[str, str]:
    """What stands in the inputs of a view, stripped, by action id; empty ones are left out."""
    return {name: said for name, element in _elements(view) if (said := _said(element))}


def _said(element: Payload) -> str:
    option = element.get("selected_option") or {}
    said = element.get("value") or option.get("value") or element.get("selected_time")
    return str(said).strip() if said else ""


def ticked(view: Payload, action_id: str) -> tuple[str, ...]:
    """The values of the ticked checkboxes."""
    element = dict(_elements(view)).get(action_id, {})
    return tuple(option["value"] for option in element.get("selected_options") or ())


def chosen_options(view: Payload) -> dict[str, Payload]:
    """The picked option of each select, whole, so that the same form can be shown again."""
    return {
        name: element["selected_option"]
        for name, element in _elements(view)
        if element.get("selected_option")
    }


def uploaded(view: Payload, action_id: str) -> Payload | None:
    """The file that was put into a file input."""
    files = dict(_elements(view)).get(action_id, {}).get("files") or ()
    return dict(files[0]) if files else None


def kept(view: Payload) -> Payload:
    """What a view carries for itself."""
    metadata = view.get("private_metadata") or "{}"
    carried = json.loads(metadata)
    return carried if isinstance(carried, dict) else {}


def to_keep(**facts: Any) -> str:
    """Facts for `private_metadata`; those that are `None` are left out."""
    return json.dumps({name: fact for name, fact in facts.items() if fact is not None})
