"""A request: its card, its lines, its outcome, and the answer to each click on it."""

from collections.abc import Sequence
from typing import Final

from bot.approvals.clicks import Answer, Said
from bot.approvals.execution import Progress
from bot.approvals.request import Outcome, Policy, Request, State
from bot.operations.base import Change, Charging, Description, Line
from handlers import ids, payloads
from handlers.blocks import kit, words
from handlers.blocks.kit import Block, Element, Message, View
from handlers.gate import refusal

MOST_LINES: Final = 25
NOT_SET: Final = "nothing"
ANSWER: Final = "Request"
"""The title of the page that answers a form."""

STATE: Final = {
    State.PENDING: "\N{HOURGLASS WITH FLOWING SAND} *Waiting for a decision*",
    State.APPROVED: "\N{WHITE HEAVY CHECK MARK} *Approved*",
    State.REJECTED: "\N{CROSS MARK} *Rejected*",
    State.WITHDRAWN: "\N{LEFTWARDS ARROW WITH HOOK} *Withdrawn*",
    State.EXPIRED: "\N{ALARM CLOCK} *Expired* without a decision",
}
NO_PINCODE: Final = "\N{ALARM CLOCK} *Expired*: it was approved, and the pincode did not come"
OUTCOME: Final = {
    Outcome.RUNNING: "\N{HOURGLASS WITH FLOWING SAND} *Running*",
    Outcome.DONE: "\N{WHITE HEAVY CHECK MARK} *Done*",
    Outcome.REFUSED: "\N{NO ENTRY} *Refused*, nothing was changed",
    Outcome.FAILED: "\N{CROSS MARK} *Failed*",
    Outcome.UNKNOWN: "\N{WHITE QUESTION MARK ORNAMENT} *Outcome unknown*: it may have happened."
    " It is never sent twice",
}

SAID: Final = {
    Said.APPROVED: "You approved it. It runs now, and the card will say how it ended.",
    Said.REJECTED: "You rejected it. The requester is told.",
    Said.WITHDRAWN: "It is withdrawn. Nothing was run.",
    Said.STARTED: "Thank you. It runs now.",
    Said.STOPPING: "It stops after the row that is being written.",
    Said.SETTLED: "Noted, with your name.",
    Said.CHECKED: "I read the vendor again.",
    Said.ARRIVED_LATE: "So it has been done after all, and I do not ask again.",
    Said.OWN_REQUEST: "Nobody decides their own request. Somebody else has to.",
    Said.NOT_YOURS: "Only the one who asked may do this.",
    Said.NOT_READY: "I am still reading how things stand. Press again in a few seconds.",
    Said.NOT_NOW: "There is nothing to do about it any more.",
    Said.CANNOT_CHECK_RIGHTS: "Slack does not tell me your rights just now. Please press again.",
    Said.NO_SUCH_REQUEST: "There is no such request. `/approvals list` shows those there are.",
}


# The card


def card(request: Request, progress: Progress | None = None) -> Message:
    """What will run or has run, for the approvals channel."""
    about = description(request)
    blocks = [
        kit.header(f"#{request.id} {about.title}"),
        kit.section(f"{state_line(request)}\n{_decisions(request)}".strip()),
        *lines(about.lines),
        *asked_for(request),
        *in_the_way(request, about),
        *_progress(progress),
        *kit.actions(*_buttons(request)),
    ]
    return kit.message(spoken(request), blocks)


def short(request: Request) -> Block:
    """One entry of a list."""
    about = description(request)
    return kit.section(
        f"*#{request.id}* {kit.inline(about.title, 200)}\n{state_line(request)}\n"
        f"asked by {kit.person(request.requested_by)}, {kit.when(request.created_at)}",
        accessory=kit.button(
            "Show", ids.REQUEST_SHOW, str(request.id), label=f"Show request {request.id}"
        ),
    )


def spoken(request: Request) -> str:
    """The card in one sentence."""
    title = kit.inline(description(request).title, 200)
    asker = kit.person(request.requested_by)
    if request.state is State.PENDING:
        return f"#{request.id} {asker} asks: {title}"
    return f"#{request.id} {title}: {_plain_state(request)}"


def description(request: Request) -> Description:
    """What the operation says of itself, before and after."""
    return request.operation.describe(request.latest or request.precheck)


