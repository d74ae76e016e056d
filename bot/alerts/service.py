"""Alerts, as the rest of the bot sees them: one transaction per method, around pure decisions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from bot import topics
from bot.alerts import observe, ticking
from bot.alerts.decide import is_asked
from bot.alerts.explain import why
from bot.alerts.findings import Finding, Look
from bot.alerts.groups import Group
from bot.alerts.model import Alert, Condition, Confirmation, Subject
from bot.alerts.notify import Notifications, restarted
from bot.alerts.observe import Conclusion, Outcome
from bot.alerts.pipeline import Round, Setup
from bot.alerts.reasons import Reason
from bot.alerts.records import (
    BaselineRecord,
    GroupRecord,
    LineRecord,
    Preview,
    Why,
    group_record,
    line_record,
)
from bot.alerts.routes import Route
from bot.alerts.rules import Rule
from bot.alerts.silences import Silence, SilenceState, mistakes
from bot.alerts.transitions import Event, Happening
from bot.clock import Clock
from bot.config import Match
from bot.mirror import Taken
from bot.severity import Severity
from bot.store import Store, Tables
from bot.store.watches import Watch
from vendors.models import Ref

T = TypeVar("T")

STILL_WAITING_AFTER = timedelta(hours=24)
PREVIEW_DAYS = timedelta(days=7)
DEFAULT_POLL = timedelta(seconds=60)


class Result(StrEnum):
    """What a click on an alert's message did."""

    DONE = "done"
    ALREADY = "already"
    """Somebody was faster."""
    OVER = "over"
    """It is resolved."""
    MISSING = "missing"
    """There is no such message any more."""


class Answer(NamedTuple):
    """The answer to a click: what it did, and who had done it before."""

    result: Result
    by: tuple[str, ...] = ()
    at: datetime | None = None


class SilenceRefusedError(Exception):
    """A silence cannot be as wanted; `mistakes` has a field and a sentence each."""

    def __init__(self, mistakes: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(sentence for _, sentence in mistakes))
        self.mistakes = tuple(mistakes)


