"""The database is in trouble while the bot runs: people are told, and all goes on afterwards."""

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from bot.store import StoreError
from tests.acceptance.test_fault_matrix import Street, street

CHARGER = "DK.SPI.000002"
End = Callable[[], Awaitable[object]]


async def locked(_: Street, database: Path) -> End:
    """Another process writes, and does not come to an end."""
    other = sqlite3.connect(database)
    other.execute("begin immediate")

    async def end() -> None:
        other.close()

    return end


async def read_only(here: Street, _: Path) -> End:
    """SQLite refuses as it does where the file may not be written to."""

    async def put(pragma: str) -> None:
        await here.bot.services.store.read(lambda tables: tables.meta._db.execute(pragma))

    await put("pragma query_only = on")
    return lambda: put("pragma query_only = off")


async def readiness(here: Street) -> tuple[int, bool]:
    address = f"{here.bot.server.address}/readyz"
    async with aiohttp.ClientSession() as http, http.get(address) as answer:
        return answer.status, (await answer.json())["checks"]["store"]


@pytest.mark.parametrize("begin", [locked, read_only])
async def test_a_database_in_trouble_loses_nothing_and_needs_no_restart(
    tmp_path, monkeypatch, begin
):
    """What only reads goes on; what changes anything is refused, before a vendor hears of it."""
    monkeypatch.setattr("bot.store.database.BUSY_TIMEOUT_S", 0.01)
    database = tmp_path / "chargehand.db"
    async with street(database, "nl", "dk") as here:
        support = here.person("support")
        await support.command("support", "/charger reference NL-RTM-0001 Gate 7")
        await support.modal(title="Set a reference")
        repair = await begin(here, database)

        here.clouds.breakdowns.charger_offline(CHARGER)
        with pytest.raises(StoreError):
            await here.minutes(1)
        assert await readiness(here) == (503, False)
        assert "cannot reach my own database" in str(await support.submit())
        assert not here.clouds.plugchoice.calls.writes()
        await support.command("support", f"/charger show {CHARGER}")
        await support.sees("support", CHARGER, "Read from dk just now")

        await repair()
        assert await readiness(here) == (200, True)
        assert await support.submit() == {}
        await support.modal("Done", "Gate 7")
        await here.minutes(4)
        assert len(here.told(CHARGER, "Firing")) == 1
