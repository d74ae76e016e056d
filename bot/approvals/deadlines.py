"""What happens to open requests because time passes: reminders, and the end."""

from datetime import datetime, timedelta
from typing import Final

from bot.approvals.clicks import expire
from bot.approvals.ledger import BOT, Ledger
from bot.approvals.request import Request
from bot.store import Store, Tables

LAST_CALL: Final = timedelta(hours=1)
"""So long before the end approvers are reminded once more; after 3/4 of a time below four hours."""


async def tick(store: Store, ledger: Ledger, now: datetime) -> None:
    """Let requests expire whose time is over, and remind of those that still wait.

    Reminders are said once each, so it does not matter how often this runs.
    """

    def work(tables: Tables) -> None:
        for request in tables.requests.expired_at(now):
            if after := expire(request, now):
                ledger.changed(tables, request, after, action="request.expired", actor=BOT, now=now)
        for request in tables.requests.pending():
            for what in reminders_due(request, now):
                ledger.say_line(tables, request, what, now)

    await store.write(work)


def reminders_due(request: Request, now: datetime) -> list[str]:
    """The reminders whose time has come, by name."""
    if request.policy is None or request.expires_at is None or request.policy.remind_after is None:
        return []
    first = request.created_at + request.policy.remind_after
    last = request.expires_at - min(LAST_CALL, request.policy.expires / 4)
    moments = (("reminder", first), ("last_call", last))
    return [what for what, moment in moments if moment <= now < request.expires_at]
