"""Filters and sorts of Plugchoice's lists, as query parameters such as `filter[status]`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from multidict import MultiMapping

from bot.sandbox.vendors.entities import Charger, Session, Site, Status
from bot.sandbox.vendors.exchange import Refusal
from bot.sandbox.vendors.identifiers import number_of
from bot.sandbox.vendors.laravel import invalid
from bot.sandbox.vendors.laravel_rows import connection_status
from bot.sandbox.vendors.plugchoice.rows import has_sensitive
from bot.sandbox.vendors.world import Share

CHARGER_OPTIONS: Mapping[str, Sequence[str]] = {
    "connection_statuses": ("never_seen", "offline", "online"),
    "statuses": ("Available", "Faulted", "Unavailable"),
    "connector_statuses": tuple(status.value for status in Status),
    "vendors": (),
    "license_types": ("basic", "smart", "pro"),
}
TRANSACTION_OPTIONS: Mapping[str, Sequence[str]] = {"statuses": ("active", "finished")}

Query = MultiMapping[str]

CHARGER_FILTERS: Mapping[str, Callable[[Charger, str], bool]] = {
    "connection_status": lambda charger, word: connection_status(charger) == word,
    "status": lambda charger, word: charger.status == word,
    "connector_status": lambda charger, word: any(
        connector.status == word for connector in charger.connectors
    ),
    "vendor": lambda charger, word: charger.seen and charger.model.maker == word,
    "license": lambda charger, word: word in _licences(charger),
    "site_uuid": lambda charger, word: (
        charger.site is not None and charger.site.number == number_of("site", word)
    ),
    "search": lambda charger, word: word.casefold() in charger.identity.casefold(),
}
ONLY_TROUBLED = {
    ("connection_status", "offline"),
    ("connection_status", "never_seen"),
    ("status", "Faulted"),
    ("status", "Unavailable"),
    ("connector_status", "Faulted"),
}
"""Filters whose hits are all among the chargers that need a look; spares reading the others."""

CHARGER_SORTS: Mapping[str, Callable[[Charger], Any]] = {
    "identity": lambda charger: charger.identity,
    "connection_status": connection_status,
    "status": lambda charger: charger.status or "",
    "created_at": lambda charger: charger.created_at,
}
SITE_SORTS: Mapping[str, Callable[[Site], Any]] = {
    "name": lambda site: site.name,
    "country": lambda site: site.country,
    "chargers_count": lambda site: len(site.chargers),
    "created_at": lambda site: site.created_at,
}


def team_chargers(share: Share, query: Query) -> Sequence[Charger]:
    """Our chargers that pass the filters, newest first where no `sort` says otherwise."""
    wanted = {
        (name, query[f"filter[{name}]"]) for name in CHARGER_FILTERS if f"filter[{name}]" in query
    }
    sort = query.get("sort")
    if not wanted:
        in_order = sort == "identity"
        return share.in_order() if in_order else _sorted(share.fleet, sort, CHARGER_SORTS)
    found = [
        charger
        for charger in _candidates(share, wanted)
        if all(CHARGER_FILTERS[name](charger, word) for name, word in wanted)
    ]
    return _sorted(found, sort, CHARGER_SORTS)


def _candidates(share: Share, wanted: set[tuple[str, str]]) -> Sequence[Charger]:
    """The fewest chargers that hold every hit, oldest first."""
    if wanted & ONLY_TROUBLED:
        return share.attention()
    for name, word in wanted:
        if name == "site_uuid":
            site = share.sites.get(number_of("site", word) or 0)
            return site.chargers if site else []
    return share.fleet


def team_sites(share: Share, query: Query) -> Sequence[Site]:
    """Our sites that pass the filters, by name where no `sort` says otherwise."""
    country = query.get("filter[country]")
    mode = query.get("filter[smart_charging]")
    search = query.get("filter[search]", "").casefold()
    found = [
        site
        for site in share.sites.values()
        if country in (None, site.country)
        and mode in (None, site.smart_charging.mode)
        and search in site.name.casefold()
    ]
    return _sorted(found, query.get("sort", "name"), SITE_SORTS)


def charger_transactions(sessions: Sequence[Session], query: Query) -> Sequence[Session]:
    """Sessions that pass the filters (status, times, charger), latest first."""
    status = query.get("filter[status]")
    started_from = _time(query.get("filter[started_from]"))
    stopped_until = _time(query.get("filter[stopped_until]"))
    uuid = query.get("filter[charger_uuid]")
    charger = number_of("charger", uuid) if uuid else None
    return [
        session
        for session in reversed(sessions)
        if status in (None, "finished" if session.stopped_at else "active")
        and (started_from is None or session.started_at >= started_from)
        and (stopped_until is None or _stopped_by(session, stopped_until))
        and (uuid is None or session.connector.charger.number == charger)
    ]


def team_transactions(share: Share, query: Query, now: datetime) -> Sequence[Session]:
    """All sessions of the team, latest first where no `sort` says otherwise."""
    status = query.get("filter[status]")
    sessions = chain.from_iterable(site.sessions for site in share.sites.values())
    found = [
        session
        for session in sessions
        if status in (None, "finished" if session.stopped_at else "active")
        and has_sensitive(session.connector.charger)
    ]
    sorts: Mapping[str, Callable[[Session], Any]] = {
        "started_at": lambda session: session.started_at,
        "stopped_at": lambda session: session.stopped_at or now,
        "total_kwh": lambda session: session.energy_wh(now),
        "meter_start": lambda session: session.meter_start_wh,
        "meter_stop": lambda session: session.meter_start_wh + session.energy_wh(now),
    }
    return _sorted(found, query.get("sort", "-started_at"), sorts)


def _sorted(
    found: Sequence[Any], sort: str | None, sorts: Mapping[str, Callable[[Any], Any]]
) -> Sequence[Any]:
    """By one of the documented keys; `-` turns it round. An unknown key is a 400 (inferred)."""
    if sort in (None, "-created_at"):
        return found[::-1]
    name = sort.removeprefix("-")
    if name not in sorts:
        raise Refusal(400, f"Requested sort(s) `{name}` is not allowed.")
    return sorted(found, key=sorts[name], reverse=sort.startswith("-"))


def _stopped_by(session: Session, until: datetime) -> bool:
    return session.stopped_at is not None and session.stopped_at <= until


def _licences(charger: Charger) -> Sequence[str]:
    if not charger.seen:
        return ("basic",)
    return ("smart", "pro") if charger.model.is_dc else ("smart",)


def _time(given: str | None) -> datetime | None:
    if given is None:
        return None
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise invalid("filter", "The filter is not a valid date.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