def state_line(request: Request) -> str:
    """How far it has got, in one line."""
    if request.outcome is not None:
        said = f": {kit.inline(request.summary, 500)}" if request.summary else ""
        look = f"\nI look again {kit.when(request.next_look)}" if request.next_look else ""
        return f"{OUTCOME[request.outcome]}{said}{look}"
    if request.state is State.PENDING and request.expires_at:
        return f"{STATE[State.PENDING]} until {kit.when(request.expires_at)}"
    if request.awaits_pincode:
        return f"{STATE[State.APPROVED]}; waits for the pincode"
    if request.state is State.EXPIRED and request.pincode_asked:
        return NO_PINCODE
    return STATE[request.state]


def _plain_state(request: Request) -> str:
    line = OUTCOME[request.outcome] if request.outcome else state_line(request)
    return line.replace("*", "")


def _decisions(request: Request) -> str:
    lines = [
        f"{'Approved' if each.approves else 'Rejected'} by {kit.person(each.by)},"
        f" {kit.when(each.at)}" + (f"\n{kit.quote(each.reason)}" if each.reason else "")
        for each in request.decisions
    ]
    if request.settled_by:
        lines.append(f"Settled by {kit.person(request.settled_by)}")
    if request.again_as:
        lines.append(f"Asked again as #{request.again_as}")
    needed = (request.policy or Policy()).approvals_needed
    if request.state is State.PENDING and needed > 1:
        lines.append(f"{len(request.approvals)} of {needed} approvals")
    return "\n".join(lines)


def lines(set_to: Sequence[Line]) -> list[Block]:
    """What it sets, before → after."""
    shown = [_line(each) for each in set_to[:MOST_LINES]]
    left = len(set_to) - MOST_LINES
    if left > 0:
        shown.append(f"… and {left} more")
    return [kit.section("\n".join(shown))] if shown else []


def _line(line: Line) -> str:
    after = kit.inline(line.after, 300)
    before = f"{kit.inline(line.before, 300)} → " if line.before is not None else ""
    return f"*{kit.inline(line.name)}*: {before}{after}"


def asked_for(request: Request) -> list[Block]:
    """Who asks, and why."""
    asker = f"Asked by {kit.person(request.requested_by)}, {kit.when(request.created_at)}"
    if request.again_of:
        asker += f", again after #{request.again_of}"
    reason = f"\n{kit.quote(request.reason)}" if request.reason else "\nNo reason was given."
    return [kit.section(asker + reason)]


def in_the_way(request: Request, about: Description) -> list[Block]:
    """What whoever decides has to know."""
    look = request.latest or request.precheck
    lines = [f"\N{WARNING SIGN} {kit.inline(text, 300)}" for text in about.warnings]
    if look is not None:
        problems = look.problems if request.is_open else ()
        lines += [f"\N{NO ENTRY} {kit.inline(text, 300)}" for text in problems]
        lines += [charging_line(each) for each in look.charging] if request.is_open else []
    elif request.is_open:
        lines.append("I am reading how things stand…")
    if request.is_open:
        lines += [
            f"\N{WARNING SIGN} #{number} asked for the same and was not over"
            for number in request.alike
        ]
    if request.policy and request.policy.raised_because:
        lines.append(f"An approval is needed: {kit.inline(request.policy.raised_because)}")
    shown = [kit.section("\n".join(lines[:MOST_LINES]))] if lines else []
    return [*shown, *_drift(request)]


def _drift(request: Request) -> list[Block]:
    lines = [drift_line(change) for change in request.drift[:MOST_LINES]]
    return [kit.section("\n".join(lines))] if lines else []


def charging_line(charging: Charging) -> str:
    """A car that would be cut off."""
    power = words.power(charging.power_w)
    drawn = f", {power}" if power else ""
    return (
        f"\N{ELECTRIC PLUG} Car charging now at connector {kit.inline(charging.connector)}{drawn}"
    )


def drift_line(change: Change) -> str:
    """One fact that is not as it was."""
    name = kit.inline(words.label(change.name))
    return f"\N{WARNING SIGN} {name} changed meanwhile: {fact(change.before)} → {fact(change.now)}"


def fact(value: object) -> str:
    """A fact of a precheck, in words."""
    match value:
        case None:
            return NOT_SET
        case bool():
            return "yes" if value else "no"
        case _:
            return kit.inline(str(value), 200)


