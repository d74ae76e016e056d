"""A charger: the card, the short form, one line of a list, and every fact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.alerts import codes
from bot.inventory import Found, KnownCharger
from handlers import ids
from handlers.blocks import facts, kit, lists, tables, words
from handlers.blocks.kit import Block, Element, Message, View
from handlers.blocks.lists import Query
from vendors.models import Charger, Connectivity, Connector, Fault, Ref, Status, Vendor

MOST_FAULTS: Final = 4
SEARCH_LIMIT: Final = 200
"""A search stops counting here."""
COLUMNS: Final = ("Connector", "Status", "Fault", "Plug", "Limit")
FROM_VENDORS: Final = "It was not in my list yet, so I asked the vendors."
STALE: Final = "before the connection was lost"
BOX: Final = "The charger"
UNTOLD: Final = "Lynkwell does not tell whether a charger is connected"


@dataclass(frozen=True)
class Offer:
    """A button on a charger's card: something that its account can do."""

    text: str
    action_id: str
    label: str
    """What a screen reader says."""


@dataclass(frozen=True)
class Surroundings:
    """What stands on a card besides the charger itself."""

    alerts: Sequence[str] = ()
    """Alerts open on it, each a finished line."""
    silences: Sequence[str] = ()
    offers: Sequence[Offer] = ()
    shared_by: str | None = None


def card(known: KnownCharger, now: datetime, around: Surroundings | None = None) -> Message:
    """Everything a support agent needs first, as a message with a table of connectors."""
    around = around or Surroundings()
    charger = known.charger
    blocks = [
        kit.header(f"{charger.label} · {charger.account}"),
        kit.section("\n".join(_state(known, now))),
        *_faults(charger),
        *_connector_table(charger),
        *kit.fields(_where_and_what(charger)),
        *_surroundings(around),
        *_offers(charger, around.offers),
        kit.context(*_small_print(known, now, around)),
    ]
    return kit.message(spoken(known, now), blocks)


def _small_print(known: KnownCharger, now: datetime, around: Surroundings) -> list[str]:
    shared = [f"Shared by {kit.person(around.shared_by)}"] if around.shared_by else []
    return [_evidence(known, now), *shared]


def found(query: Query, result: Found, now: datetime) -> Message:
    """One page of the hits, or none and what is called almost so."""
    wanted, where = query.filters["text"], lists.narrowed(query.filters, without="text")
    if not result.hits:
        return _none(wanted, where, result, now)
    is_cut = result.total >= SEARCH_LIMIT
    number = f"{SEARCH_LIMIT} or more" if is_cut else f"{result.total:,}"
    title = f"{number} chargers match {kit.code(wanted)}{where}"
    shown = result.hits[query.offset : query.offset + lists.SIZE]
    notes = [
        *_age(shown, now),
        "Type more of the name to see fewer." if is_cut else "",
        FROM_VENDORS if result.asked else "",
    ]
    return lists.page(query, title, _lines(shown, now), total=result.total, notes=notes)


def said_to_be_new(shown: Message) -> Message:
    """The card of a charger that only its vendor knew."""
    return kit.message(shown["text"], [*shown["blocks"], kit.context(FROM_VENDORS)])


def _age(chargers: Sequence[KnownCharger], now: datetime) -> list[str]:
    return lists.age(min((known.seen_at for known in chargers), default=None), now)


def _none(wanted: str, where: str, result: Found, now: datetime) -> Message:
    asked = " I asked the vendors too." if result.asked else ""
    silent = ", ".join(kit.inline(account) for account in result.unanswered)
    unanswered = f" No answer came from {silent}, so it may still be there." if silent else ""
    text = f"I find no charger called {kit.code(wanted)}{where}.{asked}{unanswered}"
    nearest = [kit.section("*Called almost so:*"), *_lines(result.nearest, now)]
    return kit.message(text, [kit.section(text), *(nearest if result.nearest else [])])


