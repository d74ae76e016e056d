"""What a vendor says when it says no, read from the error bodies that vendors are known to send."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import httpx
from pydantic import TypeAdapter, ValidationError

MAX_TEXT = 300
"""Longest text that we take over from a vendor, in characters."""

_JSON: TypeAdapter[Any] = TypeAdapter(Any)


class Complaint(NamedTuple):
    """A message, and messages by the vendor's own field names."""

    message: str = ""
    fields: Mapping[str, Sequence[str]] = {}

    def renamed(self, names: Mapping[str, str]) -> "Complaint":
        """With our field names, by a table of theirs to ours."""
        return self._replace(
            fields={names.get(name, name): texts for name, texts in self.fields.items()}
        )

    def without(self, secrets: Iterable[str]) -> "Complaint":
        """With nothing in it that we sent as a secret, and of a length that can be shown."""
        hidden = [secret for secret in secrets if secret]
        return Complaint(
            _clean(self.message, hidden),
            {
                _clean(name, hidden): tuple(_clean(text, hidden) for text in texts)
                for name, texts in self.fields.items()
            },
        )


def _clean(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "…")
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def complaint(response: httpx.Response) -> Complaint:
    """Read the error bodies of Laravel, of NestJS and `{"error": {…}}`; else nothing.

    Laravel: `{"message": "…", "errors": {"field": ["…"]}}` (Plugchoice docs, guides/errors).
    NestJS: `{"statusCode": 400, "message": ["field must be …"], "error": "Bad Request"}`.
    Envelope: `{"error": {"message": "…", "param": "field"}}` (Spirii docs, errors-and-limits).
    """
    try:
        body = _JSON.validate_json(response.content)
    except ValidationError:
        return Complaint()
    if not isinstance(body, dict):
        return Complaint()
    if isinstance(body.get("error"), dict):
        return _enveloped(body["error"])
    if isinstance(body.get("message"), list):
        return _by_first_word([text for text in body["message"] if isinstance(text, str)])
    return Complaint(_sentence(body), _field_texts(body.get("errors")))


def _enveloped(error: Mapping[str, Any]) -> Complaint:
    message = str(error.get("message") or "")
    param = error.get("param")
    return Complaint(message, {str(param): (message,)} if param else {})


def _by_first_word(texts: Sequence[str]) -> Complaint:
    """NestJS's validator begins each message with the name of the field."""
    fields: dict[str, tuple[str, ...]] = {}
    for text in texts:
        name = text.partition(" ")[0]
        fields[name] = (*fields.get(name, ()), text)
    return Complaint("; ".join(texts), fields)


def _sentence(body: Mapping[str, Any]) -> str:
    for name in ("message", "error", "detail"):
        if isinstance(body.get(name), str):
            return str(body[name])
    return ""


def _field_texts(errors: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(errors, dict):
        return {}
    return {
        str(name): tuple(str(text) for text in (texts if isinstance(texts, list) else [texts]))
        for name, texts in errors.items()
    }
