"""What the executions of a request come to, as a pure function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.approvals.execution import Execution, Progress
from bot.approvals.request import Outcome, Request
from vendors.models import Ref


@dataclass(frozen=True)
class Conclusion:
    """How a request ended."""

    outcome: Outcome
    summary: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of the request."""


def conclusion(request: Request, executions: Sequence[Execution]) -> Conclusion:
    """One write ends as it ended; several are counted."""
    total = len(request.operation.steps())
    if total == 1 and executions:
        return _of_one(executions[0])
    return _of_many(request, Progress.of(total, executions), executions)


def _of_one(execution: Execution) -> Conclusion:
    answer = execution.answer or {}
    refused = answer.get("fields", {})
    changes: dict[str, Any] = {"fields": {name: tuple(texts) for name, texts in refused.items()}}
    if "account" in answer and "id" in answer:
        changes["made"] = Ref(answer["account"], answer["id"])
    return Conclusion(execution.outcome, execution.summary or "", changes)


def _of_many(request: Request, progress: Progress, executions: Sequence[Execution]) -> Conclusion:
    parts = [f"{progress.done} of {progress.total} done"]
    counts = (
        (progress.refused, "refused"),
        (progress.failed, "failed"),
        (progress.unknown, "unknown"),
        (progress.left, "not run"),
    )
    parts += [f"{count} {word}" for count, word in counts if count]
    sentence = f"{', '.join(parts)}."
    trouble = next((each for each in executions if each.outcome is not Outcome.DONE), None)
    if trouble is not None:
        sentence += f" Row {trouble.step + 1}: {trouble.summary}"
    if request.stopped_by is not None and progress.left:
        sentence += " It was stopped."
    return Conclusion(_worst(progress), sentence)


def _worst(progress: Progress) -> Outcome:
    if progress.unknown:
        return Outcome.UNKNOWN
    if progress.failed or (progress.left and progress.done):
        return Outcome.FAILED
    if progress.refused:
        return Outcome.FAILED if progress.done else Outcome.REFUSED
    return Outcome.FAILED if progress.left else Outcome.DONE