def several(
    chargers: Sequence[KnownCharger],
    missing: Sequence[str],
    now: datetime,
    notes: Sequence[str] = (),
) -> Message:
    """A short card for each, and the names that nobody has."""
    text = f"{kit.counted(len(chargers), 'charger')} found"
    names = ", ".join(kit.code(name) for name in missing)
    lost = f"; nobody has {names}" if missing else ""
    cards = [block for known in chargers for block in short(known, now)]
    said = [kit.section(f"{text}{lost}"), *([kit.context(*notes)] if notes else [])]
    return kit.message(f"{text}{lost}", [*said, *cards])


def listed(query: Query, chargers: Sequence[KnownCharger], total: int, now: datetime) -> Message:
    """One page of a list."""
    state = query.filters.get("state", "all")
    kind = "" if state == "all" else f"{state} "
    where = lists.narrowed(query.filters, without="state")
    number = kit.counted(total, f"{kind}charger") if total else f"No {kind}chargers"
    title = f"{number}{where}"
    return lists.page(query, title, _lines(chargers, now), total=total, notes=_age(chargers, now))


def _lines(chargers: Sequence[KnownCharger], now: datetime) -> list[Block]:
    return [line(known, now) for known in chargers]


def short(known: KnownCharger, now: datetime, *, with_button: bool = True) -> list[Block]:
    """The same in few lines and without a table: for forms, Home and lists."""
    charger = known.charger
    plugs = [_connector_line(plug, charger.connectivity) for plug in charger.connectors]
    return [
        kit.section(
            "\n".join([_title(charger), *_state(known, now), *plugs[:8]]),
            accessory=show_button(charger) if with_button else None,
        ),
        *kit.fields(_where_and_what(charger)[:4]),
    ]


def line(known: KnownCharger, now: datetime, then: str = ids.CHARGER_SHOW) -> Block:
    """One entry of a list, with a button that leads to the action `then`."""
    charger = known.charger
    place = kit.inline(charger.site_name or charger.site_id or "no site")
    told = [part for part in (_state(known, now)[0], _first_fault(charger)) if part]
    return kit.section(
        f"{_title(charger)} · {place}\n{', '.join(told)}",
        accessory=show_button(charger) if then == ids.CHARGER_SHOW else _take_button(charger, then),
    )


def spoken(known: KnownCharger, now: datetime) -> str:
    """The card in one sentence: for notifications and screen readers."""
    charger = known.charger
    what = words.CONNECTIVITY[charger.connectivity].lower()
    status = status_word(charger.status, charger.connectivity) if charger.status else ""
    parts = [f"{what}{_since(known, now)}", status, _first_fault(charger)]
    said = ", ".join(part for part in parts if part)
    return f"{kit.inline(charger.label)} at {kit.inline(charger.account)}: {said}"


def show_button(charger: Charger) -> Element:
    """Opens the card."""
    return kit.choice(ids.CHARGER_SHOW, str(charger.ref), charger.label)


def _take_button(charger: Charger, then: str) -> Element:
    """Goes on with this one of several; two accounts may know it by the same name."""
    name = f"{charger.label} at {charger.account}"
    return kit.choice(then, str(charger.ref), name, shows=False)


def show_row(ref: Ref, label: str) -> list[Block]:
    """A row with the button that opens the card of a charger that we only know by name."""
    return kit.actions(
        kit.button("Show the charger", ids.CHARGER_SHOW, str(ref), label=f"Show {label}")
    )


def all_facts(known: KnownCharger, now: datetime) -> View:
    """Every field that the vendor gives, in a page of its own; never the pincode."""
    charger = known.charger
    parts: list[Block] = [
        kit.section(f"{_title(charger)}\n{_evidence(known, now)}"),
        *facts.of(charger, without={"pincode", "connectors"}),
    ]
    for plug in charger.connectors:
        parts += [kit.divider(), kit.section(f"*Connector {kit.inline(_plug_name(plug))}*")]
        parts += facts.of(plug)
    return kit.modal("All facts", kit.fitted(parts, kit.VIEW_BLOCKS), callback_id=ids.PAGE)


