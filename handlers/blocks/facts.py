"""Any of our values as labelled facts, field by field: whatever a vendor gave is shown."""

from collections.abc import Collection, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, SecretStr

from handlers.blocks import kit, words
from handlers.blocks.kit import Block


def of(value: BaseModel, *, without: Collection[str] = ()) -> list[Block]:
    """Every field that is set and not empty, in two columns."""
    return kit.fields(list(_facts(value, without)))


def _facts(
    value: BaseModel, without: Collection[str], before: str = ""
) -> Iterator[tuple[str, str]]:
    for name in type(value).model_fields:
        content = getattr(value, name)
        if name in without or content is None or content == () or isinstance(content, SecretStr):
            continue
        label = f"{before}{words.label(name)}"
        if isinstance(content, BaseModel):
            yield from _facts(content, without, before=f"{label}: ")
        else:
            yield label, _shown(name, content)


def _shown(name: str, content: Any) -> str:
    match content:
        case bool():
            return "yes" if content else "no"
        case datetime():
            return kit.when(content)
        case StrEnum():
            return kit.inline(str(content).replace("_", " "))
        case int() | float():
            return str(content) if name.endswith("id") else words.with_unit(name, float(content))
        case tuple():
            return kit.inline(", ".join(str(part) for part in content), 500)
        case _:
            return kit.inline(str(content), 500)
