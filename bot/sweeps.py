"""Polls accounts: what a sweep sees goes into the mirror, the history and the alerts at once."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple, Protocol

from bot.alerts.findings import Look
from bot.alerts.model import Condition
from bot.alerts.observe import Conclusion, Contact, Outcome
from bot.clock import Clock
from bot.direct_reads import Readings, read_directly
from bot.mirror import Mirror, Taken
from bot.store import Store, Tables
from bot.store.sweeps import SweepKind
from vendors.errors import (
    ForbiddenError,
    NotFoundError,
    RejectedError,
    UnexpectedReplyError,
    VendorAuthError,
    VendorError,
    VendorUnreachableError,
)
from vendors.fleet import Fleet
from vendors.models import Charger, Connectivity, Ref, Site, StationModel, Status
from vendors.ports import (
    Client,
    ListsChargers,
    ListsSites,
    ListsStationModels,
    ListsTroubledChargers,
)

_log = logging.getLogger(__name__)

MOST_DIRECT_READS = 100
"""Of one troubled sweep; where more chargers changed, pages are cheaper than single reads."""
MOST_READS_BY_TURNS = 20
"""Of one troubled sweep, of those about whom the filtered listings do not tell all."""
MISSED_UNTIL_VANISHED = 2
FEWEST_OF_A_FLEET = 2
NOT_OF_THE_ACCOUNT = (ForbiddenError, NotFoundError, RejectedError, UnexpectedReplyError)
"""What a listing may fail with while the account answers well: some paths are inferred."""
DEFAULT_POLL = timedelta(seconds=60)


class SweepResult(NamedTuple):
    """How a sweep went."""

    account: str
    kind: SweepKind
    is_complete: bool
    chargers: int
    changed: int
    trouble: str | None


class Watcher(Protocol):
    """Decides about alerts inside the transaction of a sweep; `bot.alerts.service.Alerts` does."""

    def observe(self, tables: Tables, taken: Taken, *, account: str, is_baseline: bool) -> None:
        """Hold a page against the open alerts."""
        ...

    def conclude(self, tables: Tables, outcome: Outcome, gone: Sequence[Ref]) -> Conclusion:
        """Judge the account after a sweep, and take note of chargers that are gone."""
        ...

    def confirm(
        self,
        tables: Tables,
        looks: Sequence[Look],
        *,
        unread: Sequence[Ref],
        gone: Sequence[Ref],
    ) -> None:
        """Judge suspects after they were read directly."""
        ...


class _Progress:
    """What a sweep has seen so far."""

    def __init__(self, sweep: int, account: str, kind: SweepKind, *, is_baseline: bool) -> None:
        self.sweep = sweep
        self.account = account
        self.kind = kind
        self.is_baseline = is_baseline
        self.chargers = 0
        self.changed = 0
        self.contact = Contact.ANSWERED
        self.trouble: str | None = None

    @property
    def is_complete(self) -> bool:
        return self.contact is Contact.ANSWERED

    @property
    def evidence(self) -> str:
        return f"sweep {self.sweep}"

    def failed(self, error: VendorError) -> None:
        self.contact = contact_of(error)
        self.trouble = str(error)


class _Trouble(NamedTuple):
    """Chargers that were in trouble when last seen."""

    ids: set[str]
    without_code: set[str]
    """Those that say Faulted, and of which nobody has read why."""


class Sweeper:
    """Looks after every account; never two sweeps of one account at once."""

    def __init__(
        self,
        store: Store,
        fleet: Fleet,
        alerts: Watcher,
        clock: Clock,
        mirror: Mirror,
        polls: Mapping[str, timedelta],
    ) -> None:
        self._store = store
        self._fleet = fleet
        self._alerts = alerts
        self._clock = clock
        self._mirror = mirror
        self._polls = polls
        self._listed: dict[str, set[str]] = {}
        self._read: defaultdict[str, set[str]] = defaultdict(set)
        """Those of the listing that were read directly since they came into it."""
        self._last_turn: dict[str, str] = {}
        """Who was the last to be read by turns."""
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def full(self, account: str) -> SweepResult:
        """Read every charger, site and station model of an account."""
        async with self._locks[account]:
            return await self._sweep(account, SweepKind.FULL)

    async def troubled(self, account: str) -> SweepResult:
        """Read only what is in trouble, where the vendor can filter; else everything.

        A charger that is new in the listing is read directly, since its row tells no fault codes;
        so is one that is no longer in it, since leaving a list proves no recovery; and a few of
        those that no such listing shows.
        """
        async with self._locks[account]:
            can_filter = isinstance(self._fleet.client(account), ListsTroubledChargers)
            is_partial = can_filter and not await self._needs_baseline(account)
            kind = SweepKind.TROUBLED if is_partial else SweepKind.FULL
            return await self._sweep(account, kind)

    async def _sweep(self, account: str, kind: SweepKind) -> SweepResult:
        client = self._fleet.client(account).in_background()
        progress = await self._begin(account, kind)
        try:
            if isinstance(client, ListsTroubledChargers):
                await self._read_troubled(client, progress)
            if progress.kind is SweepKind.FULL:
                await self._read_everything(client, progress)
        except VendorError as error:
            progress.failed(error)
        return await self._conclude(client, progress)

    async def _read_everything(self, client: Client, progress: _Progress) -> None:
        if isinstance(client, ListsChargers):
            told_before = progress.chargers
            async for page in client.chargers():
                await self._take(progress, page)
            if progress.chargers == told_before:
                await self._doubt_an_empty_list(client, progress)
        for read in (self._read_sites, self._read_models):
            try:
                await read(client, progress)
            except NOT_OF_THE_ACCOUNT as error:  # the chargers were seen; they are what matters
                progress.trouble = str(error)

    async def _needs_baseline(self, account: str) -> bool:
        return not await self._store.read(lambda tables: tables.sweeps.has_baseline(account))

    async def _begin(self, account: str, kind: SweepKind) -> _Progress:
        now = self._clock.now()

        def work(tables: Tables) -> _Progress:
            is_baseline = not tables.sweeps.has_baseline(account)
            sweep = tables.sweeps.begin(account, kind, now)
            return _Progress(sweep, account, kind, is_baseline=is_baseline)

        return await self._store.write(work)

    async def _doubt_an_empty_list(self, client: Client, progress: _Progress) -> None:
        """Believe that one charger is gone, but not that all of a fleet are gone at once.

        Else a vendor's mistake would close every alert of the account as removed. An account that
        is really empty is taken out of the configuration.
        """
        known = await self._store.read(lambda tables: tables.chargers.total(progress.account))
        if known >= FEWEST_OF_A_FLEET:
            said = f"an empty list of chargers, though {known} were there"
            raise UnexpectedReplyError(client.vendor.value, said, field="chargers")

    async def _read_sites(self, client: Client, progress: _Progress) -> None:
        """Few enough to be compared one by one."""
        sweep, account, now = progress.sweep, progress.account, self._clock.now()
        if not isinstance(client, ListsSites):
            return
        async for sites in client.sites():
            await self._store.write(partial(_save_sites, sites=sites, sweep=sweep))
        await self._store.write(
            lambda tables: tables.sites.vanish_missing(account, sweep=sweep, at=now)
        )

    async def _read_models(self, client: Client, progress: _Progress) -> None:
        """Those in use, and those that are archived."""
        sweep, account, now = progress.sweep, progress.account, self._clock.now()
        if not isinstance(client, ListsStationModels):
            return
        for archived in (False, True):
            async for models in client.station_models(archived=archived):
                await self._store.write(partial(_save_models, models=models, sweep=sweep))
        await self._store.write(
            lambda tables: tables.station_models.vanish_missing(account, sweep=sweep, at=now)
        )

    async def _in_trouble_before(self, account: str) -> _Trouble:
        """Who was in trouble when we last looked, also across a restart."""

        def work(tables: Tables) -> _Trouble:
            mirrored = [row.charger for row in tables.chargers.in_trouble(account)]
            alerted = tables.alerts.chargers_with(account, Condition.OFFLINE, Condition.FAULT)
            ids = {charger.id for charger in mirrored} | alerted
            return _Trouble(ids, {charger.id for charger in mirrored if _lacks_code(charger)})

        stored = await self._store.read(work)
        return stored._replace(ids=stored.ids | self._listed.get(account, set()))

    async def _read_troubled(self, client: ListsTroubledChargers, progress: _Progress) -> None:
        """Read the filtered listing, and directly what has come into it or left it.

        It goes before the pages: neither these rows nor those tell codes, and what was read
        directly before is not taken for a fault without one.
        """
        rows = await _collect(client.troubled_chargers())
        before = await self._in_trouble_before(progress.account)
        left = sorted(before.ids - set(rows)) if progress.kind is SweepKind.TROUBLED else []
        if len(left) > MOST_DIRECT_READS:
            progress.kind, left = SweepKind.FULL, []
        read_before = self._read[progress.account]
        known = (before.ids - before.without_code) | read_before
        new = [row for key, row in rows.items() if key not in known]
        direct = [*left, *_worth_reading(new, is_baseline=progress.is_baseline)]
        if not progress.is_baseline:
            direct = direct[:MOST_DIRECT_READS]
        read = await self._read_directly(client, progress, direct)
        await self._take(progress, [row for key, row in rows.items() if key not in read.found])
        await self._take(progress, list(read.found.values()))
        self._listed[progress.account] = set(rows) - read.unread
        self._read[progress.account] = (read_before | set(read.found)) & set(rows)
        if read.trouble is None and progress.kind is SweepKind.TROUBLED:
            turns = await self._whose_turn_it_is(progress.account, set(read.found), set(rows))
            read = await self._read_directly(client, progress, turns)
            await self._take(progress, list(read.found.values()))

    async def _whose_turn_it_is(
        self, account: str, read: set[str], listed: set[str]
    ) -> Sequence[str]:
        """Of those about whom the filtered listings do not tell all, and that were not just read.

        They show neither who is warned nor who has never connected, and of who is faulted not that
        the code is another by now, which may mean danger. Whom a person waits for comes first. The
        others are read by turns, since there may be many: every charger of a fleet may have a
        warning, and half of it may wait to be installed.
        """

        def work(tables: Tables) -> tuple[set[str], set[str]]:
            watches = tables.watches.waiting(account)
            soon = {watch.ref.id for watch in watches if watch.reminded_at is None}
            later = {watch.ref.id for watch in watches}
            later |= tables.alerts.chargers_with(account, Condition.NEVER_CONNECTED)
            later |= tables.alerts.chargers_with(account, Condition.FAULT, warnings=True)
            faulted = tables.alerts.chargers_with(account, Condition.FAULT)
            later = (later - listed | faulted) - read
            return soon - listed - read, later - soon

        soon, later = await self._store.read(work)
        last = self._last_turn.get(account, "")
        in_turn = sorted(later, key=lambda one: (one <= last, one))
        turns = [*sorted(soon), *in_turn][:MOST_READS_BY_TURNS]
        if len(turns) > len(soon):
            self._last_turn[account] = turns[-1]
        return turns

    async def _read_directly(
        self, client: object, progress: _Progress, ids: Sequence[str]
    ) -> Readings:
        """The vendor's own word on each; who is gone is let go of.

        A vendor that answers listings and no single reads is slow or broken, not unreachable: what
        its listings tell goes on to count. Raises VendorAuthError.
        """
        read = await read_directly(client, ids)
        for charger_id in read.gone:
            await self._vanished(Ref(progress.account, charger_id))
        if isinstance(read.trouble, VendorAuthError):
            raise read.trouble
        if read.trouble is not None:
            progress.trouble = str(read.trouble)
        return read

    async def _take(self, progress: _Progress, page: Sequence[Charger]) -> None:
        """Mirror a page and decide about it, in one transaction."""
        if not page:
            return
        now = self._clock.now()

        def work(tables: Tables) -> Taken:
            taken = self._mirror.take(
                tables, page, at=now, sweep=progress.sweep, evidence=progress.evidence
            )
            self._alerts.observe(
                tables, taken, account=progress.account, is_baseline=progress.is_baseline
            )
            return taken

        taken = await self._store.write(work)
        self._mirror.keep(progress.account, taken.seen)
        progress.chargers += len(page)
        progress.changed += taken.changed

    async def _vanished(self, ref: Ref) -> None:
        now = self._clock.now()

        def work(tables: Tables) -> None:
            _let_go(tables, [ref], now)
            self._alerts.confirm(tables, [], unread=(), gone=[ref])

        await self._store.write(work)
        self._mirror.forget(ref)

    async def _conclude(self, client: Client, progress: _Progress) -> SweepResult:
        now = self._clock.now()

        def work(tables: Tables) -> Conclusion:
            gone = self._let_go_of_missing(tables, progress)
            outcome = Outcome(
                account=progress.account,
                vendor=client.vendor.value,
                sweep=progress.sweep,
                kind=progress.kind,
                contact=progress.contact,
                is_complete=progress.is_complete,
                poll_interval=self._polls.get(progress.account, DEFAULT_POLL),
                trouble=progress.trouble or "",
                was_baseline=progress.is_baseline,
            )
            conclusion = self._alerts.conclude(tables, outcome, gone)
            tables.sweeps.end(
                progress.sweep,
                now,
                kind=progress.kind,
                is_complete=progress.is_complete,
                is_trusted=conclusion.is_trusted,
                chargers=progress.chargers,
                changed=progress.changed,
                trouble=progress.trouble,
            )
            return conclusion

        conclusion = await self._store.write(work)
        if not conclusion.is_trusted:
            self._mirror.forget_all(progress.account)
        await self._read_suspects(client, progress, conclusion.suspects)
        return SweepResult(
            progress.account,
            progress.kind,
            progress.is_complete,
            progress.chargers,
            progress.changed,
            progress.trouble,
        )

    def _let_go_of_missing(self, tables: Tables, progress: _Progress) -> list[Ref]:
        """After two complete listings without it a charger has vanished."""
        if not (progress.is_complete and progress.kind is SweepKind.FULL):
            return []
        missing = tables.chargers.count_missing(progress.account, progress.sweep)
        gone = [m.charger.ref for m in missing if m.missed >= MISSED_UNTIL_VANISHED]
        _let_go(tables, gone, self._clock.now())
        for ref in gone:
            self._mirror.forget(ref)
        return gone

    async def _read_suspects(
        self, client: Client, progress: _Progress, suspects: Sequence[Ref]
    ) -> None:
        """Ask the vendor before they count as offline; what cannot be read is believed.

        All are judged at once: each may belong in one message with thousands of others.
        """
        if not suspects:
            return
        read = await read_directly(client, [ref.id for ref in suspects])
        page = list(read.found.values())
        unread = [ref for ref in suspects if ref.id in read.unread]
        gone = [ref for ref in suspects if ref.id in read.gone]
        now = self._clock.now()

        def work(tables: Tables) -> None:
            _let_go(tables, gone, now)
            looks: list[Look] = []
            if page:
                taken = self._mirror.take(
                    tables, page, at=now, sweep=progress.sweep, evidence=progress.evidence
                )
                looks = [look._replace(is_direct=True) for look in taken.looks]
            self._alerts.confirm(tables, looks, unread=unread, gone=gone)

        await self._store.write(work)
        for ref in suspects:
            self._mirror.forget(ref)


def _save_sites(tables: Tables, *, sites: Sequence[Site], sweep: int) -> None:
    tables.sites.save(sites, sweep=sweep)


def _save_models(tables: Tables, *, models: Sequence[StationModel], sweep: int) -> None:
    tables.station_models.save(models, sweep=sweep)


def _let_go(tables: Tables, gone: Sequence[Ref], now: datetime) -> None:
    tables.chargers.vanish(gone, now)
    tables.history.close(gone, now)


def _lacks_code(charger: Charger) -> bool:
    is_faulted = charger.status is Status.FAULTED or any(
        plug.status is Status.FAULTED for plug in charger.connectors
    )
    return is_faulted and charger.fault is None and all(p.fault is None for p in charger.connectors)


def _worth_reading(rows: Sequence[Charger], *, is_baseline: bool) -> list[str]:
    """Those that may have a code first; of the others a read tells little, and at first nothing."""
    offline = [row.id for row in rows if row.connectivity is Connectivity.OFFLINE]
    others = [row.id for row in rows if row.connectivity is not Connectivity.OFFLINE]
    return others if is_baseline else [*others, *offline]


async def _collect(pages: AsyncIterator[Sequence[Charger]]) -> dict[str, Charger]:
    """All rows by id; a charger may come several times, with each row telling the same."""
    return {charger.id: charger async for page in pages for charger in page}


def contact_of(error: VendorError) -> Contact:
    """How an account answered, going by how a sweep of it failed."""
    if isinstance(error, VendorAuthError | ForbiddenError):
        return Contact.REJECTED
    if isinstance(error, VendorUnreachableError):
        return Contact.UNREACHABLE
    return Contact.HINDERED
