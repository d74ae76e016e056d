"""Single facts that have to survive a restart."""

from sqlite_utils import Database


class Meta:
    """The table `meta`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def value(self, name: str) -> str | None:
        """The fact of this name, where there is one."""
        row = self._db.execute("select value from meta where name = ?", [name]).fetchone()
        return None if row is None else str(row[0])

    def remember(self, name: str, value: str) -> None:
        """Keep a fact under this name, in place of the earlier one."""
        self._db.execute(
            "insert into meta (name, value) values (?, ?)"
            " on conflict (name) do update set value = excluded.value",
            [name, value],
        )
