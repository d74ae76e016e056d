"""The form that registers a charger, with the fields that the chosen account's vendor wants."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.approvals.request import Policy
from handlers import ids, payloads
from handlers.blocks import forms, kit, words
from handlers.blocks.forms import Filled
from handlers.blocks.kit import Block, View
from vendors.models import Need, Registration, Vendor

TITLE: Final = "Register a charger"
LONGEST: Final = 255
"""Longer than any vendor takes, so that our own sentence at the field says what is wrong."""
INPUTS: Final = {
    "identity": ids.IDENTITY,
    "serial_number": ids.SERIAL_NUMBER,
    "site_id": ids.SITE,
    "station_model_id": ids.STATION_MODEL,
}
"""Which input holds which field of a new charger."""
NEXT_STEPS: Final = (
    "*What to do next*\n1. Point the charger at its vendor's OCPP address and restart it.\n"
    "2. I tell you when it connects for the first time, and tomorrow if it still has not.\n"
    "3. `/charger {label}` shows it at any time."
)


@dataclass(frozen=True)
class Target:
    """Where the charger is to be registered."""

    accounts: Sequence[str]
    account: str
    vendor: Vendor
    wanted: Registration
    policy: Policy


def form(target: Target, filled: Filled | None = None, channel: str | None = None) -> View:
    """The form, with everything that has been typed so far."""
    filled = filled or Filled()
    vendor = words.VENDOR[target.vendor]
    blocks = [
        *forms.complaint(filled.trouble),
        *forms.account_choice(ids.REGISTER_ACCOUNT, target.accounts, target.account),
        kit.context(f"Registers a new charger at {vendor}, account {kit.inline(target.account)}."),
        *_identity(target.wanted, filled),
        *_serial_number(target.wanted, filled),
        *_picked("Site", ids.SITE, target.wanted.site, filled, target.account),
        *_picked(
            "Station model", ids.STATION_MODEL, target.wanted.station_model, filled, target.account
        ),
        *forms.reason(target.policy, filled.entered.get(ids.REASON)),
    ]
    return kit.modal(
        TITLE,
        blocks,
        callback_id=ids.REGISTER_FORM,
        submit="Register",
        close="Cancel",
        private_metadata=payloads.to_keep(account=target.account, channel=channel),
    )


def _identity(wanted: Registration, filled: Filled) -> list[Block]:
    longest = f" At most {wanted.identity_max} characters." if wanted.identity_max else ""
    return _typed(
        "Identity",
        ids.IDENTITY,
        wanted.identity,
        filled,
        hint=f"The OCPP identity that is set in the charger; no spaces, no slashes.{longest}",
    )


def _serial_number(wanted: Registration, filled: Filled) -> list[Block]:
    return _typed(
        "Serial number",
        ids.SERIAL_NUMBER,
        wanted.serial_number,
        filled,
        hint="It stands on the type plate.",
    )


def _typed(label: str, block_id: str, need: Need, filled: Filled, *, hint: str) -> list[Block]:
    if need is Need.ABSENT:
        return []
    element = kit.text_input(block_id, value=filled.entered.get(block_id), longest=LONGEST)
    optional = need is Need.OPTIONAL
    return [
        kit.field(label, element, block_id=block_id, hint=hint, optional=optional),
        *forms.complaint(filled.complaints.get(block_id)),
    ]


def _picked(label: str, action_id: str, need: Need, filled: Filled, account: str) -> list[Block]:
    if need is Need.ABSENT:
        return []
    input_block = forms.choice(
        label,
        action_id,
        block_id=block_of(action_id, account),
        placeholder="Type a part of its name",
        chosen=filled.chosen.get(action_id),
        optional=need is Need.OPTIONAL,
    )
    return [input_block, *forms.complaint(filled.complaints.get(action_id))]


def block_of(action_id: str, account: str) -> str:
    """Which block holds an input; a site or model of one account is none of another."""
    of_an_account = action_id in (ids.SITE, ids.STATION_MODEL)
    return f"{action_id}-{account}" if of_an_account else action_id


def next_steps(label: str) -> Block:
    """After a success."""
    return kit.section(NEXT_STEPS.format(label=kit.inline(label)))
