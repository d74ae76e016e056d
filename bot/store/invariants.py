"""What must always be true of the database, each as a query for what breaks it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlite_utils import Database

from bot.store.codec import to_text

LATE: Final = timedelta(minutes=5)
"""What was due so long ago and has not been done shows that nobody does it."""
STUCK: Final = timedelta(minutes=15)
"""So long a message may wait: chats ask for pauses, and many messages take their time."""
LATELY: Final = timedelta(days=7)
"""How far back to look at what is over; `bot.retention` has not touched it yet."""
MOST_SUBJECTS: Final = 20


class Invariant(NamedTuple):
    """One thing that must be true."""

    name: str
    sentence: str
    """What it means where it does not hold, without the full stop."""
    query: str
    """Gives the subjects that break it: what people can look up."""


class Violation(NamedTuple):
    """An invariant that does not hold, and for which subjects (the first of them)."""

    invariant: Invariant
    subjects: tuple[str, ...]


_POSTED = "json_extract(g.body, '$.posted_at') is not null"

INVARIANTS: Final[Sequence[Invariant]] = (
    Invariant(
        "alert_is_told",
        "An alert fires and no message will tell of it",
        """
        select a.id from alerts a
        where a.phase = 'firing' and a.known_at_start = 0
            and json_array_length(a.body, '$.mutes') = 0
            and not exists (
                select 1 from alert_members m join alert_groups g on g.id = m.group_id
                where m.alert_id = a.id and g.closed_at is null
            )
        """,
    ),
    Invariant(
        "alert_is_told_once",
        "An alert stands in two open messages of one route",
        f"""
        select m.alert_id from alert_groups g
        join alert_members m on m.group_id = g.id
        join alerts a on a.id = m.alert_id and a.phase = 'firing'
        where g.closed_at is null and {_POSTED}
        group by m.alert_id, g.route having count(*) > 1
        """,  # noqa: S608 - constants
    ),
    Invariant(
        "notice_is_queued",
        "A notice counts as told, and the outbox has no message of it",
        f"""
        select g.id from alert_groups g
        where (g.closed_at is null or g.closed_at > :lately) and {_POSTED}
            and not exists (select 1 from messages where key = 'alert_group:' || g.id)
        """,  # noqa: S608 - constants
    ),
    Invariant(
        "resolve_is_told",
        "Nothing of a message fires any more, and nobody is going to say so",
        """
        select g.id from alert_groups g
        where g.closed_at is null and g.next_at is null
            and not exists (
                select 1 from alert_members m join alerts a on a.id = m.alert_id
                where m.group_id = g.id and a.phase = 'firing'
            )
        """,
    ),
    Invariant(
        "suppression_ends",
        "Something is kept quiet without an end",
        """
        select a.id from alerts a, json_each(a.body, '$.mutes') mute
        where a.phase = 'firing' and case
            when json_extract(mute.value, '$[3]') is not null
            then json_extract(mute.value, '$[3]') < :late
            else not exists (
                select 1 from alerts hider
                where hider.id = json_extract(mute.value, '$[1]') and hider.phase = 'firing'
            )
        end
        union
        select 'silence:' || id from silences
        where julianday(ends_at) is null or ends_at < starts_at
        """,
    ),
    Invariant(
        "rule_clock_runs",
        "Something has been due for minutes, and nobody has looked at it",
        """
        select id from alerts
        where phase in ('pending', 'firing') and next_at is not null and next_at < :late
        union all
        select id from alert_groups where closed_at is null and next_at < :late
        union all
        select 'request:' || id from requests where state = 'pending' and expires_at < :late
        """,
    ),
    Invariant(
        "approver_is_asked",
        "A request waits for a decision, and the outbox has no card of it",
        """
        select 'request:' || r.id from requests r
        where r.state = 'pending' and r.expires_at is not null
            and not exists (select 1 from messages where key = 'request_card:' || r.id)
        """,
    ),
    Invariant(
        "requester_is_told",
        "A request has ended, and the outbox has no message to who asked for it",
        """
        select 'request:' || r.id from requests r
        where r.created_at > :lately
            and (
                r.state in ('rejected', 'withdrawn', 'expired')
                or r.outcome in ('done', 'refused', 'failed', 'unknown')
            )
            and coalesce(json_extract(r.record, '$.closed_by'), '') <> r.requested_by
            and not exists (select 1 from messages where key = 'request_outcome:' || r.id)
        """,
    ),
    Invariant(
        "only_approved_runs",
        "Something was run that was not approved",
        """
        select distinct 'request:' || e.request_id from executions e
        left join requests r on r.id = e.request_id
        where coalesce(r.state, '') <> 'approved'
        """,
    ),
    Invariant(
        "written_once",
        "A step was begun twice, so a vendor may have been written to twice",
        """
        select subject from audit
        where number > (select coalesce(max(number), 0) - 1000 from audit)
            and action = 'request.intent'
        group by subject, json_extract(facts, '$.step') having count(*) > 1
        """,
    ),
    Invariant(
        "outbox_moves",
        "A message has been waiting to be sent for a quarter of an hour",
        """
        select m.key from messages m
        left join messages above on above.key = m.thread_of
        where m.wanted > m.sent and m.state <> 'refused' and m.waiting_since < :stuck
            and coalesce(above.state, '') <> 'refused'
        """,
    ),
)


class Invariants:
    """Asks for what must not be."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def violation(self, invariant: Invariant, now: datetime) -> Violation | None:
        """What breaks it at this moment."""
        moments = {
            "late": to_text(now - LATE),
            "stuck": to_text(now - STUCK),
            "lately": to_text(now - LATELY),
        }
        limited = f"select * from ({invariant.query}) limit {MOST_SUBJECTS}"  # noqa: S608 - constants
        subjects = tuple(str(row[0]) for row in self._db.execute(limited, moments))
        return Violation(invariant, subjects) if subjects else None
