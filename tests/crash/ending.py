"""How a story ended: what people read, what the vendors carried out, what the bot's books say."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from bot import topics
from bot.approvals.execution import Execution
from bot.approvals.request import Outcome, Request, State
from bot.audit import chain
from bot.sandbox.slack.labels import surface_text
from bot.sandbox.slack.messages import Message as Shown
from bot.store.invariants import INVARIANTS
from bot.store.tables import Tables
from tests.crash.outside import Outside

WORDS = {
    Outcome.DONE: "Done",
    Outcome.FAILED: "Failed",
    Outcome.REFUSED: "Refused",
    Outcome.UNKNOWN: "Outcome unknown",
}
ABOUT_REQUESTS = frozenset({topics.REQUEST_CARD, topics.REQUEST_LINE, topics.REQUEST_OUTCOME})
TIMES = re.compile(
    r"\d{4}-\d\d-\d\d|\d\d:\d\d(:\d\d)?( UTC)?|\d+ (s|min|h|d)\b|just now|\b(?<=in )\d+ \w+"
)
"""What reads otherwise where something took longer."""

ASKED_ANEW = re.compile(r"request_pincode:\d+:(?!1$)")
"""What was entered dies with the bot, so the pincode is asked for once more in each life."""


class Fault(StrEnum):
    """What must not come of a death."""

    DOUBLE_WRITE = "double write"
    LOST = "lost outcome"
    DOUBLED = "doubled message"
    STUCK = "stuck request"
    OTHER = "other difference"


class Complaint(NamedTuple):
    """One thing that is not as it should be."""

    fault: Fault
    sentence: str


class Told(NamedTuple):
    """A message as people read it in the end."""

    topic: str
    place: str
    words: str


@dataclass(frozen=True)
class Ending:
    """The end of a story, without what time and chance make different."""

    told: tuple[Told, ...]
    copies: tuple[tuple[str, int], ...]
    """The key of each message that the bot wanted to show, and how often it stands there."""
    strays: tuple[str, ...]
    """What the bot has said without keeping it."""
    writes: tuple[str, ...]
    requests: tuple[Request, ...]
    executions: tuple[Execution, ...]
    alerts: tuple[str, ...]
    broken: tuple[str, ...]
    """Promises of the database that do not hold."""

    @property
    def outcomes(self) -> list[tuple[str, State, Outcome | None]]:
        """How each request ended."""
        return [(one.operation.kind, one.state, one.outcome) for one in self.requests]


def ending(outside: Outside, database: Path) -> Ending:
    """Look at everything that is left once the bot has stopped."""
    db = Database(database)
    tables = Tables.of(db)
    shown = _shown(outside)
    rows = list(db.query("select id, key, topic, destination from messages order by rowid"))
    requests = tables.requests.history(limit=100).items
    alerts = db.query("select account, charger_id, condition, phase from alerts")
    found = Ending(
        told=tuple(sorted(_told(outside, rows, shown, requests))),
        copies=tuple((row["key"], len(shown.get(row["id"], ()))) for row in rows),
        strays=tuple(_strays(outside, rows, shown)),
        writes=tuple(outside.writes),
        requests=tuple(requests),
        executions=tuple(one for each in requests for one in tables.executions.of(each.id)),
        alerts=tuple(sorted(" ".join(map(str, row.values())) for row in alerts)),
        broken=tuple(_broken(outside, tables)),
    )
    db.close()
    return found


def _shown(outside: Outside) -> dict[str, list[Shown]]:
    """The bot's messages by the marker that they carry."""
    workspace = outside.workspace
    found: dict[str, list[Shown]] = {}
    for channel in workspace.channels:
        for message in workspace.messages.all(channel):
            if message.user == workspace.app.bot_user_id and not message.is_ephemeral:
                marker = str(message.blocks[0].get("block_id")) if message.blocks else ""
                found.setdefault(marker, []).append(message)
    return found


def _told(
    outside: Outside,
    rows: Sequence[dict[str, str]],
    shown: dict[str, list[Shown]],
    requests: Sequence[Request],
) -> Iterator[Told]:
    summaries = [request.summary for request in requests if request.summary]
    for row in rows:
        if ASKED_ANEW.match(row["key"]):
            continue
        for message in shown.get(row["id"], ())[:1]:
            words = surface_text(outside.workspace, message)
            for summary in summaries:  # reads otherwise where the vendor was read back
                words = words.replace(summary, "…")
            yield Told(row["topic"], row["destination"], TIMES.sub("…", words))


def _strays(
    outside: Outside, rows: Sequence[dict[str, str]], shown: dict[str, list[Shown]]
) -> Iterator[str]:
    for marker in shown.keys() - {row["id"] for row in rows}:
        for message in shown[marker]:
            yield surface_text(outside.workspace, message)


