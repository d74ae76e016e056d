"""Slash commands: read the text, acknowledge at once, answer after."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Final

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from handlers import catalog, text
from handlers.blocks import help as help_blocks
from handlers.blocks.kit import Message
from handlers.conversation import Asked, asked_by_command, for_everybody
from handlers.errors import NothingCalledSoError
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
        order = self._with_account(text.read(command, typed))
        await self._admit(asked, command, order)
        if isinstance(order, Misread):
            answer, is_shared = await self._guessed(asked, command, order)
        else:
            answer, is_shared = await self._done(asked, command, order), order.is_shared
        if answer:
            await (for_everybody(respond, asked.say) if is_shared else asked.say)(answer)

    async def _done(self, asked: Asked, command: Command, order: Order) -> Message | None:
        if order.subcommand == HELP:
            return help_blocks.command(command)
        return await self._doers[command.name, order.subcommand](asked, order)

    async def _guessed(
        self, asked: Asked, command: Command, wrong: Misread
    ) -> tuple[Message | None, bool]:
        """What is called so, where a name was typed in the place of a subcommand."""
        if wrong.guess is not None:
            with suppress(NothingCalledSoError):
                return await self._done(asked, command, wrong.guess), wrong.guess.is_shared
        return help_blocks.misread(command, wrong), False

    async def _admit(self, asked: Asked, command: Command, order: Order | Misread) -> None:
        """Whoever may look up; what is for those on call checks that itself."""
        known = {one.name: one for one in command.subcommands}
        if isinstance(order, Misread) or not known[order.subcommand].is_for_oncall:
            await self._gate.look_up(asked.user_id)
        if isinstance(order, Order):
            account = order.filters.get("account")
            if account is not None and account not in self._accounts:
                raise UnknownAccountError(account)

    def _with_account(self, order: Order | Misread) -> Order | Misread:
        """With the account's name as it is configured, however it was typed."""
        if isinstance(order, Misread) or "account" not in order.filters:
            return order
        typed = order.filters["account"].strip(",;").casefold()
        account = next((name for name in self._accounts if name.casefold() == typed), None)
        return replace(order, filters={**order.filters, "account": account}) if account else order

    def _meant(self, command: Command, typed: str) -> tuple[Command, str]:
        """`/chargehand charger …` is `/charger …`, and so is `/chargehand NL-1`."""
        first, _, rest = typed.strip().partition(" ")
        other = self._commands.get(f"/{first.lower()}")
        if command is not catalog.CHARGEHAND:
            return command, typed
        if other is not None and other is not command:
            return other, rest
        is_a_name = isinstance(text.read(command, typed), Misread) and text.identities(typed)
        return (catalog.CHARGER, typed) if is_a_name else (command, typed)
