"""Carries out what `decide` says of a group: its message, its thread, its pager."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot import topics
from bot.alerts.decide import Decision, Notice, decide, is_waiting, unacknowledged
from bot.alerts.groups import Group, Member
from bot.alerts.model import Alert
from bot.alerts.reasons import Reason, Stage
from bot.alerts.routes import Route, worst
from bot.message import Urgency
from bot.severity import Severity
from bot.store import Tables
from bot.store.verdicts import Verdict


class Notifications:
    """Brings groups and their messages up to date within one transaction."""

    def __init__(self, tables: Tables, route: Callable[[str], Route], now: datetime) -> None:
        self._tables = tables
        self._route = route
        self._now = now

    def settle(self, group_id: str) -> list[Alert]:
        """Do all that a group needs now; answers with alerts whose acknowledgement is stale."""
        group = self._tables.alerts.group(group_id)
        if group is None or group.closed_at is not None:
            return []
        was_posted = group.posted_at is not None
        route = self._route(group.route)
        stale: list[Alert] = []
        members = self._tables.alerts.members(group.id)
        while True:
            decision = decide(group, members, route, self._now)
            if decision.notice is Notice.NOTHING:
                break
            if decision.notice is Notice.UNACKNOWLEDGE:
                stale = [member.alert for member in members if member.alert.is_acknowledged]
            group = self._carry_out(group, members, decision)
            if stale or group.closed_at is not None:
                break
            members = _as_told(members, self._now)
        group = self._schedule(group, decision)
        if was_posted or group.posted_at is not None:
            self._show(group, members)
        return stale

    def line(
        self,
        group: Group,
        reason: Reason,
        *,
        actor: str = "",
        mention: Sequence[str] = (),
        facts: Mapping[str, Any] | None = None,
        urgency: Urgency = Urgency.NORMAL,
    ) -> None:
        """Say something in the thread of a group."""
        line = self._tables.alerts.add_line(
            group.id, self._now, reason, actor=actor, mention=mention, facts=facts
        )
        if group.posted_at is None:
            return
        self._tables.messages.say(
            key=f"alert_line:{line.id}",
            destination=group.channel,
            topic=topics.ALERT_LINE,
            subject=str(line.id),
            now=self._now,
            thread_of=group.message_key,
            urgency=urgency,
        )

    def _carry_out(self, group: Group, members: Sequence[Member], decision: Decision) -> Group:
        now = self._now
        match decision.notice:
            case Notice.DROP:
                return replace(group, closed_at=now)
            case Notice.POST:
                self._tell_members(group, members, decision)
                return replace(group, posted_at=now, told_at=now, escalating_from=now)
            case Notice.CLOSE:
                self.line(group, decision.reason)
                return replace(group, closed_at=now)
            case Notice.REMIND:
                self._ping(group, members, decision)
                return replace(group, reminded_at=now)
            case Notice.ESCALATE:
                self._ping(group, members, decision)
                return replace(group, steps_done=group.steps_done + 1, told_at=now)
            case Notice.UNACKNOWLEDGE:
                self._ping(group, members, decision)
                return restarted(group, now)
            case Notice.ANNOUNCE if not is_waiting(members):
                self._ping(group, members, decision)
                return replace(group, told_at=now, escalating_from=now, steps_done=0)
            case _:
                self._ping(group, members, decision)
                return replace(group, told_at=now)

    def _ping(self, group: Group, members: Sequence[Member], decision: Decision) -> None:
        told = self._tell_members(group, members, decision)
        self.line(
            group,
            decision.reason,
            mention=decision.mention,
            facts={"alerts": [alert.id for alert in told]},
            urgency=_urgency(members),
        )

    def _tell_members(
        self, group: Group, members: Sequence[Member], decision: Decision
    ) -> list[Alert]:
        """Note that people now know of what is audible; answers with those new to them."""
        told = [m.alert for m in members if m.told_at is None and m.alert.is_audible]
        self._tables.alerts.told(group.id, [alert.id for alert in told], self._now)
        route = self._route(group.route).name
        self._tables.verdicts.record(
            Verdict(alert.id, Stage.NOTIFY, decision.reason, route, self._now, {})
            for alert in unacknowledged(members) or told
        )
        return told

    def _schedule(self, group: Group, decision: Decision) -> Group:
        is_open = group.closed_at is None
        at = decision.at if is_open and decision.notice is Notice.NOTHING else None
        if is_open and decision.notice is Notice.UNACKNOWLEDGE:
            at = self._now
        return self._tables.alerts.save_group(
            replace(group, next_at=at, next_reason=decision.reason)
        )

    def _show(self, group: Group, members: Sequence[Member]) -> None:
        """Have the message shown as the record is now, and the pager told as well.

        A pager is told of what rings and of the end, as Alertmanager does; not of what is hidden.
        """
        self._tables.messages.want(
            key=group.message_key,
            destination=group.channel,
            topic=topics.ALERT_GROUP,
            subject=group.id,
            now=self._now,
            urgency=_urgency(members),
        )
        is_for_pagers = group.closed_at is not None or any(m.alert.is_audible for m in members)
        if is_for_pagers and self._route(group.route).webhook_url is not None:
            self._tables.messages.want(
                key=f"webhook:{group.id}",
                destination=f"webhook:{group.route}",
                topic=topics.WEBHOOK,
                subject=group.id,
                now=self._now,
                urgency=_urgency(members),
            )


def restarted(group: Group, now: datetime) -> Group:
    """The group with its escalation begun anew, because nobody has it any more."""
    return replace(
        group, told_at=now, escalating_from=now, steps_done=0, reminded_at=None, kept_at=None
    )


def _as_told(members: Sequence[Member], now: datetime) -> list[Member]:
    """The members after a notice, which tells of all that are audible."""
    return [
        member._replace(told_at=now)
        if member.told_at is None and member.alert.is_audible
        else member
        for member in members
    ]


def _urgency(members: Sequence[Member]) -> Urgency:
    firing = (member.alert for member in members if member.alert.is_firing)
    return Urgency.CRITICAL if worst(firing) is Severity.CRITICAL else Urgency.NORMAL
