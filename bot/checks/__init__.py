"""`python -m bot check`: what works, what does not, and what to do about it."""

import asyncio
from collections.abc import AsyncIterator

from bot.checks.accounts import account_findings
from bot.checks.database import database_findings
from bot.checks.findings import Chat, Finding, report
from bot.checks.places import channels_of, user_groups_of, users_of
from bot.clock import Clock
from bot.config import Settings
from vendors.fleet import Fleet

__all__ = ["Chat", "Finding", "channels_of", "findings", "report", "user_groups_of", "users_of"]


async def findings(
    settings: Settings, fleet: Fleet, chat: Chat, clock: Clock
) -> AsyncIterator[Finding]:
    """Look at everything that the bot needs; nothing is changed, and nobody is written to."""
    yield Finding("configuration", True, f"{len(settings.accounts)} accounts, no mistakes.")
    for finding in database_findings(settings.environment.database_path):
        yield finding
    async for finding in chat.findings():
        yield finding
    asked = (account_findings(fleet.client(account), clock) for account in fleet.accounts)
    for found in await asyncio.gather(*asked):
        for finding in found:
            yield finding
