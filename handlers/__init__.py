"""Slack's side of the bot: listeners, and the messages that people read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.operations.drafts import ImportDrafts
from handlers import blanks
from handlers.alerts import FIRING, AlertHandlers
from handlers.approvals import HISTORY, MINE, PENDING, ApprovalHandlers
from handlers.blocks import charger_forms
from handlers.cards import Cards
from handlers.catch_all import CatchAll
from handlers.charger_operations import ChargerOperationHandlers
from handlers.find import CHARGERS, FOUND, FindHandlers
from handlers.gate import Gate
from handlers.home import HomeHandlers
from handlers.import_chargers import ImportHandlers
from handlers.listeners import Listeners
from handlers.lists import Lister, ListHandlers
from handlers.look_up import LookUpHandlers
from handlers.models import MODELS, ModelHandlers
from handlers.moderation import Moderation
from handlers.new_model import NewModelHandlers
from handlers.pincode import PincodeHandlers
from handlers.register import RegisterHandlers
from handlers.services import Services
from handlers.silences import SILENCES, SilenceHandlers
from handlers.site_operations import SiteOperationHandlers
from handlers.sites import SITES, SiteHandlers
from handlers.slash import Doers, SlashCommands
from handlers.status import StatusHandlers
from handlers.submissions import Submissions
from handlers.typeaheads import TypeaheadHandlers
from handlers.whole_characters import WholeCharacters
from handlers.work import Work

__all__ = ["Services", "register"]


@dataclass(frozen=True)
class Desk:
    """What every listener works with."""

    services: Services
    gate: Gate
    work: Work
    submissions: Submissions
    client: AsyncWebClient
    """For what nobody has just asked for."""


@dataclass(frozen=True)
class ChargerTasks:
    """What is done with chargers."""

    find: FindHandlers
    registering: RegisterHandlers
    importing: ImportHandlers
    operations: ChargerOperationHandlers
    pincode: PincodeHandlers


@dataclass(frozen=True)
class PlaceTasks:
    """What is done with sites and station models."""

    sites: SiteHandlers
    site_operations: SiteOperationHandlers
    models: ModelHandlers
    new_model: NewModelHandlers


@dataclass(frozen=True)
class WatchTasks:
    """What is done with alerts, requests and the bot itself."""

    alerts: AlertHandlers
    silences: SilenceHandlers
    approvals: ApprovalHandlers
    status: StatusHandlers
    home: HomeHandlers


@dataclass(frozen=True)
class Tasks:
    """One object for each task."""

    chargers: ChargerTasks
    places: PlaceTasks
    watch: WatchTasks


def register(app: AsyncApp, services: Services) -> HomeHandlers:
    """Attach every listener; gives the Home tab, whose `refresh` wants to be called at times.

    The app must process before it responds: no listener awaits a vendor before its
    acknowledgement, and what follows it runs in `services.background`.
    """
    WholeCharacters().register(app)
    Moderation(services.pace_of_people).register(app)
    blanks.register(app)
    gate = Gate(services.access, services.oncall)
    work = Work(services.background, services.clock)
    submissions = Submissions(services.approvals, gate, work)
    desk = Desk(services, gate, work, submissions, app.client)
    chargers = _charger_tasks(desk)
    listeners = Listeners(app)
    tasks = Tasks(chargers, _place_tasks(desk, chargers.find), _watch_tasks(desk, chargers.find))
    for part in (*_shared_parts(desk, tasks), *_own_parts(tasks), CatchAll(work)):
        part.register(listeners)
    return tasks.watch.home


class _Part(Protocol):
    def register(self, app: Listeners) -> None: ...


def _shared_parts(desk: Desk, tasks: Tasks) -> Iterator[_Part]:
    """What serves several tasks."""
    services = desk.services
    yield SlashCommands(_commands(tasks), services.fleet.accounts, desk.gate, desk.work)
    yield ListHandlers(_lists(tasks), desk.gate, desk.work)
    yield TypeaheadHandlers(services.inventory, services.alerts, desk.gate)
    find = tasks.chargers.find
    readers = {
        "find": find.find,
        "show": find.show,
        "list": find.list_chargers,
        "usage": tasks.places.sites.usage,
    }
    yield LookUpHandlers(find, readers, services.store, desk.gate, desk.work, services.clock)


def _own_parts(tasks: Tasks) -> Iterator[_Part]:
    """The tasks that have listeners of their own."""
    for group in (tasks.chargers, tasks.places, tasks.watch):
        yield from (task for task in vars(group).values() if not isinstance(task, StatusHandlers))


def _charger_tasks(desk: Desk) -> ChargerTasks:
    services, gate, work, submissions = desk.services, desk.gate, desk.work, desk.submissions
    clock, fleet, inventory = services.clock, services.fleet, services.inventory
    alerts, approvals, store = services.alerts, services.approvals, services.store
    find = FindHandlers(inventory, Cards(fleet, inventory, alerts, clock), gate, work, clock)
    return ChargerTasks(
        find=find,
        registering=RegisterHandlers(fleet, approvals, submissions, gate, work),
        importing=ImportHandlers(
            fleet=fleet,
            inventory=inventory,
            approvals=approvals,
            drafts=ImportDrafts(store, clock),
            submissions=submissions,
            gate=gate,
            work=work,
        ),
        operations=ChargerOperationHandlers(
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
        pincode=PincodeHandlers(inventory, store, gate, work, clock),
    )


def _place_tasks(desk: Desk, find: FindHandlers) -> PlaceTasks:
    services, gate, work, submissions = desk.services, desk.gate, desk.work, desk.submissions
    fleet, inventory, approvals = services.fleet, services.inventory, services.approvals
    sites = SiteHandlers(inventory, fleet, find, gate, work, services.clock)
    return PlaceTasks(
        sites=sites,
        site_operations=SiteOperationHandlers(fleet, approvals, sites, submissions, gate, work),
        models=ModelHandlers(inventory, fleet, approvals, submissions, gate, work, services.clock),
        new_model=NewModelHandlers(fleet, approvals, submissions, gate, work),
    )


def _watch_tasks(desk: Desk, find: FindHandlers) -> WatchTasks:
    services, gate, work, clock = desk.services, desk.gate, desk.work, desk.services.clock
    inventory, alerts, approvals = services.inventory, services.alerts, services.approvals
    return WatchTasks(
        alerts=AlertHandlers(alerts, services.reports, find, gate, work, clock),
        silences=SilenceHandlers(
            alerts=alerts,
            inventory=inventory,
            fleet=services.fleet,
            find=find,
            gate=gate,
            work=work,
            clock=clock,
        ),
        approvals=ApprovalHandlers(approvals, gate, work, clock),
        status=StatusHandlers(inventory, services.store, clock),
        home=HomeHandlers(
            desk.client,
            store=services.store,
            fleet=services.fleet,
            inventory=inventory,
            alerts=alerts,
            approvals=approvals,
            gate=gate,
            work=work,
            clock=clock,
        ),
    )


def _commands(tasks: Tasks) -> Doers:
    chargers, places, watch = tasks.chargers, tasks.places, tasks.watch
    ask = chargers.operations.command
    return {
        ("/charger", "find"): chargers.find.find,
        ("/charger", "show"): chargers.find.show,
        ("/charger", "list"): chargers.find.list_chargers,
        ("/charger", "register"): chargers.registering.open,
        ("/charger", "import"): chargers.importing.open,
        ("/charger", "attach"): places.site_operations.attach,
        ("/charger", "detach"): ask(charger_forms.DETACH),
        ("/charger", "delete"): ask(charger_forms.DELETE),
        ("/charger", "reference"): ask(charger_forms.REFERENCE),
        ("/charger", "usage"): places.sites.usage,
        ("/charger", "restart"): ask(charger_forms.RESTART),
        ("/site", "list"): places.sites.list_sites,
        ("/site", "show"): places.sites.show,
        ("/site", "create"): places.site_operations.create,
        ("/site", "connectors"): places.sites.connectors,
        ("/site", "groups"): places.sites.groups,
        ("/site", "meter"): places.sites.meter,
        ("/site", "smart-charging"): places.site_operations.smart_charging,
        ("/site", "transactions"): places.sites.transactions,
        ("/model", "list"): places.models.list_models,
        ("/model", "show"): places.models.show,
        ("/model", "create"): places.new_model.open,
        ("/model", "rename"): places.models.rename,
        ("/model", "archive"): places.models.archive,
        ("/alerts", "list"): watch.alerts.list_firing,
        ("/alerts", "why"): watch.alerts.why,
        ("/alerts", "silence"): watch.silences.silence,
        ("/alerts", "silences"): watch.silences.list_silences,
        ("/alerts", "rules"): watch.alerts.rules,
        ("/alerts", "report"): watch.alerts.report,
        ("/alerts", "test"): watch.alerts.test,
        ("/approvals", "list"): watch.approvals.pending,
        ("/approvals", "mine"): watch.approvals.mine,
        ("/approvals", "history"): watch.approvals.history,
        ("/approvals", "show"): watch.approvals.show,
        ("/chargehand", "status"): watch.status.status,
    }


def _lists(tasks: Tasks) -> Mapping[str, Lister]:
    find, places, watch = tasks.chargers.find, tasks.places, tasks.watch
    return {
        CHARGERS: find.list_page,
        FOUND: find.found_page,
        SITES: places.sites.list_page,
        MODELS: places.models.list_page,
        FIRING: watch.alerts.firing_page,
        SILENCES: watch.silences.list_page,
        PENDING: watch.approvals.pending_page,
        MINE: watch.approvals.my_page,
        HISTORY: watch.approvals.history_page,
    }
