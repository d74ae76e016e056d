"""Payloads into every entry that Slack has; each must be acknowledged."""

import asyncio
import logging
import random
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from bot.sandbox.slack.errors import UndeliveredError
from handlers import catalog, ids
from tests.fuzz.odd import spoilt, texts
from tests.handlers.house import House, open_house

Payload = dict[str, Any]
Entry = tuple[str, Payload]
WORDS = sorted(
    value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str)
)
"""Every action, block and callback id, in every role: also where it does not belong."""
PEOPLE = ("U0SUPPORT", "U0APPROVER", "U0VISITOR", "U0ADMIN")
ABOUT_REQUESTS = (
    "request",
    "approve",
    "reject",
    "withdraw",
    "stop",
    "check",
    "mark",
    "ask",
    "enter",
)
ABOUT_ALERTS = ("acknowledge", "unacknowledge", "alert")
AT_ONCE = 8
GRACE_S = 10.0


@dataclass
class Findings:
    """What came of it."""

    cases: int = 0
    unacknowledged: list[Entry] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """What was logged as our mistake, although people can cause the payload."""


class Sender:
    """Makes payloads; the same for the same seed."""

    def __init__(self, house: House, seed: int) -> None:
        self._slack = house.slack
        self._rng = random.Random(seed)
        self._numbers = count(1)

    def odd(self) -> Entry:
        """One that people can cause, with whatever they may have typed."""
        makers = [self._command, self._closing, self._search, self._shortcut, self._event]
        return self._rng.choice(makers)()

    def mismatched(self) -> Entry:
        """A button or form of ours in a place where it is not, or of another version of us."""
        makers = [self._click, self._click_in_view, self._submission]
        return self._rng.choice(makers)()

    def malformed(self) -> Entry:
        """One that Slack cannot send: parts are missing or are something else."""
        kind, payload = self._rng.choice([self.odd, self.mismatched])()
        return kind, spoilt(payload, self._rng, times=self._rng.randrange(1, 4))

    def _common(self, kind: str) -> Payload:
        number = next(self._numbers)
        user = self._rng.choice(PEOPLE)
        return {
            "type": kind,
            "team": {"id": self._slack.workspace.team_id, "domain": "sandbox"},
            "user": {"id": user, "name": user.lower(), "team_id": self._slack.workspace.team_id},
            "api_app_id": self._slack.workspace.app.id,
            "trigger_id": f"fuzz.{number}",
        }

    def _command(self) -> Entry:
        spoken = self._rng.choice([*catalog.COMMANDS]).name
        subcommands = [one.name for command in catalog.COMMANDS for one in command.subcommands]
        said = f"{self._rng.choice([*subcommands, ''])} {texts(self._rng)}"
        common = self._common("")
        return "slash_commands", {
            "command": self._rng.choice([spoken, spoken, spoken, "/gone"]),
            "text": said,
            "user_id": common["user"]["id"],
            "user_name": common["user"]["name"],
            "channel_id": "C0SUPPORT",
            "team_id": common["team"]["id"],
            "trigger_id": common["trigger_id"],
            "response_url": f"{self._slack.base_url}/response/none",
        }

    def _action(self) -> Payload:
        kind = self._rng.choice(["button", "static_select", "overflow", "external_select"])
        action = {"type": kind, "action_id": self._word(), "block_id": self._word()}
        value = self._value(action["action_id"])
        if kind == "button":
            return action | {"value": value}
        return action | {"selected_option": {"value": value, "text": _text("x")}}

    def _value(self, action_id: str) -> str:
        """What we ourselves put into such a button, though the thing may be gone."""
        if action_id.startswith(ABOUT_REQUESTS):
            return self._rng.choice(["1", "99999999999"])
        if action_id.startswith(ABOUT_ALERTS):
            return "grp_gone"
        return self._rng.choice(["nl/none", "us/gone", "closed/1"])

    def _click(self) -> Entry:
        message = {"ts": "1768000000.000100", "text": texts(self._rng), "blocks": []}
        return "interactive", self._common("block_actions") | {
            "channel": {"id": "C0ALERTS", "name": "alerts"},
            "container": {
                "type": "message",
                "message_ts": "1768000000.000100",
                "channel_id": "C0ALERTS",
            },
            "message": message,
            "response_url": f"{self._slack.base_url}/response/none",
            "actions": [self._action()],
        }

    def _click_in_view(self) -> Entry:
        view = self._view()
        container = {"type": "view", "view_id": view["id"]}
        clicked = {"view": view, "container": container, "actions": [self._action()]}
        return "interactive", self._common("block_actions") | clicked

    def _submission(self) -> Entry:
        return "interactive", self._common("view_submission") | {
            "view": self._view(),
            "response_urls": [],
        }

    def _closing(self) -> Entry:
        return "interactive", self._common("view_closed") | {
            "view": self._view(),
            "is_cleared": False,
        }

    def _search(self) -> Entry:
        return "interactive", self._common("block_suggestion") | {
            "view": self._view(),
            "container": {"type": "view", "view_id": "V1"},
            "action_id": self._word(),
            "block_id": self._word(),
            "value": texts(self._rng),
        }

    def _shortcut(self) -> Entry:
        if self._rng.random() < 0.5:
            return "interactive", self._common("shortcut") | {"callback_id": self._word()}
        return "interactive", self._common("message_action") | {
            "callback_id": self._word(),
            "message_ts": "1768000000.000100",
            "channel": {"id": "C0ALERTS", "name": "alerts"},
            "message": {"ts": "1768000000.000100", "text": texts(self._rng)},
            "response_url": f"{self._slack.base_url}/response/none",
        }

    def _event(self) -> Entry:
        kind = self._rng.choice(["app_home_opened", "app_mention", "message", "user_change"])
        user = self._rng.choice(PEOPLE)
        event = {
            "type": kind,
            "user": user,
            "channel": self._slack.workspace.bot_channel(user).id,
            "channel_type": "im",
            "tab": "home",
            "text": texts(self._rng),
            "ts": "1768000000.000200",
            "event_ts": "1768000000.000200",
        }
        return "events_api", {
            "type": "event_callback",
            "team_id": self._slack.workspace.team_id,
            "api_app_id": self._slack.workspace.app.id,
            "event_id": f"Ev{next(self._numbers)}",
            "event": event,
        }

    def _view(self) -> Payload:
        inputs = [self._word() for _ in range(self._rng.randrange(1, 5))]
        return {
            "id": f"V{next(self._numbers)}",
            "type": "modal",
            "callback_id": self._word(),
            "hash": "1.x",
            "title": _text("Form"),
            "private_metadata": self._rng.choice(["", "{}", '{"account": "nl"}']),
            "blocks": [
                {"type": "input", "block_id": name, "element": {"action_id": name}}
                for name in inputs
            ],
            "state": {"values": {name: {name: self._typed()} for name in inputs}},
        }

    def _typed(self) -> Payload:
        match self._rng.randrange(4):
            case 0:
                return {"type": "plain_text_input", "value": texts(self._rng)}
            case 1:
                return {"type": "plain_text_input", "value": None}
            case 2:
                option = {"value": texts(self._rng), "text": _text("x")}
                return {"type": "static_select", "selected_option": option}
            case _:
                return {"type": "checkboxes", "selected_options": []}

    def _word(self) -> str:
        return self._rng.choice([*WORDS, "unheard_of"])


