"""Slack's text as HTML for one person: mentions, links, styles, emoji, dates.

Everything that comes in is text; nothing of it can become markup.
"""

import re
from collections.abc import Callable
from datetime import datetime, tzinfo
from html import escape
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.page.dates import slack_date
from bot.sandbox.page.emoji import EMOJI
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.mrkdwn import FENCE, quoted_runs, styled, unescaped
from bot.sandbox.slack.workspace import Workspace

SAFE_SCHEMES = {"http", "https", "mailto", "tel"}
BROADCASTS = {"here", "channel", "everyone"}

EMOJI_NAME = re.compile(r":([a-z0-9_+'-]+):(?::skin-tone-\d:)?")


MRKDWN = re.compile(
    "|".join(
        (
            r"`(?P<code>[^`\n]+)`",
            r"<(?P<reference>[^<>\n]+)>",
            r"(?P<url>https?://[^\s<>|`]+[^\s<>|`.,;:!?)*_~])",
            styled(r"\*", "strong"),
            styled("_", "em"),
            styled("~", "s"),
        )
    )
)


class Words:
    """Turns texts into HTML.

    Args:
        workspace: whose people, groups and channels are mentioned.
        viewer: the id of the person who reads; their own mentions stand out.
        zone: where the person is.
        now: the time.
    """

    def __init__(
        self, workspace: Workspace, viewer: str, zone: tzinfo, now: Callable[[], datetime]
    ) -> None:
        self._workspace = workspace
        self._viewer = viewer
        self.zone = zone
        self.now = now

    def text_object(self, text: Json) -> str:
        """A `plain_text` or `mrkdwn` object."""
        if text["type"] == "plain_text":
            return self.plain(text["text"], emoji=text.get("emoji", True))
        return self.mrkdwn(text["text"])

    def plain(self, text: str, *, emoji: bool = True) -> str:
        """Text as it is, emoji names excepted."""
        safe = escape(text)
        return _lines(EMOJI_NAME.sub(_emoji, safe) if emoji else safe)

    def mrkdwn(self, text: str) -> str:
        """Slack's own markup."""
        parts = FENCE.split(text)
        return "".join(
            f"<pre>{self._unstyled(part)}</pre>" if index % 2 else self._quotes(part)
            for index, part in enumerate(parts)
            if part
        )

    def _quotes(self, text: str) -> str:
        shown: list[str] = []
        for quoted, lines in quoted_runs(text.split("\n")):
            body = "<br>".join(self._inline(line) for line in lines)
            shown.append(f"<blockquote>{body}</blockquote>" if quoted else body)
        return _joined(shown)

    def _inline(self, text: str) -> str:
        shown, position = [], 0
        for match in MRKDWN.finditer(text):
            shown.append(self._named(text[position : match.start()]))
            shown.append(self._piece(match))
            position = match.end()
        return "".join([*shown, self._named(text[position:])])

    def _piece(self, match: re.Match[str]) -> str:
        kind, inner = match.lastgroup or "", match[match.lastgroup or 0]
        if kind == "code":
            return f"<code>{self._unstyled(inner)}</code>"
        if kind == "reference":
            return self.reference(inner)
        if kind == "url":
            return link(unescaped(inner), escape(unescaped(inner)))
        return f"<{kind}>{self._inline(inner)}</{kind}>"

    def _named(self, text: str) -> str:
        return EMOJI_NAME.sub(_emoji, escape(unescaped(text)))

    def _unstyled(self, text: str) -> str:
        """Code: references are still references, nothing else is markup."""
        parts = re.split(r"<([^<>\n]+)>", text)
        return "".join(
            self.reference(part) if index % 2 else escape(unescaped(part))
            for index, part in enumerate(parts)
        )

    # references

    def reference(self, inner: str) -> str:
        """What stands between `<` and `>`."""
        body, _, label = inner.partition("|")
        if body.startswith("@"):
            return self.user(body[1:])
        if body.startswith("#"):
            return self.channel(body[1:], label)
        if body.startswith("!"):
            return self._special(body[1:], label)
        address = unescaped(body)
        shown = self._named(label) if label else escape(address.removeprefix("mailto:"))
        return link(address, shown)

    def _special(self, body: str, label: str) -> str:
        kind, *details = body.split("^")
        if kind == "subteam" and details:
            return self.group(details[0], label)
        if kind == "date" and len(details) >= 2:
            return self.date(details[0], details[1], details[2] if details[2:] else "", label)
        if kind in BROADCASTS:
            return f'<span class="mention to-me">@{kind}</span>'
        return self._named(label or body)

    def user(self, user_id: str) -> str:
        """A mention of a person."""
        user = self._workspace.users.get(user_id)
        mine = " to-me" if user_id == self._viewer else ""
        return f'<span class="mention{mine}">@{escape(user.label if user else user_id)}</span>'

    def group(self, group_id: str, label: str = "") -> str:
        """A mention of a user group."""
        group = self._workspace.user_groups.get(group_id)
        mine = " to-me" if group and self._viewer in group.members else ""
        name = f"@{group.handle}" if group else unescaped(label) or group_id
        return f'<span class="mention{mine}">{escape(name)}</span>'

    def channel(self, channel_id: str, label: str = "") -> str:
        """A mention of a channel."""
        channel = self._workspace.channels.get(channel_id)
        name = channel.name if channel else unescaped(label) or channel_id
        return f'<span class="mention">#{escape(name)}</span>'

    def date(self, stamp: str, form: str, address: str = "", fallback: str = "") -> str:
        """A date in the reader's time."""
        text = slack_date(stamp, unescaped(form), self.zone, self.now())
        shown = escape(unescaped(fallback) if text is None else text)
        shown = f'<time title="{escape(unescaped(fallback))}">{shown}</time>'
        return link(unescaped(address), shown) if address else shown


def link(address: str, shown: str) -> str:
    """A link to a harmless address; only the text of any other. `shown` is HTML."""
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        scheme = ""
    if scheme not in SAFE_SCHEMES:
        return shown
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{shown}</a>'


def emoji(name: str) -> str:
    """The character of an emoji name, or the name itself; HTML."""
    character = EMOJI.get(name)
    if character is None:
        return f":{escape(name)}:"
    return f'<span class="emoji" role="img" aria-label="{escape(name)}">{character}</span>'


def _emoji(match: re.Match[str]) -> str:
    return emoji(match[1])


def _lines(html: str) -> str:
    return html.replace("\n", "<br>")


def _joined(parts: list[str]) -> str:
    """Parts with a line break between them, except beside a quote, which breaks by itself."""
    html = ""
    for part in parts:
        beside_quote = html.endswith("</blockquote>") or part.startswith("<blockquote>")
        html += part if not html or beside_quote else f"<br>{part}"
    return html


def first_line(value: Any, limit: int = 80) -> str:
    """The beginning of a text."""
    line = str(value).strip().partition("\n")[0]
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
