"""Slash commands: read the text, acknowledge at once, answer after."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Final

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from handlers import catalog, text
from handlers.blocks import help as help_blocks
from handlers.blocks.kit import Message
from handlers.conversation import Asked, asked_by_command, for_everybody
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.payloads import Payload
from handlers.text import Command, Misread, Order
from handlers.work import NOTICE, Work
from vendors.fleet import UnknownAccountError

HELP: Final = "help"
Doer = Callable[[Asked, Order], Awaitable[Message | None]]
"""Does a subcommand; gives the answer, or nothing where it has opened a form."""
Doers = Mapping[tuple[str, str], Doer]
"""By command and subcommand."""


class SlashCommands:
    """Slack's side of every slash command."""

    def __init__(self, doers: Doers, accounts: Collection[str], gate: Gate, work: Work) -> None:
        self._doers = doers
        self._accounts = accounts
        self._gate = gate
        self._work = work
        self._commands = {command.name: command for command in catalog.COMMANDS}

    def register(self, app: Listeners) -> None:
        """Attach one listener for each command."""
        for name in self._commands:
            app.command(name)(self.receive)

    async def receive(
        self, ack: AsyncAck, command: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """Acknowledge with nothing: an answer given here could not be replaced later."""
        await ack()
        asked = asked_by_command(command, client, respond)
        spoken = self._commands[command["command"]]
        self._work.start(
            self._answer(asked, spoken, command.get("text") or "", respond),
            f"{spoken.name} by {asked.user_id}",
            say=asked.say,
            notice=NOTICE,
        )

    async def _answer(
        self, asked: Asked, command: Command, typed: str, respond: AsyncRespond
    ) -> None:
        command, typed = self._meant(command, typed)
        order = text.read(command, typed)
        await self._admit(asked, command, order)
        if isinstance(order, Misread):
            await asked.say(help_blocks.misread(command, order))
        elif order.subcommand == HELP:
            await asked.say(help_blocks.command(command))
        elif answer := await self._doers[command.name, order.subcommand](asked, order):
            say = for_everybody(respond, asked.say) if order.is_shared else asked.say
            await say(answer)

    async def _admit(self, asked: Asked, command: Command, order: Order | Misread) -> None:
        """Whoever may look up; what is for those on call checks that itself."""
        known = {one.name: one for one in command.subcommands}
        if isinstance(order, Misread) or not known[order.subcommand].is_for_oncall:
            await self._gate.look_up(asked.user_id)
        if isinstance(order, Order):
            account = order.filters.get("account")
            if account is not None and account not in self._accounts:
                raise UnknownAccountError(account)

    def _meant(self, command: Command, typed: str) -> tuple[Command, str]:
        """`/chargehand charger …` is `/charger …`."""
        first, _, rest = typed.strip().partition(" ")
        other = self._commands.get(f"/{first.lower()}")
        is_prefix = command is catalog.CHARGEHAND and other not in (None, command)
        return (other, rest) if is_prefix and other else (command, typed)
