"""One transaction's worth of decisions: events in, alerts and messages out.

The steps themselves are pure (`transitions`); here their effects are followed through the stages:
confirm, hold, inhibit, flapping, silence, route, notify.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bot.alerts import inhibition
from bot.alerts.findings import Finding
from bot.alerts.groups import STORM_KEY, Group, group_key
from bot.alerts.model import ALERT_ID, Alert, Condition, Confirmation, Level, Mute, MuteKind, Phase
from bot.alerts.notify import Notifications
from bot.alerts.reasons import Reason, Stage
from bot.alerts.routes import Route, routes_for, worst
from bot.alerts.rules import Labels, Rule, fault_severity, rule_for
from bot.alerts.silences import SilenceIndex
from bot.alerts.transitions import Effect, Event, Happening, Step, is_confirmed_by_polls, step
from bot.severity import Severity
from bot.store import Tables
from bot.store.verdicts import Verdict
from vendors.models import Ref

STORM_AT = 20
MOST_NAMED = 50
"""Alerts that one line of a thread is about, by name."""
STORM_WINDOW = timedelta(minutes=5)

_STAGES = {
    Event.BAD: Stage.CONFIRM,
    Event.CONFIRMED: Stage.CONFIRM,
    Event.TIME_PASSED: Stage.HOLD,
    Event.INHIBITED: Stage.INHIBIT,
    Event.RELEASED: Stage.INHIBIT,
    Event.FLAP_BEGINS: Stage.FLAPPING,
    Event.FLAP_ENDS: Stage.FLAPPING,
    Event.SILENCE_BEGINS: Stage.SILENCE,
    Event.SILENCE_ENDS: Stage.SILENCE,
    Event.GOOD: Stage.END,
    Event.REMOVED: Stage.END,
}
_MUTED = {
    MuteKind.SILENCE: (Event.SILENCE_BEGINS, Event.SILENCE_ENDS),
    MuteKind.INHIBITION: (Event.INHIBITED, Event.RELEASED),
    MuteKind.FLAPPING: (Event.FLAP_BEGINS, Event.FLAP_ENDS),
}
_HIDERS = (Condition.SITE_OFFLINE, Condition.UNSTABLE, *inhibition.ACCOUNT_UNSEEN)


@dataclass(frozen=True, slots=True)
class Setup:
    """What the operators configured."""

    rules: Sequence[Rule]
    routes: Sequence[Route]

    def route(self, key: str) -> Route:
        """A route by its key; where it is configured no more, another one to its channel."""
        known = [route for route in self.routes if route.key == key]
        channel, *_ = key.split(" ")
        near = [route for route in self.routes if route.channel == channel]
        return (known or near or self.routes[-1:])[0]


class Ruling(NamedTuple):
    """What the rules say of a finding."""

    rule: str
    severity: Severity
    hold: timedelta
    is_safety: bool


class Round:
    """The decisions of one transaction. `finish` writes them, and must be the last call."""

    def __init__(self, tables: Tables, setup: Setup, now: datetime) -> None:
        self.tables = tables
        self.now = now
        self._setup = setup
        self._alerts: dict[str, Alert] = {}
        self._new: set[str] = set()
        self._changed: set[str] = set()
        self._verdicts: list[Verdict] = []
        self._dirty: dict[str, None] = {}
        self._urgent: set[str] = set()
        self._silences = SilenceIndex(tables.silences.active(now))
        self._wider: dict[str, list[Alert]] = {}
        self._unstable: dict[str, dict[Ref | None, Alert]] = {}
        self._joining: dict[str, list[str]] = {}
        self._arrivals: dict[str, int] = {}
        self._groups: dict[tuple[str, str], Group] = {}

    def open(
        self,
        finding: Finding,
        *,
        poll: str,
        known_at_start: bool = False,
        severity: Severity | None = None,
        is_test: bool = False,
    ) -> Alert | None:
        """Begin an alert for a finding; `None` where its rule says that it is only watched."""
        alert = self._begun(finding, poll, severity=severity, is_test=is_test)
        if alert.severity is Severity.NONE:
            return None
        self._keep(alert, is_new=True)
        if known_at_start and not alert.is_safety:
            known = replace(alert, phase=Phase.FIRING, known_at_start=True, fired_at=self.now)
            self._note(known, Stage.NOTIFY, Reason.KNOWN_AT_START)
            return self._keep(known)
        if is_confirmed_by_polls(alert):
            what = Happening(Event.CONFIRMED, self.now, confirmation=Confirmation.REPORTED)
            alert = self.happen(alert, what)
            self._note(alert, Stage.CONFIRM, Reason.REPORTED)
            return self.mature(alert)
        self._note(alert, Stage.CONFIRM, Reason.SUSPECTED)
        return alert

    def mature(self, alert: Alert, *, is_account_unseen: bool = False) -> Alert:
        """Fire an alert whose time has come."""
        what = Happening(Event.TIME_PASSED, self.now, is_account_unseen=is_account_unseen)
        return self.happen(alert, what)

    def happen(self, alert: Alert, what: Happening) -> Alert:
        """Let an event happen to an alert, and see to what follows from it."""
        alert = self._alerts.get(alert.id, alert)
        after = step(alert, what)
        has_changed = after.alert != alert
        if (stage := _STAGES.get(what.event)) and (has_changed or what.event is not Event.BAD):
            self._note(alert, stage, after.reason, rule=what.mute.source if what.mute else "")
        if has_changed:
            self._keep(after.alert)
        if has_changed and what.event is Event.SILENCE_ENDS:
            self._have_told_anew(after.alert)
        self._follow(after)
        return self._alerts.get(alert.id, after.alert)

    def is_account_unseen(self, account: str) -> bool:
        """Whether the account is in such trouble that nothing is known of its chargers."""
        conditions = {alert.condition for alert in self._wide(account) if alert.phase.is_open}
        return not conditions.isdisjoint(inhibition.ACCOUNT_UNSEEN)

    def open_wide(self, account: str, condition: Condition, site_id: str = "") -> Alert | None:
        """The open alert of this condition about an account or one of its sites."""
        return next(
            (
                alert
                for alert in self._wide(account)
                if alert.phase.is_open
                and alert.condition is condition
                and alert.subject.site_id == site_id
            ),
            None,
        )

    def note(
        self, alerts: Iterable[Alert], reason: Reason, *, by: str, facts: Mapping[str, Any]
    ) -> None:
        """Say below each message that shows some of these what somebody did about them."""
        by_group: dict[str, tuple[Group, list[str]]] = {}
        shown = self.tables.alerts.groups_of([alert.id for alert in alerts])
        for alert_id, groups in shown.items():
            for group in groups:
                by_group.setdefault(group.id, (group, []))[1].append(alert_id)
        notifications = Notifications(self.tables, self._setup.route, self.now)
        for group, ids in by_group.values():
            notifications.line(group, reason, actor=by, facts={"alerts": ids[:MOST_NAMED], **facts})

    def touch(self, groups: Iterable[Group]) -> None:
        """Have groups decided anew before the transaction ends."""
        self._dirty |= dict.fromkeys(group.id for group in groups)

    def postpone(self) -> None:
        """Write everything, and leave to the end of the sweep what can wait until then.

        A group of thousands would else be decided anew with each page. What is critical never
        waits.
        """
        later = [group_id for group_id in self._dirty if group_id not in self._urgent]
        self.tables.alerts.make_due(later, self.now)
        self._dirty = dict.fromkeys(self._urgent & self._dirty.keys())
        self.finish()

    def finish(self) -> None:
        """Write everything, and tell people what is to be told."""
        self._write()
        notifications = Notifications(self.tables, self._setup.route, self.now)
        while self._dirty:
            group_id = next(iter(self._dirty))
            del self._dirty[group_id]
            self._groups.clear()
            for alert in notifications.settle(group_id):
                self.happen(alert, Happening(Event.UNACKNOWLEDGE, self.now))
            self._write()

    def _write(self) -> None:
        new = [self._alerts[key] for key in self._new]
        self.tables.alerts.insert(new)
        self._write_joins()
        changed = [self._alerts[key] for key in self._changed - self._new]
        for saved in self.tables.alerts.save(changed):
            self._alerts[saved.id] = saved
        self.tables.verdicts.record(self._verdicts)
        self._new.clear()
        self._changed.clear()
        self._verdicts.clear()

    def _begun(
        self, finding: Finding, poll: str, *, severity: Severity | None, is_test: bool
    ) -> Alert:
        alert = Alert(
            id=f"{ALERT_ID}{secrets.token_hex(8)}",
            fingerprint=f"test:{secrets.token_hex(4)}" if is_test else finding.fingerprint,
            condition=finding.condition,
            phase=Phase.PENDING,
            subject=finding.subject,
            severity=severity or Severity.NONE,
            rule="",
            hold=timedelta(),
            since=self.now,
            counting_from=self.now,
            seen_at=self.now,
            connector=finding.connector,
            code=finding.code,
            vendor_code=finding.vendor_code,
            info=finding.info,
            is_warning=finding.is_warning,
            is_test=is_test,
            vendor_time=finding.vendor_time,
            poll=poll,
        )
        ruling = self.ruling(finding, alert.labels)
        return replace(
            alert,
            rule=ruling.rule,
            hold=timedelta() if is_test else ruling.hold,
            is_safety=ruling.is_safety,
            severity=severity or ruling.severity,
        )

    def ruling(self, finding: Finding, labels: Labels) -> Ruling:
        """What the rules of now say of a finding."""
        rule = rule_for(finding.condition, labels, self._setup.rules)
        is_safety = finding.condition is Condition.FAULT and finding.words.is_safety
        hold = timedelta() if is_safety else rule.hold
        return Ruling(rule.name, severity_of(finding, rule), hold, is_safety)

    def _follow(self, after: Step) -> None:
        match after.effect:
            case Effect.FIRED:
                self._fired(after.alert)
            case Effect.ENDED:
                self._ended(after.alert)
            case Effect.SHOW:
                self._touch_groups_of([after.alert])
            case Effect.WORSE:
                self._tell_of_worse(after.alert)
            case Effect.TELL:
                self._tell_again(after.alert)
            case Effect.NONE:
                pass

    def _fired(self, alert: Alert) -> None:
        for mute in (*self._mutes_by_alerts(alert), *self._mutes_by_silences(alert)):
            begins, _ = _MUTED[mute.kind]
            alert = self.happen(alert, Happening(begins, self.now, mute=mute))
        if alert.condition in _HIDERS:
            self._hide_narrower(alert)
        if alert.is_audible:
            self._assign(alert)  # it fires for the first and only time, so nobody knows of it yet
        else:
            self._attach(alert)

    def _ended(self, alert: Alert) -> None:
        self._touch_groups_of([alert])
        if alert.condition in _HIDERS:
            for other in self._hearers(alert):
                for mute in other.mutes:
                    if mute.source == alert.id:
                        _, ends = _MUTED[mute.kind]
                        self.happen(other, Happening(ends, self.now, mute=mute))

    def _tell_again(self, alert: Alert) -> None:
        """A firing alert that was quiet is heard again; who was told of it before knows of it."""
        self._write()
        groups = self._groups_of([alert.id]).get(alert.id, [])
        self.touch(groups)
        if alert.is_audible and not groups:
            self._assign(alert)

    def _tell_of_worse(self, alert: Alert) -> None:
        """Those who know of it read it; who is called for what is so bad hears of it now."""
        self._touch_groups_of([alert])
        if not alert.is_audible:
            return
        notifications = Notifications(self.tables, self._setup.route, self.now)
        for group in self.tables.alerts.groups_of([alert.id]).get(alert.id, []):
            members = self.tables.alerts.members(group.id)
            others = [m.alert for m in members if m.alert.is_firing and m.alert.id != alert.id]
            is_critical = alert.severity is Severity.CRITICAL
            calls = is_critical or alert.severity.rank < worst(others).rank
            is_calling = calls and not alert.is_acknowledged
            mention = self._setup.route(group.route).mention if is_calling else ()
            facts = {"alerts": [alert.id]}
            notifications.line(group, Reason.WORSE, mention=mention, facts=facts)
            if alert.severity is Severity.CRITICAL:
                self._urgent.add(group.id)
        self._assign(alert)

    def _have_told_anew(self, alert: Alert) -> None:
        """People chose not to hear of it for a time, and are told once that is over."""
        for group in self.tables.alerts.groups_of([alert.id]).get(alert.id, []):
            self.tables.alerts.told(group.id, [alert.id], None)

    def _mutes_by_alerts(self, alert: Alert) -> tuple[Mute, ...]:
        others = list(self._wide(alert.subject.account))
        if alert.condition is Condition.OFFLINE:
            others += self._unstable_of(alert)
        return inhibition.mutes_by_alerts(alert, others, self.now)

    def _mutes_by_silences(self, alert: Alert) -> list[Mute]:
        return [silence.mute() for silence in self._silences.hiding(alert)]

    def _hide_narrower(self, wider: Alert) -> None:
        for other in self._hearers(wider):
            for mute in inhibition.mutes_by_alerts(other, [wider], self.now):
                begins, _ = _MUTED[mute.kind]
                self.happen(other, Happening(begins, self.now, mute=mute))
                if wider.condition is Condition.SITE_OFFLINE:
                    self._attach(self._alerts[other.id])

    def _hearers(self, wider: Alert) -> list[Alert]:
        """The firing alerts that a wide alert may hide."""
        self._write()
        subject = wider.subject
        if wider.condition is Condition.UNSTABLE:
            return self._fresh(
                self.tables.alerts.open_of_chargers(subject.account, [subject.charger_id])
            )
        site = subject.site_id if wider.condition is Condition.SITE_OFFLINE else None
        return self._fresh(self.tables.alerts.firing(subject.account, site))

    def _unstable_of(self, alert: Alert) -> list[Alert]:
        """That the charger comes and goes, where this is told already."""
        account = alert.subject.account
        if account not in self._unstable:
            stored = self.tables.alerts.open_of_condition(Condition.UNSTABLE, account)
            self._unstable[account] = {each.subject.ref: each for each in stored}
        known = self._unstable[account].get(alert.subject.ref)
        return self._fresh([known] if known else [])

    def _wide(self, account: str) -> list[Alert]:
        if account not in self._wider:
            self._wider[account] = [
                *self.tables.alerts.open_of_level(Level.ACCOUNT, account),
                *self.tables.alerts.open_of_level(Level.SITE, account),
            ]
        return self._fresh(self._wider[account])

    def _fresh(self, alerts: Iterable[Alert]) -> list[Alert]:
        """The same alerts as this transaction left them."""
        return [self._alerts.get(alert.id, alert) for alert in alerts]

    def _assign(self, alert: Alert) -> None:
        """Send an alert that nobody knows of along its routes, into the messages it belongs in."""
        for route in routes_for(alert.labels, self._setup.routes, self.now):
            group = self._group_for(alert, route)
            self._join(group, alert)
            if alert.severity is Severity.CRITICAL:
                self._urgent.add(group.id)
            self._note(alert, Stage.ROUTE, Reason.ROUTED, rule=route.name)
            if group.is_storm:
                self._note(alert, Stage.NOTIFY, Reason.STORM, rule=route.name)

    def _join(self, group: Group, alert: Alert) -> None:
        """Make an alert a member of a group, when next something is written or asked of groups."""
        self._joining.setdefault(group.id, []).append(alert.id)
        self._dirty[group.id] = None

    def _groups_of(self, alert_ids: Sequence[str]) -> dict[str, list[Group]]:
        self._write_joins()
        return self.tables.alerts.groups_of(alert_ids)

    def _write_joins(self) -> None:
        for group_id, alert_ids in self._joining.items():
            self.tables.alerts.join(group_id, alert_ids, self.now)
        self._joining.clear()

    def _is_told_on(self, alert: Alert, route: Route) -> bool:
        if alert.id in self._new:
            return False
        groups = self._groups_of([alert.id]).get(alert.id, [])
        return any(group.route == route.key for group in groups)

    def _group_for(self, alert: Alert, route: Route) -> Group:
        key = group_key(alert)
        known = self._open_group(route, key)
        if alert.severity is Severity.CRITICAL or alert.is_test:
            return known or self._new_group(alert, route, key)
        is_storm = self._count_arrival(route) > STORM_AT
        if known is not None and (known.posted_at is not None or not is_storm):
            return known
        return self._storm(route) if is_storm else self._new_group(alert, route, key)

    def _open_group(self, route: Route, key: str) -> Group | None:
        """The group that takes such alerts now; a storm asks for the same one again and again."""
        known = self._groups.get((route.key, key)) or self.tables.alerts.open_group(route.key, key)
        if known is not None:
            self._groups[route.key, key] = known
        return known

    def _count_arrival(self, route: Route) -> int:
        if route.key not in self._arrivals:
            since = self.now - STORM_WINDOW
            joined = self.tables.alerts.joined_since(route.key, since, STORM_AT)
            self._arrivals[route.key] = joined
        self._arrivals[route.key] += 1
        return self._arrivals[route.key]

    def _storm(self, route: Route) -> Group:
        """The summary of a route, with what was still waiting to be told taken into it."""
        known = self._open_group(route, STORM_KEY)
        if known is not None:
            return known
        self._write_joins()
        storm = self.tables.alerts.save_group(
            Group(_group_id(), route.key, route.channel, STORM_KEY, self.now)
        )
        for group in self.tables.alerts.waiting_groups(route.key):
            if group.id != storm.id and not self._holds_critical(group):
                self.tables.alerts.move_members(group.id, storm.id)
                self._dirty[group.id] = None
        return storm

    def _holds_critical(self, group: Group) -> bool:
        members = self.tables.alerts.members(group.id)
        ids = {member.alert.id for member in members}
        mine = [alert for key, alert in self._alerts.items() if key in ids]
        return any(a.severity is Severity.CRITICAL for a in (*mine, *(m.alert for m in members)))

    def _new_group(self, alert: Alert, route: Route, key: str) -> Group:
        subject = alert.subject
        return self.tables.alerts.save_group(
            Group(
                _group_id(),
                route.key,
                route.channel,
                key,
                self.now,
                account=subject.account,
                site_id=subject.site_id,
                site_name=subject.site_name,
                family=alert.condition.family,
            )
        )

    def _attach(self, alert: Alert) -> None:
        """Show a charger that a site's alert hides in the message of the site."""
        if alert.condition.level is not Level.CHARGER:
            return
        sources = [mute.source for mute in alert.mutes if mute.kind is MuteKind.INHIBITION]
        for groups in self._groups_of(sources).values():
            for group in groups:
                if group.site_id and not self._is_told_on(alert, self._setup.route(group.route)):
                    self._join(group, alert)

    def _touch_groups_of(self, alerts: Sequence[Alert]) -> None:
        stored = [alert.id for alert in alerts if alert.id not in self._new]
        for groups in self._groups_of(stored).values():
            self.touch(groups)

    def _keep(self, alert: Alert, *, is_new: bool = False) -> Alert:
        self._alerts[alert.id] = alert
        (self._new if is_new else self._changed).add(alert.id)
        account = alert.subject.account
        if is_new and alert.condition.level is not Level.CHARGER:
            self._wide(account)
            self._wider[account].append(alert)
        if is_new and alert.condition is Condition.UNSTABLE and account in self._unstable:
            self._unstable[account][alert.subject.ref] = alert
        return alert

    def _note(self, alert: Alert, stage: Stage, reason: Reason, *, rule: str = "") -> None:
        self._verdicts.append(Verdict(alert.id, stage, reason, rule or alert.rule, self.now, {}))


def severity_of(finding: Finding, rule: Rule) -> Severity:
    """How bad a finding is by its rule; faults by their code."""
    if finding.condition is Condition.FAULT:
        return fault_severity(rule, finding.words, is_warning=finding.is_warning)
    return rule.severity or Severity.MEDIUM


def _group_id() -> str:
    return f"grp_{secrets.token_hex(8)}"
