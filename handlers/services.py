"""What the listeners need from `bot/`, joined in `bot/app.py`."""

from dataclasses import dataclass

from bot.access import Access
from bot.alerts.reports import Reports
from bot.alerts.service import Alerts
from bot.approvals.service import Approvals
from bot.background import Background
from bot.clock import Clock
from bot.inventory import Inventory
from bot.pace_of_people import PaceOfPeople
from bot.store import Store
from vendors.fleet import Fleet


@dataclass(frozen=True)
class Services:
    """One of each."""

    clock: Clock
    store: Store
    background: Background
    fleet: Fleet
    inventory: Inventory
    alerts: Alerts
    approvals: Approvals
    access: Access
    reports: Reports
    pace_of_people: PaceOfPeople
    oncall: tuple[str, ...] = ()
    """Who is on call: a user group, where one is configured."""
