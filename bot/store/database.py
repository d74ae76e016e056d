"""One SQLite file, one worker thread, one transaction at a time."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Generic, Literal, Self, TypeVar

from sqlite_utils import Database

from bot.store.errors import StoreError, newer_than_this, translated
from bot.store.file import create_for_owner_only
from bot.store.migrations import migrate, unknown_steps
from bot.store.tables import Tables

T = TypeVar("T")
Listener = Callable[[], None]

IN_MEMORY: Final = ":memory:"
BUSY_TIMEOUT_S = 5.0
MOST_TOGETHER: Final = 50
"""Writes that share a flush; more would let the first of them wait for the last."""


class Store:
    """Where everything is kept that has to survive.

    All work runs on one thread of its own, so that a slow disk holds up no acknowledgement, and
    each call happens as a whole or not at all. Writes that wait at the same time are flushed to the
    disk together: fifty forms cost one flush, not fifty in a row.
    """

    def __init__(self, path: Path | Literal[":memory:"]) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._listeners: list[Callable[[], object]] = []
        self._under_way = 0
        self._waiting: deque[_Write[Any]] = deque()

    @classmethod
    async def open(cls, path: Path | Literal[":memory:"], *, now: datetime) -> Self:
        """Open the database, which is created or brought up to date where that is needed.

        Raises:
            StoreError: it cannot be used; the message says why and what helps.
        """
        store = cls(path)
        with ExitStack() as undo:
            undo.callback(store._thread.shutdown)
            await store._run(lambda: store._connect(now))
            undo.pop_all()
        return store

    @property
    def is_busy(self) -> bool:
        """Whether work has been handed over and has not come back yet."""
        return self._under_way > 0

    def on_message(self, listener: Listener) -> None:
        """Call `listener` in the running loop after each transaction that has queued a message."""
        loop = asyncio.get_running_loop()
        self._listeners.append(partial(loop.call_soon_threadsafe, listener))

    async def write(self, work: Callable[[Tables], T]) -> T:
        """Do `work` in one transaction. If it raises, nothing of it has happened.

        A transaction that has begun is finished, also where nobody waits for it any more.

        Raises:
            StoreError: the database cannot be used now.
        """
        write = _Write(work)
        self._waiting.append(write)
        try:
            await self._run(self._write_those_waiting)
        except asyncio.CancelledError:
            write.is_wanted = False
            raise
        return write.outcome()

    async def read(self, work: Callable[[Tables], T]) -> T:
        """Look at the database as it is at one moment.

        Raises:
            StoreError: the database cannot be used now.
        """
        return await self._run(lambda: self._read(work))

    async def close(self) -> None:
        """Finish what was handed over, and close the file."""
        await self._run(self._db.close)
        self._thread.shutdown()

    async def _run(self, job: Callable[[], T]) -> T:
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, job)
        finally:
            self._under_way -= 1

    def _connect(self, now: datetime) -> None:
        with translated(self._path):
            if isinstance(self._path, Path):
                create_for_owner_only(self._path)
            connection = sqlite3.connect(self._path, timeout=BUSY_TIMEOUT_S, cached_statements=512)
            self._db = Database(connection)
            with ExitStack() as undo:
                undo.callback(connection.close)
                self._prepare(now)
                undo.pop_all()

    def _prepare(self, now: datetime) -> None:
        self._db.execute("pragma journal_mode = wal")
        # full: an intent that a power cut could take back would let a write happen twice
        self._db.execute("pragma synchronous = full")
        self._db.execute("pragma foreign_keys = on")
        if steps := unknown_steps(self._db):
            raise newer_than_this(self._path, steps)
        migrate(self._db)
        self._tables = Tables.of(self._db)
        opening = _Write(lambda tables: tables.meta.remember("opened_at", now.isoformat()))
        self._write_together([opening])
        opening.outcome()

    def _write_those_waiting(self) -> None:
        """Whoever waits longest has them all written; those who come after find nothing to do."""
        number = min(len(self._waiting), MOST_TOGETHER)
        taken = [self._waiting.popleft() for _ in range(number)]
        if group := [write for write in taken if write.is_wanted]:
            self._write_together(group)

    def _write_together(self, group: list["_Write[Any]"]) -> None:
        self._tables.messages.has_news = False
        try:
            with translated(self._path), ExitStack() as undo:
                self._db.execute("begin immediate")
                undo.callback(self._db.rollback)
                for write in group:
                    self._write_one(write)
                self._db.commit()
                undo.pop_all()
        except (StoreError, sqlite3.Error) as error:
            for write in group:
                write.error = error
        else:
            self._announce()

    def _announce(self) -> None:
        if self._tables.messages.has_news:
            for listener in self._listeners:
                listener()

    def _write_one(self, write: "_Write[Any]") -> None:
        """One of several in a transaction: what it raises undoes nothing but itself.

        Raises:
            StoreError: SQLite has given up the whole transaction, as it does on a full disk.
        """
        with write, translated(self._path), ExitStack() as undo:
            self._db.execute("savepoint one")
            undo.callback(self._undo_one, has_news=self._tables.messages.has_news)
            write.result = write.work(self._tables)
            undo.pop_all()
            self._db.execute("release one")
        if write.error is not None and not self._db.conn.in_transaction:
            raise write.error

    def _undo_one(self, *, has_news: bool) -> None:
        self._tables.messages.has_news = has_news
        if self._db.conn.in_transaction:
            self._db.execute("rollback to one")
            self._db.execute("release one")

    def _read(self, work: Callable[[Tables], T]) -> T:
        with translated(self._path):
            self._db.begin()
            try:
                return work(self._tables)
            finally:
                self._db.rollback()


class _Write(AbstractContextManager[None], Generic[T]):
    """One write, and what became of it; as a context it keeps what is raised for who waits."""

    def __init__(self, work: Callable[[Tables], T]) -> None:
        self.work = work
        self.is_wanted = True
        self.result: T
        self.error: BaseException | None = None

    def __exit__(
        self,
        _: type[BaseException] | None,
        error: BaseException | None,
        _where: TracebackType | None,
    ) -> bool:
        self.error = error
        return True

    def outcome(self) -> T:
        """What the work gave; raises what it raised."""
        if self.error is not None:
            raise self.error
        return self.result
