"""What pydantic finds wrong, as sentences for whoever wrote the file: a line for each mistake."""

import difflib
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.config.settings import Settings
from bot.config.writing import written
from vendors.models import Vendor

Location = tuple[int | str, ...]

VENDORS: Final = tuple(vendor.value for vendor in Vendor)
A_TABLE: Final = "must be a table"
PLAINLY: Final[Mapping[str, str]] = {
    "tuple_type": "must be a list",
    "model_type": A_TABLE,
    "model_attributes_type": A_TABLE,
    "dict_type": A_TABLE,
    "string_type": "must be a text in quotes",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "finite_number": "must be a whole number",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "too_short": "must name {min_length} or more",
    "string_pattern_mismatch": "may have small letters, digits, - and _, and 31 of them at most",
}
"""By pydantic's type of error; its own words are for programmers."""
MISSING_TABLES: Final[Mapping[Location, str]] = {
    ("slack",): "slack is missing; begin it with [slack]",
    ("accounts",): "accounts: there are none; add one, beginning with [[accounts]]",
}


def lines_for(errors: Sequence[ErrorDetails], *, within: Location = ()) -> list[str]:
    """A line for each mistake; accounts that are wrong are not also reported as too few.

    `within` is the table that was read, where it was not the whole.
    """
    wrong_accounts = any(error["loc"][0] == "accounts" and error["loc"][1:] for error in errors)
    return [
        _line(error, (*within, *error["loc"]))
        for error in errors
        if not (wrong_accounts and error["type"] == "too_short" and error["loc"] == ("accounts",))
    ]


def _line(error: ErrorDetails, location: Location) -> str:
    where = _where(location)
    kind, said = error["type"], error.get("ctx", {})
    match kind:
        case "missing" | "too_short" if location in MISSING_TABLES:
            return MISSING_TABLES[location]
        case "missing":
            hint = "; set it" if location[0] == "environment" else _example(location)
            return f"{where} is missing{hint}"
        case "extra_forbidden":
            return f"{where} is not a setting{_suggestion(location)}"
        case "union_tag_invalid" | "union_tag_not_found":
            return f"{where}.vendor: name one of {', '.join(VENDORS)}"
        case "literal_error" | "enum":
            return f"{where} is {error['input']!r}; it must be {said.get('expected', '')}"
        case "value_error":
            message = str(said["error"])
            glue = " " if message.startswith(("is ", "has ")) else ": "
            return f"{where}{glue}{message}"
        case _:
            plainly = (
                PLAINLY[kind].format(**said) if kind in PLAINLY else f"is wrong: {error['msg']}"
            )
            return f"{where} {plainly}{_example(location)}"


def _where(location: Location) -> str:
    """As in the file; that a variable is of the environment, and whose an account is, is known."""
    text = ""
    for part in location:
        if part != "environment" and part not in VENDORS:
            text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "the file"


def _section(location: Location) -> type[BaseModel] | None:
    """The model of the table that holds the last part of a location."""
    model: type[BaseModel] | None = Settings
    for part in location[:-1]:
        if isinstance(part, int) or model is None:
            continue
        if part in VENDORS:
            model = next(m for m in _models(Settings, "accounts") if _is_of(m, part))
            continue
        candidates = _models(model, part)
        model = candidates[0] if candidates else None
    return model


def _is_of(model: type[BaseModel], vendor: str) -> bool:
    return get_args(model.model_fields["vendor"].annotation) == (vendor,)


def _models(model: type[BaseModel], part: str) -> list[type[BaseModel]]:
    for name, field in model.model_fields.items():
        if part in (name, field.alias):
            return list(_models_in(field.annotation))
    return []


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        if issubclass(annotation, BaseModel):
            yield annotation
        return
    for part in get_args(annotation):
        yield from _models_in(part)


def _example(location: Location) -> str:
    model, name = _section(location), location[-1]
    for field_name, field in (model.model_fields if model else {}).items():
        if name in (field_name, field.alias) and field.examples:
            return f"; write it such as {name} = {written(field.examples[0])}"
    return ""


def _suggestion(location: Location) -> str:
    model = _section(location)
    if model is None:
        return ""
    names = [str(field.alias or name) for name, field in model.model_fields.items()]
    close = difflib.get_close_matches(str(location[-1]), names, n=1)
    return f"; did you mean {close[0]}?" if close else f"; the settings are {', '.join(names)}"
