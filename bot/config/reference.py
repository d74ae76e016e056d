"""The settings as tables of Markdown, for docs/configuration.md."""

from collections.abc import Iterator
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
from bot.config.writing import written

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
    return f"`{written(value)}`"
