"""The guided tour: five things to try, each ticked off when it has really happened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.sandbox.slack.calls import Call
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.vendors.clouds import VendorClouds

NO_LOOKUP = {
    "",
    *("help", "list", "register", "import", "attach", "detach", "delete"),
    *("reference", "usage", "restart"),
}
"""Begins of `/charger` that look nothing up."""


@dataclass(frozen=True)
class Step:
    """One thing to try: by whom, where, and what the tour can type for them."""

    title: str
    how: str
    done: Callable[[Workspace, VendorClouds], bool]
    person: str
    channel: str
    text: str = ""


def _registered(_: Workspace, clouds: VendorClouds) -> bool:
    return any(
        call.method == "POST"
        and call.template.endswith(("/chargers", "/chargeboxes"))
        and (call.status or 500) < 300
        for cloud in clouds.by_vendor.values()
        for call in cloud.calls.writes()
    )


def _looked_up(workspace: Workspace, _: VendorClouds) -> bool:
    texts = [str(call.request.get("text", "")) for call in _to_app(workspace, "/charger")]
    return any(text.split(" ")[0] not in NO_LOOKUP for text in texts)


def _asked(workspace: Workspace, _: VendorClouds) -> bool:
    return any(message.bot_profile for message in _in_channel(workspace, "approvals"))


def _archived(_: Workspace, clouds: VendorClouds) -> bool:
    writes = clouds.lynkwell.calls.writes()
    return any(call.template.endswith("/archive") and call.status == 200 for call in writes)


def _acknowledged(workspace: Workspace, _: VendorClouds) -> bool:
    alerts = {message.ts for message in _in_channel(workspace, "alerts") if message.bot_profile}
    pressed = [
        (call.request.get("message") or {}).get("ts")
        for call in _to_app(workspace, "block_actions")
    ]
    return bool(alerts.intersection(pressed))


def _to_app(workspace: Workspace, name: str) -> list[Call]:
    calls = workspace.calls.all(direction="to_app", name=name)
    return [call for call in calls if call.status == 200 and isinstance(call.request, Mapping)]


def _in_channel(workspace: Workspace, name: str) -> list[Message]:
    try:
        return workspace.messages.all(workspace.channel_named(name).id)
    except KeyError:
        return []


STEPS: Mapping[str, Step] = {
    "register": Step(
        "Register a charger",
        "Type /charger register in #support, choose the account nl, and give it an identity.",
        _registered,
        "support",
        "support",
        "/charger register",
    ),
    "find": Step(
        "Find a charger",
        "Type /charger and a part of an identity, a place or a serial number.",
        _looked_up,
        "support",
        "support",
        "/charger AMS",
    ),
    "ask": Step(
        "Ask for something risky",
        "Type /model list, open one of Lynkwell's models, and ask to archive it.",
        _asked,
        "support",
        "support",
        "/model list",
    ),
    "approve": Step(
        "Approve it as somebody else",
        "Act as the approver and press Approve in #approvals. Nobody approves their own request.",
        _archived,
        "approver",
        "approvals",
    ),
    "alert": Step(
        "Break a charger",
        "Open Break things, take a charger offline, and acknowledge the alert in #alerts.",
        _acknowledged,
        "on-call",
        "alerts",
    ),
}
"""The five, in the order in which they make sense."""


class Tour:
    """What has been tried so far; a step that is done stays done."""

    def __init__(self) -> None:
        self.done: set[str] = set()

    def look(self, workspace: Workspace, clouds: VendorClouds) -> bool:
        """Tick off what has happened; whether anything is new."""
        open_steps = STEPS.keys() - self.done
        new = {key for key in open_steps if STEPS[key].done(workspace, clouds)}
        self.done |= new
        return bool(new)

    @property
    def next(self) -> str:
        """The first step that is not done; nothing when all are."""
        return next((key for key in STEPS if key not in self.done), "")
