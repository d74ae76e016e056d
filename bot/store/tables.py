"""All tables of the database, as what one transaction works with."""

from dataclasses import dataclass
from typing import Self

from sqlite_utils import Database

from bot.store.audit import AuditTrail
from bot.store.deliveries import Deliveries
from bot.store.executions import Executions
from bot.store.lease import LeaseTable
from bot.store.messages import Messages
from bot.store.meta import Meta
from bot.store.requests import Requests


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
        )
