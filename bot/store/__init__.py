"""The only place with SQL: everything that has to survive, in one SQLite file."""

from bot.store.database import IN_MEMORY, Store
from bot.store.errors import StoreError
from bot.store.file import backup
from bot.store.tables import Tables

__all__ = ["IN_MEMORY", "Store", "StoreError", "Tables", "backup"]
