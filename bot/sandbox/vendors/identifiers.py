"""Ids that look like a vendor's own and lead back to the number of a thing without an index."""

import hashlib
from uuid import UUID

_LOW = (1 << 48) - 1
_SPREAD = 0x42D4C957F2D
_GATHER = pow(_SPREAD, -1, 1 << 48)


def uuid_of(kind: str, number: int) -> str:
    """The UUID of a thing; always the same."""
    tail = number * _SPREAD & _LOW ^ _digest(kind, 6)
    return str(UUID(int=_digest(f"{kind}{number}", 10) << 48 | tail, version=4))


def number_of(kind: str, uuid: str) -> int | None:
    """The number of the thing with this UUID; None when it is not one of ours."""
    number = _number(kind, uuid.replace("-", "")[-12:])
    return number if number is not None and uuid_of(kind, number) == uuid.lower() else None


def opaque(prefix: str, kind: str, number: int) -> str:
    """An opaque prefixed id such as `as_4f…`."""
    return prefix + uuid_of(kind, number).replace("-", "")[-20:]


def number_of_opaque(prefix: str, kind: str, given: str) -> int | None:
    """The number behind an opaque id; None when it is not one of ours."""
    number = _number(kind, given[-12:])
    return number if number is not None and opaque(prefix, kind, number) == given else None


def _number(kind: str, tail: str) -> int | None:
    try:
        return (int(tail, 16) ^ _digest(kind, 6)) * _GATHER & _LOW
    except ValueError:
        return None


def _digest(text: str, size: int) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=size).digest())
