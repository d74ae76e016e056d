"""Alerts, the groups in which they are told, and what was said in their threads."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlite_utils import Database

from bot.alerts.groups import Group, Line, Member
from bot.alerts.model import Alert, Condition, Level
from bot.alerts.reasons import Reason
from bot.store.codec import (
    to_facts,
    to_json_text,
    to_text,
    to_text_or_none,
    to_time,
    to_time_or_none,
)
from vendors.models import Ref

_ALERT = TypeAdapter(Alert)
_GROUP = TypeAdapter(Group)
_OPEN = "phase in ('pending', 'firing')"


class StaleVersionError(Exception):
    """Somebody else changed the row since it was read; read it again and decide again."""


class AlertTable:
    """The tables `alerts`, `alert_groups`, `alert_members` and `alert_lines`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def alert(self, alert_id: str) -> Alert | None:
        """One alert."""
        return next(iter(self._alerts("where id = ?", [alert_id])), None)

    def insert(self, alerts: Sequence[Alert]) -> None:
        """Add new alerts; a fingerprint that has an open one already is an IntegrityError."""
        self._db.conn.executemany(
            "insert into alerts (phase, fired_at, ended_at, next_at, version, body, since,"
            " known_at_start, id, fingerprint, condition, level, account, site_id, charger_id)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *_alert_row(alert),
                    alert.id,
                    alert.fingerprint,
                    alert.condition.value,
                    int(alert.condition.level),
                    alert.subject.account,
                    alert.subject.site_id,
                    alert.subject.charger_id,
                )
                for alert in alerts
            ],
        )

    def save(self, alerts: Sequence[Alert]) -> list[Alert]:
        """Write alerts as they are now; raises StaleVersionError where one has moved on.

        Answers with the same alerts in their new versions.
        """
        saved = [replace(alert, version=alert.version + 1) for alert in alerts]
        cursor = self._db.conn.executemany(
            "update alerts set phase = ?, fired_at = ?, ended_at = ?, next_at = ?, version = ?,"
            " body = ?, since = ?, known_at_start = ? where id = ? and version = ?",
            [(*_alert_row(alert), alert.id, alert.version - 1) for alert in saved],
        )
        if alerts and cursor.rowcount != len(alerts):
            raise StaleVersionError(f"{len(alerts) - cursor.rowcount} alerts have moved on")
        return saved

    def open_of_chargers(self, account: str, ids: Collection[str]) -> list[Alert]:
        """The open alerts of these chargers."""
        marks = ", ".join("?" * len(ids))
        clause = f"where account = ? and charger_id in ({marks})"
        return self._alerts(f"{clause} and {_OPEN}", [account, *ids])

    def open_of_level(self, level: Level, account: str | None = None) -> list[Alert]:
        """The open alerts about accounts, sites or chargers."""
        return self._alerts(
            f"where level = ? and account = coalesce(?, account) and {_OPEN}",
            [int(level), account],
        )

    def open_of_condition(self, condition: Condition, account: str | None = None) -> list[Alert]:
        """The open alerts of one condition."""
        return self._alerts(
            f"where condition = ? and account = coalesce(?, account) and {_OPEN}",
            [condition.value, account],
        )

    def accounts(self) -> set[str]:
        """The accounts that have open alerts."""
        rows = self._db.execute(f"select distinct account from alerts where {_OPEN}")  # noqa: S608 - constants
        return {account for (account,) in rows}

    def open_of_account(self, account: str) -> list[Alert]:
        """All that is open in an account."""
        return self._alerts(f"where account = ? and {_OPEN}", [account])

    def firing(self, account: str | None = None, site_id: str | None = None) -> list[Alert]:
        """All that fire, those known at the start included, the oldest first."""
        return self._alerts(
            "where phase = 'firing' and account = coalesce(?, account)"
            " and site_id = coalesce(?, site_id) order by since",
            [account, site_id],
        )

    def untold(self) -> int:
        """How many fire without a message that shows them: hidden, or known at the start."""
        (number,) = self._db.execute(
            f"select count(*) from alerts a where {_OPEN} and phase = 'firing' and not exists"  # noqa: S608 - constants
            " (select 1 from alert_members m join alert_groups g on g.id = m.group_id"
            " where m.alert_id = a.id and g.closed_at is null)"
        ).fetchone()
        return int(number)

    def known_at_start(self, account: str) -> list[Alert]:
        """What was already bad in the first complete sweep of an account."""
        return self._alerts("where account = ? and known_at_start = 1 order by since", [account])

    def due(self, now: datetime, limit: int) -> list[Alert]:
        """Those that the rule clock must look at, the wider first."""
        return self._alerts(
            f"where next_at <= ? and {_OPEN} order by level, next_at limit ?",
            [to_text(now), limit],
        )

    def offline_since(self, account: str) -> dict[str, list[datetime]]:
        """Since when the chargers of each site are offline, those known at the start left out."""
        rows = self._db.execute(
            "select site_id, since from alerts where account = ? and condition = 'offline'"  # noqa: S608 - constants
            f" and known_at_start = 0 and {_OPEN}",
            [account],
        )
        found: dict[str, list[datetime]] = {}
        for site, since in rows:
            found.setdefault(site, []).append(to_time(since))
        return found

    def offline_from_start(self, account: str) -> int:
        """How many chargers of an account are offline since watching began."""
        (number,) = self._db.execute(
            "select count(*) from alerts where account = ? and condition = 'offline'"  # noqa: S608 - constants
            f" and known_at_start = 1 and {_OPEN}",
            [account],
        ).fetchone()
        return int(number)

    def of_charger(self, ref: Ref, *, limit: int = 20) -> list[Alert]:
        """The alerts of one charger, the newest first."""
        return self._alerts(
            "where account = ? and charger_id = ? order by since desc limit ?",
            [ref.account, ref.id, limit],
        )

    def fired_between(self, start: datetime, end: datetime) -> list[Alert]:
        """All that fired in a period, those known at the start left out."""
        return self._alerts(
            "where fired_at >= ? and fired_at < ? and known_at_start = 0 order by fired_at",
            [to_text(start), to_text(end)],
        )

    def troubled_chargers(self, account: str, among: Sequence[str]) -> set[str]:
        """Which of these chargers of an account have an open alert."""
        marks = ", ".join("?" * len(among))
        rows = self._db.execute(
            f"select charger_id from alerts where account = ? and charger_id in ({marks})"  # noqa: S608 - constants
            f" and {_OPEN}",
            [account, *among],
        )
        return {row[0] for row in rows}

    def chargers_with(
        self, account: str, *conditions: Condition, warnings: bool = False
    ) -> set[str]:
        """The chargers with an open alert of these conditions that is a warning, or that is not."""
        marks = ", ".join("?" * len(conditions))
        rows = self._db.execute(
            f"select charger_id from alerts where account = ? and condition in ({marks})"  # noqa: S608 - constants
            f" and {_OPEN} and json_extract(body, '$.is_warning') = ?",
            [account, *conditions, warnings],
        )
        return {row[0] for row in rows}

    def group(self, group_id: str) -> Group | None:
        """One group."""
        return next(iter(self._groups("where id = ?", [group_id])), None)

    def open_group(self, route: str, key: str) -> Group | None:
        """The open group of a route with this key; there is at most one."""
        found = self._groups("where route = ? and key = ? and closed_at is null", [route, key])
        return next(iter(found), None)

    def open_groups(self) -> list[Group]:
        """All groups that are not closed, the oldest first."""
        return self._groups("where closed_at is null order by opened_at", [])

    def due_groups(self, now: datetime, limit: int) -> list[Group]:
        """Those that the rule clock must look at."""
        return self._groups(
            "where next_at <= ? and closed_at is null order by next_at limit ?",
            [to_text(now), limit],
        )

    def make_due(self, group_ids: Iterable[str], now: datetime) -> None:
        """Have groups looked at when somebody next asks what is due."""
        self._db.conn.executemany(
            "update alert_groups set next_at = ? where id = ? and closed_at is null",
            [(to_text(now), group_id) for group_id in group_ids],
        )

    def save_group(self, group: Group) -> Group:
        """Write a group; raises StaleVersionError where it has moved on."""
        saved = replace(group, version=group.version + 1)
        values = [
            to_text_or_none(saved.closed_at),
            to_text_or_none(saved.next_at),
            saved.version,
            _GROUP.dump_json(saved).decode(),
        ]
        if group.version == 0:
            self._db.execute(
                "insert into alert_groups (closed_at, next_at, version, body, id, route, key,"
                " opened_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
                [*values, saved.id, saved.route, saved.key, to_text(saved.opened_at)],
            )
            return saved
        changed = self._db.execute(
            "update alert_groups set closed_at = ?, next_at = ?, version = ?, body = ?"
            " where id = ? and version = ?",
            [*values, group.id, group.version],
        ).rowcount
        if not changed:
            raise StaleVersionError(f"group {group.id} has moved on")
        return saved

    def members(self, group_id: str) -> list[Member]:
        """The alerts of a group, the worst and oldest first."""
        rows = self._db.execute(
            "select a.body, m.joined_at, m.told_at from alert_members m"
            " join alerts a on a.id = m.alert_id where m.group_id = ?",
            [group_id],
        )
        found = [
            Member(_ALERT.validate_json(body), to_time(joined), to_time_or_none(told))
            for body, joined, told in rows
        ]
        return sorted(found, key=lambda m: (m.alert.severity.rank, m.alert.since, m.alert.id))

    def join(self, group_id: str, alert_ids: Iterable[str], at: datetime) -> None:
        """Make alerts members of a group; those that are stay what they are."""
        self._db.conn.executemany(
            "insert into alert_members (group_id, alert_id, joined_at) values (?, ?, ?)"
            " on conflict do nothing",
            [(group_id, alert_id, to_text(at)) for alert_id in alert_ids],
        )

    def told(self, group_id: str, alert_ids: Iterable[str], at: datetime | None) -> None:
        """Note that people were told of these members, or with `None` that they must be again."""
        self._db.conn.executemany(
            "update alert_members set told_at = ? where group_id = ? and alert_id = ?",
            [(to_text_or_none(at), group_id, alert_id) for alert_id in alert_ids],
        )

    def move_members(self, source: str, target: str) -> None:
        """Make all members of one group members of another."""
        self._db.execute(
            "update or ignore alert_members set group_id = ? where group_id = ?", [target, source]
        )

    def groups_of(self, alert_ids: Sequence[str]) -> dict[str, list[Group]]:
        """The open groups that each alert is told in."""
        found: dict[str, list[Group]] = {}
        for start in range(0, len(alert_ids), 500):
            some = alert_ids[start : start + 500]
            marks = ", ".join("?" * len(some))
            rows = self._db.execute(
                "select m.alert_id, g.body from alert_members m join alert_groups g"  # noqa: S608 - constants
                f" on g.id = m.group_id where m.alert_id in ({marks}) and g.closed_at is null",
                some,
            )
            for alert_id, body in rows:
                found.setdefault(alert_id, []).append(_GROUP.validate_json(body))
        return found

    def waiting_groups(self, route: str) -> list[Group]:
        """The groups of a route of which nobody has been told yet."""
        groups = self._groups("where route = ? and closed_at is null", [route])
        return [group for group in groups if group.posted_at is None]

    def joined_since(self, route: str, moment: datetime, most: int) -> int:
        """How many alerts came to a route since then, counted up to a number.

        Those that a wider alert explains came with it, and are no news of their own.
        """
        (number,) = self._db.execute(
            "select count(*) from (select 1 from alert_members m"
            " join alert_groups g on g.id = m.group_id join alerts a on a.id = m.alert_id"
            " where g.route = ? and m.joined_at > ? and json_array_length(a.body, '$.mutes') = 0"
            " limit ?)",
            [route, to_text(moment), most],
        ).fetchone()
        return int(number)

    def add_line(
        self,
        group_id: str,
        at: datetime,
        reason: Reason,
        *,
        actor: str = "",
        mention: Sequence[str] = (),
        facts: Mapping[str, Any] | None = None,
    ) -> Line:
        """Add to a group's thread."""
        row = [group_id, to_text(at), reason.name, actor, " ".join(mention)]
        cursor = self._db.execute(
            "insert into alert_lines (group_id, at, reason, actor, mention, facts)"
            " values (?, ?, ?, ?, ?, ?)",
            [*row, to_json_text(facts or {})],
        )
        return Line(
            int(cursor.lastrowid or 0), group_id, at, reason, actor, tuple(mention), facts or {}
        )

    def lines(self, group_id: str) -> list[Line]:
        """A group's thread, in order."""
        return self._lines("where group_id = ? order by id", group_id)

    def line(self, line_id: int) -> Line | None:
        """One line of a thread."""
        return next(iter(self._lines("where id = ?", str(line_id))), None)

    def forget_before(self, moment: datetime) -> int:
        """Delete alerts and groups that were over before; answers with how many alerts."""
        until = [to_text(moment)]
        self._db.execute("delete from alert_groups where closed_at < ?", until)
        gone = self._db.execute("delete from alerts where ended_at < ?", until).rowcount
        for table in ("alert_members", "alert_lines"):
            self._db.execute(
                f"delete from {table} where group_id not in (select id from alert_groups)"  # noqa: S608 - constants
            )
        return int(gone)

    def _alerts(self, clause: str, values: Sequence[object]) -> list[Alert]:
        rows = self._db.execute(f"select body from alerts {clause}", values)  # noqa: S608 - constants
        return [_ALERT.validate_json(body) for (body,) in rows]

    def _groups(self, clause: str, values: Sequence[object]) -> list[Group]:
        rows = self._db.execute(f"select body from alert_groups {clause}", values)  # noqa: S608 - constants
        return [_GROUP.validate_json(body) for (body,) in rows]

    def _lines(self, clause: str, value: str) -> list[Line]:
        rows = self._db.execute(
            f"select id, group_id, at, reason, actor, mention, facts from alert_lines {clause}",  # noqa: S608 - constants
            [value],
        )
        return [
            Line(
                id=key,
                group_id=group,
                at=to_time(at),
                reason=Reason[reason],
                actor=actor,
                mention=tuple(mention.split()),
                facts=to_facts(facts),
            )
            for key, group, at, reason, actor, mention, facts in rows
        ]


def _alert_row(alert: Alert) -> tuple[object, ...]:
    return (
        alert.phase.value,
        to_text_or_none(alert.fired_at),
        to_text_or_none(alert.ended_at),
        to_text_or_none(alert.next_at),
        alert.version,
        _ALERT.dump_json(alert).decode(),
        to_text(alert.since),
        int(alert.known_at_start),
    )