def _progress(progress: Progress | None) -> list[Block]:
    if progress is None or progress.total < 2:
        return []
    counts = (
        (progress.done, "done"),
        (progress.refused, "refused"),
        (progress.failed, "failed"),
        (progress.unknown, "unknown"),
        (progress.left, "left"),
    )
    said = ", ".join(f"{number} {word}" for number, word in counts if number)
    return [kit.section(f"Of {kit.counted(progress.total, 'row')}: {said}")]


def _buttons(request: Request) -> list[Element]:
    value = str(request.id)
    if request.state is State.PENDING:
        return [
            kit.button("Approve", ids.APPROVE, value, style="primary"),
            kit.button("Reject…", ids.REJECT, value, style="danger"),
            kit.button("Details", ids.REQUEST_DETAILS, value),
            *sheet_button(request),
            kit.button("Withdraw", ids.WITHDRAW, value, label="Withdraw your own request"),
        ]
    buttons = [kit.button("Details", ids.REQUEST_DETAILS, value)]
    if request.awaits_pincode:
        buttons.append(kit.button("Withdraw", ids.WITHDRAW, value))
    if request.outcome is Outcome.RUNNING and len(request.operation.steps()) > 1:
        buttons.append(kit.button("Stop", ids.STOP, value, style="danger"))
    if request.outcome is Outcome.UNKNOWN:
        buttons += [
            kit.button("Check again", ids.CHECK_AGAIN, value, style="primary"),
            kit.button("Mark as done", ids.MARK_DONE, value, ask=_sure("done")),
            kit.button("Mark as not done", ids.MARK_NOT_DONE, value, ask=_sure("not done")),
        ]
    if request.may_be_asked_again:
        buttons.append(kit.button("Ask again", ids.ASK_AGAIN, value))
    return buttons


def _sure(what: str) -> Element:
    return kit.confirm(
        f"Mark as {what}?",
        "Look in the vendor's portal first. Your name stays with it.",
        f"It is {what}",
    )


# What else is said of it


def outcome(request: Request) -> Message:
    """To the requester alone: how it ended."""
    title = kit.inline(description(request).title, 200)
    text = f"#{request.id} {title}: {_plain_state(request)}"
    blocks = [
        kit.section(f"*#{request.id} {title}*\n{state_line(request)}\n{_decisions(request)}"),
        *_fields(request),
        *in_the_way(
            request.model_copy(update={"precheck": None, "latest": None}), Description(title="")
        ),
        *kit.actions(*_follow_ups(request)),
    ]
    return kit.message(text, blocks)


def _fields(request: Request) -> list[Block]:
    lines = [
        f"{kit.inline(words.label(name))}: {kit.inline(' '.join(texts), 300)}"
        for name, texts in request.fields.items()
    ]
    return [kit.section(kit.bullets(lines))] if lines else []


def _follow_ups(request: Request) -> list[Element]:
    buttons = []
    if request.made is not None and request.operation.kind in CHARGER_KINDS:
        buttons.append(kit.button("Show the charger", ids.CHARGER_SHOW, str(request.made)))
    if request.outcome is not None:
        buttons += sheet_button(request)
    if request.outcome is Outcome.UNKNOWN:
        buttons.append(kit.button("Check again", ids.CHECK_AGAIN, str(request.id)))
    if request.may_be_asked_again:
        buttons.append(kit.button("Ask again", ids.ASK_AGAIN, str(request.id)))
    return buttons


IMPORT: Final = "import_chargers"
CHARGER_KINDS: Final = ("register_charger", "attach_charger", "set_reference")
"""Those after which there is a charger to be shown."""


def sheet_button(request: Request) -> list[Element]:
    """A sheet of all rows, since a card names the first ones only; later with what came of each."""
    if request.operation.kind != IMPORT:
        return []
    text = "Rows as CSV" if request.outcome is None else "Results as CSV"
    return [kit.button(text, ids.IMPORT_RESULTS, str(request.id))]


def pincode_wanted(request: Request) -> Message:
    """To the requester alone: it is approved, and only the pincode is missing."""
    title = kit.inline(description(request).title, 200)
    text = f"#{request.id} {title} is approved. I need the pincode to run it."
    note = "I keep the pincode in memory until it is sent, and never write it down."
    return kit.message(
        text,
        [
            kit.section(text),
            kit.context(note),
            *kit.actions(
                kit.button(
                    "Enter pincode and run", ids.ENTER_PINCODE, str(request.id), style="primary"
                ),
                kit.button("Withdraw", ids.WITHDRAW, str(request.id)),
            ),
        ],
    )


