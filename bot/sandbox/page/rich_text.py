"""Rich text blocks, tables and Markdown as HTML; escaped like everything."""

import re
from collections.abc import Callable
from html import escape
from typing import Any

from bot.sandbox.page.words import Words, emoji, link
from bot.sandbox.slack.model import Json

STYLES = {"bold": "strong", "italic": "em", "strike": "s", "underline": "u", "code": "code"}


def rich_text(words: Words, block: Json) -> str:
    """A whole `rich_text` block."""
    return "".join(PARTS.get(part["type"], _unknown)(words, part) for part in block["elements"])


def _unknown(_: Words, part: Json) -> str:
    return f'<div class="unknown">{escape(str(part.get("type")))}</div>'


def _pieces(words: Words, part: Json) -> str:
    return "".join(_styled(piece, _piece(words, piece)) for piece in part["elements"])


def _section(words: Words, part: Json) -> str:
    return f'<div class="rich-section">{_pieces(words, part)}</div>'


def _quote(words: Words, part: Json) -> str:
    return f"<blockquote>{_pieces(words, part)}</blockquote>"


def _preformatted(words: Words, part: Json) -> str:
    return f"<pre>{_pieces(words, part)}</pre>"


def _list(words: Words, part: Json) -> str:
    tag = "ol" if part.get("style") == "ordered" else "ul"
    start = f' start="{int(part.get("offset", 0)) + 1}"' if tag == "ol" else ""
    indent = min(int(part.get("indent", 0)), 8)
    items = "".join(f"<li>{_pieces(words, item)}</li>" for item in part["elements"])
    return f'<{tag} class="indent-{indent}"{start}>{items}</{tag}>'


PARTS: dict[str, Callable[[Words, Json], str]] = {
    "rich_text_section": _section,
    "rich_text_quote": _quote,
    "rich_text_preformatted": _preformatted,
    "rich_text_list": _list,
}


def _styled(piece: Json, html: str) -> str:
    for name, tag in STYLES.items():
        if (piece.get("style") or {}).get(name):
            html = f"<{tag}>{html}</{tag}>"
    return html


def _piece(words: Words, piece: Json) -> str:
    draw = PIECES.get(piece["type"])
    return draw(words, piece) if draw else escape(str(piece.get("text", "")))


def _text(_: Words, piece: Json) -> str:
    return escape(piece["text"]).replace("\n", "<br>")


def _link(_: Words, piece: Json) -> str:
    return link(piece["url"], escape(piece.get("text") or piece["url"]))


def _date(words: Words, piece: Json) -> str:
    form, fallback = piece.get("format", "{date} {time}"), piece.get("fallback", "")
    return words.date(str(piece["timestamp"]), form, piece.get("url", ""), fallback)


def _color(_: Words, piece: Json) -> str:
    value = str(piece.get("value", ""))
    swatch = f' style="background:{value}"' if re.fullmatch(r"#[0-9a-fA-F]{3,8}", value) else ""
    return f'<span class="swatch"{swatch}></span>{escape(value)}'


PIECES: dict[str, Callable[[Words, Json], str]] = {
    "text": _text,
    "link": _link,
    "emoji": lambda _, piece: emoji(piece["name"]),
    "user": lambda words, piece: words.user(piece["user_id"]),
    "usergroup": lambda words, piece: words.group(piece["usergroup_id"]),
    "channel": lambda words, piece: words.channel(piece["channel_id"]),
    "broadcast": lambda words, piece: words.reference(f"!{piece['range']}"),
    "date": _date,
    "color": _color,
}


def table(words: Words, block: Json) -> str:
    """A `table` block; its first row is the head."""
    columns = block.get("column_settings") or []
    head, *body = [_row(words, row, columns) for row in block["rows"]]
    head = head.replace("<td", '<th scope="col"').replace("</td>", "</th>")
    return f"<table><thead>{head}</thead><tbody>{''.join(body)}</tbody></table>"


