"""What a charger must look like before it is worth asking a vendor to register it."""

import re
import unicodedata

from vendors.models import Charger, Need, NewCharger, Registration

IDENTITY = "identity"
SERIAL_NUMBER = "serial_number"
SITE = "site_id"
STATION_MODEL = "station_model_id"

NEEDS = {
    IDENTITY: "identity",
    SERIAL_NUMBER: "serial_number",
    SITE: "site",
    STATION_MODEL: "station_model",
}
NAMES = {
    IDENTITY: "identity",
    SERIAL_NUMBER: "serial number",
    SITE: "site",
    STATION_MODEL: "station model",
}


def complaints(charger: NewCharger, wanted: Registration) -> dict[str, str]:
    """What is wrong with each field, in a sentence; empty where nothing is.

    An identity becomes part of a websocket address, so neither blanks nor slashes can be in it
    (OCPP-J 1.6, 3.1.1).
    """
    found = {
        field: complaint
        for field, need in NEEDS.items()
        if (complaint := _presence(field, getattr(charger, field), getattr(wanted, need)))
    }
    shapes = {
        IDENTITY: _identity_shape(charger.identity, wanted.identity_max)
        or _typed_by_nobody(IDENTITY, charger.identity),
        SERIAL_NUMBER: _typed_by_nobody(SERIAL_NUMBER, charger.serial_number),
    }
    return {**{field: shape for field, shape in shapes.items() if shape}, **found}


def _presence(field: str, value: str | None, need: Need) -> str:
    if need is Need.REQUIRED and not value:
        return f"The {NAMES[field]} is missing."
    if need is Need.ABSENT and value:
        return f"This vendor takes no {NAMES[field]}."
    return ""


def _identity_shape(identity: str | None, longest: int | None) -> str:
    if not identity:
        return ""
    if re.search(r"[\s/\\]", identity):
        return "An identity has no spaces and no slashes in it."
    if longest is not None and len(identity) > longest:
        return f"An identity has at most {longest} characters; this one has {len(identity)}."
    return ""


def _typed_by_nobody(field: str, text: str | None) -> str:
    """What comes along when text is copied: the vendor would keep it, and nobody would see it."""
    if any(unicodedata.category(letter).startswith("C") for letter in text or ""):
        return f"There are invisible characters in the {NAMES[field]}; type it anew."
    return f"There is a quotation mark in the {NAMES[field]}." if '"' in (text or "") else ""


def is_the_same(charger: Charger, asked: NewCharger) -> bool:
    """Whether a charger is the one that was asked for, by everything that both of them say.

    In any case of letters, as OCPP compares names (1.6, 3.15: CiString).
    """
    pairs = ((charger.identity, asked.identity), (charger.serial_number, asked.serial_number))
    stated = [
        theirs.casefold() == ours.casefold()
        for theirs, ours in pairs
        if ours is not None and theirs is not None
    ]
    return bool(stated) and charger.deleted_at is None and all(stated)
