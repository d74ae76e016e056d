"""Runs what was approved, at most once: intent row → one write at the vendor → result row.

Only the one who adds the intent row may write. Where an intent has no result, because the answer
was lost or the bot was stopped in between, the vendor is read and never written to again.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from weakref import WeakValueDictionary

from pydantic import SecretStr

from bot.approvals.execution import Execution
from bot.approvals.ledger import BOT, Ledger
from bot.approvals.opening import Opening
from bot.approvals.request import Outcome, Request, State
from bot.clock import Clock
from bot.operations.attempt import NOTHING_DONE, Ending, attempt, ending_of, sentence
from bot.operations.base import CannotDoError, Finding, Operation, Precheck, Verdict, World
from bot.operations.conclusion import conclusion
from bot.operations.journal import Journal
from bot.store import Store, Tables
from vendors.errors import VendorError
from vendors.models import Charger, Ref, Site, StationModel

FRESH: Final = timedelta(seconds=30)
"""A precheck that is not older than this is still how things stand."""
CHANGED: Final = "What is stored is not what was asked for."
PROGRESS: Final = timedelta(seconds=5)
"""The card of an import is edited at most this often."""
LONGEST_PAUSE_S: Final = 120.0
CONFIRMED: Final = timedelta(minutes=15)
"""So long it is believed that an approver meant the car that charges: the next came later."""
MOST_PAUSES: Final = 3
"""So long, and so often, an import waits for a vendor that asks us to slow down."""

Start = Callable[[Coroutine[Any, Any, Any], str], object]


class BeginWatch(Protocol):
    """Begins to watch for the first connection of a charger, for a person."""

    def __call__(self, tables: Tables, ref: Ref, /, *, by: str) -> object:
        """Called inside the transaction that says that the charger is there."""


def nobody_watches(_tables: Tables, _ref: Ref, *, by: str) -> None:
    """Where there is no monitoring."""


def never() -> bool:
    """Where nobody ends the program."""
    return False


class Runner:
    """Brings requests as far as they can get without a person."""

    def __init__(
        self,
        store: Store,
        world: World,
        clock: Clock,
        opening: Opening,
        ledger: Ledger,
        start: Start,
        *,
        begin_watch: BeginWatch = nobody_watches,
        is_ending: Callable[[], bool] = never,
        settling: timedelta = timedelta(seconds=5),
    ) -> None:
        """`settling`: how long "not done" has to hold before it is believed.

        `begin_watch`: has the first connection of a new charger reported to its requester.
        `is_ending`: whether the program is about to end, so that no further row is begun.
        """
        self._journal = Journal(store, clock, ledger)
        self._world = world
        self._clock = clock
        self._opening = opening
        self._ledger = ledger
        self._start = start
        self._begin_watch = begin_watch
        self._is_ending = is_ending
        self._settling = settling.total_seconds()
        self._pincodes: dict[int, SecretStr] = {}
        self._asked_for_pincode: set[int] = set()
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def start(self, request_id: int) -> None:
        """Bring a request on in the background."""
        self._start(self.advance(request_id), f"request {request_id}")

    def hold_pincode(self, request_id: int, pincode: SecretStr) -> None:
        """Keep a pincode in memory until the write, and nowhere else."""
        self._pincodes[request_id] = pincode
        self._asked_for_pincode.discard(request_id)

    async def recover(self) -> list[int]:
        """Bring on whatever lies there half done; gives the requests' numbers.

        For the start, and for now and then: trouble with the disk may leave something behind too,
        and an unknown outcome is read again a few times before it is left to people.
        """
        unfinished = await self._journal.unfinished()
        left = [each.id for each in unfinished if self._is_left(each)]
        for request_id in left:
            self.start(request_id)
        return left

    def _is_left(self, request: Request) -> bool:
        """Whether it needs nobody but us, and we are not at it."""
        lock = self._locks.get(request.id)
        if lock is not None and lock.locked():
            return False
        if request.state is State.PENDING:
            return not request.is_prepared
        if request.outcome is Outcome.UNKNOWN:
            return self._is_due(request)
        return not (self._lacks_pincode(request) and request.id in self._asked_for_pincode)

    async def advance(self, request_id: int) -> Request:
        """Bring a request on as far as possible; whoever comes second waits for the first.

        Raises KeyError where there is no such request.
        """
        async with self._locks.setdefault(request_id, asyncio.Lock()):
            request = await self._journal.newest(request_id)
            if request.state is State.PENDING and not request.is_prepared:
                request = await self._opening.prepare(request, self._world)
            if await self._is_to_begin(request):
                request = await self._begin(request)
            if request.outcome is Outcome.RUNNING:
                request = await self._run(request)
            elif self._is_due(request):
                request = await self._read_again(request, BOT, looks=request.looks + 1)
            if request.outcome is not None or not request.is_open:
                self._pincodes.pop(request_id, None)
            return request

    async def check_again(self, request_id: int, *, by: str) -> Request:
        """Read the vendor again about an unknown outcome."""
        async with self._locks.setdefault(request_id, asyncio.Lock()):
            request = await self._journal.newest(request_id)
            if request.outcome is not Outcome.UNKNOWN:
                return request
            return await self._read_again(request, by)

    async def arrived_late(self, request: Request) -> str | None:
        """Whether a write that was read as not done has been done after all, in a sentence.

        A vendor that is very slow may still be at it when "not done" is believed.
        """
        if request.outcome is not Outcome.FAILED or len(request.operation.steps()) > 1:
            return None
        if not await self._journal.executions(request):
            return None
        finding = await self._finding(request, request.operation)
        if finding.verdict is not Verdict.DONE:
            return None
        await self._remember(ending_of(finding))
        return finding.because

    async def _read_again(self, request: Request, by: str, **changes: Any) -> Request:
        for execution in await self._journal.executions(request):
            if execution.outcome is Outcome.UNKNOWN:
                await self._reconcile(request, execution.step, by)
        newest = await self._journal.newest(request.id)
        if newest.outcome is not Outcome.UNKNOWN:  # somebody has said what became of it meanwhile
            return newest
        return await self._conclude(request, **changes)

    def _is_due(self, request: Request) -> bool:
        """Whether it is time to read again about an unknown outcome."""
        return request.next_look is not None and request.next_look <= self._clock.now()

    async def _is_to_begin(self, request: Request) -> bool:
        """Whether nothing was written, and it has to be looked at before that.

        So it has where we were stopped before the intent, and time has passed since.
        """
        if request.state is not State.APPROVED:
            return False
        if request.outcome is Outcome.RUNNING and not self._is_fresh(request.latest):
            return not await self._journal.executions(request)
        return request.outcome is None

    async def _begin(self, request: Request) -> Request:
        """Look once more, and mark the request as running; or say why it does not run."""
        if self._lacks_pincode(request):
            return await self._ask_for_pincode(request)
        if not await self._journal.is_as_asked(request):
            return await self._end(request, Outcome.REFUSED, f"{CHANGED} {NOTHING_DONE}")
        try:
            latest = await self._latest(request)
        except (VendorError, CannotDoError) as error:
            return await self._end(request, Outcome.FAILED, f"{sentence(error)} {NOTHING_DONE}")
        if obstacle := _obstacle(request, latest):
            drift = latest.drift_from(request.precheck) if request.precheck else ()
            changes = {"latest": latest, "drift": drift}
            return await self._end(request, Outcome.REFUSED, obstacle, **changes)
        return await self._journal.change(
            request, "request.running", latest=latest, outcome=Outcome.RUNNING
        )

    async def _latest(self, request: Request) -> Precheck:
        """A look taken just now; where people decided, not one from before their decision."""
        known = request.latest if request.decisions else request.precheck
        if known is not None and self._is_fresh(known):
            return known
        return await request.operation.precheck(self._world)

    def _is_fresh(self, look: Precheck | None) -> bool:
        """Whether it was taken just now; one from the future was taken before a clock was set."""
        return look is not None and timedelta() <= self._clock.now() - look.checked_at <= FRESH

    async def _run(self, request: Request) -> Request:
        """Run the steps that have not run, and reconcile the one that was cut off."""
        steps = request.operation.steps()
        known = {each.step: each for each in await self._journal.executions(request)}
        if not known and self._lacks_pincode(request):  # stopped before the intent
            return await self._ask_for_pincode(request)
        if not await self._journal.is_as_asked(request):  # changed while we were stopped
            return await self._end(request, Outcome.FAILED, CHANGED)
        passed = max(known, default=0)
        shown_at = self._clock.now()
        for number, step in enumerate(steps):
            before = known.get(number)
            if number > 0 and before is None and self._is_ending():
                return request  # the next start goes on here
            outcome = await self._step(request, number, step, before)
            if outcome is Outcome.RUNNING:
                return request  # somebody else is at it; `recover` looks whether they ended
            is_over = _is_the_end(number, outcome, was_cut_off=_was_cut_off(before))
            if number >= passed and (is_over or await self._is_stopped(request)):
                break
            if self._clock.now() - shown_at >= PROGRESS:
                shown_at = self._clock.now()
                await self._journal.show_progress(request)
        return await self._conclude(request)

    async def _step(
        self, request: Request, number: int, step: Operation, known: Execution | None
    ) -> Outcome:
        if known is not None and known.outcome is not Outcome.RUNNING:
            return known.outcome
        if known is not None:
            return await self._reconcile(request, number, BOT)
        if await self._journal.intend(request, number):
            return await self._write(request, number, step)
        return Outcome.RUNNING

    async def _write(self, request: Request, number: int, step: Operation) -> Outcome:
        """The only place where a vendor is written to."""
        world = replace(self._world, pincode=self._pincodes.pop(request.id, None))
        ending = await attempt(step, world)
        if step is not request.operation:  # one of many: a person would press again
            ending = await self._patiently(request, step, world, ending)
        if ending.outcome is Outcome.UNKNOWN:
            return await self._reconcile(request, number, BOT)
        return await self._record(request, number, ending, "request.result", BOT)

    async def _patiently(
        self, request: Request, step: Operation, world: World, ending: Ending
    ) -> Ending:
        """The same write once more where the vendor has only asked to be asked later.

        That answer proves that nothing was done, so this repeats no write.
        """
        for _ in range(MOST_PAUSES):
            wait = ending.retry_after
            if wait is None or wait > LONGEST_PAUSE_S or self._is_ending():
                break
            await self._clock.sleep(wait)
            if await self._is_stopped(request):
                break
            ending = await attempt(step, world)
        return ending

    async def _reconcile(self, request: Request, number: int, by: str) -> Outcome:
        """Read what became of a write; "not done" has to hold for a moment to be believed."""
        step = request.operation.steps()[number]
        finding = await self._finding(request, step)
        if finding.verdict is Verdict.NOT_DONE:
            await self._clock.sleep(self._settling)
            finding = await self._finding(request, step)
        return await self._record(request, number, ending_of(finding), "request.reconciled", by)

    async def _finding(self, request: Request, step: Operation) -> Finding:
        asked_on = request.latest or request.precheck or Precheck(checked_at=request.created_at)
        try:
            return await step.reconcile(self._world, asked_on)
        except (VendorError, CannotDoError) as error:
            return Finding(Verdict.CANNOT_TELL, f"It cannot be read now: {sentence(error)}")

    async def _record(
        self, request: Request, number: int, ending: Ending, action: str, by: str
    ) -> Outcome:
        await self._journal.record(request, number, ending, action, by)
        await self._remember(ending)
        return ending.outcome

    async def _remember(self, ending: Ending) -> None:
        mirror = self._world.mirror
        if ending.gone is not None:
            await mirror.forget(ending.gone)
        elif isinstance(ending.seen, Charger):
            await mirror.remember(ending.seen)
        elif isinstance(ending.seen, Site):
            await mirror.remember_site(ending.seen)
        elif isinstance(ending.seen, StationModel):
            await mirror.remember_model(ending.seen)

    async def _conclude(self, request: Request, **changes: Any) -> Request:
        """Say on the request what its executions come to."""
        newest = await self._journal.newest(request.id)
        executions = await self._journal.executions(newest)
        ending = conclusion(newest, executions)
        changes |= ending.changes
        return await self._end(newest, ending.outcome, ending.summary, **changes)

    async def _end(
        self, request: Request, outcome: Outcome, summary: str, **changes: Any
    ) -> Request:
        changes |= {"outcome": outcome, "summary": summary, "ended_at": self._clock.now()}
        return await self._journal.change(request, "request.ended", say=self._watch, **changes)

    def _watch(self, tables: Tables, request: Request, _now: datetime) -> None:
        brought = request.outcome is Outcome.DONE and request.operation.brings_charger
        if brought and request.made is not None:
            self._begin_watch(tables, request.made, by=request.requested_by)

    async def _ask_for_pincode(self, request: Request) -> Request:
        """Ask once, and once more after each restart: what was entered before is gone."""
        if request.id in self._asked_for_pincode:
            return request
        self._asked_for_pincode.add(request.id)
        return await self._journal.change(
            request,
            "request.pincode_wanted",
            say=self._ledger.ask_for_pincode,
            outcome=None,
            pincode_asked=request.pincode_asked + 1,
        )

    def _lacks_pincode(self, request: Request) -> bool:
        return request.operation.needs_pincode and request.id not in self._pincodes

    async def _is_stopped(self, request: Request) -> bool:
        return (await self._journal.newest(request.id)).stopped_by is not None


def _obstacle(request: Request, latest: Precheck) -> str | None:
    """Why an approved request does not run after all."""
    if latest.problems:
        return f"{' '.join(latest.problems)} {NOTHING_DONE}"
    if latest.charging and not request.confirmed_since(latest.checked_at - CONFIRMED):
        return f"A car has begun to charge since it was approved. {NOTHING_DONE}"
    if request.precheck is not None and latest.drift_from(request.precheck):
        return f"What it was asked on has changed. {NOTHING_DONE}"
    return None


def _was_cut_off(known: Execution | None) -> bool:
    """Whether we were stopped while a row was being written."""
    return known is not None and known.outcome is Outcome.RUNNING


def _is_the_end(number: int, outcome: Outcome, *, was_cut_off: bool) -> bool:
    """Whether the rows after this one do not run; only the first may not even be refused.

    A row that failed stops them, since the next would most likely end the same way; not so one that
    failed because we were stopped ourselves.
    """
    if number > 0 and (outcome is Outcome.REFUSED or (was_cut_off and outcome is Outcome.FAILED)):
        return False
    return outcome is not Outcome.DONE