def _row(words: Words, row: list[Json], columns: list[Any]) -> str:
    return f"<tr>{''.join(_cell(words, cell, columns, at) for at, cell in enumerate(row))}</tr>"


def _cell(words: Words, cell: Json, columns: list[Any], at: int) -> str:
    settings = (columns[at] if at < len(columns) else None) or {}
    align = settings.get("align", "right" if cell["type"] == "raw_number" else "left")
    wrapped = " wrapped" if settings.get("is_wrapped") else ""
    align = align if align in {"left", "center", "right"} else "left"
    return f'<td class="{align}{wrapped}">{CELLS[cell["type"]](words, cell)}</td>'


CELLS: dict[str, Callable[[Words, Json], str]] = {
    "raw_text": lambda words, cell: words.plain(cell["text"]),
    "raw_number": lambda _, cell: escape(str(cell.get("text") or cell["value"])),
    "rich_text": rich_text,
}

# Markdown

MARKDOWN = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<address>[^()\s]+)\)"
    r"|\*\*(?P<strong>(?!\s)[^\n]+?(?<!\s))\*\*"
    r"|~~(?P<s>(?!\s)[^\n]+?(?<!\s))~~"
    r"|(?<![\w*])\*(?P<em>(?!\s)[^*\n]+?(?<!\s))\*(?![\w*])"
    r"|(?<!\w)_(?P<i>(?!\s)[^_\n]+?(?<!\s))_(?!\w)"
)
LINE = re.compile(
    r"(?P<heading>#{1,6}) +(?P<title>.+)|(?P<bullet>[-*+]) +(?P<item>.+)"
    r"|(?P<number>\d+)[.)] +(?P<step>.+)|> ?(?P<quote>.*)|(?P<rule>-{3,}|\*{3,})$"
)


def markdown(words: Words, text: str) -> str:
    """A `markdown` block: the Markdown that Slack understands, no HTML."""
    parts = re.split(r"```\w*\n?(.*?)\n?```\n?", text, flags=re.DOTALL)
    return "".join(
        f"<pre>{escape(part)}</pre>" if index % 2 else _markdown_lines(words, part)
        for index, part in enumerate(parts)
        if part.strip()
    )


def _markdown_lines(words: Words, text: str) -> str:
    return "".join(
        _markdown_line(words, line.strip()) for line in text.splitlines() if line.strip()
    )


def _markdown_line(words: Words, line: str) -> str:
    match = LINE.match(line)
    if match is None:
        return f"<p>{_markdown_inline(words, line)}</p>"
    if match["title"]:
        level = min(len(match["heading"]) + 2, 6)
        return f"<h{level}>{_markdown_inline(words, match['title'])}</h{level}>"
    if match["item"]:
        return f"<ul><li>{_markdown_inline(words, match['item'])}</li></ul>"
    if match["step"]:
        return (
            f'<ol start="{match["number"]}"><li>{_markdown_inline(words, match["step"])}</li></ol>'
        )
    if match["rule"]:
        return "<hr>"
    return f"<blockquote>{_markdown_inline(words, match['quote'])}</blockquote>"


def _markdown_inline(words: Words, text: str) -> str:
    shown, position = [], 0
    for match in MARKDOWN.finditer(text):
        shown.append(words.plain(text[position : match.start()]))
        shown.append(_markdown_piece(words, match))
        position = match.end()
    return "".join([*shown, words.plain(text[position:])])


def _markdown_piece(words: Words, match: re.Match[str]) -> str:
    if match["code"]:
        return f"<code>{escape(match['code'])}</code>"
    if match["label"]:
        return link(match["address"], _markdown_inline(words, match["label"]))
    kind = match.lastgroup or "em"
    tag = "em" if kind == "i" else kind
    return f"<{tag}>{_markdown_inline(words, match[kind])}</{tag}>"
