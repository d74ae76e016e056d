"""What happens in an installation: each story as people see it, from its first key to its end."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.sandbox.people import Person
from bot.sandbox.slack.labels import NotVisibleError
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.views import View
from bot.sandbox.vendors.seed import NEIGHBOURS_CHARGER, NEIGHBOURS_PINCODE
from tests.clock import START
from tests.crash.stage import Stage

Story = Callable[[Stage], Awaitable[None]]
REASON = "It is needed."
WAITS = "Waiting for a decision"
DIGEST = "Good morning"
UNTIL_THREE = datetime(2026, 1, 10, 3, tzinfo=ZoneInfo("Europe/Amsterdam")) - START


async def morning(stage: Stage) -> None:
    """The bot has run since yesterday: it knows the fleet and has said what was bad already."""
    watcher = stage.person("on-call")
    for account in ("nl", "dk"):
        await stage.sees(partial(watcher.sees, "alerts", f"at {account} when I began"))


# Requests


async def form(stage: Stage, person: Person, command: str, title: str) -> None:
    """Open a form by a command; a page on which the bot was still looking when it died stays."""

    async def ready() -> View:
        view = await person.modal(title=title)
        if not view.content.get("submit"):
            raise NotVisibleError(person.text_of(view))
        return view

    async def type_it() -> None:
        if person.top_modal:
            await person.close(whole_stack=True)
        await person.command("support", command)

    await stage.until(ready, type_it)


async def ask(
    stage: Stage, person: Person, fill: Callable[[], Awaitable[object]], what: str
) -> None:
    """Fill in the form that is open and send it, until the approvers see the request."""

    async def send() -> None:
        await fill()
        await person.submit()

    approver = stage.person("approver")
    await stage.until(partial(approver.sees, "approvals", what, REASON), send)


async def decided(person: Person, what: str) -> Message:
    """The card once nobody is asked any more, nor anything is running."""
    card = await person.sees("approvals", what, REASON)
    if any(words in person.text_of(card) for words in (WAITS, "*Running*", "Approved*")):
        raise NotVisibleError(person.text_of(card))
    return card


async def approve(stage: Stage, what: str) -> None:
    """Approve a request, and wait until it has ended and its requester has been told."""
    approver, support = stage.person("approver"), stage.person("support")

    async def press() -> None:
        card = await approver.sees("approvals", what, REASON)
        await approver.press("Approve", on=card, confirm=True)

    await stage.until(partial(decided, approver, what), press)
    await stage.sees(partial(support.sees, support.bot_messages, "#1 "))


def operation(
    command: str,
    title: str,
    what: str,
    fields: Mapping[str, str],
    choices: Mapping[str, str] = MappingProxyType({}),
) -> Story:
    """A story in which support asks for something in a form, and an approver agrees."""

    async def story(stage: Stage) -> None:
        support = stage.person("support")

        async def fill() -> None:
            for label, choice in choices.items():
                await support.choose(label, choice)
            for label, value in fields.items():
                await support.fill(label, value)

        await form(stage, support, command, title)
        await ask(stage, support, fill, what)
        await approve(stage, what)

    return story


async def register(stage: Stage) -> None:
    """Support registers a charger, which needs no approval."""
    support = stage.person("support")

    async def send() -> None:
        await support.fill("Identity", "NL-NEW-0001")
        await support.submit()

    await form(stage, support, "/charger register", "Register a charger")
    await stage.until(partial(support.sees, support.bot_messages, "NL-NEW-0001"), send)


async def attach(stage: Stage) -> None:
    """The pincode is asked for once the request is approved, and anew after each crash."""
    support, approver = stage.person("support"), stage.person("approver")

    async def fill() -> None:
        await support.pick("Site", "P+R Sloterdijk")
        await support.fill("Identity", NEIGHBOURS_CHARGER)
        await support.fill("Reason", REASON)

    async def press() -> None:
        card = await approver.sees("approvals", "Attach", REASON)
        await approver.press("Approve", on=card, confirm=True)

    async def asks() -> Message:
        return await support.sees(support.bot_messages, "pincode")

    async def open_form() -> None:
        await support.press("Enter pincode and run", on=await asks())

    async def enter() -> None:
        await support.fill("Pincode", NEIGHBOURS_PINCODE)
        await support.submit()

    async def entered() -> None:
        await stage.until(partial(support.modal, "kept in memory"), open_form)
        await stage.until(partial(decided, approver, "Attach"), enter)

    await form(stage, support, "/charger attach", "Attach a charger")
    await ask(stage, support, fill, "Attach")
    await stage.until(asks, press)
    await stage.persist(entered, partial(support.close, whole_stack=True))


async def import_two(stage: Stage) -> None:
    """Several rows, of which each is written once. Rows nobody has asked for die with the bot."""
    support = stage.person("support")

    async def paste() -> None:
        await support.fill("Rows", "NL-IMP-0001\nNL-IMP-0002")
        await support.submit()

    async def asked() -> None:
        await form(stage, support, "/charger import", "Import chargers")
        await stage.until(partial(support.modal, "2 chargers would be registered"), paste)
        await ask(stage, support, partial(support.fill, "Reason", REASON), "Import")

    await stage.persist(asked, partial(support.close, whole_stack=True))
    await approve(stage, "Import")


async def rejected(stage: Stage) -> None:
    """An approver says no, and why."""
    approver, support = stage.person("approver"), stage.person("support")

    async def open_form() -> None:
        card = await approver.sees("approvals", "Archive", WAITS)
        await approver.press("Reject…", on=card)

    async def say_no() -> None:
        await approver.fill("Reason", "we still order it")
        await approver.submit()

    await asked_to_archive(stage)
    await stage.until(partial(approver.modal, "stays in the audit trail"), open_form)
    await stage.until(
        partial(support.sees, support.bot_messages, "Rejected", "we still order it"), say_no
    )


async def withdrawn(stage: Stage) -> None:
    """The requester changes their mind."""
    support = stage.person("support")

    async def press() -> None:
        card = await support.sees("approvals", "Archive", WAITS)
        await support.press("Withdraw", on=card, confirm=True)

    await asked_to_archive(stage)
    await stage.until(partial(support.sees, "approvals", "Archive", "Withdrawn"), press)


async def expired(stage: Stage) -> None:
    """Nobody decides: approvers are reminded, then the request is over."""
    support = stage.person("support")

    async def reminder() -> Message:
        card = await support.sees("approvals", "Archive", REASON)
        return await support.sees("approvals", "still waits", thread=card)

    await asked_to_archive(stage)
    await stage.turn(130)
    await stage.sees(reminder)
    await stage.turn(600)
    await stage.sees(partial(support.sees, support.bot_messages, "Expired"))


async def asked_to_archive(stage: Stage) -> None:
    """A request waits for a decision."""
    support = stage.person("support")
    await form(stage, support, "/model archive GC-40", "Archive station model")
    await ask(stage, support, partial(support.fill, "Reason", REASON), "Archive")


# Alerts


async def told(person: Person, identity: str, state: str) -> Message:
    """The alert of a charger, in a state."""
    return await person.sees("alerts", identity, state)


async def offline(stage: Stage) -> None:
    """A charger goes offline, somebody takes it on, and it comes back: one message."""
    oncall, breakdowns = stage.person("on-call"), stage.servers.clouds.breakdowns
    identity = "NL-AMS-0008"

    async def acknowledge() -> None:
        await oncall.press("Acknowledge", on=await told(oncall, identity, "Firing"))

    breakdowns.charger_offline(identity)
    await stage.sees(partial(told, oncall, identity, "Firing"))
    await stage.until(partial(told, oncall, identity, "Acknowledged"), acknowledge)
    breakdowns.charger_online(identity)
    await stage.sees(partial(told, oncall, identity, "Resolved"))


async def dangerous(stage: Stage) -> None:
    """A fault that may hurt somebody is told at once, and its end as well."""
    oncall, breakdowns = stage.person("on-call"), stage.servers.clouds.breakdowns
    breakdowns.connector_fault("DK.SPI.000005", "GroundFailure", connector=2)
    await stage.sees(partial(told, oncall, "DK.SPI.000005", "Firing"))
    breakdowns.clear_faults("DK.SPI.000005")
    await stage.sees(partial(told, oncall, "DK.SPI.000005", "Resolved"))


async def silenced(stage: Stage) -> None:
    """The electrician is there: what they switch off alerts nobody, what was told is resolved."""
    support, oncall = stage.person("support"), stage.person("on-call")
    breakdowns = stage.servers.clouds.breakdowns

    async def send() -> None:
        await support.fill("Reason", "the electrician is there")
        await support.submit()

    breakdowns.charger_offline("NL-AMS-0008")
    await stage.sees(partial(told, oncall, "NL-AMS-0008", "Firing"))
    await form(stage, support, "/alerts silence NL-UTR-0002", "Silence alerts")
    await stage.until(partial(support.modal, "It hides 0 alerts now", "until"), send)
    breakdowns.charger_offline("NL-UTR-0002")
    for _ in range(3):
        await stage.turn()
    breakdowns.charger_online("NL-AMS-0008")
    await stage.sees(partial(told, oncall, "NL-AMS-0008", "Resolved"))


async def digest(stage: Stage) -> None:
    """The night passes, and at three on the wall there is the digest of the day."""
    watcher = stage.person("on-call")
    await stage.turn(UNTIL_THREE.total_seconds())
    await stage.sees(partial(watcher.sees, "alerts", DIGEST))


async def a_day(stage: Stage) -> None:
    """Much at once: an alert, a request that waits, a registration, a decision, the end of it."""
    oncall, breakdowns = stage.person("on-call"), stage.servers.clouds.breakdowns
    breakdowns.charger_offline("NL-UTR-0002")
    await asked_to_archive(stage)
    await offline(stage)
    await register(stage)
    await approve(stage, "Archive")
    breakdowns.charger_online("NL-UTR-0002")
    await stage.sees(partial(told, oncall, "NL-UTR-0002", "Resolved"))


STORIES: Mapping[str, Story] = {
    "a day": a_day,
    "offline": offline,
    "dangerous": dangerous,
    "digest": digest,
    "silenced": silenced,
    "rejected": rejected,
    "withdrawn": withdrawn,
    "expired": expired,
    "register_charger": register,
    "attach_charger": attach,
    "archive_station_model": operation(
        "/model archive GC-40", "Archive station model", "Archive", {"Reason": REASON}
    ),
    "rename_station_model": operation(
        "/model rename GC-40", "Rename station model", "Rename",
        {"Friendly name": "Granite", "Reason": REASON},
    ),
    "set_reference": operation(
        "/charger reference NL-AMS-0003 Gate 7", "Set a reference", "reference", {"Reason": REASON}
    ),
    "restart_charger": operation(
        "/charger restart NL-AMS-0008", "Restart a charger", "Restart", {"Reason": REASON}
    ),
    "detach_charger": operation(
        "/charger detach VT_40010003", "Detach a charger", "Detach", {"Reason": REASON}
    ),
    "delete_charger": operation(
        "/charger delete DK.SPI.000101", "Delete a charger", "Delete", {"Reason": REASON}
    ),
    "create_site": operation(
        "/site create", "Create a site", "Create site",
        {
            "Name": "Harbour East", "Street": "Kade", "House number": "12",
            "Postal code": "3011 AA", "City": "Rotterdam", "Country": "NL", "Reason": REASON,
        },
    ),
    "update_smart_charging": operation(
        "/site smart-charging Strijp-S", "Smart charging", "smart charging",
        {
            "Time zone": "Europe/Amsterdam",
            "Off-peak from": "22:00", "Off-peak until": "06:00", "Reason": REASON,
        },
        {"When to charge": "Off-peak hours"},
    ),
    "create_station_model": operation(
        "/model create", "New station model", "Create station model",
        {
            "Maker": "Nordlicht", "Model": "NL-22", "Maximum current, A (connector 1)": "32",
            "Maximum voltage, V (connector 1)": "400", "Maximum power, W (connector 1)": "22000",
            "OCPP URL": "wss://ocpp.example.net", "Reason": REASON,
        },
        {
            "Power type": "AC, 3 phases", "Plug (connector 1)": "IEC 62196 T2",
            "Cable or socket (connector 1)": "Socket",
        },
    ),
    "import_chargers": import_two,
}  # fmt: skip
WATCHED = frozenset({"a day", "digest", "offline", "dangerous", "silenced"})
UNWATCHED = frozenset(STORIES) - WATCHED
"""In these the chargers are looked at once in each life, since nothing happens to them."""
