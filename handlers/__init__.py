"""Slack's side of the bot: listeners, and the messages that people read."""

from collections.abc import Mapping
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from handlers.alerts import FIRING, AlertHandlers
from handlers.approvals import HISTORY, MINE, PENDING, ApprovalHandlers
from handlers.blocks import charger_forms
from handlers.cards import Cards
from handlers.catch_all import CatchAll
from handlers.charger_operations import ChargerOperationHandlers
from handlers.find import CHARGERS, FindHandlers
from handlers.gate import Gate
from handlers.home import HomeHandlers
from handlers.import_chargers import ImportHandlers
from handlers.lists import Lister, ListHandlers
from handlers.look_up import LookUpHandlers
from handlers.models import MODELS, ModelHandlers
from handlers.new_model import NewModelHandlers
from handlers.pincode import PincodeHandlers
from handlers.register import RegisterHandlers
from handlers.services import Services
from handlers.silences import SilenceHandlers
from handlers.site_operations import SiteOperationHandlers
from handlers.sites import SITES, SiteHandlers
from handlers.slash import Doers, SlashCommands
from handlers.status import StatusHandlers
from handlers.submissions import Submissions
from handlers.typeaheads import TypeaheadHandlers
from handlers.work import Work

__all__ = ["Services", "register"]


@dataclass(frozen=True)
class Features:
    """One object for each task."""

    find: FindHandlers
    registering: RegisterHandlers
    importing: ImportHandlers
    charger_operations: ChargerOperationHandlers
    sites: SiteHandlers
    site_operations: SiteOperationHandlers
    models: ModelHandlers
    new_model: NewModelHandlers
    alerts: AlertHandlers
    silences: SilenceHandlers
    approvals: ApprovalHandlers
    status: StatusHandlers
    home: HomeHandlers
    look_up: LookUpHandlers
    pincode: PincodeHandlers


def register(app: AsyncApp, services: Services) -> HomeHandlers:
    """Attach every listener; gives the Home tab, whose `refresh` wants to be called at times.

    The app must process before it responds: no listener awaits a vendor before its
    acknowledgement, and what follows it runs in `services.background`.
    """
    gate, work = Gate(services.access), Work(services.background, services.clock)
    features = _features(services, gate, work)
    parts = (
        SlashCommands(_commands(features), gate, work),
        ListHandlers(_lists(features), gate, work),
        TypeaheadHandlers(services.inventory, gate),
        features.find,
        features.registering,
        features.importing,
        features.charger_operations,
        features.sites,
        features.site_operations,
        features.models,
        features.new_model,
        features.alerts,
        features.silences,
        features.approvals,
        features.home,
        features.look_up,
        features.pincode,
        CatchAll(work),
    )
    for part in parts:
        part.register(app)
    return features.home


def _features(services: Services, gate: Gate, work: Work) -> Features:
    clock, fleet, inventory = services.clock, services.fleet, services.inventory
    alerts, approvals, store = services.alerts, services.approvals, services.store
    submissions = Submissions(approvals, gate, work)
    find = FindHandlers(inventory, Cards(fleet, inventory, alerts, clock), gate, work, clock)
    sites = SiteHandlers(inventory, fleet, find, gate, work, clock)
    return Features(
        find=find,
        registering=RegisterHandlers(fleet, approvals, submissions, gate, work),
        importing=ImportHandlers(
            fleet=fleet,
            inventory=inventory,
            approvals=approvals,
            submissions=submissions,
            gate=gate,
            work=work,
        ),
        charger_operations=ChargerOperationHandlers(
            fleet=fleet,
            inventory=inventory,
            alerts=alerts,
            approvals=approvals,
            find=find,
            submissions=submissions,
            gate=gate,
            work=work,
            clock=clock,
        ),
        sites=sites,
        site_operations=SiteOperationHandlers(fleet, approvals, sites, submissions, gate, work),
        models=ModelHandlers(inventory, fleet, approvals, submissions, gate, work),
        new_model=NewModelHandlers(fleet, approvals, submissions, gate, work),
        alerts=AlertHandlers(alerts, services.reports, find, gate, work, clock),
        silences=SilenceHandlers(
            alerts=alerts,
            inventory=inventory,
            fleet=fleet,
            find=find,
            gate=gate,
            work=work,
            clock=clock,
        ),
        approvals=ApprovalHandlers(approvals, gate, work, clock),
        status=StatusHandlers(inventory, store, clock),
        home=HomeHandlers(
            inventory=inventory,
            alerts=alerts,
            approvals=approvals,
            gate=gate,
            work=work,
            clock=clock,
        ),
        look_up=LookUpHandlers(find, store, gate, work, clock),
        pincode=PincodeHandlers(inventory, store, gate, work, clock),
    )


def _commands(on: Features) -> Doers:
    ask = on.charger_operations.command
    return {
        ("/charger", "find"): on.find.find,
        ("/charger", "show"): on.find.show,
        ("/charger", "list"): on.find.list_chargers,
        ("/charger", "register"): on.registering.open,
        ("/charger", "import"): on.importing.open,
        ("/charger", "attach"): on.site_operations.attach,
        ("/charger", "detach"): ask(charger_forms.DETACH),
        ("/charger", "delete"): ask(charger_forms.DELETE),
        ("/charger", "reference"): ask(charger_forms.REFERENCE),
        ("/charger", "usage"): on.sites.usage,
        ("/charger", "restart"): ask(charger_forms.RESTART),
        ("/site", "list"): on.sites.list_sites,
        ("/site", "show"): on.sites.show,
        ("/site", "create"): on.site_operations.create,
        ("/site", "connectors"): on.sites.connectors,
        ("/site", "groups"): on.sites.groups,
        ("/site", "meter"): on.sites.meter,
        ("/site", "smart-charging"): on.site_operations.smart_charging,
        ("/site", "transactions"): on.sites.transactions,
        ("/model", "list"): on.models.list_models,
        ("/model", "show"): on.models.show,
        ("/model", "create"): on.new_model.open,
        ("/model", "rename"): on.models.rename,
        ("/model", "archive"): on.models.archive,
        ("/alerts", "list"): on.alerts.list_firing,
        ("/alerts", "why"): on.alerts.why,
        ("/alerts", "silence"): on.silences.silence,
        ("/alerts", "silences"): on.silences.list_silences,
        ("/alerts", "rules"): on.alerts.rules,
        ("/alerts", "report"): on.alerts.report,
        ("/alerts", "test"): on.alerts.test,
        ("/approvals", "list"): on.approvals.pending,
        ("/approvals", "mine"): on.approvals.mine,
        ("/approvals", "history"): on.approvals.history,
        ("/approvals", "show"): on.approvals.show,
        ("/chargehand", "status"): on.status.status,
    }


def _lists(on: Features) -> Mapping[str, Lister]:
    return {
        CHARGERS: on.find.list_page,
        SITES: on.sites.list_page,
        MODELS: on.models.list_page,
        FIRING: on.alerts.firing_page,
        PENDING: on.approvals.pending_page,
        MINE: on.approvals.my_page,
        HISTORY: on.approvals.history_page,
    }
