"""The audit trail in the database."""

import sqlite3

import pytest

from bot.audit.chain import verify
from bot.store import Store, Tables
from tests.clock import VirtualClock


async def test_rows_form_a_chain(store: Store, clock: VirtualClock):
    def work(tables: Tables) -> None:
        for number in range(3):
            tables.audit.append(
                now=clock.now(),
                actor="U0ANN",
                action="request.opened",
                subject="request:1",
                facts={"number": number, "at": clock.now()},
            )

    await store.write(work)

    found = await store.read(lambda tables: verify(tables.audit.all()))
    assert (found.rows, found.broken) == (3, None)
    newest = await store.read(lambda tables: tables.audit.newest(limit=1))
    assert newest[0].details["number"] == 2


@pytest.mark.parametrize("statement", ["update audit set actor = 'U0EVIL'", "delete from audit"])
async def test_the_database_itself_refuses_to_touch_a_row(
    store: Store, clock: VirtualClock, statement: str
):
    def work(tables: Tables) -> None:
        tables.audit.append(now=clock.now(), actor="bot", action="started", subject="bot")

    await store.write(work)

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        await store.write(lambda tables: tables.audit._db.execute(statement))
