"""Everything about a request in a page of its own: for whoever decides, and for who looks back."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from bot.approvals.request import Request
from bot.operations.base import Precheck
from handlers import ids
from handlers.blocks import approvals, forms, kit, words
from handlers.blocks.kit import Block, Element, View

TITLE: Final = "Request #{number}"
AS_ASKED: Final = "Nothing has changed since it was asked."
SHOWN_JSON: Final = 4_800
PIECE: Final = 1_200
"""So much of the JSON goes into one paragraph, whatever has to be escaped in it."""


def details(request: Request, now: datetime, look: Precheck | str | None = None) -> View:
    """What was asked, how things stand, and the very text whose fingerprint was approved.

    Args:
        request: as it is now.
        now: for ages.
        look: how things stand at the vendor now, or why that cannot be read; `None` where it does
            not matter any more.
    """
    about = approvals.description(request)
    blocks = [
        kit.section(f"*{kit.inline(about.title, 300)}*"),
        *kit.fields(_facts(request, now)),
        *approvals.lines(about.lines),
        *approvals.asked_for(request),
        *approvals.in_the_way(request, about),
        *_stands_now(request, look),
        kit.section(f"*What is sent*, as its fingerprint is taken:{_begins(request)}"),
        *(kit.section(f"```{piece}```") for piece in _canonical(request)),
        kit.context(f"SHA-256 {kit.code(request.hash)}"),
        *kit.actions(*_files(request)),
    ]
    return forms.page(TITLE.format(number=request.id), blocks)


def _facts(request: Request, now: datetime) -> list[tuple[str, str | None]]:
    return [
        ("Request", f"#{request.id}"),
        ("State", approvals.state_line(request)),
        ("Operation", kit.code(request.operation.kind)),
        ("Account", kit.inline(request.operation.account)),
        ("Asked", f"{kit.person(request.requested_by)}, {kit.ago(request.created_at, now)}"),
        ("Ended", kit.when(request.ended_at) if request.ended_at else None),
        ("Checked", kit.when(request.precheck.checked_at) if request.precheck else None),
    ]


def _stands_now(request: Request, look: Precheck | str | None) -> list[Block]:
    if look is None:
        return []
    title = "*How things stand now*"
    if isinstance(look, str):
        return [kit.section(f"{title}\n{kit.inline(look, 300)}")]
    lines = list(_seen(request, look)) or [AS_ASKED]
    return [kit.section("\n".join([title, *lines[: approvals.MOST_LINES]]))]


def _seen(request: Request, look: Precheck) -> Iterator[str]:
    for text in look.problems:
        yield f"\N{NO ENTRY} {kit.inline(text, 300)}"
    yield from map(approvals.charging_line, look.charging)
    drift = look.drift_from(request.precheck) if request.precheck else ()
    yield from map(approvals.drift_line, drift)
    changed = {change.name for change in drift}
    for name, value in look.state.items():
        if name not in changed:
            yield f"{kit.inline(words.label(name))}: {approvals.fact(value)}"


def _begins(request: Request) -> str:
    if len(request.operation.canonical) <= SHOWN_JSON:
        return ""
    return " this is its beginning, the whole is in the evidence"


def _canonical(request: Request) -> Iterator[str]:
    text = kit.clip(request.operation.canonical.replace("`", "'"), SHOWN_JSON)
    for start in range(0, len(text), PIECE):
        piece = text[start : start + PIECE]
        yield kit.clip(kit.escape(piece), kit.TEXT - 6)


def _files(request: Request) -> list[Element]:
    value = str(request.id)
    evidence = kit.button("Evidence as JSON", ids.REQUEST_EVIDENCE, value)
    return [evidence, *approvals.sheet_button(request)]
