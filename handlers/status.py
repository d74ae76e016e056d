"""How the bot itself is doing: `/chargehand status`."""

import bot
from bot.clock import Clock
from bot.inventory import Inventory
from bot.store import Store, Tables
from handlers.blocks import status as blocks
from handlers.blocks.kit import Message
from handlers.blocks.status import Queue
from handlers.conversation import Asked
from handlers.text import Order


class StatusHandlers:
    """Slack's side of the bot's own health."""

    def __init__(self, inventory: Inventory, store: Store, clock: Clock) -> None:
        self._inventory = inventory
        self._store = store
        self._clock = clock

    async def status(self, _asked: Asked, _order: Order) -> Message:
        """`/chargehand status`."""
        accounts = await self._inventory.overview()
        queue = await self._store.read(_queue)
        return blocks.status(accounts, queue, bot.__version__, self._clock.now())


def _queue(tables: Tables) -> Queue:
    return Queue(tables.messages.depth(), tables.messages.refused(limit=10))
