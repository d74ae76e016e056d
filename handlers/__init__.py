"""Slack's side of the bot: listeners, and the messages that people read."""

from slack_bolt.async_app import AsyncApp

from handlers.alerts import FIRING, AlertHandlers
from handlers.approvals import HISTORY, MINE, PENDING, ApprovalHandlers
from handlers.cards import Cards
from handlers.catch_all import CatchAll
from handlers.find import CHARGERS, FindHandlers
from handlers.gate import Gate
from handlers.lists import ListHandlers
from handlers.models import MODELS, ModelHandlers
from handlers.register import RegisterHandlers
from handlers.services import Services
from handlers.slash import SlashCommands
from handlers.status import StatusHandlers
from handlers.submissions import Submissions
from handlers.typeaheads import TypeaheadHandlers
from handlers.work import Work

__all__ = ["Services", "register"]


def register(app: AsyncApp, services: Services) -> None:
    """Attach every listener. The app must process before it responds: see `docs/` on Slack."""
    gate = Gate(services.access)
    work = Work(services.background, services.clock)
    submissions = Submissions(services.approvals, gate, work)
    cards = Cards(services.fleet, services.alerts, services.clock)
    find = FindHandlers(services.inventory, cards, gate, work, services.clock)
    registering = RegisterHandlers(services.fleet, services.approvals, submissions, gate, work)
    models = ModelHandlers(
        services.inventory, services.fleet, services.approvals, submissions, gate, work
    )
    approvals = ApprovalHandlers(services.approvals, gate, work, services.clock)
    alerts = AlertHandlers(services.alerts, find, gate, work, services.clock)
    status = StatusHandlers(services.inventory, services.store, services.clock)
    commands = {
        ("/charger", "find"): find.find,
        ("/charger", "show"): find.show,
        ("/charger", "list"): find.list_chargers,
        ("/charger", "register"): registering.open,
        ("/model", "list"): models.list_models,
        ("/model", "show"): models.show,
        ("/model", "rename"): models.rename,
        ("/model", "archive"): models.archive,
        ("/alerts", "list"): alerts.list_firing,
        ("/alerts", "why"): alerts.why,
        ("/alerts", "rules"): alerts.rules,
        ("/alerts", "test"): alerts.test,
        ("/approvals", "list"): approvals.pending,
        ("/approvals", "mine"): approvals.mine,
        ("/approvals", "history"): approvals.history,
        ("/approvals", "show"): approvals.show,
        ("/chargehand", "status"): status.status,
    }
    lists = {
        CHARGERS: find.list_page,
        MODELS: models.list_page,
        FIRING: alerts.firing_page,
        PENDING: approvals.pending_page,
        MINE: approvals.my_page,
        HISTORY: approvals.history_page,
    }
    for feature in (
        SlashCommands(commands, gate, work),
        ListHandlers(lists, gate, work),
        TypeaheadHandlers(services.inventory, gate),
        find,
        registering,
        models,
        approvals,
        alerts,
        CatchAll(work),
    ):
        feature.register(app)
