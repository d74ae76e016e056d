"""Monkeys at the screens of people: they use whatever they see, with whatever comes to mind.

Everything goes through the sandbox, so it is something that Slack lets people do.
"""

import random
from collections.abc import Iterator
from typing import Any

from bot.sandbox.people import Person
from bot.sandbox.slack.blocks import options_of, placed_elements
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.payloads import Surface
from bot.sandbox.slack.views import View
from handlers import catalog
from tests.fuzz.odd import texts
from tests.handlers.house import House

PEOPLE = ("support", "approver", "second-approver", "on-call", "admin", "visitor")
PLACES = ("support", "alerts", "approvals")
KNOWN = (
    *("NL-AMS-0001", "NL-RTM-0001", "VT_40010103", "DK.SPI.000001", "US-BOS-0001", "nl/none"),
    *("Kop van Zuid", "Strijp-S", "Dokk1", "GC-40", "Longhorn 120 kW", "account:dk", "active"),
    *("7d", "all", "faulted", "--share", "1", "2"),
)
"""Words that lead somewhere."""
MOMENTS = ("00:00", "06:30", "23:59")


class Monkey:
    """Does one thing in the place of somebody, by these choices."""

    def __init__(self, house: House, rng: random.Random) -> None:
        self._house = house
        self._rng = rng
        self.did = ""
        """What it was, in words."""

    async def act(self) -> None:
        """Do one thing."""
        person = self._house.person(self._rng.choice(PEOPLE))
        ways = [self._type_command, self._use, self._use, self._use, self._submit, self._elsewhere]
        await self._rng.choice(ways)(person)

    def _did(self, person: Person, *what: object) -> None:
        self.did = " ".join([person.user.name, *map(repr, what)])

    async def _type_command(self, person: Person) -> None:
        command = self._rng.choice(catalog.COMMANDS)
        subcommand = self._rng.choice(command.subcommands).name
        said = self._rng.choice([self._rng.choice(KNOWN), texts(self._rng), ""])
        typed = f"{command.name} {subcommand} {said}"
        self._did(person, "types", typed)
        await person.command("support", typed)

    async def _use(self, person: Person) -> None:
        surfaces = list(_in_sight(person))
        if not surfaces:
            await self._type_command(person)
            return
        surface = self._rng.choice(surfaces)
        block, element = self._rng.choice(list(placed_elements(surface.every_block)))
        value = await self._value(person, surface, block, element)
        self._did(person, "uses", element["action_id"], element["type"], value)
        await person._slack.interactions.act(
            person.user, surface, block["block_id"], element["action_id"], value
        )

    async def _value(self, person: Person, surface: Surface, block: Json, element: Json) -> Any:
        """What to put into a field or to choose; nothing where it is a button."""
        kind = element["type"]
        options = options_of(element)
        if kind == "external_select":
            answer = await person._slack.interactions.suggestions(
                person.user, surface, block["block_id"], element["action_id"], self._words()
            )
            options = options_of(answer)
        if kind in ("checkboxes", "multi_static_select"):
            return [one for one in options if self._rng.random() < 0.5]
        if options:
            return self._rng.choice(options)
        if kind == "timepicker":
            return self._rng.choice(MOMENTS)
        if kind == "datetimepicker":
            return self._rng.choice([1, 1_900_000_000, 4_102_444_800])
        if kind == "number_input":
            return self._rng.choice(["0", "1", "3.5", "-1", "999999999999999999999"])
        return self._words() if kind.endswith("_input") and kind != "file_input" else None

    def _words(self) -> str:
        return self._rng.choice([self._rng.choice(KNOWN), texts(self._rng), self._number()])

    def _number(self) -> str:
        return str(self._rng.choice([0, 1, 16, 32, 400, 22000]))

    async def _submit(self, person: Person) -> None:
        """Fill in all of the form, more or less, and send it."""
        view = person.top_modal
        if view is None or not view.content.get("submit"):
            await self._type_command(person)
            return
        for block, element in list(placed_elements(view.blocks)):
            if block["type"] == "input" and self._rng.random() < 0.8:
                await self._enter(person, view, block, element)
        self._did(person, "submits", view.title, view.values)
        await person.submit()

    async def _enter(self, person: Person, view: View, block: Json, element: Json) -> None:
        if element["type"] == "file_input":
            return
        value = await self._value(person, view, block, element)
        person._slack.interactions.enter(
            person.user, view, block["block_id"], element["action_id"], value
        )

    async def _elsewhere(self, person: Person) -> None:
        match self._rng.randrange(5):
            case 0:
                self._did(person, "opens Home")
                await person.open_home()
            case 1:
                said = self._words()
                self._did(person, "mentions", said)
                await person.mention("support", said)
            case 2:
                said = self._words()
                self._did(person, "writes", said)
                await person.write_to_bot(said)
            case 3 if person.top_modal:
                self._did(person, "closes", person.top_modal.title)
                await person.close(whole_stack=self._rng.random() < 0.5)
            case _:
                name = self._rng.choice(["Register a charger", "Look up a charger"])
                self._did(person, "runs", name)
                await person.shortcut(name)


def _in_sight(person: Person) -> Iterator[Surface]:
    """What a person can use now: a form hides everything else."""
    if person.top_modal is not None:
        surfaces: list[Any] = [person.top_modal]
    else:
        places = [*PLACES, person.bot_messages]
        surfaces = [message for place in places for message in person.messages(place)[-8:]]
        home = person._workspace.views.home(person.id)
        surfaces += [home] if home else []
    for surface in surfaces:
        if any(True for _ in placed_elements(surface.every_block)):
            yield surface
