"""The small checks that Block Kit's rules are made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One objection and the place (a JSON pointer) that it is about."""

    text: str
    pointer: str


@dataclass
class Findings:
    """Collects objections."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, text: str, pointer: str) -> None:
        """Object to what stands at a place."""
        self.problems.append(Problem(text, pointer))


Check = Callable[[Any, str, Findings], None]


def anything(_value: Any, _at: str, _found: Findings) -> None:
    """No objection."""


def string(limit: int, *, least: int = 1) -> Check:
    """A string of `least` to `limit` characters."""

    def check(value: Any, at: str, found: Findings) -> None:
        if not isinstance(value, str):
            found.add("must be a string", at)
        elif len(value) < least:
            found.add(f"must be more than {least - 1} characters", at)
        elif len(value) > limit:
            found.add(f"must be less than {limit + 1} characters", at)

    return check


def flag(value: Any, at: str, found: Findings) -> None:
    """True or false."""
    if not isinstance(value, bool):
        found.add("must be a boolean", at)


def whole(least: int, most: int) -> Check:
    """A whole number within bounds."""

    def check(value: Any, at: str, found: Findings) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            found.add("must be an integer", at)
        elif not least <= value <= most:
            found.add(f"must be between {least} and {most}", at)

    return check


def choice(*words: str) -> Check:
    """One of some words."""

    def check(value: Any, at: str, found: Findings) -> None:
        if value not in words:
            found.add(f"must be one of: {', '.join(words)}", at)

    return check


def items(check_item: Check, most: int, *, least: int = 1) -> Check:
    """A list whose items all pass."""

    def check(value: Any, at: str, found: Findings) -> None:
        if not isinstance(value, list):
            found.add("must be an array", at)
            return
        if len(value) < least:
            found.add(f"no fewer than {least} items allowed", at)
        if len(value) > most:
            found.add(f"no more than {most} items allowed", at)
        for index, item in enumerate(value):
            check_item(item, f"{at}/{index}", found)

    return check


def or_null(check_value: Check) -> Check:
    """Nothing, or what passes."""

    def check(value: Any, at: str, found: Findings) -> None:
        if value is not None:
            check_value(value, at, found)

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these properties and no others."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str, found: Findings) -> None:
        if not isinstance(value, dict):
            found.add("must be an object", at)
            return
        for name in required:
            if value.get(name) is None:
                found.add(f"missing required field: {name}", at)
        for name, item in value.items():
            if name not in known:
                found.add(f"invalid additional property: {name}", at)
            elif item is not None:
                known[name](item, f"{at}/{name}", found)

    return check


def one_of_types(shapes: Mapping[str, Check]) -> Check:
    """An object whose `type` names one of the shapes."""

    def check(value: Any, at: str, found: Findings) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in shapes:
            found.add(f"unsupported type: {kind}", f"{at}/type")
        else:
            shapes[kind](value, at, found)

    return check


def both(*checks: Check) -> Check:
    """All of several checks."""

    def check(value: Any, at: str, found: Findings) -> None:
        for each in checks:
            each(value, at, found)

    return check


def exactly_one(*names: str) -> Check:
    """An object with just one of some properties."""

    def check(value: Any, at: str, found: Findings) -> None:
        if isinstance(value, dict) and sum(value.get(name) is not None for name in names) != 1:
            found.add(f"must have exactly one of: {', '.join(names)}", at)

    return check


# text objects


def plain(limit: int) -> Check:
    """A plain_text object."""
    return one_of_types({"plain_text": _text_shape(limit, {"emoji": flag})})


def text(limit: int) -> Check:
    """A plain_text or mrkdwn object."""
    return one_of_types(
        {
            "plain_text": _text_shape(limit, {"emoji": flag}),
            "mrkdwn": _text_shape(limit, {"verbatim": flag}),
        }
    )


def _text_shape(limit: int, optional: Mapping[str, Check]) -> Check:
    return shape({"type": anything, "text": string(limit)}, optional)
