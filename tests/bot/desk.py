"""Approvals and all behind them, over one store, as `bot/app.py` joins them."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar, cast

from pydantic import SecretStr

from bot.access import Access
from bot.approvals.clicks import Answer
from bot.approvals.ledger import Ledger
from bot.approvals.opening import Opening
from bot.approvals.request import Request
from bot.approvals.service import Approvals
from bot.audit.chain import Entry
from bot.config.settings import AccessSettings, PolicySettings
from bot.message import Message
from bot.operations.base import Operation, World
from bot.operations.runner import Runner
from bot.store import Store, Tables
from tests.bot.clouds import Book, ChargerCloud, Cloud, Clouds, Mirror, ModelCloud
from tests.clock import VirtualClock
from vendors.models import Ref

T = TypeVar("T")

APPROVALS_CHANNEL = "C0APPROVE"
ACCESS = AccessSettings(support=("S0SUPPORT",), approvers=("S0LEADS",))
AT_ONCE = PolicySettings(
    operations=(
        "register_charger",
        "attach_charger",
        "set_reference",
        "create_site",
        "rename_station_model",
        "restart_charger",
    ),
    approvals_needed=0,
)


class CrashError(Exception):
    """The bot is killed here."""


class CrashingStore:
    """A store whose bot is killed at one of its transactions, before or after it held."""

    def __init__(self, store: Store, at: int, *, held: bool) -> None:
        self._store = store
        self._left = at
        self._held = held
        self.has_crashed = False

    async def write(self, work: Callable[[Tables], T]) -> T:
        """One transaction, unless the bot is dead."""
        self._left -= 1
        if self.has_crashed or (self._left == 0 and not self._held):
            self.has_crashed = True
            raise CrashError
        result = await self._store.write(work)
        if self._left == 0:
            self.has_crashed = True
            raise CrashError
        return result

    async def read(self, work: Callable[[Tables], T]) -> T:
        """A look, unless the bot is dead."""
        if self.has_crashed:
            raise CrashError
        return await self._store.read(work)


class Desk:
    """One run of the bot; `restarted` is the next one on the same store."""

    def __init__(
        self,
        store: Store,
        clock: VirtualClock,
        *,
        chargers: ChargerCloud | None = None,
        models: ModelCloud | None = None,
        policies: Sequence[PolicySettings] = (AT_ONCE,),
        book: Book | None = None,
        accounts: Mapping[str, Cloud] | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.policies = policies
        self.chargers = chargers or ChargerCloud(clock_now=clock.now)
        self.models = models or ModelCloud()
        self.book = book or Book(
            groups={
                "S0SUPPORT": {"U0ANN", "U0BEN", "U0LEA"},
                "S0LEADS": {"U0LEA", "U0LEO", *(f"U{number}" for number in range(50))},
            }
        )
        everything: dict[str, Cloud] = {"nl": self.chargers, "us": self.models}
        self.accounts = everything if accounts is None else accounts
        self.mirror = Mirror()
        self.safety: dict[Ref, str] = {}
        self.tasks: set[asyncio.Task[Any]] = set()
        self.watched: list[tuple[Ref, str]] = []
        self.errors: list[BaseException] = []
        self.is_ending = False
        self._join()

    def _join(self) -> None:
        world = World(Clouds(self.accounts), self.mirror, self.clock.now, self._danger)
        ledger = Ledger(APPROVALS_CHANNEL)
        opening = Opening(self.store, self.clock, ledger, self.policies, ACCESS.approvers)
        self.access = Access(self.book, ACCESS, self.clock)
        self.runner = Runner(
            self.store,
            world,
            self.clock,
            opening,
            ledger,
            self._start,
            begin_watch=self._begin_watch,
            is_ending=lambda: self.is_ending,
        )
        self.approvals = Approvals(
            self.store, self.clock, self.access, opening, self.runner, ledger, world
        )

    def doomed(self, at: int, *, held: bool) -> "tuple[Desk, CrashingStore]":
        """The same bot, which is killed at its `at`th transaction, before or after it held."""
        store = CrashingStore(self.store, at, held=held)
        return self.restarted(cast("Store", store)), store

    def restarted(self, store: Store | None = None) -> "Desk":
        """The bot after a crash: nothing is left but the store and the outside world."""
        for task in self.tasks:
            task.cancel()
        return Desk(
            store or self.store,
            self.clock,
            chargers=self.chargers,
            models=self.models,
            policies=self.policies,
            book=self.book,
            accounts=self.accounts,
        )

    async def ask(
        self, operation: Operation, *, by: str = "U0ANN", delivery: str = "", **more: Any
    ) -> Request:
        """Ask for an operation, and wait until it is before the approvers or has ended."""
        delivery = delivery or f"delivery {operation.hash}"
        request = await self.approvals.open(
            operation, by=by, reason="It is needed.", delivery=delivery, **more
        )
        return await self.ended(request)

    async def enter_pincode(self, request: Request, pincode: str) -> Answer:
        """The requester enters it."""
        by = request.requested_by
        return await self.approvals.enter_pincode(request.id, by=by, pincode=SecretStr(pincode))

    async def ended(self, request: Request) -> Request:
        """The request when nothing moves any more; time passes as far as it has to."""
        await self.clock.advance(60)
        assert self.errors == []
        newest = await self.approvals.request(request.id)
        assert newest is not None
        return newest

    async def message(self, key: str) -> Message | None:
        """The message of this key, as the outbox has it."""
        return await self.store.read(lambda tables: tables.messages.by_key(key))

    async def trail(self, request: Request) -> list[str]:
        """What the audit trail says about a request."""
        entries: list[Entry] = await self.store.read(
            lambda tables: tables.audit.of(f"request:{request.id}")
        )
        return [entry.action for entry in entries]

    def _begin_watch(self, _tables: Tables, ref: Ref, *, by: str) -> None:
        self.watched.append((ref, by))

    async def _danger(self, ref: Ref) -> str | None:
        return self.safety.get(ref)

    def _start(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self.tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self.tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, CrashError):
            self.errors.append(error)
