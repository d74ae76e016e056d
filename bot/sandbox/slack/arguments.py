"""The arguments of a Web API call, however the client sent them."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.sandbox.slack.errors import RefusedError

FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
TRUE_WORDS = {"1", "true", "True"}


class Arguments:
    """Arguments by name; form values are strings, JSON values have their own types."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = {name: value for name, value in given.items() if value is not None}

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers are taken as written."""
        value = self.given.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def required(self, name: str, code: str = "invalid_arguments") -> str:
        """A string that must be there.

        Raises:
            RefusedError: with `code`.
        """
        value = self.text(name)
        if not value:
            raise RefusedError(code, [f"[ERROR] missing required field: {name}"])
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A truth value, also as the words that clients send."""
        value = self.given.get(name, default)
        return value if isinstance(value, bool) else str(value) in TRUE_WORDS

    def number(self, name: str, default: int) -> int:
        """A whole number.

        Raises:
            RefusedError: `invalid_arguments`.
        """
        try:
            return int(self.given.get(name, default))
        except (TypeError, ValueError):
            raise RefusedError("invalid_arguments", [f"[ERROR] not a number: {name}"]) from None

    def names(self, name: str) -> list[str]:
        """A list that is sent as words between commas, or as a JSON array."""
        value = self.given.get(name, "")
        words = value if isinstance(value, list) else str(value).split(",")
        return [str(word).strip() for word in words if str(word).strip()]

    def structure(self, name: str, code: str = "invalid_arguments") -> Any:
        """A JSON value, as such or as text; None when it is not there.

        Raises:
            RefusedError: with `code`, when the text is not JSON.
        """
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            raise RefusedError(code, [f"[ERROR] failed to parse JSON: {name}"]) from None


async def read_arguments(request: web.Request) -> Arguments:
    """The arguments in the query and the body of a request.

    A token in a JSON body counts for nothing: it belongs in the header (Slack docs, Web API).

    Raises:
        RefusedError: `invalid_json`, `json_not_object`, or `invalid_post_type` and
            `missing_post_type` for a body of another kind; of plain text nothing is read.
    """
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        given |= _json_object(await request.text())
    elif request.content_type in FORMS:
        given |= dict(await request.post())
    elif request.can_read_body and request.content_type != "text/plain":
        kind = "invalid" if "Content-Type" in request.headers else "missing"
        raise RefusedError(f"{kind}_post_type")
    return Arguments(given)


def _json_object(body: str) -> dict[str, Any]:
    if not body:
        return {}
    try:
        parsed = json.loads(body)
    except json.JSONDecodeError:
        raise RefusedError("invalid_json") from None
    if not isinstance(parsed, dict):
        raise RefusedError("json_not_object")
    parsed.pop("token", None)
    return parsed
