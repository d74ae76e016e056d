"""The forms about sites: create one, attach a charger to one, and when it charges."""

from collections.abc import Sequence
from typing import Final

from bot.approvals.request import Policy
from handlers import ids, payloads
from handlers.blocks import forms, kit, words
from handlers.blocks.forms import Filled
from handlers.blocks.kit import Block, View
from vendors.models import Site, SmartCharging, SmartChargingMode

CREATE: Final = "Create a site"
ATTACH: Final = "Attach a charger"
SMART_CHARGING: Final = "Smart charging"
FIELDS: Final = (
    ("name", "Name", 255, False),
    ("street", "Street", 255, False),
    ("house_number", "House number", 10, False),
    ("house_number_addition", "Addition to the number", 20, True),
    ("postal_code", "Postal code", 20, False),
    ("city", "City", 255, False),
    ("country", "Country", 2, False),
)
"""Field, label, longest, optional (Plugchoice and VoltTime docs, sites/create-site)."""
COUNTRY_HINT: Final = "Two letters, such as NL."
PINCODE_HINT: Final = (
    "It proves that the charger is yours. It is kept in memory until it is sent, and never written"
    " down. Where an approval is needed, leave it empty: I ask for it after the decision."
)
STRATEGIES: Final = {
    "automatic": "Automatic: the vendor picks the cheap hours",
    "manual": "Manual: below a threshold",
}
MODES: Final = tuple(mode for mode in SmartChargingMode if mode is not SmartChargingMode.UNKNOWN)


def create_form(
    accounts: Sequence[str],
    account: str,
    policy: Policy,
    filled: Filled,
    channel: str | None = None,
) -> View:
    """Name and address."""
    typed, wrong = filled.entered, filled.complaints
    blocks: list[Block] = [
        *forms.complaint(filled.trouble),
        *forms.account_choice(ids.SITE_ACCOUNT, accounts, account),
    ]
    for name, label, longest, optional in FIELDS:
        element = kit.text_input(name, value=typed.get(name), longest=max(longest, 20))
        hint = COUNTRY_HINT if name == "country" else None
        blocks.append(kit.field(label, element, block_id=name, hint=hint, optional=optional))
        blocks += forms.complaint(wrong.get(name))
    return kit.modal(
        CREATE,
        [*blocks, *forms.reason(policy, typed.get(ids.REASON))],
        callback_id=ids.SITE_FORM,
        submit="Create",
        close="Cancel",
        private_metadata=payloads.to_keep(account=account, channel=channel),
    )


def attach_form(
    accounts: Sequence[str],
    account: str,
    policy: Policy,
    filled: Filled,
    channel: str | None = None,
) -> View:
    """Which charger, which site, and the pincode where it can be used at once.

    The pincode alone has to be typed again: it is never sent back.
    """
    typed = filled.entered
    now = policy.approvals_needed == 0
    blocks = [
        *forms.complaint(filled.trouble),
        *forms.account_choice(ids.ATTACH_ACCOUNT, accounts, account),
        forms.choice(
            "Site",
            ids.SITE,
            block_id=f"{ids.SITE}-{account}",
            placeholder="Type a part of its name",
            chosen=filled.chosen.get(ids.SITE),
        ),
        *_typed("Identity", ids.IDENTITY, filled, hint="Or its serial number below."),
        *_typed("Serial number", ids.SERIAL_NUMBER, filled),
        *(_pincode(filled) if now else []),
        *forms.reason(policy, typed.get(ids.REASON)),
    ]
    return kit.modal(
        ATTACH,
        blocks,
        callback_id=ids.ATTACH_FORM,
        submit="Attach" if now else "Ask for approval",
        close="Cancel",
        private_metadata=payloads.to_keep(account=account, channel=channel),
    )


def _typed(label: str, name: str, filled: Filled, hint: str | None = None) -> list[Block]:
    element = kit.text_input(name, value=filled.entered.get(name), longest=255)
    return [
        kit.field(label, element, block_id=name, hint=hint, optional=True),
        *forms.complaint(filled.complaints.get(name)),
    ]


def _pincode(filled: Filled) -> list[Block]:
    element = kit.text_input(ids.PINCODE, longest=64)
    return [
        kit.field("Pincode", element, block_id=ids.PINCODE, hint=PINCODE_HINT),
        *forms.complaint(filled.complaints.get(ids.PINCODE)),
    ]


def smart_charging_form(
    site: Site,
    settings: SmartCharging,
    policy: Policy,
    channel: str | None = None,
    filled: Filled | None = None,
) -> View:
    """The settings as they are; the fields that the chosen mode needs are checked on sending."""
    filled = filled or Filled()
    blocks = [
        *forms.complaint(filled.trouble),
        kit.section(f"{kit.strong(site.name)} · {kit.inline(site.account)}"),
        *_when_to_charge(settings, site.timezone),
        *_off_peak(settings),
        *_prices(settings),
        *forms.reason(policy, filled.entered.get(ids.REASON)),
    ]
    return kit.modal(
        SMART_CHARGING,
        blocks,
        callback_id=ids.SMART_CHARGING_FORM,
        submit="Ask for approval" if policy.approvals_needed else "Save",
        close="Cancel",
        private_metadata=payloads.to_keep(
            ref=str(site.ref), name=kit.clip(site.name, 200), channel=channel
        ),
    )


def _when_to_charge(settings: SmartCharging, site_timezone: str | None) -> list[Block]:
    modes = [kit.option(words.SMART_CHARGING[mode], mode) for mode in MODES]
    mode = kit.static_select(ids.MODE, modes, value=settings.mode)
    zone = kit.text_input(ids.TIMEZONE, value=settings.timezone or site_timezone, longest=64)
    hint = "Of the site, such as Europe/Amsterdam; its hours are meant in it."
    return [
        kit.field("When to charge", mode, block_id=ids.MODE),
        kit.field("Time zone", zone, block_id=ids.TIMEZONE, hint=hint),
    ]


def _off_peak(settings: SmartCharging) -> list[Block]:
    start = kit.time_picker(ids.OFF_PEAK_START, value=settings.off_peak_start)
    end = kit.time_picker(ids.OFF_PEAK_END, value=settings.off_peak_end)
    hint = "It may be after midnight."
    return [
        kit.field("Off-peak from", start, block_id=ids.OFF_PEAK_START, optional=True),
        kit.field("Off-peak until", end, block_id=ids.OFF_PEAK_END, hint=hint, optional=True),
    ]


def _prices(settings: SmartCharging) -> list[Block]:
    options = [kit.option(text, value) for value, text in STRATEGIES.items()]
    strategy = kit.static_select(ids.STRATEGY, options, value=settings.strategy)
    before = str(settings.threshold) if settings.threshold is not None else None
    threshold = kit.text_input(ids.THRESHOLD, value=before, longest=10)
    hint = "A whole number; needed where the strategy is manual."
    return [
        kit.field("Strategy for day-ahead prices", strategy, block_id=ids.STRATEGY, optional=True),
        kit.field("Threshold", threshold, block_id=ids.THRESHOLD, hint=hint, optional=True),
    ]
