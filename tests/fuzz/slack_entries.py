"""Payloads into every entry that Slack has; each must be acknowledged."""

import random
from collections.abc import Callable, Iterator
from functools import wraps
from itertools import count
from typing import Any

from bot.sandbox.slack.errors import UndeliveredError
from handlers import catalog, ids
from handlers.listeners import _Table
from tests.fuzz.odd import spoilt, texts
from tests.fuzz.watch import Watch
from tests.handlers.house import House

Payload = dict[str, Any]
Entry = tuple[str, Payload]
WORDS = sorted(
    {value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str)}
    | {f"{ids.REMOVE_ROW}-1"}
)
"""Every action, block and callback id, in every role: also where it does not belong."""
SHORTCUTS = (ids.REGISTER_SHORTCUT, ids.LOOK_UP_SHORTCUT, ids.LOOK_UP_MESSAGE, "unheard_of")
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
EVENTS = ("app_home_opened", "app_mention", "message", "user_change")
COMMANDS = (*(command.name for command in catalog.COMMANDS), "/gone")
NO_URL = "/response/none"


class Sender:
    """Makes payloads; the same for the same choices."""

    def __init__(self, house: House, rng: random.Random) -> None:
        self._slack = house.slack
        self._rng = rng

    def one_of_each(self) -> Iterator[Entry]:
        """Every command and event; every id as a click, a search and a form; the shortcuts."""
        yield from (self._command(name) for name in COMMANDS)
        yield from (self._event(kind) for kind in EVENTS)
        for word in WORDS:
            yield self._rng.choice([self._click, self._click_in_view])(word)
            yield self._search(word)
            yield self._submission(word)
        for word in SHORTCUTS:
            yield self._shortcut(word)
            yield self._on_message(word)
            yield self._closing(word)

    def any(self) -> Entry:
        """Something in any place, every other time spoilt: parts are missing or something else."""
        make = self._rng.choice(
            [
                *(self._command, self._event, self._click, self._click_in_view, self._search),
                *(self._submission, self._closing, self._shortcut, self._on_message),
            ]
        )
        kind, payload = make()
        if self._rng.random() < 0.5:
            payload = spoilt(payload, self._rng, times=self._rng.randrange(1, 4))
        return kind, payload

    def _common(self, kind: str) -> Payload:
        user, workspace = self._rng.choice(PEOPLE), self._slack.workspace
        return {
            "type": kind,
            "team": {"id": workspace.team_id, "domain": "sandbox"},
            "user": {"id": user, "name": user.lower(), "team_id": workspace.team_id},
            "api_app_id": workspace.app.id,
            "trigger_id": f"fuzz.{next(_numbers)}",
        }

    def _command(self, name: str = "") -> Entry:
        subcommands = [one.name for command in catalog.COMMANDS for one in command.subcommands]
        said = f"{self._rng.choice([*subcommands, ''])} {texts(self._rng)}"
        common = self._common("")
        return "slash_commands", {
            "command": name or self._rng.choice(COMMANDS),
            "text": said,
            "user_id": common["user"]["id"],
            "user_name": common["user"]["name"],
            "channel_id": "C0SUPPORT",
            "team_id": common["team"]["id"],
            "trigger_id": common["trigger_id"],
            "response_url": self._slack.base_url + NO_URL,
        }

    def _action(self, word: str) -> Payload:
        kind = self._rng.choice(["button", "static_select", "overflow", "external_select"])
        action = {"type": kind, "action_id": word or self._word(), "block_id": self._word()}
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

    def _click(self, word: str = "") -> Entry:
        message = {"ts": "1768000000.000100", "text": texts(self._rng), "blocks": []}
        return "interactive", self._common("block_actions") | {
            "channel": {"id": "C0ALERTS", "name": "alerts"},
            "container": {
                "type": "message",
                "message_ts": "1768000000.000100",
                "channel_id": "C0ALERTS",
            },
            "message": message,
            "response_url": self._slack.base_url + NO_URL,
            "actions": [self._action(word)],
        }

    def _click_in_view(self, word: str = "") -> Entry:
        view = self._view()
        container = {"type": "view", "view_id": view["id"]}
        clicked = {"view": view, "container": container, "actions": [self._action(word)]}
        return "interactive", self._common("block_actions") | clicked

    def _submission(self, word: str = "") -> Entry:
        return "interactive", self._common("view_submission") | {
            "view": self._view(word),
            "response_urls": [],
        }

    def _closing(self, word: str = "") -> Entry:
        return "interactive", self._common("view_closed") | {
            "view": self._view(word),
            "is_cleared": False,
        }

    def _search(self, word: str = "") -> Entry:
        return "interactive", self._common("block_suggestion") | {
            "view": self._view(),
            "container": {"type": "view", "view_id": "V1"},
            "action_id": word or self._word(),
            "block_id": self._word(),
            "value": texts(self._rng),
        }

    def _shortcut(self, word: str = "") -> Entry:
        return "interactive", self._common("shortcut") | {"callback_id": word or self._word()}

    def _on_message(self, word: str = "") -> Entry:
        return "interactive", self._common("message_action") | {
            "callback_id": word or self._word(),
            "message_ts": "1768000000.000100",
            "channel": {"id": "C0ALERTS", "name": "alerts"},
            "message": {"ts": "1768000000.000100", "text": texts(self._rng)},
            "response_url": self._slack.base_url + NO_URL,
        }

    def _event(self, kind: str = "") -> Entry:
        user = self._rng.choice(PEOPLE)
        event = {
            "type": kind or self._rng.choice(EVENTS),
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
            "event_id": f"Ev{next(_numbers)}",
            "event": event,
        }

    def _view(self, word: str = "") -> Payload:
        inputs = [self._word() for _ in range(self._rng.randrange(1, 5))]
        return {
            "id": f"V{next(_numbers)}",
            "type": "modal",
            "callback_id": word or self._word(),
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


_numbers = count(1)
"""Slack gives no id twice."""


def _text(words: str) -> Payload:
    return {"type": "plain_text", "text": words}


async def unanswered(house: House, watch: Watch, entry: Entry) -> str:
    """Send a payload; says so where it was not acknowledged.

    People cannot cause such payloads, so that the bot may log them as a mistake.
    """
    kind, payload = entry
    try:
        await house.slack.sockets.ask(kind, payload, accepts_payload=True, retry=None)
    except UndeliveredError as error:
        return f"not acknowledged ({error.code}): {entry}"
    finally:
        await watch.troubles(house)
    return ""


class Reached:
    """Which of the bot's listeners have been called."""

    def __init__(self, house: House) -> None:
        self.names: set[str] = set()
        self.all = 0
        for listener in house.parts.connection._app._async_listeners:
            table = getattr(listener.ack_function, "__self__", None)
            if isinstance(table, _Table):
                for wanted, ours in (*table._exact.items(), *table._patterns):
                    name = f"{ours._listener.__qualname__} for {wanted}"
                    ours._listener = self._noting(name, ours._listener)
            else:  # of an event, which Bolt knows itself
                name = listener.ack_function.__qualname__
                listener.ack_function = self._noting(name, listener.ack_function)

    def _noting(self, name: str, listener: Callable[..., Any]) -> Callable[..., Any]:
        self.all += 1
        name = f"{name} ({self.all})"

        @wraps(listener)
        async def noted(**arguments: Any) -> Any:
            self.names.add(name)
            return await listener(**arguments)

        return noted
