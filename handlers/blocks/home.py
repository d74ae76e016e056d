"""The Home tab: the fleet at a glance, what fires, what waits, and buttons to start anything."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from bot.alerts.records import GroupRecord
from bot.approvals.request import Request
from bot.inventory import AccountOverview
from handlers import ids
from handlers.blocks import alerts, approvals, kit, status
from handlers.blocks.kit import Block, Element, View

LOOKING: Final = {
    ids.START_LOOK_UP: "Look up a charger",
    ids.START_OFFLINE: "Offline chargers",
    ids.START_SITES: "Sites",
    ids.START_MODELS: "Station models",
    ids.START_REPORT: "Report",
}
ASKING: Final = {
    ids.START_REGISTER: "Register a charger",
    ids.START_IMPORT: "Import chargers",
    ids.START_ATTACH: "Attach a charger",
    ids.START_SITE: "Create a site",
    ids.START_MODEL: "New station model",
    ids.START_SILENCE: "Silence alerts",
}
MOST: Final = 8
"""Entries of each list."""
UNTOLD: Final = (
    "{} without a message: so since I began watching, silenced, or part of a wider alert."
    " `/alerts list` shows all."
)


class Sight(NamedTuple):
    """What one person sees at one moment."""

    accounts: Sequence[AccountOverview]
    groups: Sequence[GroupRecord]
    mine: Sequence[Request]
    """What they asked for and is still open."""
    waiting: Sequence[Request]
    """What waits for a decision, and is not theirs."""
    starters: Sequence[str] = ()
    """Which of the buttons lead somewhere, by their action ids."""
    untold: int = 0
    """How many alerts fire besides, without a message."""


def home(sight: Sight, now: datetime) -> View:
    """The whole tab."""
    return kit.home(
        [
            kit.header("Chargers"),
            *(status.account(one) for one in sight.accounts),
            *_starters(sight.starters),
            kit.divider(),
            kit.header("Firing alerts"),
            *_groups(sight.groups, sight.untold),
            kit.divider(),
            kit.header("Waiting for a decision"),
            *_requests(sight.waiting, "Nothing waits for a decision."),
            kit.header("What you asked for"),
            *_requests(sight.mine, "Nothing of yours is open."),
            kit.context(f"As of {kit.when(now)}"),
        ]
    )


def _starters(shown: Sequence[str]) -> list[Block]:
    """What looks first, then what asks for something."""
    return [
        *kit.actions(*(_starter(one) for one in LOOKING if one in shown)),
        *kit.actions(*(_starter(one) for one in ASKING if one in shown)),
    ]


def _starter(action_id: str) -> Element:
    is_first = action_id == ids.START_LOOK_UP
    text = {**LOOKING, **ASKING}[action_id]
    return kit.button(text, action_id, style="primary" if is_first else None)


def _groups(groups: Sequence[GroupRecord], untold: int) -> list[Block]:
    quiet = [kit.context(UNTOLD.format(kit.counted(untold, "alert")))] if untold else []
    if not groups:
        return quiet or [kit.section(alerts.ALL_WELL)]
    shown = [
        kit.section(
            f"{alerts.STATE[one.state]} *{kit.inline(alerts.title(one), 150)}* · {one.severity}",
            accessory=kit.button(
                "Details", ids.ALERT_DETAILS, one.group.id, label=f"Details of {alerts.title(one)}"
            ),
        )
        for one in groups[:MOST]
    ]
    return [*shown, *_more(len(groups), "`/alerts list` shows all."), *quiet]


def _requests(requests: Sequence[Request], nothing: str) -> list[Block]:
    if not requests:
        return [kit.section(nothing)]
    shown = [approvals.short(request) for request in requests[:MOST]]
    return [*shown, *_more(len(requests), "`/approvals list` shows all.")]


def _more(number: int, where: str) -> list[Block]:
    return [kit.context(f"… and {number - MOST} more. {where}")] if number > MOST else []


def closed(sentence: str) -> View:
    """For somebody who may not look."""
    return kit.home([kit.section(sentence)])
