"""Calls one account once, and says what came of it."""

import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Final

from bot.checks.findings import Finding
from bot.clock import Clock
from vendors import errors
from vendors.capabilities import CAPABILITIES, is_capable
from vendors.errors import VendorError, VendorRateLimitedError
from vendors.models import Charger, Vendor
from vendors.ports import Client, ListsChargers

CLOCKS_MAY_DIFFER_S: Final = 60
MOST_PAGES: Final = 10
"""To look for a charger on: a check is no sweep."""
WITHOUT_CONNECTIVITY: Final = frozenset({Vendor.LYNKWELL})
"""Vendors whose clouds do not say whether a charger is online."""

_FIXES: Final[Mapping[type[VendorError], str]] = {
    VendorError: "Try again in a minute.",
    errors.VendorUnreachableError: "Check `base_url`, and the network of this machine.",
    errors.VendorAuthError: "Renew the credential, in the environment variable that the account"
    " names.",
    errors.ForbiddenError: "Check `team`, and what the vendor lets this credential see.",
    errors.NotFoundError: "Check `team` and `base_url`.",
    errors.UnexpectedReplyError: "Check `base_url`; if it is right, please report this.",
}


async def account_findings(client: Client, clock: Clock) -> list[Finding]:
    """Whether an account can be worked with, and how well."""
    subject = f"account {client.account}"
    try:
        return [
            await _greeting(subject, client, clock),
            Finding(subject, True, f"It {_abilities(client)}."),
            await _first_chargers(subject, client),
            _rate_limit(subject, client),
            *_blind_spots(subject, client),
        ]
    except VendorRateLimitedError as error:
        wait = f"{error.retry_after:.0f} s"
        fix = "Wait. Where others use the same credential, set a lower `requests_per_minute`."
        return [Finding(subject, None, f"{client.vendor} asks us to wait {wait}.", fix)]
    except VendorError as error:
        fix = next(_FIXES[kind] for kind in type(error).__mro__ if kind in _FIXES)
        return [Finding(subject, False, f"{_what(error)} ({error}).", fix)]


async def _greeting(subject: str, client: Client, clock: Clock) -> Finding:
    theirs = await client.ping()
    good = f"{client.vendor} answers and takes our credential"
    if theirs is None:
        return Finding(subject, True, f"{good}; it does not tell the time.")
    apart = (theirs - clock.now()).total_seconds()
    sentence = f"{good}; its clock and ours differ by {round(apart):+d} s."
    if abs(apart) > CLOCKS_MAY_DIFFER_S:
        fix = "Set this machine's clock, if the others differ from it as well."
        return Finding(subject, None, sentence, fix)
    return Finding(subject, True, sentence)


def _abilities(client: Client) -> str:
    """What it can do, in the words of the protocols' names."""
    able = [each.__name__ for each in CAPABILITIES if is_capable(type(client), each)]
    return ", ".join(re.sub(r"(?<!^)([A-Z])", r" \1", name).lower() for name in able)


async def _first_chargers(subject: str, client: Client) -> Finding:
    if not isinstance(client, ListsChargers):
        return Finding(subject, None, "It cannot list chargers, so none are watched.")
    number, seen = await _first_page_with_some(client)
    if not seen:
        where = f"on its first {number} pages" if number == MOST_PAGES else "in its list"
        fix = "Check `team`, `sites` and what the credential may see, if there should be some."
        return Finding(subject, None, f"There are no chargers {where}.", fix)
    where = "its first page" if number == 1 else f"page {number} of its list"
    return Finding(subject, True, f"Chargers on {where}: {len(seen)}.")


async def _first_page_with_some(client: ListsChargers) -> tuple[int, Sequence[Charger]]:
    """Its number and its chargers: a page may hold only what is no charger of the account's."""
    pages = client.chargers()
    number = 0
    page: Sequence[Charger] | None = ()
    while not page and number < MOST_PAGES and (page := await anext(pages, None)) is not None:
        number += 1
    if isinstance(pages, AsyncGenerator):
        await pages.aclose()
    return number, page or ()


def _rate_limit(subject: str, client: Client) -> Finding:
    left = client.rate_limit_left
    if left is None:
        return Finding(
            subject, True, "It does not say how many requests are left before its rate limit."
        )
    return Finding(subject, True, f"It has {left} requests left before its rate limit.")


def _blind_spots(subject: str, client: Client) -> list[Finding]:
    if client.vendor not in WITHOUT_CONNECTIVITY:
        return []
    sentence = "It never says whether a charger is online: only faults are watched."
    return [Finding(subject, None, sentence)]


def _what(error: VendorError) -> str:
    match error:
        case errors.VendorUnreachableError():
            return "It cannot be reached"
        case errors.VendorAuthError():
            return "It does not accept our credential"
        case errors.ForbiddenError():
            return "It does not let our credential see the account"
        case errors.NotFoundError():
            return "It does not know the account"
        case errors.UnexpectedReplyError():
            return "It answers in a way that we do not understand"
        case _:
            return "It cannot be worked with"
