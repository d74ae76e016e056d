"""Finds what people can press and fill in by the words that they see."""

from collections.abc import Callable

from bot.sandbox.slack.blocks import options_of, placed_elements
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.mrkdwn import visible_text
from bot.sandbox.slack.payloads import Surface
from bot.sandbox.slack.workspace import Workspace

Placed = tuple[Json, Json]  # a block and the element in it


class NotVisibleError(AssertionError):
    """Something that a person looks for is not there; the message says what is."""


def labels(workspace: Workspace, block: Json, element: Json) -> list[str]:
    """The words by which a person may call an element, its action_id last."""
    found = [
        (element.get("text") or {}).get("text"),
        element.get("accessibility_label"),
        (block.get("label") or {}).get("text"),
        (element.get("placeholder") or {}).get("text"),
    ]
    if block["type"] == "section" and block.get("text"):
        found.append(visible_text(workspace, [block["text"]]))
    return [words for words in found if words] + [element["action_id"]]


def find_labelled(
    workspace: Workspace,
    surface: Surface,
    label: str,
    *,
    beside: str = "",
    suits: Callable[[Json], bool] = lambda _: True,
) -> Placed:
    """The one element that is called so.

    Args:
        workspace: whose people and channels are mentioned.
        surface: where to look.
        label: what the element is called.
        beside: words in its block, or in a block above it, that tell it from others.
        suits: which elements come into question.

    Raises:
        NotVisibleError: there is none, or more than one.
    """
    candidates = [(b, e) for b, e in placed_elements(surface.every_block) if suits(e)]
    found = [(b, e) for b, e in candidates if label in labels(workspace, b, e)]
    if beside:
        found = [pair for pair in found if _stands_beside(workspace, surface, pair[0], beside)]
    if len(found) == 1:
        return found[0]
    seen = [labels(workspace, b, e)[0] for b, e in candidates]
    amount = "more than one" if found else "no"
    raise NotVisibleError(
        f"{amount} {label!r} among {seen} in:\n{surface_text(workspace, surface)}"
    )


def _stands_beside(workspace: Workspace, surface: Surface, block: Json, words: str) -> bool:
    """Whether the block, or the nearest block with text above it, has these words."""
    blocks = surface.every_block
    position = next(index for index, each in enumerate(blocks) if each is block)
    for each in blocks[position::-1]:
        text = visible_text(workspace, [each])
        if words in text:
            return True
        if each is not block and each["type"] in {"section", "header", "divider"}:
            return False
    return False


def surface_text(workspace: Workspace, surface: Surface) -> str:
    """All words that stand on a message or view."""
    title = getattr(surface, "title", "")
    text = getattr(surface, "text", "")
    attached = [entry.get("text", "") for entry in getattr(surface, "attachments", ())]
    body = visible_text(workspace, surface.every_block, text)
    return "\n".join(words for words in [title, body, *attached] if words)


def option_called(element: Json, words: str, options: list[Json] | None = None) -> Json:
    """The option with this text.

    Raises:
        NotVisibleError: there is none.
    """
    known = options_of(element) if options is None else options
    for option in known:
        if option["text"]["text"] == words:
            return option
    seen = [option["text"]["text"] for option in known]
    raise NotVisibleError(f"no option {words!r} among {seen}")
