"""Reading requests: what was asked, what waits, what came of it."""

from typing import Any, Final

from bot import topics
from bot.approvals.evidence import evidence
from bot.approvals.execution import Execution, Progress
from bot.approvals.ledger import subject
from bot.approvals.request import Request
from bot.operations.import_chargers import ImportChargers
from bot.operations.sheets import results
from bot.store import Store, Tables
from bot.store.requests import RequestPage

REQUEST_TOPICS: Final = (topics.REQUEST_CARD, topics.REQUEST_LINE, topics.REQUEST_OUTCOME)


class Records:
    """What can be read about requests."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def request(self, request_id: int) -> Request | None:
        """The request of this number."""
        return await self._store.read(lambda tables: tables.requests.by_id(request_id))

    async def executions(self, request_id: int) -> list[Execution]:
        """What was written for it."""
        return await self._store.read(lambda tables: tables.executions.of(request_id))

    async def progress(self, request: Request) -> Progress:
        """How far an import has got."""
        executions = await self.executions(request.id)
        return Progress.of(len(request.operation.steps()), executions)

    async def results(self, request: Request) -> str | None:
        """What came of every row of an import, as CSV; `None` for other kinds."""
        if not isinstance(request.operation, ImportChargers):
            return None
        return results(request.operation, await self.executions(request.id))

    async def evidence(self, request: Request) -> dict[str, Any]:
        """Everything about a request, as JSON."""

        def work(tables: Tables) -> dict[str, Any]:
            return evidence(
                tables.requests.by_id(request.id) or request,
                tables.executions.of(request.id),
                tables.audit.of(subject(request)),
                tables.messages.about(REQUEST_TOPICS, str(request.id)),
            )

        return await self._store.read(work)

    async def pending(self) -> list[Request]:
        """Those that wait for approvers, oldest first."""
        pending = await self._store.read(lambda tables: tables.requests.pending())
        return [request for request in pending if request.is_prepared]

    async def of(self, user_id: str, *, limit: int = 50) -> list[Request]:
        """The newest requests of one person, newest first."""
        return await self._store.read(lambda tables: tables.requests.of(user_id, limit=limit))

    async def history(self, *, offset: int = 0, limit: int = 10) -> RequestPage:
        """All requests, newest first."""
        return await self._store.read(
            lambda tables: tables.requests.history(offset=offset, limit=limit)
        )
