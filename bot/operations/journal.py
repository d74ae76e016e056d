"""Writing down what the runner does: each method is one transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.approvals.execution import Execution
from bot.approvals.ledger import BOT, OPENED, Ledger, subject
from bot.approvals.request import Request
from bot.clock import Clock
from bot.operations.attempt import Ending
from bot.store import Store, Tables

Say = Callable[[Tables, Request, datetime], None]
"""Says something about a request in the transaction that changes it."""


class Journal:
    """Intents, results and changes of requests, in the store and in the audit trail."""

    def __init__(self, store: Store, clock: Clock, ledger: Ledger) -> None:
        self._store = store
        self._clock = clock
        self._ledger = ledger

    async def newest(self, request_id: int) -> Request:
        """The newest version; raises KeyError where there is no such request."""
        return await self._store.read(lambda tables: _known(tables, request_id))

    async def unfinished(self) -> list[Request]:
        """Those that people or we still have to do something about, oldest first."""
        return await self._store.read(lambda tables: tables.requests.unfinished())

    async def executions(self, request: Request) -> list[Execution]:
        """What was written for a request so far."""
        return await self._store.read(lambda tables: tables.executions.of(request.id))

    async def is_as_asked(self, request: Request) -> bool:
        """Whether what is stored is what was asked for, by the hash in the audit trail as well."""
        opened = await self._store.read(lambda tables: tables.audit.of(subject(request)))
        asked = next((each.details["hash"] for each in opened if each.action == OPENED), None)
        return request.operation.hash == request.hash == asked

    async def intend(self, request: Request, number: int) -> bool:
        """Note that a write is about to happen; false, and no right to write, where it is known."""
        now = self._clock.now()

        def work(tables: Tables) -> bool:
            if not tables.executions.intend(request.id, number, now):
                return False
            facts = {"step": number, "hash": request.hash}
            self._ledger.note(tables, request, action="request.intent", now=now, facts=facts)
            return True

        return await self._store.write(work)

    async def record(
        self, request: Request, number: int, ending: Ending, action: str, by: str
    ) -> None:
        """Note how a write ended, unless a person has said so meanwhile."""
        now = self._clock.now()

        def work(tables: Tables) -> None:
            is_news = tables.executions.end(
                request.id,
                number,
                outcome=ending.outcome,
                summary=ending.summary,
                answer=ending.answer,
                now=now,
            )
            facts = {"step": number, "outcome": ending.outcome, "summary": ending.summary}
            if is_news:
                self._ledger.note(tables, request, action=action, now=now, facts=facts, actor=by)

        await self._store.write(work)

    async def change(
        self,
        request: Request,
        action: str,
        say: Say | None = None,
        **changes: Any,
    ) -> Request:
        """Change the newest version, unless somebody has moved the request on meanwhile."""
        now = self._clock.now()

        def work(tables: Tables) -> Request:
            newest = _known(tables, request.id)
            if (newest.state, newest.outcome) != (request.state, request.outcome):
                return newest
            after = newest.model_copy(update=changes)
            facts = {"outcome": after.outcome, "summary": after.summary}
            self._ledger.changed(
                tables, newest, after, action=action, actor=BOT, now=now, facts=facts
            )
            if say is not None:
                say(tables, after, now)
            return _known(tables, request.id)

        return await self._store.write(work)

    async def show_progress(self, request: Request) -> None:
        """Have everything that shows the request show it as it is now."""
        now = self._clock.now()
        await self._store.write(lambda tables: self._ledger.refresh_card(tables, request, now))


def _known(tables: Tables, request_id: int) -> Request:
    request = tables.requests.by_id(request_id)
    if request is None:
        raise KeyError(request_id)
    return request
