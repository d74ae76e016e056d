"""Imports that somebody has looked at and not yet asked for; they outlive a restart of the bot."""

from bot.clock import Clock
from bot.operations.import_chargers import ImportChargers
from bot.store import Store


class ImportDrafts:
    """Keeps them under the key of the form that was sent, as long as any delivery is kept."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def keep(self, key: str, operation: ImportChargers) -> None:
        """Keep the rows; of a form that is delivered twice the first counts."""
        now, draft = self._clock.now(), operation.model_dump(mode="json", exclude_none=True)
        await self._store.write(
            lambda tables: tables.deliveries.is_first(key, now, {"draft": draft})
        )

    async def kept(self, key: str) -> ImportChargers | None:
        """The import that was looked at; `None` where it is too long ago."""
        answer = await self._store.read(lambda tables: tables.deliveries.answer(key))
        return None if answer is None else ImportChargers.model_validate(answer["draft"])
