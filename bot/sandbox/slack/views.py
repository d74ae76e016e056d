"""Modals in stacks of up to three, and the Home tab of each person."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.blocks import completed, placed_elements
from bot.sandbox.slack.changes import Changes
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.state import Values, values

STACK_LIMIT = 3  # Slack docs, modals: "up to three views"
PLAIN_KEYS = ("title", "submit", "close")
TEXT_KEYS = ("private_metadata", "callback_id", "external_id")
FLAG_KEYS = ("clear_on_close", "notify_on_close", "submit_disabled")


@dataclass
class View:
    """A modal or Home tab as one person has it before them.

    `typed` is what the person entered, `errors` what stands at the fields (block_id to
    sentence), `trouble` what Slack says above the form when the app could not be reached.
    """

    id: str
    user: str
    hash: str
    content: Json
    root_id: str
    previous_id: str | None = None
    typed: Values = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""

    @property
    def type(self) -> str:
        """`modal` or `home`."""
        return str(self.content["type"])

    @property
    def blocks(self) -> list[Json]:
        """The blocks, with their ids."""
        blocks: list[Json] = self.content["blocks"]
        return blocks

    @property
    def every_block(self) -> list[Json]:
        """The blocks, under the name that a message has for them."""
        return self.blocks

    @property
    def title(self) -> str:
        """The words at the top of a modal."""
        return str((self.content.get("title") or {}).get("text", ""))

    @property
    def external_id(self) -> str:
        """The id that the app gave the view."""
        return str(self.content.get("external_id", ""))

    @property
    def values(self) -> Values:
        """`state.values`: what was typed over what the form began with."""
        return values(self.blocks, self.typed)


class Views:
    """The modals that people have open and the Home tabs that apps have published."""

    def __init__(self, ids: Ids, changes: Changes, team_id: str) -> None:
        self._ids = ids
        self._changes = changes
        self._team_id = team_id
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def stack(self, user_id: str) -> list[View]:
        """The modals that a person has open, the visible one last."""
        return list(self._stacks.get(user_id, ()))

    def top(self, user_id: str) -> View | None:
        """The modal that a person sees."""
        stack = self._stacks.get(user_id)
        return stack[-1] if stack else None

    def home(self, user_id: str) -> View | None:
        """The Home tab of a person, once published."""
        return self._homes.get(user_id)

    def find(self, *, view_id: str = "", external_id: str = "") -> View:
        """An open modal or a Home tab by one of its ids.

        Raises:
            RefusedError: `not_found`.
        """
        everything = [view for stack in self._stacks.values() for view in stack]
        for view in [*everything, *self._homes.values()]:
            if view_id == view.id or (external_id and external_id == view.external_id):
                return view
        raise RefusedError("not_found")

    def open(self, user_id: str, content: Json) -> View:
        """Open a modal in a stack of its own; what was open before is gone."""
        self._refuse_known_external_id(content, None)
        view = self._new(user_id, content, None)
        self._stacks[user_id] = [view]
        self._changes.publish("view", user=user_id)
        return view

    def push(self, user_id: str, content: Json) -> View:
        """Put a modal on top of the one that a person sees.

        Raises:
            RefusedError: `push_limit_reached`, with three modals already there.
        """
        stack = self._stacks.setdefault(user_id, [])
        if len(stack) >= STACK_LIMIT:
            raise RefusedError("push_limit_reached")
        self._refuse_known_external_id(content, None)
        view = self._new(user_id, content, stack[-1] if stack else None)
        stack.append(view)
        self._changes.publish("view", user=user_id)
        return view

    def update(self, view: View, content: Json, expected_hash: str = "") -> View:
        """Replace what a view shows; fields that keep both ids keep what was typed.

        Raises:
            RefusedError: `hash_conflict`, when the view has changed since `expected_hash`.
        """
        if expected_hash and expected_hash != view.hash:
            raise RefusedError("hash_conflict")
        self._refuse_known_external_id(content, view)
        view.content = self._completed(content)
        view.hash = self._new_hash()
        view.typed = _kept(view.typed, view.blocks)
        view.errors, view.trouble = {}, ""
        self._changes.publish("home" if view.type == "home" else "view", user=view.user)
        return view

    def publish(self, user_id: str, content: Json, expected_hash: str = "") -> View:
        """Set the Home tab of a person.

        Raises:
            RefusedError: `hash_conflict`, as for `update`.
        """
        existing = self._homes.get(user_id)
        if existing:
            return self.update(existing, content, expected_hash)
        self._refuse_known_external_id(content, None)
        self._homes[user_id] = self._new(user_id, content, None)
        self._changes.publish("home", user=user_id)
        return self._homes[user_id]

    def close(self, view: View) -> None:
        """Take one modal away; the one below it is seen again."""
        self._stacks[view.user] = [v for v in self._stacks.get(view.user, ()) if v is not view]
        self._changes.publish("view", user=view.user)

    def clear(self, user_id: str) -> None:
        """Take all modals of a person away."""
        self._stacks[user_id] = []
        self._changes.publish("view", user=user_id)

    def mark(self, view: View, *, errors: dict[str, str] | None = None, trouble: str = "") -> None:
        """Show sentences at fields, or one above the form."""
        view.errors, view.trouble = errors or {}, trouble
        self._changes.publish("view", user=view.user)

    def to_api(self, view: View, app_id: str, bot_id: str) -> Json:
        """A view object (Slack docs, types/view)."""
        shown: Json = {
            "id": view.id,
            "team_id": self._team_id,
            "type": view.type,
            "blocks": view.blocks,
            "state": {"values": view.values},
            "hash": view.hash,
            "root_view_id": view.root_id,
            "previous_view_id": view.previous_id,
            "app_id": app_id,
            "app_installed_team_id": self._team_id,
            "bot_id": bot_id,
        }
        shown |= {key: view.content.get(key) for key in PLAIN_KEYS}
        shown |= {key: view.content.get(key, "") for key in TEXT_KEYS}
        return shown | {key: view.content.get(key, False) for key in FLAG_KEYS}

    def _new(self, user_id: str, content: Json, below: View | None) -> View:
        view_id = self._ids.new("V")
        return View(
            id=view_id,
            user=user_id,
            hash=self._new_hash(),
            content=self._completed(content),
            root_id=below.root_id if below else view_id,
            previous_id=below.id if below else None,
        )

    def _completed(self, content: Json) -> Json:
        return {**content, "blocks": completed(content["blocks"], lambda: self._ids.new("b"))}

    def _new_hash(self) -> str:
        return f"{self._ids.ts().split('.')[0]}.{self._ids.new('h')}"

    def _refuse_known_external_id(self, content: Json, view: View | None) -> None:
        external_id: Any = content.get("external_id")
        if not external_id:
            return
        try:
            known = self.find(external_id=external_id)
        except RefusedError:
            return
        if known is not view:
            raise RefusedError("duplicate_external_id")


def _kept(typed: Values, blocks: list[Json]) -> Values:
    """What was typed into fields that are still there."""
    kept: Values = {}
    for block, element in placed_elements(blocks):
        entry = typed.get(block["block_id"], {}).get(element["action_id"])
        if entry is not None and entry["type"] == element["type"]:
            kept.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return kept
