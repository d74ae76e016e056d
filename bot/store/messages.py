"""The outbox's rows: what is wanted, what has been sent, and what is next."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlite_utils import Database

from bot.message import Message, MessageState, Posted, Urgency
from bot.store.codec import to_facts, to_json_text, to_text, to_time, to_time_or_none

_COLUMNS = """m.id, m.key, m.destination, m.topic, m.subject, m.details, m.thread_of, m.urgency,
    m.position, m.wanted, m.sent, m.channel, m.ts, m.state, m.attempts, m.first_sent_at,
    m.may_be_repeat, m.trouble, m.created_at, m.waiting_since"""
_LAST = "(select coalesce(max(position), 0) + 1 from messages)"
_IS_DUE = "m.wanted > m.sent and m.state <> 'refused'"


class Due(NamedTuple):
    """A message that is next in its line, and the message in whose thread it belongs."""

    message: Message
    thread: Posted | None


class Depth(NamedTuple):
    """How much is still to be sent and since when the oldest of it waits; how much was refused."""

    waiting: int
    oldest: datetime | None
    refused: int


class Messages:
    """The table `messages`."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.has_news = False
        """Whether this transaction has queued something; the store tells the outbox of it."""

    def want(
        self,
        *,
        key: str,
        destination: str,
        topic: str,
        subject: str,
        now: datetime,
        details: Mapping[str, Any] | None = None,
        thread_of: str | None = None,
        urgency: Urgency = Urgency.NORMAL,
    ) -> Message:
        """Have a message shown as its record is now: posted where it is new, edited where not.

        An edit takes the newest `details` and `urgency`; destination and thread stay what they
        were. A message that was refused earlier is tried again.
        """
        self.has_news = True
        edited = self._db.execute(
            f"""
            update messages as m set
                wanted = wanted + 1,
                state = case state when 'sending' then 'sending' else 'waiting' end,
                position = case when {_IS_DUE} then position else {_LAST} end,
                waiting_since = case when {_IS_DUE} then waiting_since else ? end,
                attempts = case when {_IS_DUE} then attempts else 0 end,
                details = ?, urgency = ?
            where key = ?
            """,  # noqa: S608 - constants
            [to_text(now), to_json_text(details or {}), int(urgency), key],
        )
        if not edited.rowcount:
            self._add(key, destination, topic, subject, now, details, thread_of, urgency)
        return self._known(key)

    def say(
        self,
        *,
        key: str,
        destination: str,
        topic: str,
        subject: str,
        now: datetime,
        details: Mapping[str, Any] | None = None,
        thread_of: str | None = None,
        urgency: Urgency = Urgency.NORMAL,
    ) -> Message:
        """Have a message posted, once for all times: where the key is known, nothing happens."""
        if self.by_key(key) is None:
            self.has_news = True
            self._add(key, destination, topic, subject, now, details, thread_of, urgency)
        return self._known(key)

    def repost(self, key: str, now: datetime, *, gone: Posted | None = None) -> None:
        """Post a message anew, because the one in its channel is gone.

        With `gone`, only where it still stands there as far as we know: two who notice that it is
        gone bring it back once.
        """
        self.has_news = True
        self._db.execute(
            f"""
            update messages set channel = null, ts = null, sent = 0, state = 'waiting',
                attempts = 0, first_sent_at = null, first_version = null,
                position = {_LAST}, waiting_since = :now
            where key = :key and (:gone is null or ts = :gone)
            """,  # noqa: S608 - constants
            {"key": key, "now": to_text(now), "gone": None if gone is None else gone.ts},
        )

    def by_key(self, key: str) -> Message | None:
        """The message of this key."""
        return next(iter(self._select("where m.key = ?", [key])), None)

    def about(self, topics: Sequence[str], subject: str) -> list[Message]:
        """The messages of these topics about one thing, in the order in which they were made."""
        marks = ", ".join("?" for _ in topics)
        where = f"where m.topic in ({marks}) and m.subject = ? order by m.rowid"
        return self._select(where, [*topics, subject])

    def refused(self, *, limit: int = 100) -> list[Message]:
        """The messages that will not be taken, newest first."""
        return self._select("where m.state = 'refused' order by position desc limit ?", [limit])

    def depth(self) -> Depth:
        """How much is still to be sent, not counting lines below a message that was refused."""
        waiting, oldest = self._db.execute(
            f"""
            select count(*), min(m.waiting_since) from messages m
            left join messages parent on parent.key = m.thread_of
            where {_IS_DUE} and coalesce(parent.state, '') <> 'refused'
            """  # noqa: S608 - constants
        ).fetchone()
        refused = self._db.execute("select count(*) from messages where state = 'refused'")
        return Depth(waiting, to_time_or_none(oldest), refused.fetchone()[0])

    def next_in_line(self, *, limit: int = 500) -> list[Due]:
        """What may be sent now, the most urgent first; more of it once that is under way.

        Of these first what is new, then the oldest edits: many of them wait for their budget, and
        must not fill the list. New messages stand in one line per destination and urgency, and
        only the first of each line is given; in a thread only once the message above is there.
        Edits wait for nobody, since they change nothing in the order that people see.
        """
        cursor = self._db.execute(
            f"""
            select {_COLUMNS}, parent.channel, parent.ts, min(m.position)
            from messages m left join messages parent on parent.key = m.thread_of
            where {_IS_DUE} and (m.thread_of is null or parent.channel is not null)
            group by m.destination, m.urgency, case when m.channel is null then 0 else m.rowid end
            order by m.urgency, m.channel is not null, m.position limit ?
            """,  # noqa: S608 - constants
            [limit],
        )
        return [Due(_to_message(row), _to_posted(*row[-3:-1])) for row in cursor]

    def begin(self, message: Message, now: datetime) -> Message | None:
        """Note that a message is about to leave us, so that a crash cannot hide it.

        Gives it as it is wanted by now; `None` where it has moved on since it was read.
        """
        begun = self._db.execute(
            """
            update messages set state = 'sending', attempts = attempts + 1,
                first_sent_at = coalesce(first_sent_at, ?),
                first_version = coalesce(first_version, wanted)
            where id = ? and state = ? and attempts = ? and sent = ?
            """,
            [to_text(now), message.id, message.state, message.attempts, message.sent],
        )
        return self._known(message.key) if begun.rowcount else None

    def arrived(self, message: Message, posted: Posted, now: datetime) -> None:
        """Note where a message stands, as of the version that was sent."""
        self._db.execute(
            f"""
            update messages set sent = :version, channel = :channel, ts = :ts, attempts = 0,
                trouble = null,
                state = case when wanted > :version then 'waiting' else 'sent' end,
                position = case when wanted > :version then {_LAST} else position end,
                waiting_since = case when wanted > :version then :now else waiting_since end
            where id = :id
            """,  # noqa: S608 - constants
            {
                "version": message.wanted,
                "channel": posted.channel,
                "ts": posted.ts,
                "now": to_text(now),
                "id": message.id,
            },
        )

    def found(self, message: Message, posted: Posted, now: datetime) -> None:
        """Note where a message stands that had left us without our hearing of it.

        Any of our attempts may have brought it there, so it counts as the first version of them.
        """
        (first,) = self._db.execute(
            "select first_version from messages where id = ?", [message.id]
        ).fetchone()
        self.arrived(message.model_copy(update={"wanted": first}), posted, now)

    def put_off(self, message_id: str, trouble: str, *, may_have_arrived: bool) -> None:
        """Note that a message has to be tried again, and whether it has to be looked for first."""
        state = MessageState.SENDING if may_have_arrived else MessageState.WAITING
        self._db.execute(
            "update messages set state = ?, trouble = ? where id = ?", [state, trouble, message_id]
        )

    def refuse(self, message: Message, trouble: str) -> bool:
        """Note that a message will not be taken, unless a newer version of it is wanted by now."""
        refused = self._db.execute(
            "update messages set state = 'refused', trouble = ? where id = ? and wanted = ?",
            [trouble, message.id, message.wanted],
        )
        if not refused.rowcount:
            self.put_off(message.id, trouble, may_have_arrived=False)
        return bool(refused.rowcount)

    def mark_as_repeat(self, message: Message) -> None:
        """Have a message posted again that may have arrived, and let it say so."""
        self.put_off(message.id, "nobody can look", may_have_arrived=False)
        self._db.execute("update messages set may_be_repeat = 1 where id = ?", [message.id])

    def forget_before(self, moment: datetime) -> int:
        """Delete what was done with before `moment`; how many."""
        return self._db.execute(
            f"""
            delete from messages as m
            where m.created_at < :moment and m.waiting_since < :moment and not ({_IS_DUE})
            """,  # noqa: S608 - constants
            {"moment": to_text(moment)},
        ).rowcount

    def _add(
        self,
        key: str,
        destination: str,
        topic: str,
        subject: str,
        now: datetime,
        details: Mapping[str, Any] | None,
        thread_of: str | None,
        urgency: Urgency,
    ) -> None:
        self._db.execute(
            f"""
            insert into messages (id, key, destination, topic, subject, details, thread_of, urgency,
                position, created_at, waiting_since)
            values (?, ?, ?, ?, ?, ?, ?, ?, {_LAST}, ?, ?)
            """,  # noqa: S608 - constants
            [
                f"msg_{secrets.token_hex(8)}",
                key,
                destination,
                topic,
                subject,
                to_json_text(details or {}),
                thread_of,
                int(urgency),
                to_text(now),
                to_text(now),
            ],
        )

    def _known(self, key: str) -> Message:
        (message,) = self._select("where m.key = ?", [key])
        return message

    def _select(self, where: str, parameters: Sequence[Any]) -> list[Message]:
        cursor = self._db.execute(f"select {_COLUMNS} from messages m {where}", parameters)  # noqa: S608 - ours
        return [_to_message(row) for row in cursor]


def _to_message(row: Sequence[Any]) -> Message:
    return Message(
        id=row[0],
        key=row[1],
        destination=row[2],
        topic=row[3],
        subject=row[4],
        details=to_facts(row[5]),
        thread_of=row[6],
        urgency=Urgency(row[7]),
        position=row[8],
        wanted=row[9],
        sent=row[10],
        posted=_to_posted(row[11], row[12]),
        state=MessageState(row[13]),
        attempts=row[14],
        first_sent_at=to_time_or_none(row[15]),
        may_be_repeat=bool(row[16]),
        trouble=row[17],
        created_at=to_time(row[18]),
        waiting_since=to_time(row[19]),
    )


def _to_posted(channel: str | None, ts: str | None) -> Posted | None:
    return None if channel is None or ts is None else Posted(channel=channel, ts=ts)
