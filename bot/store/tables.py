"""All tables of the database, as what one transaction works with."""

from dataclasses import dataclass
from typing import Self

from sqlite_utils import Database

from bot.store.alerts import AlertTable
from bot.store.audit import AuditTrail
from bot.store.chargers import Chargers
from bot.store.deliveries import Deliveries
from bot.store.executions import Executions
from bot.store.figures import Figures
from bot.store.history import History
from bot.store.invariants import Invariants
from bot.store.lease import LeaseTable
from bot.store.messages import Messages
from bot.store.meta import Meta
from bot.store.requests import Requests
from bot.store.silences import Silences
from bot.store.sites import Sites
from bot.store.station_models import StationModels
from bot.store.sweeps import Sweeps
from bot.store.verdicts import Verdicts
from bot.store.watches import Watches


@dataclass(frozen=True, slots=True)
class Tables:
    """One gateway per table; plain methods, called on the store's thread inside a transaction."""

    messages: Messages
    deliveries: Deliveries
    lease: LeaseTable
    meta: Meta
    requests: Requests
    executions: Executions
    audit: AuditTrail
    chargers: Chargers
    sites: Sites
    station_models: StationModels
    history: History
    sweeps: Sweeps
    alerts: AlertTable
    silences: Silences
    verdicts: Verdicts
    watches: Watches
    figures: Figures
    invariants: Invariants

    @classmethod
    def of(cls, db: Database) -> Self:
        """The tables of this database."""
        return cls(
            messages=Messages(db),
            deliveries=Deliveries(db),
            lease=LeaseTable(db),
            meta=Meta(db),
            requests=Requests(db),
            executions=Executions(db),
            audit=AuditTrail(db),
            chargers=Chargers(db),
            sites=Sites(db),
            station_models=StationModels(db),
            history=History(db),
            sweeps=Sweeps(db),
            alerts=AlertTable(db),
            silences=Silences(db),
            verdicts=Verdicts(db),
            watches=Watches(db),
            figures=Figures(db),
            invariants=Invariants(db),
        )
