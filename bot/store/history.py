"""How each charger and connector was, from when until when: a row only where something changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from sqlite_utils import Database

from bot.store.codec import to_text, to_time, to_time_or_none
from vendors.models import Charger, Fault, Ref, Status


class State(NamedTuple):
    """What history is kept of."""

    connectivity: str
    status: str
    code: str = ""
    vendor_code: str = ""


class Span(NamedTuple):
    """A state of a charger (`connector` empty) or connector, for as long as it lasted."""

    account: str
    charger_id: str
    connector: str
    site_id: str
    state: State
    began: datetime
    ended: datetime | None
    evidence: str
    """Which sweep or read saw it begin."""

    @property
    def ref(self) -> Ref:
        """The charger."""
        return Ref(self.account, self.charger_id)


WHOLE_CHARGER = ""


def states(charger: Charger) -> Mapping[str, State]:
    """The states that history keeps of a charger, by connector."""
    connectivity = charger.connectivity.value
    whole = _state(connectivity, charger.status, charger.fault)
    plugs = {p.key: _state(connectivity, p.status, p.fault) for p in charger.connectors}
    return {WHOLE_CHARGER: whole, **plugs}


def _state(connectivity: str, status: Status | None, fault: Fault | None) -> State:
    return State(
        connectivity,
        status.value if status else "",
        fault.code if fault else "",
        (fault.vendor_code or "") if fault else "",
    )


class History:
    """The table `state_history`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def record(
        self, changes: Iterable[tuple[Charger | None, Charger]], *, at: datetime, evidence: str
    ) -> None:
        """Note what differs between the mirror before and after."""
        moment = to_text(at)
        ended: list[tuple[str, ...]] = []
        begun: list[tuple[str, ...]] = []
        for old, new in changes:
            before = states(old) if old else {}
            after = states(new)
            place = (new.account, new.id)
            ended += [(moment, *place, key) for key in before if before[key] != after.get(key)]
            begun += [
                (*place, key, new.site_id or "", *after[key], moment, evidence)
                for key in after
                if before.get(key) != after[key]
            ]
        self._end(ended)
        self._db.conn.executemany(
            "insert into state_history (account, charger_id, connector, site_id, connectivity,"
            " status, code, vendor_code, from_at, evidence) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " on conflict do nothing",
            begun,
        )

    def close(self, refs: Iterable[Ref], at: datetime) -> None:
        """Note that these chargers are no longer there."""
        self._db.conn.executemany(
            "update state_history set until_at = ? where account = ? and charger_id = ?"
            " and until_at is null",
            [(to_text(at), ref.account, ref.id) for ref in refs],
        )

    def close_others(self, accounts: Sequence[str], at: datetime) -> None:
        """Note that the chargers of all other accounts are no longer there."""
        marks = ", ".join("?" * len(accounts))
        self._db.execute(
            "update state_history set until_at = ? where until_at is null"  # noqa: S608 - constants
            f" and account not in ({marks})",
            [to_text(at), *accounts],
        )

    def transitions(self, ref: Ref, since: datetime) -> int:
        """How often a charger went from online to offline or back.

        What a vendor said when it called half of its fleet gone is no word on one charger.
        """
        moment = to_text(since)
        rows = self._db.execute(
            "select connectivity from state_history where account = ? and charger_id = ?"
            " and connector = '' and connectivity in ('online', 'offline')"
            " and (until_at is null or until_at > ?) and evidence not in (select 'sweep ' || id"
            " from sweeps where account = ? and is_trusted = 0 and ended_at > ?)"
            " order by from_at, id",
            [ref.account, ref.id, moment, ref.account, moment],
        )
        seen = [row[0] for row in rows]
        return sum(before != after for before, after in pairwise(seen))

    def of(self, ref: Ref, limit: int = 20) -> list[Span]:
        """The newest states of one charger."""
        return list(
            self._spans(
                "where account = ? and charger_id = ? order by from_at desc, id desc limit ?",
                [ref.account, ref.id, str(limit)],
            )
        )

    def between(self, start: datetime, end: datetime, account: str | None = None) -> Iterator[Span]:
        """All that touched the period, in the order in which it began."""
        yield from self._spans(
            "where from_at < ? and (until_at is null or until_at > ?)"
            " and account = coalesce(?, account) order by from_at, id",
            [to_text(end), to_text(start), account],
        )

    def forget_before(self, moment: datetime) -> int:
        """Delete what ended before; answers with how many rows."""
        return int(
            self._db.execute(
                "delete from state_history where until_at < ?", [to_text(moment)]
            ).rowcount
        )

    def _end(self, ended: list[tuple[str, ...]]) -> None:
        self._db.conn.executemany(
            "update state_history set until_at = ? where account = ? and charger_id = ?"
            " and connector = ? and until_at is null",
            ended,
        )

    def _spans(self, clause: str, values: list[str | None]) -> Iterator[Span]:
        rows = self._db.execute(
            "select account, charger_id, connector, site_id, connectivity, status, code,"  # noqa: S608 - constants
            f" vendor_code, from_at, until_at, evidence from state_history {clause}",
            values,
        )
        for account, charger, connector, site, *state, began, ended, evidence in rows:
            yield Span(
                account=account,
                charger_id=charger,
                connector=connector,
                site_id=site,
                state=State(*state),
                began=to_time(began),
                ended=to_time_or_none(ended),
                evidence=evidence,
            )