def _text(words: str) -> Payload:
    return {"type": "plain_text", "text": words}


class Unexpected(logging.Handler):
    """Keeps what the bot logs as its own mistake."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take note of it, with where it was raised."""
        self.seen.append(logging.Formatter().format(record))


async def send_odd_payloads(cases: int, seed: int, folder: Path) -> Findings:
    """Odd ones, mismatched ones and malformed ones; afterwards the bot must still be at work."""
    findings, unexpected = Findings(), Unexpected()
    root = logging.getLogger()
    root.addHandler(unexpected)
    try:
        async with open_house(folder) as house:
            await house.sweep()
            sender = Sender(house, seed)
            third = cases // 3
            await _sent(house, [sender.odd() for _ in range(third)], findings)
            await _quiet(house)
            findings.broken += unexpected.seen
            await _sent(house, [sender.mismatched() for _ in range(third)], findings)
            await _sent(house, [sender.malformed() for _ in range(cases - 2 * third)], findings)
            await _quiet(house)
            await _still_at_work(house)
    finally:
        root.removeHandler(unexpected)
    return findings


async def _sent(house: House, entries: list[Entry], findings: Findings) -> None:
    for start in range(0, len(entries), AT_ONCE):
        batch = entries[start : start + AT_ONCE]
        await asyncio.gather(*(_send(house, entry, findings) for entry in batch))


async def _send(house: House, entry: Entry, findings: Findings) -> None:
    kind, payload = entry
    findings.cases += 1
    try:
        await house.slack.sockets.ask(kind, payload, accepts_payload=True, retry=None)
    except UndeliveredError:
        findings.unacknowledged.append(entry)


async def _quiet(house: House) -> None:
    """Let the work that follows the acknowledgements end."""
    background = house.services.background
    async with asyncio.timeout(60):
        while background._passing:
            await asyncio.wait(set(background._passing))


async def _still_at_work(house: House) -> None:
    person = house.person("support")
    await person.command("support", "/charger show NL-AMS-0001")
    await person.sees("support", "NL-AMS-0001", "Read from nl just now", timeout=GRACE_S)
