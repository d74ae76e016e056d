"""How many of each there are, for `/metrics`."""

from collections.abc import Mapping

from sqlite_utils import Database


class Figures:
    """Counts over the tables of others."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def alerts(self) -> Mapping[tuple[str, str], int]:
        """Open alerts by condition and state: pending, hidden, acknowledged or firing.

        Hidden are those that fire and are kept quiet, and those known from the start.
        """
        rows = self._db.execute(
            """
            select condition, case
                when phase = 'pending' then 'pending'
                when known_at_start = 1 or json_array_length(body, '$.mutes') > 0 then 'hidden'
                when json_extract(body, '$.acknowledged_at') is not null then 'acknowledged'
                else 'firing'
            end as state, count(*)
            from alerts where phase in ('pending', 'firing') group by condition, state
            """
        )
        return {(condition, state): number for condition, state, number in rows}

    def requests(self) -> Mapping[str, int]:
        """Approval requests by what people decided."""
        return dict(self._db.execute("select state, count(*) from requests group by state"))

    def outcomes(self) -> Mapping[str, int]:
        """Operations by how they ended, or `running`."""
        return dict(
            self._db.execute(
                "select outcome, count(*) from requests where outcome is not null group by outcome"
            )
        )
