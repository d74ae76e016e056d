"""Slack's text: what people type turned into Slack's form, and Slack's form read aloud."""

import re
from typing import Any

from bot.sandbox.slack.model import Channel, Json
from bot.sandbox.slack.workspace import Workspace

TYPED = re.compile(
    r"(?P<url>https?://[^\s<>|]+)|(?<!\w)@(?P<user>[\w.-]+)|(?<!\w)#(?P<channel>[\w-]+)"
)
BROADCASTS = {"here", "channel", "everyone"}
REFERENCE = re.compile(r"<(?P<sign>[@#!]?)(?P<body>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")

FENCE = re.compile(r"```\n?(.*?)\n?```\n?", re.DOTALL)
QUOTED = re.compile(r"(?:>|&gt;) ?")


def styled(sign: str, name: str) -> str:
    """The pattern of text between two signs, references taken whole."""
    inner = rf"(?:<[^<>\n]*>|[^{sign}\n])+?"
    return rf"(?<!\w){sign}(?P<{name}>(?!\s){inner}(?<!\s)){sign}(?!\w)"


def quoted_runs(lines: list[str]) -> list[tuple[bool, list[str]]]:
    """Neighbouring lines that are quoted, or are not; without the signs of the quote."""
    runs: list[tuple[bool, list[str]]] = []
    for line in lines:
        match = QUOTED.match(line)
        quoted = match is not None
        if not runs or runs[-1][0] != quoted:
            runs.append((quoted, []))
        runs[-1][1].append(line[match.end() :] if match else line)
    return runs


def escaped(workspace: Workspace, text: str) -> str:
    """What a person typed, in Slack's form: entities, mentions, links in angle brackets."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return TYPED.sub(lambda match: _reference(workspace, match), safe)


def _reference(workspace: Workspace, match: re.Match[str]) -> str:
    if match["url"]:
        return f"<{match['url']}>"
    if match["channel"]:
        return _channel_reference(workspace, match)
    name = match["user"].rstrip(".-")
    rest = match["user"][len(name) :]
    if name in BROADCASTS:
        return f"<!{name}>{rest}"
    for user in workspace.users.values():
        if user.name == name:
            return f"<@{user.id}>{rest}"
    for group in workspace.user_groups.values():
        if group.handle == name:
            return f"<!subteam^{group.id}>{rest}"
    return match[0]


def _channel_reference(workspace: Workspace, match: re.Match[str]) -> str:
    for channel in workspace.channels.values():
        if channel.name == match["channel"] and not channel.is_im:
            return f"<#{channel.id}|{_shown_name(channel)}>"
    return match[0]


def _shown_name(channel: Channel) -> str:
    return "" if channel.is_private else channel.name


def unescaped(text: str) -> str:
    """Entities back to what they stand for."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def readable(workspace: Workspace, text: str) -> str:
    """Slack's form as a person reads it: `@ada`, `#alerts`, link labels, date fallbacks."""
    return unescaped(REFERENCE.sub(lambda match: _spoken(workspace, match), text))


def _spoken(workspace: Workspace, match: re.Match[str]) -> str:
    body, label = match["body"], match["label"]
    if match["sign"] == "@" and body in workspace.users:
        return f"@{workspace.users[body].name}"
    if match["sign"] == "#" and body in workspace.channels:
        return f"#{workspace.channels[body].name}"
    if match["sign"] == "!" and body.startswith("subteam^"):
        group = workspace.user_groups.get(body.removeprefix("subteam^"))
        return f"@{group.handle}" if group else label or body
    if match["sign"] == "!" and not body.startswith("date^"):
        return f"@{body}"
    return label or body


def visible_text(workspace: Workspace, blocks: list[Json], text: str = "") -> str:
    """All words that a person can read in blocks, or the text where there are none."""
    if not blocks:
        return readable(workspace, text)
    return "\n".join(words for words in _words(workspace, blocks) if words)


def _words(workspace: Workspace, node: Any) -> list[str]:
    """The words in a node of blocks, in reading order."""
    if isinstance(node, list):
        return [words for item in node for words in _words(workspace, item)]
    if not isinstance(node, dict):
        return []
    if node.get("type") in {"rich_text_section", "rich_text_preformatted", "rich_text_quote"}:
        return ["".join(_rich_words(workspace, item) for item in node["elements"])]
    if isinstance(node.get("text"), str):
        plain = node.get("type") in {"plain_text", "raw_text"}
        return [node["text"] if plain else readable(workspace, node["text"])]
    skipped = {"confirm", "metadata", "accessibility_label"}
    own = [node["alt_text"]] if isinstance(node.get("alt_text"), str) else []
    inner = [item for key, item in node.items() if key not in skipped]
    return own + [words for item in inner for words in _words(workspace, item)]


def _rich_words(workspace: Workspace, element: Json) -> str:
    kind = element["type"]
    if kind == "user" and element["user_id"] in workspace.users:
        return f"@{workspace.users[element['user_id']].name}"
    if kind == "channel" and element["channel_id"] in workspace.channels:
        return f"#{workspace.channels[element['channel_id']].name}"
    if kind == "usergroup" and element["usergroup_id"] in workspace.user_groups:
        return f"@{workspace.user_groups[element['usergroup_id']].handle}"
    if kind == "emoji":
        return f":{element['name']}:"
    if kind == "broadcast":
        return f"@{element['range']}"
    return str(element.get("text") or element.get("fallback") or element.get("url") or "")
