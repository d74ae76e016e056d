"""What Slack's composer makes of typed text: a rich_text block."""

import re

from bot.sandbox.slack.model import Json
from bot.sandbox.slack.mrkdwn import FENCE, quoted_runs, styled, unescaped

PIECE = re.compile(
    "|".join(
        (
            r"`(?P<code>[^`\n]+)`",
            r"<(?P<reference>[^<>\n]+)>",
            r"(?<!\w):(?P<emoji>\+1|-1|[a-z0-9_+'-]*[a-z][a-z0-9_+'-]*):(?!\w)",
            styled(r"\*", "bold"),
            styled("_", "italic"),
            styled("~", "strike"),
        )
    )
)
REFERENCE = re.compile(r"<([^<>\n]+)>")

Style = dict[str, bool]


def rich_text(text: str) -> list[Json]:
    """The block for a text that is in Slack's form already."""
    elements: list[Json] = []
    for index, part in enumerate(FENCE.split(text)):
        if index % 2:
            elements.append({"type": "rich_text_preformatted", "elements": _unstyled(part, {})})
        elif part:
            elements += _paragraphs(part)
    return [{"type": "rich_text", "elements": elements}]


def _paragraphs(text: str) -> list[Json]:
    return [
        {
            "type": "rich_text_quote" if quoted else "rich_text_section",
            "elements": _pieces("\n".join(lines), {}),
        }
        for quoted, lines in quoted_runs(text.split("\n"))
    ]


def _pieces(text: str, style: Style) -> list[Json]:
    found: list[Json] = []
    position = 0
    for match in PIECE.finditer(text):
        found += _text(text[position : match.start()], style)
        found += _piece(match, style)
        position = match.end()
    return [*found, *_text(text[position:], style)]


def _piece(match: re.Match[str], style: Style) -> list[Json]:
    kind, inner = match.lastgroup or "", match[match.lastgroup or 0]
    if kind == "code":
        return _unstyled(inner, style | {"code": True})
    if kind == "reference":
        return [_with_style(_reference(inner), style)]
    if kind == "emoji":
        return [{"type": "emoji", "name": inner}]
    return _pieces(inner, style | {kind: True})


def _unstyled(text: str, style: Style) -> list[Json]:
    """Code: references are still references, nothing else is markup."""
    found: list[Json] = []
    for index, part in enumerate(REFERENCE.split(text)):
        found += [_with_style(_reference(part), style)] if index % 2 else _text(part, style)
    return found


def _text(text: str, style: Style) -> list[Json]:
    return [_with_style({"type": "text", "text": unescaped(text)}, style)] if text else []


def _with_style(piece: Json, style: Style) -> Json:
    return piece | {"style": style} if style else piece


def _reference(inner: str) -> Json:
    """What stands between `<` and `>`."""
    body = inner.partition("|")[0]
    if body.startswith("@"):
        return {"type": "user", "user_id": body[1:]}
    if body.startswith("#"):
        return {"type": "channel", "channel_id": body[1:]}
    if body.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": body.removeprefix("!subteam^")}
    if body.startswith("!"):
        return {"type": "broadcast", "range": body[1:]}
    return {"type": "link", "url": unescaped(body)}
