"""The form that creates a station model, with as many connector rows as it takes."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.approvals.request import Policy
from handlers import ids, payloads
from handlers.blocks import forms, kit, words
from handlers.blocks.forms import Filled
from handlers.blocks.kit import Block, View
from vendors.models import PowerType

TITLE: Final = "New station model"
LONGEST_NAME: Final = 200
LONGEST_OCPP_URL: Final = 200
LONGEST_IMAGE_URL: Final = 500
MOST_CONNECTORS: Final = 8
"""All four: Lynkwell docs, create charging station model; the number of connectors is ours."""
POWER_TYPES: Final = (PowerType.AC_1_PHASE, PowerType.AC_3_PHASE, PowerType.DC)
CONNECTION_TYPES: Final = (
    "IEC_62196_T2",
    "IEC_62196_T2_COMBO",
    "IEC_62196_T1",
    "IEC_62196_T1_COMBO",
    "CHADEMO",
    "SAE_J3400",
    "TESLA_R",
    "TESLA_S",
)
FORMATS: Final = {"SOCKET": "Socket", "CABLE": "Cable"}
NUMBERS: Final = (
    ("amperes", "Maximum current, A"),
    ("volts", "Maximum voltage, V"),
    ("watts", "Maximum power, W"),
)


def form(
    accounts: Sequence[str],
    account: str,
    rows: Sequence[int],
    policy: Policy,
    *,
    filled: Filled | None = None,
    channel: str | None = None,
) -> View:
    """Each row keeps its own number for good, so that adding and removing loses nothing."""
    filled = filled or Filled()
    typed, wrong = filled.entered, filled.complaints
    power = [kit.option(words.POWER_TYPE[one], one) for one in POWER_TYPES]
    blocks = [
        *forms.complaint(filled.trouble),
        *forms.account_choice(ids.MODEL_ACCOUNT, accounts, account),
        *_text("Maker", ids.MAKE, typed, wrong, LONGEST_NAME, hint="Who builds it."),
        *_text("Model", ids.MODEL_NAME, typed, wrong, LONGEST_NAME),
        *_text("Friendly name", ids.FRIENDLY_NAME, typed, wrong, LONGEST_NAME, optional=True),
        _select("Power type", ids.POWER_TYPE, power, typed),
        *(block for position, row in enumerate(rows, 1) for block in _row(position, row, typed)),
        *_row_buttons(rows),
        *_text(
            "OCPP URL",
            ids.OCPP_URL,
            typed,
            wrong,
            LONGEST_OCPP_URL,
            hint="Where its chargers connect to; usually wss://…",
        ),
        *_text("Image URL", ids.IMAGE_URL, typed, wrong, LONGEST_IMAGE_URL, optional=True),
        *forms.reason(policy, typed.get(ids.REASON)),
    ]
    return kit.modal(
        TITLE,
        blocks,
        callback_id=ids.MODEL_FORM,
        submit="Ask for approval" if policy.approvals_needed else "Create",
        close="Cancel",
        private_metadata=payloads.to_keep(account=account, rows=list(rows), channel=channel),
    )


def _text(
    label: str,
    name: str,
    typed: Mapping[str, str],
    wrong: Mapping[str, str],
    longest: int,
    *,
    hint: str | None = None,
    optional: bool = False,
) -> list[Block]:
    element = kit.text_input(name, value=typed.get(name), longest=longest)
    field = kit.field(label, element, block_id=name, hint=hint, optional=optional)
    return [field, *forms.complaint(wrong.get(name))]


def _select(
    label: str, name: str, options: Sequence[kit.Element], typed: Mapping[str, str]
) -> Block:
    element = kit.static_select(name, options, value=typed.get(name))
    return kit.field(label, element, block_id=name)


def _row(position: int, row: int, typed: Mapping[str, str]) -> list[Block]:
    types = [
        kit.option(name.replace("_", " "), name, words.PLUG[name]) for name in CONNECTION_TYPES
    ]
    formats = [kit.option(text, value) for value, text in FORMATS.items()]
    numbers = [
        kit.field(
            f"{label} (connector {position})",
            kit.text_input(cell(name, row), value=typed.get(cell(name, row)), longest=10),
            block_id=cell(name, row),
        )
        for name, label in NUMBERS
    ]
    return [
        kit.divider(),
        _select(f"Plug (connector {position})", cell("type", row), types, typed),
        _select(f"Cable or socket (connector {position})", cell("format", row), formats, typed),
        *numbers,
    ]


def cell(name: str, row: int) -> str:
    """The id of an input in a row."""
    return f"{name}-{row}"


def _row_buttons(rows: Sequence[int]) -> list[Block]:
    add = kit.button("Add a connector", ids.ADD_ROW, "add") if len(rows) < MOST_CONNECTORS else None
    remove = [
        kit.button(f"Remove connector {position}", f"{ids.REMOVE_ROW}-{row}", str(row))
        for position, row in enumerate(rows, 1)
    ]
    return kit.actions(add, *(remove if len(rows) > 1 else []), block_id="rows")