# Parts


def _title(charger: Charger) -> str:
    name = charger.reference or charger.name
    tail = f" · {kit.inline(name)}" if name and name != charger.label else ""
    return f"{kit.code(charger.label)} · {kit.inline(charger.account)}{tail}"


def _state(known: KnownCharger, now: datetime) -> list[str]:
    """Connectivity and status: two facts, always shown as two."""
    charger = known.charger
    mark = words.CONNECTIVITY_MARK[charger.connectivity]
    lines = [f"{mark} *{words.CONNECTIVITY[charger.connectivity]}*{_since(known, now)}{_at(known)}"]
    if charger.status is not None:
        raw = f" ({kit.code(charger.raw_status)})" if _says_more(charger) else ""
        lines.append(f"Status: *{status_word(charger.status, charger.connectivity)}*{raw}")
    return lines


def _says_more(charger: Charger) -> bool:
    """Whether the vendor's own word is not just ours in another spelling."""
    raw = (charger.raw_status or "").casefold().replace("_", "")
    return bool(raw) and raw != str(charger.status).replace("_", "")


def _since(known: KnownCharger, now: datetime) -> str:
    charger = known.charger
    if charger.connectivity is Connectivity.NEVER_SEEN:
        return f", registered {kit.ago(charger.created_at, now)}" if charger.created_at else ""
    if charger.connectivity is Connectivity.UNKNOWN and charger.vendor is Vendor.LYNKWELL:
        return f": {UNTOLD}"
    if charger.connectivity is not Connectivity.OFFLINE:
        return ""
    last = _last_seen(charger)
    if last is None:
        return ", nobody knows since when"
    return f", last seen {kit.ago(last, now)} via {kit.inline(charger.account)}"


def _at(known: KnownCharger) -> str:
    """The moment of it: an age in a message that stands there for long says nothing."""
    last = _last_seen(known.charger)
    is_offline = known.charger.connectivity is Connectivity.OFFLINE
    return f" ({kit.when(last)})" if last and is_offline else ""


def _last_seen(charger: Charger) -> datetime | None:
    last = charger.last_disconnection_at or charger.last_connection_event_at
    return last or charger.last_heartbeat_at


def status_word(status: Status, connectivity: Connectivity, *, short: bool = False) -> str:
    """In few words where it is history: a charger that is not online says nothing new."""
    if connectivity in (Connectivity.ONLINE, Connectivity.UNKNOWN):
        return (words.STATUS_SHORT if short else words.STATUS)[status]
    return f"{words.STATUS_SHORT[status].lower()} {STALE}"


def fault_text(fault: Fault) -> str:
    """A fault in plain words, the vendor's own code beside it, and the first thing to try."""
    known = codes.explanation(fault.code, fault.vendor_code or "", fault.info or "")
    details = [kit.code(fault.code)]
    details += [f"vendor code {kit.code(fault.vendor_code)}"] if fault.vendor_code else []
    details += [f"by {kit.inline(fault.vendor_id)}"] if fault.vendor_id else []
    said = f"\nThe charger says: {kit.inline(fault.info, 200)}" if fault.info else ""
    return (
        f"{kit.inline(known.meaning, 200)} ({', '.join(details)}){said}"
        f"\n*First:* {kit.inline(known.first_action, 600)}"
    )


def _all_faults(charger: Charger) -> list[tuple[str, Fault]]:
    own = [(BOX, charger.fault)]
    plugs = [(f"Connector {_plug_name(plug)}", plug.fault) for plug in charger.connectors]
    return [
        (who, fault)
        for who, fault in (*own, *plugs)
        if fault is not None and not codes.is_nothing(fault.code)
    ]


