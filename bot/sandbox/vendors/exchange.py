"""A request as an endpoint sees it, and what an endpoint may say to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from multidict import CIMultiDictProxy, MultiMapping

Row = dict[str, Any]
"""One JSON object as a vendor prints it."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as an endpoint sees it; `path` is below the base URL."""

    method: str
    path: str
    params: Mapping[str, str]
    query: MultiMapping[str]
    headers: CIMultiDictProxy[str]
    body: Any

    @property
    def fields(self) -> Mapping[str, Any]:
        """The body where it is a JSON object, else nothing."""
        return self.body if isinstance(self.body, dict) else {}


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint says; a body of None is no body at all."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):  # noqa: N818 - an answer in the vendor's words, not an error of ours
    """The vendor says no. `fields` are messages by field, where the vendor gives them."""

    def __init__(
        self,
        status: int,
        message: str,
        fields: Mapping[str, list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.fields = fields or {}
        self.headers = headers or {}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One documented method and path, and the plain function that answers it.

    An `open` one asks for no credential and is not counted.
    """

    method: str
    path: str
    answer: Callable[[Incoming], Answer]
    open: bool = False


def bearer(incoming: Incoming) -> str | None:
    """The token of an `Authorization: Bearer …` header."""
    scheme, _, token = incoming.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else None
