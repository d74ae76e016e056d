"""The settings as tables of Markdown, for docs/configuration.md."""

from collections.abc import Iterator
from datetime import time, timedelta
from enum import Enum
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.config.accounts import (
    LynkwellAccount,
    PlugchoiceAccount,
    SpiriiAccount,
    VolttimeAccount,
)
from bot.config.settings import (
    AccessSettings,
    AlertSettings,
    ApprovalSettings,
    EnvironmentSettings,
    EscalationStep,
    OncallSettings,
    PolicySettings,
    RouteSettings,
    RuleSettings,
    Settings,
    SlackSettings,
)
from bot.config.values import format_duration

_TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("The environment", EnvironmentSettings),
    ("The top of the file", Settings),
    ("`[slack]`", SlackSettings),
    ("`[access]`", AccessSettings),
    ('`[[accounts]]` with `vendor = "plugchoice"`', PlugchoiceAccount),
    ('`[[accounts]]` with `vendor = "volttime"`', VolttimeAccount),
    ('`[[accounts]]` with `vendor = "spirii"`', SpiriiAccount),
    ('`[[accounts]]` with `vendor = "lynkwell"`', LynkwellAccount),
    ("`[alerts]`", AlertSettings),
    ("`[[alerts.rules]]`", RuleSettings),
    ("`[[alerts.routes]]`", RouteSettings),
    ("A step of `escalate`", EscalationStep),
    ("`[oncall]`", OncallSettings),
    ("`[approvals]`", ApprovalSettings),
    ("`[[approvals.policies]]`", PolicySettings),
)


def reference() -> str:
    """A section with a table for every table of the file."""
    return "\n\n".join(_section(title, model) for title, model in _TABLES)


def _section(title: str, model: type[BaseModel]) -> str:
    head = f"### {title}\n\n| key | meaning | default | example |\n|---|---|---|---|\n"
    return head + "\n".join(_rows(model))


def _rows(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if field.description:
            example = _toml(field.examples[0]) if field.examples else ""
            key = field.alias or name
            yield f"| `{key}` | {field.description} | {_default(field)} | {example} |"
        elif name == "vendor":
            yield "| `vendor` | Whose cloud it is. | required | |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    return _toml(value) if value not in (None, "", (), {}) else ""


def _toml(value: Any) -> str:
    return f"`{_written(value)}`"


def _written(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case timedelta():
            return f'"{format_duration(value)}"'
        case time():
            return f'"{value:%H:%M}"'
        case Enum():
            return f'"{value.value}"'
        case list() | tuple():
            return f"[{', '.join(map(_written, value))}]"
        case dict():
            return f"{{ {', '.join(f'{key} = {_written(item)}' for key, item in value.items())} }}"
        case int():
            return str(value)
        case _:
            return f'"{value}"'