def _faults(charger: Charger) -> list[Block]:
    faults = _all_faults(charger)
    shown = [
        kit.section(f"\N{WARNING SIGN} *{kit.inline(who)}:* {fault_text(fault)}")
        for who, fault in faults[:MOST_FAULTS]
    ]
    left = len(faults) - MOST_FAULTS
    return [*shown, kit.context(f"… and {kit.counted(left, 'more fault')}.")] if left > 0 else shown


def _first_fault(charger: Charger) -> str:
    faults = _all_faults(charger)
    if not faults:
        return ""
    who, fault = faults[0]
    known = codes.explanation(fault.code, fault.vendor_code or "", fault.info or "")
    where = f" ({kit.inline(who[:1].lower() + who[1:])})" if who != BOX else ""
    return f"fault: {kit.inline(known.meaning.rstrip('.'), 150)}{where}"


def _connector_table(charger: Charger) -> list[Block]:
    if not charger.connectors:
        return []
    rows = [_connector_row(plug, charger.connectivity) for plug in charger.connectors]
    return [tables.table(COLUMNS, rows)]


def _connector_row(plug: Connector, connectivity: Connectivity) -> tuple[str, ...]:
    fault = plug.fault.code if plug.fault else ""
    limits = [words.power(plug.max_power_w), words.amperes(plug.max_current_a)]
    kind = words.plug(plug.standard, plug.format)
    return (
        _plug_name(plug),
        status_word(plug.status, connectivity),
        fault,
        kind,
        ", ".join(limit for limit in limits if limit),
    )


def _plug_name(plug: Connector) -> str:
    """The public id of where it is, as it stands on the charger, else its number."""
    return (plug.evse.evse_id if plug.evse else None) or plug.key


def _connector_line(plug: Connector, connectivity: Connectivity) -> str:
    fault = f", {kit.code(plug.fault.code)}" if plug.fault else ""
    status = status_word(plug.status, connectivity)
    return f"Connector {kit.inline(_plug_name(plug))}: {status}{fault}"


def _where_and_what(charger: Charger) -> list[tuple[str, str | None]]:
    model = charger.station_model
    named = " ".join(part for part in (model.make, model.name) if part) if model else ""
    return [
        ("Site", kit.inline(charger.site_name or charger.site_id or "no site")),
        ("Model", kit.inline(named) if named else None),
        ("Firmware", _text(charger.parsed_firmware_version or charger.firmware_version)),
        ("Limit", words.amperes(charger.max_current_a)),
        ("Reference", _text(charger.reference)),
        ("Serial number", _text(charger.serial_number)),
        ("Vendor", words.VENDOR[charger.vendor]),
        ("Take note", _flags(charger)),
    ]


def _text(said: str | None) -> str | None:
    return kit.inline(said) if said else None


def _flags(charger: Charger) -> str | None:
    flags = {
        "blocked": charger.blocked,
        "setup not finished": charger.setup_pending,
        "deleted at the vendor": charger.deleted_at is not None,
    }
    raised = [flag for flag, is_raised in flags.items() if is_raised]
    return ", ".join(raised) or None


def _surroundings(around: Surroundings) -> list[Block]:
    lines = [*around.alerts, *around.silences]
    return [kit.section(kit.bullets(lines))] if lines else []


def _offers(charger: Charger, offers: Sequence[Offer]) -> list[Block]:
    buttons = [
        kit.button(offer.text, offer.action_id, str(charger.ref), label=offer.label)
        for offer in offers
    ]
    return kit.actions(*buttons)


def _evidence(known: KnownCharger, now: datetime) -> str:
    """How old the knowledge is, and whom it comes from."""
    account = kit.inline(known.charger.account)
    if known.live:
        return f"Read from {account} just now."
    why = f" {kit.inline(known.trouble, 200)}" if known.trouble else ""
    gone = " *It is no longer in the vendor's list.*" if known.vanished_at else ""
    return f"As {account} said {kit.ago(known.seen_at, now)}.{why}{gone}"
