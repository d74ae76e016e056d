"""What all vendors' JSON has in common: unknown fields, envelopes, placeholders, new words."""

import json
import logging
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    SecretStr,
    TypeAdapter,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

_log = logging.getLogger(__name__)
_JSON: TypeAdapter[Any] = TypeAdapter(Any, config=ConfigDict(hide_input_in_errors=True))

ValueT = TypeVar("ValueT")
RowT = TypeVar("RowT")

PLACEHOLDERS = frozenset({"", "-"})
"""What vendors write where they have no value (Plugchoice's live readings and meters)."""


ESCAPED = b"\\u"


def with_whole_characters(content: bytes) -> bytes:
    """The same JSON with a question mark for each half of a character, which pydantic refuses.

    Back ends that cut names in the middle of an emoji write such halves, as escapes.
    """
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return content
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _filled(value: Any) -> Any:
    """Strip padding; a placeholder is no value."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    return None if text in PLACEHOLDERS else text


def _text(value: Any) -> Any:
    """Ids and codes come as numbers from some generations of an API, as text from others."""
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return _filled(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else _decimal(value)
    return str(value) if isinstance(value, int) else value


def _decimal(value: float) -> str | None:
    """`NaN` and infinity are no names of anything."""
    return str(value) if math.isfinite(value) else None


def _object(value: Any) -> Any:
    """An empty object comes as `[]` from some back ends, and a missing one as text."""
    return value if isinstance(value, dict) else None


def _finite(value: float | None) -> float | None:
    """A reading of `NaN` or infinity is no reading."""
    return value if value is not None and abs(value) < float("inf") else None


def _utc(value: datetime | None) -> datetime | None:
    """Times without a zone are UTC (Spirii; Plugchoice's inputs)."""
    if value is None:
        return None
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except OverflowError as exc:  # the first and last hours that a datetime can hold
        raise ValueError("time out of range") from exc


class _Lenient:
    """A value as it nearly always comes, or else whatever some tidying makes of it.

    What is `clean` never leaves pydantic's Rust, which takes a third off the reading of a row.
    """

    def __init__(self, clean: CoreSchema, *tidying: BeforeValidator | AfterValidator) -> None:
        self._clean = clean
        self._tidying = tidying

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        tidied = handler.generate_schema(Annotated[(source, *self._tidying)])
        return core_schema.union_schema(
            [self._clean, tidied],
            mode="left_to_right",
            custom_error_type="value",
            custom_error_message="not a value of this kind",
        )


# Text of one character may be a placeholder.
_CLEAN_TEXT = core_schema.str_schema(strict=True, strip_whitespace=True, min_length=2)
_CLEAN_NUMBER = core_schema.float_schema(strict=True, allow_inf_nan=False)
_CLEAN_WHOLE = core_schema.int_schema(strict=True)
_CLEAN_FLAG = core_schema.bool_schema(strict=True)
_CLEAN_TIME = core_schema.datetime_schema(tz_constraint=0)
_nullable = core_schema.nullable_schema

Text = Annotated[str | None, _Lenient(_nullable(_CLEAN_TEXT), BeforeValidator(_text))]
"""Text or `None`; blank and "-" are `None`, numbers become text."""

Id = Annotated[str, _Lenient(_CLEAN_TEXT, BeforeValidator(_text))]
"""Text that must be there, e.g. an id, whether the vendor sends it as text or as a number."""

Part = BeforeValidator(_object)
"""Makes a field's object optional: whatever is no object is `None`."""

Number = Annotated[
    float | None,
    _Lenient(_nullable(_CLEAN_NUMBER), BeforeValidator(_filled), AfterValidator(_finite)),
]
"""A number, also from padded text; "-" is `None`."""

Whole = Annotated[int | None, _Lenient(_nullable(_CLEAN_WHOLE), BeforeValidator(_filled))]
"""A whole number, also from `1.0` or padded text."""

Index = Annotated[int, _Lenient(_CLEAN_WHOLE, BeforeValidator(_filled))]
"""A whole number that must be there, e.g. a connector's."""

Secret = Annotated[SecretStr | None, BeforeValidator(_text)]
"""Text that nobody may see, whether the vendor sends it as text or as a number."""

Flag = Annotated[bool | None, _Lenient(_nullable(_CLEAN_FLAG), BeforeValidator(_filled))]
"""True, false or not said."""

UtcTime = Annotated[
    datetime | None,
    _Lenient(_nullable(_CLEAN_TIME), BeforeValidator(_filled), AfterValidator(_utc)),
]
"""An aware time in UTC; read as UTC where the vendor gives no zone."""


class WireModel(BaseModel):
    """A vendor's JSON: fields that we do not know are ignored, values never show in errors."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Read a body; raises pydantic's ValidationError."""
        if "data" in cls.model_fields:
            return cls.model_validate_json(content)
        return cls.from_body(_JSON.validate_json(content))

    @classmethod
    def from_body(cls, body: object) -> Self:
        """Read parsed JSON, in an envelope `{"data": {…}}` or bare; raises ValidationError."""
        return cls.model_validate(cls._unwrapped(body))

    @classmethod
    def _unwrapped(cls, body: object) -> object:
        """Take the envelope off where the body cannot be the object itself."""
        if not isinstance(body, dict) or "data" in cls.model_fields or "data" not in body:
            return body
        own = {field.alias or name for name, field in cls.model_fields.items()}
        required = {
            field.alias or name for name, field in cls.model_fields.items() if field.is_required()
        }
        is_bare = required <= body.keys() if required else bool(own & body.keys())
        return body if is_bare else body["data"]

    def carried(self, **wire_names: str) -> dict[str, Any]:
        """Our field = theirs, for those fields that the answer carried, were it with `null`."""
        present = self.model_fields_set  # once: a sweep asks this some 100,000 times
        return {
            ours: getattr(self, theirs) for ours, theirs in wire_names.items() if theirs in present
        }


class Empty(WireModel):
    """A success whose body says nothing that we need; it may be missing, but not be garbage."""

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Accept no body, or any JSON."""
        if content.strip():
            _JSON.validate_json(content)
        return cls()


class Listing(WireModel, Generic[RowT]):
    """Rows, in an envelope or as a bare array."""

    data: tuple[RowT, ...]

    @model_validator(mode="before")
    @classmethod
    def _bare_array(cls, body: Any) -> Any:
        return {"data": body} if isinstance(body, list) else body


def known_word(
    table: Mapping[str, ValueT], word: str | None, unknown: ValueT, *, about: str
) -> ValueT:
    """Our value for a vendor's word; a word that the table lacks is `unknown`, logged once.

    `about` names vendor and field, e.g. `plugchoice connection_status`.
    """
    if word is None:
        return unknown
    if word not in table:
        _log_unknown_word(about, word[:60])
        return unknown
    return table[word]


@lru_cache(maxsize=1024)  # once per value, and bounded should a vendor make up words forever
def _log_unknown_word(about: str, word: str) -> None:
    _log.warning("a vendor used a word we do not know", extra={"about": about, "word": word})
