"""Rows that were looked at are still there when somebody says yes."""

from datetime import timedelta

from bot.operations.drafts import ImportDrafts
from bot.operations.import_chargers import ImportChargers
from bot.retention import Retention
from bot.store import Store
from tests.clock import VirtualClock
from vendors.models import NewCharger

ROWS = (NewCharger(identity="AB1"), NewCharger(identity="AB2", site_id="si1"))
DRAFT = ImportChargers(account="nl", rows=ROWS)


async def test_a_draft_reads_back_as_it_was_shown(store: Store, clock: VirtualClock):
    drafts = ImportDrafts(store, clock)

    await drafts.keep("view:V1:abc", DRAFT)
    await drafts.keep("view:V1:abc", DRAFT.model_copy(update={"account": "dk"}))

    kept = await ImportDrafts(store, clock).kept("view:V1:abc")
    assert kept == DRAFT
    assert await drafts.kept("view:V2:abc") is None


async def test_a_draft_nobody_asked_for_is_forgotten_in_time(store: Store, clock: VirtualClock):
    drafts = ImportDrafts(store, clock)
    await drafts.keep("view:V1:abc", DRAFT)

    await clock.advance(timedelta(days=8))
    await Retention(store, clock).forget()

    assert await drafts.kept("view:V1:abc") is None
