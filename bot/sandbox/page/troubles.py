"""What can be wrong with Slack and with a vendor's API, by the words on the panel."""

from collections.abc import Callable, Mapping

from bot.sandbox.slack.faults import FaultKind
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.vendors.api_faults import ApiFault, ApiTrouble
from bot.sandbox.vendors.cloud import VendorCloud

WELL = "Works"

API_TROUBLES: Mapping[str, Callable[[], ApiFault]] = {
    "Slow (6 s)": lambda: ApiFault(ApiTrouble.SLOW, seconds=6),
    "Answers 500": lambda: ApiFault(ApiTrouble.ERROR, status=500),
    "Too many requests (429)": lambda: ApiFault(ApiTrouble.RATE_LIMITED, seconds=20),
    "Rejects the token (401)": lambda: ApiFault(ApiTrouble.UNAUTHORISED),
    "Access denied (403)": lambda: ApiFault(ApiTrouble.FORBIDDEN),
    "Answers with garbage": lambda: ApiFault(ApiTrouble.GARBAGE),
    "Empty lists": lambda: ApiFault(ApiTrouble.EMPTY_LIST, "GET *"),
    "Down": lambda: ApiFault(ApiTrouble.RESET),
    "Loses the next write's answer": lambda: ApiFault(ApiTrouble.LOST_ANSWER, "POST *", count=1),
    "Loses the next write": lambda: ApiFault(ApiTrouble.LOST_REQUEST, "POST *", count=1),
}

SLACK_TROUBLES: Mapping[str, FaultKind] = {
    "Slow (2 s)": FaultKind.SLOW,
    "Answers 500": FaultKind.SERVER_ERROR,
    "Too many requests (429)": FaultKind.RATE_LIMITED,
    "Answers with garbage": FaultKind.GARBAGE,
    "Loses calls": FaultKind.DROP_BEFORE,
    "Loses answers": FaultKind.DROP_AFTER,
}
DOWN = "Down"


def api_trouble(cloud: VendorCloud) -> str:
    """What is wrong with a cloud now, in the panel's words."""
    if not cloud.faults.active:
        return WELL
    active = cloud.faults.active[0]
    names = [name for name, make in API_TROUBLES.items() if make().trouble is active.trouble]
    return names[0] if names else WELL


def set_api_trouble(cloud: VendorCloud, name: str) -> None:
    """Let one thing be wrong with a cloud, or nothing."""
    cloud.faults.clear()
    if name in API_TROUBLES:
        cloud.faults.add(API_TROUBLES[name]())


def slack_trouble(slack: SlackServer) -> str:
    """What is wrong with Slack now."""
    if slack.is_down:
        return DOWN
    if not slack.faults.active:
        return WELL
    kind = slack.faults.active[0].kind
    return next((name for name, each in SLACK_TROUBLES.items() if each is kind), WELL)


def set_slack_trouble(slack: SlackServer, name: str) -> None:
    """Let one thing be wrong with Slack, or nothing."""
    slack.recover()
    if name == DOWN:
        slack.break_down()
    elif name in SLACK_TROUBLES:
        slack.faults.add(SLACK_TROUBLES[name], times=None, seconds=2)
