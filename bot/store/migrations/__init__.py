"""How the database came to have the shape it has."""

from sqlite_utils import Database, Migrations

from bot.store.migrations.monitoring import monitoring
from bot.store.migrations.operations import operations
from bot.store.migrations.platform import platform

SETS: tuple[Migrations, ...] = (platform, operations, monitoring)


def migrate(db: Database) -> None:
    """Bring a database to the newest shape, each step in a transaction of its own."""
    for migrations in SETS:
        migrations.apply(db)


def unknown_steps(db: Database) -> list[str]:
    """The steps that a newer version than this one has taken in this database."""
    nothing_done = Database(memory=True)
    known = {(each.name, step.name) for each in SETS for step in each.pending(nothing_done)}
    nothing_done.close()
    if not db[Migrations.migrations_table].exists():
        return []
    rows = db[Migrations.migrations_table].rows
    taken = {(row["migration_set"], row["name"]) for row in rows}
    return sorted(f"{name}/{step}" for name, step in taken - known)
