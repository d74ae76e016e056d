"""Writing a change of a request down: the request, its audit row and its messages, as one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypedDict

from bot import topics
from bot.approvals.request import Outcome, Request, State
from bot.store import Tables

BOT: Final = "bot"
"""The actor in the audit trail where no person acted."""
OPENED: Final = "request.opened"
"""The row that says what was asked for."""


def subject(request: Request) -> str:
    """What a request is called in the audit trail."""
    return f"request:{request.id}"


@dataclass(frozen=True)
class Ledger:
    """Writes inside the store's transactions; knows in which channel approvers decide."""

    approvals_channel: str

    def opened(self, tables: Tables, request: Request, now: datetime) -> Request:
        """Keep a new request; a delivery that is known gives the request that it made."""
        known = tables.requests.by_delivery(request.delivery) or _repeated(tables, request)
        if known is not None:
            return known
        added = tables.requests.add(request)
        facts = {
            "operation": added.operation.facts,
            "hash": added.hash,
            "reason": added.reason,
            "again_of": added.again_of,
        }
        self._audit(tables, added, OPENED, added.requested_by, facts, now)
        self._link(tables, added, now)
        return added

    def changed(
        self,
        tables: Tables,
        before: Request,
        after: Request,
        *,
        action: str,
        actor: str,
        now: datetime,
        facts: Mapping[str, Any] | None = None,
    ) -> Request | None:
        """Keep the next version of a request; `None`, and nothing, where another was first."""
        saved = tables.requests.save(before, after)
        if saved is None:
            return None
        self._audit(tables, saved, action, actor, facts or {}, now)
        self._show(tables, before, saved, now)
        return saved

    def note(
        self,
        tables: Tables,
        request: Request,
        *,
        action: str,
        now: datetime,
        facts: Mapping[str, Any],
        actor: str = BOT,
    ) -> None:
        """Add an audit row about a request that does not change."""
        self._audit(tables, request, action, actor, facts, now)

    def show_card(self, tables: Tables, request: Request, now: datetime) -> None:
        """Have the card posted, or shown as the request is now."""
        tables.messages.want(
            key=request.card_key,
            destination=self.approvals_channel,
            **_about(request, topics.REQUEST_CARD, now),
        )

    def refresh_card(self, tables: Tables, request: Request, now: datetime) -> None:
        """Have the card, and the requester's own, shown as the request is now, where there are."""
        if tables.messages.by_key(request.card_key) is not None:
            self.show_card(tables, request, now)
        if tables.messages.by_key(request.progress_key) is not None:
            self._show_progress(tables, request, now)

    def _show_progress(self, tables: Tables, request: Request, now: datetime) -> None:
        """Let the requester of an import see how far it is, and stop it."""
        tables.messages.want(
            key=request.progress_key,
            destination=request.requested_by,
            **_about(request, topics.REQUEST_CARD, now),
        )

    def say_line(self, tables: Tables, request: Request, what: str, now: datetime) -> None:
        """Say something once in the card's thread, where there is a card."""
        if tables.messages.by_key(request.card_key) is None:
            return
        tables.messages.say(
            key=f"request_line:{request.id}:{what}",
            destination=self.approvals_channel,
            details={"what": what},
            thread_of=request.card_key,
            **_about(request, topics.REQUEST_LINE, now),
        )

    def ask_for_pincode(self, tables: Tables, request: Request, now: datetime) -> None:
        """Ask the requester for the pincode in a direct message."""
        tables.messages.say(
            key=f"request_pincode:{request.id}:{request.pincode_asked}",
            destination=request.requested_by,
            details={"what": "pincode"},
            **_about(request, topics.REQUEST_OUTCOME, now),
        )

    def _link(self, tables: Tables, again: Request, now: datetime) -> None:
        older = tables.requests.by_id(again.again_of) if again.again_of else None
        if older is not None:
            after = older.model_copy(update={"again_as": again.id})
            tables.requests.save(older, after)
            self.refresh_card(tables, after, now)
            if tables.messages.by_key(after.outcome_key) is not None:
                self._tell_requester(tables, after, now)

    def _show(self, tables: Tables, before: Request, after: Request, now: datetime) -> None:
        if after.outcome is Outcome.UNKNOWN:  # approvers can help, whether they were asked or not
            self.show_card(tables, after, now)
        else:
            self.refresh_card(tables, after, now)
        begins = after.outcome is Outcome.RUNNING and before.outcome is None
        if begins and len(after.operation.steps()) > 1:
            self._show_progress(tables, after, now)
        is_news = (after.state, after.outcome) != (before.state, before.outcome)
        if _ended(after) and is_news:
            self.say_line(tables, after, after.outcome or after.state, now)
        if _ended(after) and after.closed_by != after.requested_by:  # they know what they did
            self._tell_requester(tables, after, now)
            if is_news and before.outcome is Outcome.UNKNOWN:  # an edit alone wakes nobody
                self._tell_the_end(tables, after, now)

    def _tell_requester(self, tables: Tables, request: Request, now: datetime) -> None:
        tables.messages.want(
            key=request.outcome_key,
            destination=request.requested_by,
            **_about(request, topics.REQUEST_OUTCOME, now),
        )

    def _tell_the_end(self, tables: Tables, request: Request, now: datetime) -> None:
        """Tell the requester in the thread of what they were told before."""
        what = request.outcome or request.state
        tables.messages.say(
            key=f"{request.outcome_key}:{what}",
            destination=request.requested_by,
            details={"what": what},
            thread_of=request.outcome_key,
            **_about(request, topics.REQUEST_LINE, now),
        )

    def _audit(
        self,
        tables: Tables,
        request: Request,
        action: str,
        actor: str,
        facts: Mapping[str, Any],
        now: datetime,
    ) -> None:
        about = subject(request)
        tables.audit.append(now=now, actor=actor, action=action, subject=about, facts=facts)


class _About(TypedDict):
    topic: str
    subject: str
    now: datetime


def _about(request: Request, topic: str, now: datetime) -> _About:
    return {"topic": topic, "subject": str(request.id), "now": now}


def _ended(request: Request) -> bool:
    if request.state is State.APPROVED:
        return request.outcome not in {None, Outcome.RUNNING}
    return request.state is not State.PENDING


def _repeated(tables: Tables, request: Request) -> Request | None:
    """The request that already asks again for what this one asks again for."""
    older = tables.requests.by_id(request.again_of) if request.again_of else None
    return tables.requests.by_id(older.again_as) if older and older.again_as else None
