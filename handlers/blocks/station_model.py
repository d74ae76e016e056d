"""A station model: the card, the short form, one line of a list."""

from collections.abc import Sequence
from typing import Final

from bot.approvals.request import Policy
from handlers import ids, payloads
from handlers.blocks import forms, kit, lists, tables, words
from handlers.blocks.forms import Filled
from handlers.blocks.kit import Block, Element, Message, View
from handlers.blocks.lists import Query
from vendors.models import ModelConnector, PowerType, StationModel

COLUMNS: Final = ("Connector", "Plug", "Maximum current", "Maximum voltage", "Maximum power")
ARCHIVE: Final = "Archive station model"
RENAME: Final = "Rename station model"
LONGEST_NAME: Final = 200
"""Lynkwell docs, charging station models."""
NO_WAY_BACK: Final = "Lynkwell documents no way to un-archive a station model."


def card(model: StationModel, chargers: int, offers: Sequence[Element] = ()) -> Message:
    """Everything about it, as a message with a table of connectors."""
    blocks = [
        kit.header(f"{model.label} · {model.account}"),
        kit.section(f"{_state(model)}\n{in_the_fleet(chargers)}"),
        *([tables.table(COLUMNS, _rows(model))] if model.connectors else []),
        *kit.fields(_facts(model)),
        *kit.actions(*offers),
    ]
    return kit.message(f"Station model {kit.inline(model.label)}: {_state(model)}", blocks)


def short(model: StationModel, chargers: int) -> list[Block]:
    """The same without a table: for forms."""
    plugs = [f"Connector {kit.inline(' · '.join(row), 150)}" for row in _rows(model)]
    top = [f"*{kit.inline(model.label)}* · {kit.inline(model.account)}", in_the_fleet(chargers)]
    return [kit.section("\n".join([*top, *plugs[:8]])), *kit.fields(_facts(model)[:4])]


def line(model: StationModel, then: str = ids.MODEL_SHOW) -> Block:
    """One entry of a list, with a button that leads to the action `then`."""
    made = f"{kit.inline(model.make)} {kit.inline(model.name)}"
    archived = " · archived" if model.is_archived else ""
    known = [made]
    if model.power_type is not PowerType.UNKNOWN:
        known.append(words.POWER_TYPE[model.power_type])
    if model.connectors:
        known.append(kit.counted(len(model.connectors), "connector"))
    return kit.section(
        f"{kit.strong(model.label)} · {kit.inline(model.account)}{archived}\n{' · '.join(known)}",
        accessory=kit.choice(then, str(model.ref), model.label, shows=then == ids.MODEL_SHOW),
    )


def listed(
    query: Query, models: Sequence[StationModel], total: int, notes: Sequence[str] = ()
) -> Message:
    """One page of a list."""
    archived = "archived " if "archived" in query.filters else ""
    where = lists.narrowed(query.filters, without="archived")
    kind = f"{archived}station model"
    title = f"{kit.counted(total, kind) if total else f'No {kind}s'}{where}"
    rows = [line(model) for model in models]
    return lists.page(query, title, rows, total=total, notes=notes)


def archive_form(
    model: StationModel,
    chargers: int,
    policy: Policy,
    channel: str | None = None,
    filled: Filled | None = None,
) -> View:
    """What is lost, and why it is wanted."""
    filled = filled or Filled()
    blocks = [
        *forms.complaint(filled.trouble),
        *short(model, chargers),
        kit.section(f"\N{WARNING SIGN} {NO_WAY_BACK}"),
        *forms.reason(policy, filled.entered.get(ids.REASON)),
    ]
    return kit.modal(
        ARCHIVE,
        blocks,
        callback_id=ids.ARCHIVE_FORM,
        submit="Ask for approval" if policy.approvals_needed else "Archive",
        close="Cancel",
        private_metadata=_about(model, channel),
    )


def rename_form(
    model: StationModel,
    policy: Policy,
    channel: str | None = None,
    filled: Filled | None = None,
) -> View:
    """The friendly name, as it is now or as it was typed."""
    filled = filled or Filled()
    name = filled.entered.get(ids.FRIENDLY_NAME, model.friendly_name)
    element = kit.text_input(ids.FRIENDLY_NAME, value=name, longest=LONGEST_NAME, focus=True)
    return kit.modal(
        RENAME,
        [
            *forms.complaint(filled.trouble),
            kit.section(f"{kit.strong(model.label)} · {kit.inline(model.account)}"),
            kit.field("Friendly name", element, block_id=ids.FRIENDLY_NAME),
            *(each for said in filled.complaints.values() for each in forms.complaint(said)),
            *forms.reason(policy, filled.entered.get(ids.REASON)),
        ],
        callback_id=ids.RENAME_FORM,
        submit="Ask for approval" if policy.approvals_needed else "Rename",
        close="Cancel",
        private_metadata=_about(model, channel),
    )


def _about(model: StationModel, channel: str | None) -> str:
    label = kit.clip(model.label, 200)
    return payloads.to_keep(ref=str(model.ref), label=label, channel=channel)


def in_the_fleet(chargers: int) -> str:
    """How many chargers would feel a change of it."""
    if not chargers:
        return "No charger in the fleet is of this make and model."
    are = "is" if chargers == 1 else "are"
    return f"{kit.counted(chargers, 'charger')} in the fleet {are} of this make and model."


def _state(model: StationModel) -> str:
    return "*Archived*" if model.is_archived else "In use"


def _facts(model: StationModel) -> list[tuple[str, str | None]]:
    return [
        ("Maker", kit.inline(model.make)),
        ("Model", kit.inline(model.name)),
        ("Power type", words.POWER_TYPE[model.power_type]),
        ("OCPP URL", kit.code(model.ocpp_url, 200) if model.ocpp_url else None),
        ("Image", kit.link(model.image_url, "picture") if model.image_url else None),
        ("Description", kit.inline(model.description, 300) if model.description else None),
        ("ID", kit.code(model.id)),
        ("Vendor", words.VENDOR[model.vendor]),
        ("Created", kit.when(model.created_at) if model.created_at else None),
        ("Changed", kit.when(model.updated_at) if model.updated_at else None),
        ("Plug and Charge checked", words.yes_no(model.plug_and_charge_validated)),
        ("Firmware updates checked", words.yes_no(model.firmware_management_validated)),
    ]


def _rows(model: StationModel) -> list[tuple[str, ...]]:
    return [_row(plug) for plug in model.connectors]


def _row(plug: ModelConnector) -> tuple[str, ...]:
    return (
        str(plug.number),
        words.plug(plug.connection_type, plug.format),
        f"{words.number(plug.max_current_a)} A",
        f"{words.number(plug.max_voltage_v)} V",
        words.power(plug.max_power_w) or "",
    )