class Alerts:
    """Everything about alerts. Also the `Watcher` of the sweeper."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        rules: Sequence[Rule],
        routes: Sequence[Route],
        polls: Mapping[str, timedelta],
        vendors: Mapping[str, str],
    ) -> None:
        """`polls` and `vendors` name every watched account; the last route takes all."""
        self._store = store
        self._clock = clock
        self._setup = Setup(rules, routes)
        self._polls = polls
        self._vendors = vendors

    # What the sweeper calls inside its own transactions.

    def observe(self, tables: Tables, taken: Taken, *, account: str, is_baseline: bool) -> None:
        """Hold a page against the open alerts."""
        round_ = self._round(tables)
        gap = max(timedelta(minutes=5), 3 * self._polls.get(account, DEFAULT_POLL))
        observe.see(round_, taken.looks, is_baseline=is_baseline, sight_gap=gap)
        if not is_baseline:
            observe.turned(round_, taken.turned)
        round_.postpone()

    def conclude(self, tables: Tables, outcome: Outcome, gone: Sequence[Ref]) -> Conclusion:
        """Judge the account after a sweep; says whom to read directly."""
        round_ = self._round(tables)
        observe.removed(round_, outcome.account, [ref.id for ref in gone])
        conclusion = observe.conclude(round_, outcome)
        round_.touch(tables.alerts.due_groups(round_.now, ticking.BATCH))
        round_.finish()
        if outcome.was_baseline and outcome.is_complete:
            self._say_baseline(tables, outcome.account)
        return conclusion

    def confirm(
        self, tables: Tables, looks: Sequence[Look], *, unread: Sequence[Ref], gone: Sequence[Ref]
    ) -> None:
        """Judge suspects after they were read directly."""
        round_ = self._round(tables)
        observe.see(round_, looks, is_baseline=False, sight_gap=STILL_WAITING_AFTER)
        observe.confirm(round_, unread, Confirmation.SECOND_POLL)
        for ref in gone:
            observe.removed(round_, ref.account, [ref.id])
        round_.finish()

    # The rule clock.

    async def tick(self) -> None:
        """Do what has become due: holds, notices, escalations, ends of silences, reminders."""
        while any(await self._store.write(self._tick)):
            pass

    # What people do.

    async def acknowledge(self, group_id: str, *, by: str) -> Answer:
        """Somebody has it: no repeats and no escalation until it goes stale."""
        return await self._write(lambda round_: self._acknowledge(round_, group_id, by))

    async def unacknowledge(self, group_id: str, *, by: str) -> Answer:
        """Nobody has it any more: people are told, and escalation begins anew."""
        return await self._write(lambda round_: self._unacknowledge(round_, group_id, by))

    async def silence(
        self,
        match: Match,
        *,
        by: str,
        reason: str,
        ends_at: datetime,
        starts_at: datetime | None = None,
    ) -> Silence:
        """Hide the alerts that match; raises SilenceRefusedError."""
        now = self._clock.now()
        begins = max(starts_at or now, now)
        if found := mistakes(match, reason, begins, ends_at, now):
            raise SilenceRefusedError(found)

        def work(round_: Round) -> Silence:
            silence = round_.tables.silences.add(
                match, author=by, reason=reason, starts_at=begins, ends_at=ends_at, now=now
            )
            facts = {"match": match, "reason": reason, "from": begins, "until": ends_at}
            _audit(round_, silence.id, "silence.made", by, facts)
            _note_boundary(round_, silence)
            return silence

        return await self._write(work)

    async def end_silence(self, silence_id: int, *, by: str) -> Answer:
        """End a silence before its time; who is muted only by it is heard at once."""

        def work(round_: Round) -> Answer:
            known = round_.tables.silences.known(silence_id)
            if known is None:
                return Answer(Result.MISSING)
            if not round_.tables.silences.end(silence_id, round_.now, by=by):
                return Answer(Result.OVER, (known.ended_by,) if known.ended_by else ())
            _audit(round_, silence_id, "silence.ended", by, {"author": known.author})
            _note_boundary(round_, known._replace(ends_at=round_.now))
            return Answer(Result.DONE, (by,), round_.now)

        return await self._write(work)

    async def test(self, *, by: str, severity: Severity = Severity.MEDIUM) -> GroupRecord:
        """Send a marked alert along the real route; it resolves by itself after five minutes."""
        account = next(iter(self._polls), "test")
        subject = Subject(account, self._vendors.get(account, ""))
        finding = Finding(Condition.OFFLINE, subject, info=f"asked for by {by}")

        def work(round_: Round) -> str:
            alert = round_.open(finding, poll="", severity=severity, is_test=True)
            return alert.id if alert else ""

        alert_id = await self._write(work)
        return await self._store.read(lambda tables: self._first_group(tables, alert_id))

    async def watch(self, ref: Ref, *, by: str) -> Watch:
        """Tell `by` of the first connection of a charger, and that it has none after 24 h."""
        return await self._store.write(lambda tables: self.begin_watch(tables, ref, by=by))

    def begin_watch(self, tables: Tables, ref: Ref, *, by: str) -> Watch:
        """The same, inside somebody else's transaction."""
        now = self._clock.now()
        return tables.watches.begin(ref, by=by, at=now, remind_at=now + STILL_WAITING_AFTER)

    # What people ask.

    async def group(self, group_id: str) -> GroupRecord | None:
        """All that the message of a group shows."""
        return await self._store.read(lambda tables: self._record(tables, group_id))

    async def groups(self) -> list[GroupRecord]:
        """All groups that are not over, the worst first."""

        def work(tables: Tables) -> list[GroupRecord]:
            records = [self._group_record(tables, group) for group in tables.alerts.open_groups()]
            return sorted(records, key=lambda one: (one.severity.rank, one.group.opened_at))

        return await self._store.read(work)

    async def line(self, line_id: int) -> LineRecord | None:
        """A line of a group's thread."""

        def work(tables: Tables) -> LineRecord | None:
            line = tables.alerts.line(line_id)
            return line_record(tables, line) if line else None

        return await self._store.read(work)

    async def baseline(self, account: str) -> BaselineRecord:
        """What was already bad when an account was first seen whole."""

        def work(tables: Tables) -> BaselineRecord:
            return BaselineRecord(account, tuple(tables.alerts.known_at_start(account)))

        return await self._store.read(work)

    async def firing(self) -> list[Alert]:
        """Every alert that fires, told or not, the oldest first."""
        return await self._store.read(lambda tables: tables.alerts.firing())

    async def untold(self) -> int:
        """How many fire that no message shows: hidden, or known at the start."""
        return await self._store.read(lambda tables: tables.alerts.untold())

    async def of_charger(self, ref: Ref) -> list[Alert]:
        """The open alerts of a charger."""
        return await self._store.read(
            lambda tables: tables.alerts.open_of_chargers(ref.account, [ref.id])
        )

    async def endangers(self, ref: Ref) -> Alert | None:
        """The open safety alert that forbids a restart of this charger."""
        return next((alert for alert in await self.of_charger(ref) if alert.is_safety), None)

    async def why(self, ref: Ref) -> Why:
        """Why somebody was told of this charger, or not, and what comes next."""
        now = self._clock.now()
        return await self._store.read(lambda tables: why(tables, ref, now, self.rules))

    async def preview(self, match: Match) -> Preview:
        """What a silence with this match would hide now, and would have hidden last week."""
        now = self._clock.now()
        trial = Silence(0, match, "", "", now, now, now)

        def work(tables: Tables) -> Preview:
            hidden = [alert for alert in tables.alerts.firing() if trial.hides(alert)]
            recent = tables.alerts.fired_between(now - PREVIEW_DAYS, now)
            chargers = {alert.subject.ref for alert in hidden} - {None}
            return Preview(tuple(hidden), len(chargers), sum(map(trial.hides, recent)))

        return await self._store.read(work)

    async def silences(self) -> list[Silence]:
        """Those that hide something now or will, the first to end first."""
        now = self._clock.now()
        return await self._store.read(lambda tables: tables.silences.unexpired(now))

    async def silence_by_id(self, silence_id: int) -> Silence | None:
        """One silence, ended or not."""
        return await self._store.read(lambda tables: tables.silences.known(silence_id))

    async def watch_by_id(self, watch_id: int) -> Watch | None:
        """One watch."""
        return await self._store.read(lambda tables: tables.watches.known(watch_id))

    @property
    def rules(self) -> Sequence[Rule]:
        """The rules in the order in which they are tried."""
        return self._setup.rules

    @property
    def routes(self) -> Sequence[Route]:
        """The routes in the order in which they are tried."""
        return self._setup.routes

    def _round(self, tables: Tables) -> Round:
        return Round(tables, self._setup, self._clock.now())

    async def _write(self, work: Callable[[Round], T]) -> T:
        def in_round(tables: Tables) -> T:
            round_ = self._round(tables)
            result = work(round_)
            round_.finish()
            return result

        return await self._store.write(in_round)

    def _tick(self, tables: Tables) -> ticking.Left:
        """One transaction; a group of thousands is decided once, when the last of them is due."""
        round_ = self._round(tables)
        left = ticking.tick(round_, self._polls, self._vendors)
        if left.alerts:
            round_.postpone()
        else:
            round_.finish()
        return left

    def _acknowledge(self, round_: Round, group_id: str, by: str) -> Answer:
        group = round_.tables.alerts.group(group_id)
        if group is None:
            return Answer(Result.MISSING)
        members = round_.tables.alerts.members(group_id)
        firing = [member.alert for member in members if member.alert.is_firing]
        free = [alert for alert in firing if not alert.is_acknowledged]
        if not firing:
            return Answer(Result.OVER, at=group.closed_at)
        if not free:
            owners = tuple(dict.fromkeys(alert.acknowledged_by for alert in firing))
            if by in owners and is_asked(group, members):
                return self._keep(round_, group, by)
            return Answer(Result.ALREADY, owners, firing[0].acknowledged_at)
        for alert in free:
            round_.happen(alert, Happening(Event.ACKNOWLEDGE, round_.now, by=by))
        self._line(round_, group, Reason.ACKNOWLEDGED, by)
        return Answer(Result.DONE, (by,), round_.now)

    def _keep(self, round_: Round, group: Group, by: str) -> Answer:
        """Who was asked says that they still have it."""
        kept = round_.tables.alerts.save_group(replace(group, kept_at=round_.now))
        self._line(round_, kept, Reason.KEPT, by)
        round_.touch([kept])
        return Answer(Result.DONE, (by,), round_.now)

    def _unacknowledge(self, round_: Round, group_id: str, by: str) -> Answer:
        group = round_.tables.alerts.group(group_id)
        if group is None:
            return Answer(Result.MISSING)
        firing = [m.alert for m in round_.tables.alerts.members(group_id) if m.alert.is_firing]
        taken = [alert for alert in firing if alert.is_acknowledged]
        if not firing:
            return Answer(Result.OVER, at=group.closed_at)
        if not taken:
            return Answer(Result.ALREADY)
        for alert in taken:
            round_.happen(alert, Happening(Event.UNACKNOWLEDGE, round_.now))
        round_.tables.alerts.save_group(restarted(group, round_.now))
        self._line(round_, group, Reason.UNACKNOWLEDGED, by, self._setup.route(group.route).mention)
        return Answer(Result.DONE, (by,), round_.now)

    def _line(
        self, round_: Round, group: Group, reason: Reason, by: str, mention: Sequence[str] = ()
    ) -> None:
        notifications = Notifications(round_.tables, self._setup.route, round_.now)
        notifications.line(group, reason, actor=by, mention=mention)

    def _say_baseline(self, tables: Tables, account: str) -> None:
        if tables.alerts.known_at_start(account):
            tables.messages.say(
                key=f"baseline:{account}",
                destination=self._setup.routes[-1].channel,
                topic=topics.BASELINE,
                subject=account,
                now=self._clock.now(),
            )

    def _record(self, tables: Tables, group_id: str) -> GroupRecord | None:
        group = tables.alerts.group(group_id)
        return self._group_record(tables, group) if group else None

    def _group_record(self, tables: Tables, group: Group) -> GroupRecord:
        route = self._setup.route(group.route)
        return group_record(tables, group, mention=route.mention, audience=route.audience)

    def _first_group(self, tables: Tables, alert_id: str) -> GroupRecord:
        groups = tables.alerts.groups_of([alert_id])[alert_id]
        return self._group_record(tables, groups[0])


def _audit(round_: Round, silence_id: int, action: str, by: str, facts: Mapping[str, Any]) -> None:
    """Whoever hides alerts from others does so by name."""
    subject = f"silence:{silence_id}"
    round_.tables.audit.append(
        now=round_.now, actor=by, action=action, subject=subject, facts=facts
    )


def _note_boundary(round_: Round, silence: Silence) -> None:
    """A silence that begins or ends by a person's word takes effect at once."""
    state = silence.state(round_.now)
    if state is not SilenceState.PENDING:
        ticking.notice_silence(round_, silence)
        round_.tables.silences.noticed(silence.id, state)
