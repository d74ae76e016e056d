"""A world in which every secret is marked, so that whoever writes one down is found out."""

import itertools
import logging
import traceback
from collections.abc import Iterable
from datetime import datetime

import pytest
from pydantic import BaseModel

from bot.sandbox.vendors import clouds, traffic
from bot.sandbox.vendors.lynkwell import cloud as lynkwell
from bot.sandbox.vendors.seed import seeded_world
from bot.sandbox.vendors.world import World

MARK = "M4RK3D"


def mark_credentials(patch: pytest.MonkeyPatch) -> None:
    """Tokens, keys and client secrets of all four clouds, and the cards of cars to come."""
    for vendor in clouds.KEYS:
        patch.setitem(clouds.KEYS, vendor, f"{MARK}-{vendor}-key")
    numbers = itertools.count(1)
    patch.setattr(lynkwell, "token_urlsafe", lambda _size: f"{MARK}-token-{next(numbers)}")
    patch.setattr(traffic, "CARD_LETTERS", [MARK])


def marked_world(now: datetime) -> World:
    """The seeded world; every charger has a marked pincode, every session a marked card."""
    world = seeded_world(now)
    for share in world.shares.values():
        for charger in share.chargers.values():
            charger.pincode = f"{MARK}-pin-{charger.number}"
        for site in share.sites.values():
            for session in site.sessions:
                session.id_tag = f"{MARK}-card"
    return world


def written_of(result: object) -> str:
    """What shows of a result where it is printed, logged or stored."""
    if isinstance(result, BaseException):
        return f"{result!r} {vars(result)!r} {''.join(traceback.format_exception(result))}"
    stored = result.model_dump_json() if isinstance(result, BaseModel) else ""
    return f"{result!r} {result} {stored}"


def logged_of(records: Iterable[logging.LogRecord]) -> str:
    """Everything that reached any log, with all that hangs on each record."""
    return "\n".join(f"{record.getMessage()} {vars(record)!r}" for record in records)
