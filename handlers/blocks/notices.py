"""Small messages that the bot sends by itself."""

from collections.abc import Mapping
from typing import Any, Final

from bot.alerts.silences import Silence
from bot.inventory import KnownCharger
from bot.store.watches import Watch
from handlers.blocks import charger, kit
from handlers.blocks.kit import Message

REPEAT: Final = "I could not see whether this had arrived before, so it may stand here twice."
SUBJECTS_SHOWN: Final = 5
REFUSALS: Final[Mapping[str, str]] = {
    "channel_not_found": "I do not see this channel. Invite me, or correct the configuration.",
    "not_in_channel": "I am not in this channel. Invite me.",
    "is_archived": "The channel is archived.",
    "missing_scope": "The app lacks a right. Compare its scopes with `manifest.yml`.",
    "restricted_action": "The workspace does not let me post there.",
    "no_record": "I no longer keep what the message was about.",
}


def marked_as_repeat(shown: Message) -> Message:
    """A message that may stand in its channel already."""
    return kit.message(shown["text"], [*shown["blocks"], kit.context(REPEAT)])


def silence_warning(silence: Silence) -> Message:
    """To its author: the end is near."""
    text = f"Your silence #{silence.id} ends {kit.when(silence.ends_at)}"
    reason = kit.quote(silence.reason)
    hint = "`/alerts silence` begins another one."
    return kit.message(text, [kit.section(f"{text}\n{reason}"), kit.context(hint)])


def first_connection(watch: Watch, known: KnownCharger | None) -> Message:
    """To whoever registered a charger: it has connected, or still has not."""
    name = known.charger.label if known else watch.ref.id
    if watch.connected_at is not None:
        when = kit.when(watch.connected_at)
        text = f"{kit.code(name)} has connected for the first time, {when}."
    else:
        since = kit.when(watch.began_at)
        text = (
            f"{kit.code(name)} was registered {since} and still has not connected. Check its power,"
            " its network, and that identity and OCPP address are what was registered."
        )
    return kit.message(text, [kit.section(text), *charger.show_row(watch.ref, name)])


def broken_invariant(details: Mapping[str, Any]) -> Message:
    """To those who run the bot: something is so that must never be."""
    subjects = ", ".join(kit.code(str(one)) for one in details["subjects"][:SUBJECTS_SHOWN])
    return kit.message(
        f"{kit.inline(str(details['sentence']))}: {subjects}. This should never happen; please"
        f" report it with the log, where it is called {kit.code(str(details['name']))}."
    )


def trouble(code: str, details: Mapping[str, Any]) -> Message:
    """To those who run the bot: Slack, or a pager, refuses a destination."""
    where = str(details.get("destination", ""))
    if where.startswith("webhook:"):
        return kit.message(
            f"The webhook of {kit.code(where.removeprefix('webhook:'))} refuses what I send it:"
            f" {kit.code(code)}. Compare the route's `webhook_url_env` with what your pager wants."
        )
    place = f"<#{where}>" if where.startswith(("C", "G")) else kit.whom(where)
    about = kit.inline(str(details.get("about", "a message")).replace("_", " "))
    why = REFUSALS.get(code, "`/chargehand status` lists what was refused.")
    return kit.message(
        f"Slack refuses what I want to say in {place} ({about}): {kit.code(code)}. {why}"
    )
