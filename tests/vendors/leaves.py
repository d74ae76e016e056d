"""Changing a reply one value at a time, to see whether we look at each."""

import copy
import re
from collections.abc import Iterator
from typing import Any


def changed(body: Any) -> dict[str, Any]:
    """For each value in the reply, by its path: the reply with another value there."""
    replies = {}
    for path, old in _leaves(body):
        reply = copy.deepcopy(body)
        holder = reply
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = _another(old)
        replies[".".join(str(step) for step in path)] = reply
    return replies


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for step, below in inner:
            yield from _leaves(below, (*path, step))
    else:
        yield path, value


def _another(value: Any) -> Any:
    if value is None:
        return "something"
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if re.match(r"\d{4}-\d\d-\d\d", value):
        return f"1999{value[4:]}"
    return f"{value} of another kind"
