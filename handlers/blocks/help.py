"""Help: made from the commands themselves, one screen each."""

from collections.abc import Mapping
from typing import Final

from handlers import catalog, ids
from handlers.blocks import kit
from handlers.blocks.kit import Block, Message
from handlers.text import Command, Misread

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "/charger": ("/charger NL-RTM", "/charger list offline", "/charger show NL-RTM-0001"),
    "/site": ("/site list", "/site show Strijp-S", "/site transactions Strijp-S active"),
    "/model": ("/model list vendor:Longhorn", "/model show Longhorn 120 kW"),
    "/alerts": ("/alerts why NL-RTM-0001", "/alerts silence site:Strijp-S", "/alerts report 30d"),
    "/approvals": ("/approvals mine", "/approvals history"),
    "/chargehand": ("/chargehand status", "/chargehand charger NL-RTM"),
}
"""They work in the sandbox."""
IDS: Final[Mapping[str, str]] = {
    "/charger": "`ID` is an identity, a serial number, the vendor's own id, or `ACCOUNT/ID`.",
    "/site": "`ID` is a name, the vendor's own id, or `ACCOUNT/ID`.",
    "/model": "`ID` is a name, the vendor's own id, or `ACCOUNT/ID`.",
    "/alerts": "`CHARGER` is an identity, a serial number, the vendor's own id, or `ACCOUNT/ID`.",
    "/approvals": "`N` is the number of a request.",
}
SHARING: Final = "Answers are for you alone; add `--share` to show one to the channel."


def command(about: Command) -> Message:
    """What one slash command can do."""
    lines = []
    for known in about.subcommands:
        typed = " ".join(part for part in (about.name, known.name, known.usage) if part)
        lines.append(f"`{typed}`  {known.about}")
    examples = "  ".join(f"`{example}`" for example in EXAMPLES[about.name])
    blocks: list[Block] = [
        kit.header(f"{about.name}: {about.about.lower()}"),
        kit.section("\n".join(lines)),
        kit.context(f"For example: {examples}"),
        kit.context(f"{IDS.get(about.name, '')} {SHARING}"),
        *(_starters() if about is catalog.CHARGER else []),
        *(_others() if about is catalog.CHARGEHAND else []),
    ]
    return kit.message(f"{about.name}: {about.about.lower()}", blocks)


def misread(about: Command, wrong: Misread) -> Message:
    """A word that is no subcommand, and what may have been meant."""
    known = [f"`{about.name} {name}`" for name in wrong.suggestions]
    guess = f" Did you mean {' or '.join(known)}?" if known else ""
    nor_a_name = ", and find nothing that is called so" if wrong.guess else ""
    return kit.message(
        f"I do not know {kit.code(wrong.word)} after `{about.name}`{nor_a_name}.{guess}"
        f" `{about.name} help` lists everything."
    )


def _starters() -> list[Block]:
    return kit.actions(
        kit.button("Register a charger", ids.START_REGISTER, style="primary"),
        kit.button("List offline chargers", ids.START_OFFLINE),
    )


def _others() -> list[Block]:
    others = [one for one in catalog.COMMANDS if one is not catalog.CHARGEHAND]
    return [kit.section("\n".join(f"`{one.name} help`  {one.about}" for one in others))]