def line(request: Request, what: str) -> Message:
    """A line in the card's thread: a reminder, or how it ended."""
    asker = kit.person(request.requested_by)
    match what:
        case "reminder" | "last_call":
            approvers = (request.policy or Policy()).approvers
            who = " ".join(kit.whom(member) for member in approvers)
            end = kit.when(request.expires_at) if request.expires_at else None
            until = f" It expires {end}." if end and what == "last_call" else ""
            return kit.message(f"{who} #{request.id} still waits for a decision.{until}".strip())
        case _:
            return kit.message(f"{asker} #{request.id}: {state_line(request)}")


# Forms


def reject_form(number: int) -> View:
    """Why not."""
    element = kit.text_input(ids.REASON, multiline=True, longest=1_000, focus=True)
    hint = "The requester reads it, and it stays in the audit trail."
    asked = kit.field("Reason", element, block_id=ids.REASON, hint=hint)
    return _form(f"Reject #{number}", asked, ids.REJECT_FORM, "Reject", number)


def pincode_form(number: int) -> View:
    """The pincode of a charger that is to be attached."""
    element = kit.text_input(ids.PINCODE, longest=64, focus=True)
    hint = "It is kept in memory until it is sent, and never written down."
    asked = kit.field("Pincode", element, block_id=ids.PINCODE, hint=hint)
    return _form(f"Pincode for #{number}", asked, ids.PINCODE_FORM, "Run", number)


def _form(title: str, asked: Block, callback_id: str, submit: str, number: int) -> View:
    """One question about one request."""
    return kit.modal(
        title,
        [asked],
        callback_id=callback_id,
        submit=submit,
        close="Cancel",
        private_metadata=payloads.to_keep(request=number),
    )


def answer_page(said: Answer) -> View:
    """The answer to a form."""
    return kit.modal(ANSWER, answer(said)["blocks"], callback_id=ids.PAGE)


# Answers to clicks


def answer(said: Answer) -> Message:
    """What the person who clicked is told."""
    match said.said:
        case Said.COUNTED:
            missing = kit.counted(said.still_needed, "more approval")
            return kit.message(f"Your approval counts. {missing} needed.")
        case Said.ALREADY_DECIDED:
            return kit.message(f"It is decided already{_by(said)}. {_now(said)}".strip())
        case Said.EXPIRED:
            return kit.message("It has expired. The requester can press *Ask again* on its card.")
        case Said.NOT_ALLOWED if said.refused is not None:
            return kit.message(refusal(said.refused))
        case Said.CONFIRM_CHARGING:
            return _confirm_charging(said)
        case Said.VENDOR_SILENT:
            why = kit.inline(said.because, 300) if said.because else "The vendor does not answer."
            return kit.message(f"{why} Nothing was done; press again in a minute.")
        case Said.ASKED_AGAIN if said.request is not None:
            already = f" already{_by(said)}" if said.by else ""
            return kit.message(f"Asked again{already}, as #{said.request.id}.")
        case _:
            return kit.message(_plain_answer(said))


def _plain_answer(said: Answer) -> str:
    has_run = said.request is not None and said.request.outcome is not None
    if said.said is Said.APPROVED and has_run:  # pressed again, or on an old copy of the card
        return f"You approved it. {_now(said)}"
    if said.said is Said.ARRIVED_LATE:
        return f"{kit.inline(said.because or '', 300)} {SAID[said.said]}".strip()
    if said.said in (Said.CHECKED, Said.NOT_NOW):
        return f"{SAID[said.said]} {_now(said)}".strip()
    return SAID[said.said]


def _by(said: Answer) -> str:
    who = f" by {kit.person(said.by)}" if said.by else ""
    return f"{who}, {kit.when(said.at)}" if said.at else who


def _now(said: Answer) -> str:
    return state_line(said.request) if said.request else ""


def _confirm_charging(said: Answer) -> Message:
    sessions = "\n".join(charging_line(each) for each in said.charging)
    text = "A car is charging on it. Approving ends its session."
    button = kit.button(
        "Approve and end the session",
        ids.APPROVE_ANYWAY,
        str(said.request.id if said.request else 0),
        style="danger",
    )
    return kit.message(text, [kit.section(f"{text}\n{sessions}"), *kit.actions(button)])
