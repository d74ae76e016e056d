"""The forms that ask for an operation on one charger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.approvals.request import Policy
from bot.inventory import KnownCharger
from bot.operations.base import Operation
from handlers import ids, payloads
from handlers.blocks import charger, forms, kit
from handlers.blocks.forms import Filled
from handlers.blocks.kit import Block, View
from vendors.models import Charger, Connectivity, Reset

DETACH: Final = "detach_charger"
DELETE: Final = "delete_charger"
RESTART: Final = "restart_charger"
REFERENCE: Final = "set_reference"

TITLES: Final = {
    DETACH: "Detach a charger",
    DELETE: "Delete a charger",
    RESTART: "Restart a charger",
    REFERENCE: "Set a reference",
}
SUBMIT: Final = {DETACH: "Detach", DELETE: "Delete", RESTART: "Restart", REFERENCE: "Set"}
WARNINGS: Final = {
    DETACH: "To attach it again, its pincode is needed.",
    DELETE: "No undo is documented by the vendor.",
    RESTART: "A restart ends any session on it. If a car is charging, an approver is asked first.",
}
OUT_OF_REACH: Final = "It is offline now, so the vendor can hardly reach it."
REFERENCE_HINT: Final = "A name of your own for it. Leave it empty to clear it."
RESETS: Final = {
    Reset.SOFT: "Soft: ends sessions properly first",
    Reset.HARD: "Hard: at once, like pulling the plug",
}
LONGEST_REFERENCE: Final = 255
"""Plugchoice docs, chargers/update-charger."""


def form(
    known: KnownCharger,
    operation: Operation,
    policy: Policy,
    now: datetime,
    *,
    resets: Sequence[Reset] = (),
    filled: Filled | None = None,
    channel: str | None = None,
    alert: str | None = None,
) -> View:
    """What is about to be asked for, and what it takes to ask."""
    kind, one, filled = operation.kind, known.charger, filled or Filled()
    blocks = [
        *forms.complaint(filled.trouble),
        *charger.short(known, now, with_button=False),
        *_warnings(kind, one),
        *_reset(resets if kind == RESTART else (), filled),
        *(_reference(filled, one.reference) if kind == REFERENCE else []),
        *forms.reason(policy, filled.entered.get(ids.REASON)),
    ]
    return kit.modal(
        TITLES[kind],
        blocks,
        callback_id=ids.CHARGER_FORM,
        submit="Ask for approval" if policy.approvals_needed else SUBMIT[kind],
        close="Cancel",
        private_metadata=payloads.to_keep(
            kind=kind,
            ref=str(known.ref),
            label=kit.clip(one.label, 200),
            site_id=one.site_id,
            site_name=kit.clip(one.site_name, 200) if one.site_name else None,
            channel=channel,
            alert=alert,
        ),
    )


def _warnings(kind: str, one: Charger) -> list[Block]:
    said = [WARNINGS[kind]] if kind in WARNINGS else []
    if kind == RESTART and one.connectivity is Connectivity.OFFLINE:
        said.append(OUT_OF_REACH)
    return [kit.section(f"\N{WARNING SIGN} {' '.join(said)}")] if said else []


def _reset(resets: Sequence[Reset], filled: Filled) -> list[Block]:
    if not resets:
        return []
    options = [kit.option(RESETS[reset], reset) for reset in resets]
    element = kit.radio(ids.RESET, options, value=filled.entered.get(ids.RESET, resets[0]))
    return [kit.field("How", element, block_id=ids.RESET)]


def _reference(filled: Filled, before: str | None) -> list[Block]:
    said = filled.entered.get(ids.REFERENCE, before)
    element = kit.text_input(ids.REFERENCE, value=said, longest=LONGEST_REFERENCE, focus=True)
    return [
        kit.field("Reference", element, block_id=ids.REFERENCE, hint=REFERENCE_HINT, optional=True),
        *forms.complaint(filled.complaints.get(ids.REFERENCE)),
    ]