def _broken(outside: Outside, tables: Tables) -> Iterator[str]:
    verified = chain.verify(tables.audit.all())
    if verified.broken:
        yield f"the audit trail: {verified.broken}"
    for each in INVARIANTS:
        if violation := tables.invariants.violation(each, outside.clock.now()):
            yield f"{each.sentence}: {violation.subjects}"


def without_alerts(one: Ending) -> Ending:
    """For stories about requests: what is seen of the chargers depends on when they are seen."""
    told = tuple(each for each in one.told if each.topic in ABOUT_REQUESTS)
    return replace(one, told=told, alerts=())


def complaints(disturbed: Ending, model: Ending) -> list[Complaint]:
    """What a death has spoilt, compared with the story as it ends when nobody dies."""
    return [
        *_about_writes(disturbed, model),
        *_about_requests(disturbed, model),
        *_about_messages(disturbed, model),
        *(Complaint(Fault.OTHER, sentence) for sentence in disturbed.broken),
        *_about_alerts(disturbed, model),
    ]


def _about_alerts(disturbed: Ending, model: Ending) -> Iterator[Complaint]:
    """A charger whose registration was never sent, and is said to have failed, has no alerts."""
    unborn = _registered(model) - _registered(disturbed)
    expected = [each for each in model.alerts if " ".join(each.split()[:2]) not in unborn]
    yield from _difference(Fault.LOST, "alert", disturbed.alerts, expected)


def _registered(one: Ending) -> set[str]:
    made = (request.made for request in one.requests)
    return {f"{ref.account} {ref.id}" for ref in made if ref is not None}


def _about_writes(disturbed: Ending, model: Ending) -> Iterator[Complaint]:
    for write, count in (Counter(disturbed.writes) - Counter(model.writes)).items():
        yield Complaint(Fault.DOUBLE_WRITE, f"{count} more of {write}")
    ended = Counter(each.outcome for each in disturbed.executions)
    done, unknown = ended[Outcome.DONE], ended[Outcome.UNKNOWN]
    if not done <= len(disturbed.writes) <= done + unknown:
        yield Complaint(
            Fault.LOST, f"{len(disturbed.writes)} writes, but {done} done and {unknown} unknown"
        )


def _about_requests(disturbed: Ending, model: Ending) -> Iterator[Complaint]:
    kinds = [[(kind, state) for kind, state, _ in each.outcomes] for each in (disturbed, model)]
    yield from _difference(Fault.STUCK, "request", *kinds)
    for request in disturbed.requests:
        if request.is_open:
            yield Complaint(Fault.STUCK, f"request {request.id} is still open: {request.outcome}")


def _about_messages(disturbed: Ending, model: Ending) -> Iterator[Complaint]:
    for key, count in disturbed.copies:
        if count != 1:
            yield Complaint(Fault.DOUBLED if count else Fault.LOST, f"{key} stands {count} times")
    for words in disturbed.strays:
        yield Complaint(Fault.DOUBLED, f"nobody keeps: {words}")
    if disturbed.outcomes == model.outcomes:
        yield from _difference(Fault.OTHER, "message", disturbed.told, model.told)
        return
    ours, theirs = _not_about_requests(disturbed), _not_about_requests(model)
    yield from _difference(Fault.OTHER, "message", ours, theirs)
    yield from _outcomes_are_told(disturbed)


def _not_about_requests(one: Ending) -> list[Told]:
    return [told for told in one.told if told.topic not in ABOUT_REQUESTS]


def _outcomes_are_told(one: Ending) -> Iterator[Complaint]:
    """Each outcome is said as it is: to the requester, and on the card where there is one."""
    for request in one.requests:
        word = WORDS.get(request.outcome, "") if request.outcome else ""
        for topic in (topics.REQUEST_CARD, topics.REQUEST_OUTCOME):
            wanted = topic == topics.REQUEST_OUTCOME or _has_card(one, request)
            said = [told.words for told in one.told if told.topic == topic]
            if wanted and not any(f"#{request.id} " in words and word in words for words in said):
                yield Complaint(Fault.LOST, f"{topic} {request.id} does not say {word!r}: {said}")


def _has_card(one: Ending, request: Request) -> bool:
    return any(key == request.card_key for key, _ in one.copies)


def _difference(
    fault: Fault, name: str, disturbed: Sequence[object], model: Sequence[object]
) -> Iterator[Complaint]:
    ours, theirs = Counter(disturbed), Counter(model)
    for each in (theirs - ours).elements():
        yield Complaint(fault, f"missing {name}: {each}")
    for each in (ours - theirs).elements():
        yield Complaint(fault, f"unexpected {name}: {each}")
