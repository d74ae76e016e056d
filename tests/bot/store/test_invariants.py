"""Whatever breaks a promise is found in the database, and nothing is found where none is broken."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.approvals.request import Outcome
from bot.operations.archive_station_model import ArchiveStationModel
from bot.operations.register_charger import RegisterCharger
from bot.store import Store
from bot.store.invariants import INVARIANTS, Violation
from tests.bot.desk import Desk
from tests.bot.tower import Cloud, Tower
from tests.clock import VirtualClock
from vendors.models import NewCharger

DAMAGE: dict[str, str] = {
    "alert_is_told": "delete from alert_members",
    "alert_is_told_once": "insert into alert_groups (id, route, key, opened_at, version, body)"
    " select 'grp_2', route, 'other', opened_at, 1, body from alert_groups;"
    " insert into alert_members (group_id, alert_id, joined_at)"
    " select 'grp_2', alert_id, joined_at from alert_members",
    "notice_is_queued": "delete from messages where topic = 'alert_group'",
    "resolve_is_told": "update alerts set phase = 'resolved';"
    " update alert_groups set next_at = null",
    "suppression_ends": "update alerts set body = json_set(body, '$.mutes', json('[[\"silence\","
    ' "silence:7", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]]\'))',
    "rule_clock_runs": "update alert_groups set next_at = '2026-01-01T00:00:00.000000+00:00'",
    "approver_is_asked": "delete from messages where topic = 'request_card'",
    "requester_is_told": "delete from messages where topic = 'request_outcome'",
    "only_approved_runs": "update requests set state = 'pending' where outcome = 'done'",
    "written_once": "insert into audit (at, actor, action, subject, facts, previous, hash)"
    " select at, actor, action, subject, facts, previous, hash from audit"
    " where action = 'request.intent'",
    "outbox_moves": "update messages set waiting_since = '2026-01-01T00:00:00.000000+00:00',"
    " sent = wanted - 1",
}

Damage = Callable[[str], object]


@pytest.fixture
async def busy(store: Store, clock: VirtualClock) -> Store:
    """A database with an alert that people were told of, and requests that wait and have run."""
    desk = Desk(store, clock)
    await desk.ask(RegisterCharger(account="nl", charger=NewCharger(identity="AB123")))
    model = desk.models.add("Autel", "DL0120")
    await desk.ask(ArchiveStationModel(account="us", model_id=model.id, label="Autel"))
    tower = Tower(store, clock, Cloud("dk", clock))
    tower.add_many(40, sites=20)
    await tower.sweep()
    tower.offline("ch00000")
    await tower.run(10)
    return store


async def violations(store: Store, clock: VirtualClock) -> dict[str, Violation]:
    def work(tables):
        looks = (tables.invariants.violation(each, clock.now()) for each in INVARIANTS)
        return {look.invariant.name: look for look in looks if look}

    return await store.read(work)


async def damage(store: Store, script: str) -> None:
    def work(tables):
        for statement in script.split(";"):
            tables.meta._db.execute(statement)

    await store.write(work)


async def test_nothing_is_wrong_while_people_work(busy: Store, clock: VirtualClock):
    assert await violations(busy, clock) == {}


def test_each_invariant_is_tried_below():
    assert set(DAMAGE) == {each.name for each in INVARIANTS}


@pytest.mark.parametrize("name", DAMAGE)
async def test_what_breaks_an_invariant_is_named(name: str, busy: Store, clock: VirtualClock):
    await damage(busy, DAMAGE[name])

    found = await violations(busy, clock)

    assert name in found
    assert all(found[name].subjects)


async def test_a_silence_without_an_end_is_found(busy: Store, clock: VirtualClock):
    await damage(
        busy,
        "insert into silences (match, author, reason, starts_at, ends_at, created_at)"
        " values ('{}', 'U1', 'works', '2026-01-01', '', '2026-01-01')",
    )

    assert (await violations(busy, clock))["suppression_ends"].subjects == ("silence:1",)


async def test_an_alert_hidden_by_one_that_is_over_is_found(busy: Store, clock: VirtualClock):
    await damage(
        busy,
        'update alerts set body = json_set(body, \'$.mutes\', json(\'[["inhibition", "alr_0",'
        ' "2026-01-01T00:00:00Z", null]]\'))',
    )

    assert "suppression_ends" in await violations(busy, clock)


async def test_messages_may_wait_a_while(busy: Store, clock: VirtualClock):
    """Slack asks for pauses, and that is no reason to wake anybody."""
    assert (await busy.read(lambda tables: tables.messages.depth())).waiting > 0

    clock.jump(timedelta(minutes=2))
    assert "outbox_moves" not in await violations(busy, clock)

    clock.jump(timedelta(minutes=15))
    assert "outbox_moves" in await violations(busy, clock)


async def test_an_outcome_is_owed_also_where_it_is_unknown(store: Store, clock: VirtualClock):
    desk = Desk(store, clock)
    request = await desk.ask(RegisterCharger(account="nl", charger=NewCharger(identity="AB123")))
    assert request.outcome is Outcome.DONE

    await damage(store, "delete from messages; update requests set outcome = 'unknown'")

    found = await violations(store, clock)
    assert found["requester_is_told"].subjects == (f"request:{request.id}",)
