"""What forms have in common: the pages before and after, a reason, a choice from a typeahead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.approvals.request import Outcome, Policy, Request, State
from handlers import ids
from handlers.blocks import approvals, kit
from handlers.blocks.kit import Block, Element, View

REASON_HINT: Final = "So that whoever decides can judge it."
SENT_ON: Final = (
    "It waits for a decision now. You get a direct message when it is decided and when it is done."
)
LONGEST_REASON: Final = 1_000


@dataclass(frozen=True)
class Filled:
    """What stands in the form already, and what is wrong with it."""

    entered: Mapping[str, str] = field(default_factory=dict)
    """Typed texts by input."""
    chosen: Mapping[str, Element] = field(default_factory=dict)
    """Picked options by input."""
    complaints: Mapping[str, str] = field(default_factory=dict)
    """The vendor's words by input."""
    trouble: str | None = None
    """Why the last try came to nothing, where no input is to blame."""


def working(title: str, external_id: str) -> View:
    """While the vendor is asked."""
    blocks = [
        kit.section("\N{HOURGLASS WITH FLOWING SAND} Working on it…"),
        kit.context("You may close this; a direct message will tell you how it ended."),
    ]
    return kit.modal(title, blocks, callback_id=ids.PAGE, external_id=external_id)


def reading(title: str, external_id: str) -> View:
    """While something is only looked up."""
    return page(title, [kit.section("\N{HOURGLASS WITH FLOWING SAND} Looking…")], external_id)


def page(title: str, blocks: list[Block], external_id: str | None = None) -> View:
    """A page that takes nothing."""
    return kit.modal(title, blocks, callback_id=ids.PAGE, external_id=external_id)


def result(title: str, request: Request, more: list[Block]) -> View:
    """How a submitted form ended, or that it waits for a decision."""
    about = approvals.description(request)
    blocks = [
        kit.section(f"*{kit.inline(about.title, 300)}*\n{approvals.state_line(request)}"),
        *([kit.section(SENT_ON)] if request.state is State.PENDING else []),
        *more,
        kit.context(f"Request #{request.id}"),
    ]
    return page(title, blocks)


def was_done(request: Request) -> bool:
    """Whether the operation has run and worked."""
    return request.outcome is Outcome.DONE


def reason(policy: Policy, said: str | None = None) -> list[Block]:
    """Why it is asked for; nothing where it runs at once and no reason is wanted."""
    if policy.approvals_needed == 0 and not policy.reason_required:
        return []
    element = kit.text_input(ids.REASON, value=said, multiline=True, longest=LONGEST_REASON)
    return [
        kit.field(
            "Reason",
            element,
            block_id=ids.REASON,
            hint=REASON_HINT,
            optional=not policy.reason_required,
        )
    ]


def complaint(text: str | None) -> list[Block]:
    """What the vendor says about the input above it."""
    return [kit.context(f"\N{WARNING SIGN} {kit.inline(text, 300)}")] if text else []


def account_choice(action_id: str, accounts: Sequence[str], chosen: str) -> list[Block]:
    """Which account; nothing where there is only one. The form changes with it."""
    if len(accounts) < 2:
        return []
    options = [kit.option(account, account) for account in accounts]
    element = kit.static_select(action_id, options, value=chosen)
    return [kit.field("Account", element, block_id=action_id, dispatches=True)]


def choice(
    label: str,
    action_id: str,
    *,
    block_id: str | None = None,
    placeholder: str,
    chosen: Element | None = None,
    optional: bool = False,
) -> Block:
    """A typeahead. With a `block_id` of its own, a changed form does not keep an old choice."""
    element = kit.external_select(action_id, placeholder=placeholder, chosen=chosen)
    return kit.field(label, element, block_id=block_id or action_id, optional=optional)
