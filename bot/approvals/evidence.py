"""Everything about one request in one file, for whoever has to show how it came about."""

from collections.abc import Sequence
from typing import Any

from bot.approvals.execution import Execution
from bot.approvals.request import Request
from bot.audit.chain import Entry
from bot.message import Message


def evidence(
    request: Request,
    executions: Sequence[Execution],
    trail: Sequence[Entry],
    messages: Sequence[Message],
) -> dict[str, Any]:
    """As JSON: what was asked, shown, decided, written and answered, and where it was said.

    No secret is in it, since none is in what it is made of.
    """
    return {
        "request": request.model_dump(mode="json", exclude={"delivery", "version"}),
        "canonical": request.operation.canonical,
        "hash": request.hash,
        "hash_holds": request.operation.hash == request.hash,
        "executions": [_execution(execution) for execution in executions],
        "audit": [_entry(entry) for entry in trail],
        "messages": [_message(message) for message in messages],
    }


def _execution(execution: Execution) -> dict[str, Any]:
    return {
        "step": execution.step,
        "intended_at": execution.intended_at.isoformat(),
        "ended_at": execution.ended_at.isoformat() if execution.ended_at else None,
        "outcome": execution.outcome,
        "summary": execution.summary,
        "answer": execution.answer,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "facts": entry.details,
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _message(message: Message) -> dict[str, Any]:
    posted = message.posted
    return {
        "topic": message.topic,
        "channel": posted.channel if posted else message.destination,
        "ts": posted.ts if posted else None,
        "state": message.state,
    }
