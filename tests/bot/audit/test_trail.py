"""The audit trail from outside."""

from bot.audit.trail import Audit
from bot.store import Store
from tests.clock import VirtualClock


async def test_a_look_at_a_secret_is_noted_and_found_again(store: Store, clock: VirtualClock):
    audit = Audit(store, clock)
    await audit.note(actor="U0LEA", action="pincode.shown", subject="charger:nl/ch1")
    await audit.note(actor="bot", action="started", subject="bot", facts={"version": "1"})

    assert [entry.actor for entry in await audit.of("charger:nl/ch1")] == ["U0LEA"]
    assert [entry.action for entry in await audit.newest()] == ["started", "pincode.shown"]


async def test_a_trail_that_was_tampered_with_is_found_out(store: Store, clock: VirtualClock):
    """Even by somebody who can write to the file and knows how to get past its guard."""
    audit = Audit(store, clock)
    for number in range(3):
        await audit.note(actor="U0ANN", action="asked", subject=f"n:{number}")
    assert (await audit.verify()).broken is None

    def tamper(tables: object) -> None:
        database = tables.audit._db  # type: ignore[attr-defined]
        database.execute("drop trigger audit_no_update")
        database.execute("update audit set actor = 'U0EVIL' where number = 2")

    await store.write(tamper)

    broken = (await audit.verify()).broken
    assert broken is not None
    assert broken.number == 2


async def test_an_export_has_every_row(store: Store, clock: VirtualClock):
    audit = Audit(store, clock)
    await audit.note(actor="U0ANN", action="asked", subject="=1+1")

    heading, row = (await audit.export()).splitlines()

    assert heading.startswith("number,at,actor")
    assert "'=1+1" in row
