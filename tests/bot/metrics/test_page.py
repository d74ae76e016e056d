"""`/metrics` is what Prometheus reads, and says nothing that strangers must not know."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families

from bot.background import Background
from bot.metrics import Counters, metrics_route
from bot.operations.archive_station_model import ArchiveStationModel
from bot.operations.register_charger import RegisterCharger
from bot.store import Store
from tests.bot.desk import Desk
from tests.bot.tower import POLL, Cloud, Tower
from tests.clock import VirtualClock
from vendors.models import NewCharger

Samples = dict[str, float]
Ask = Callable[[], Awaitable[Samples]]


async def connected() -> bool:
    return True


@pytest.fixture
async def browser(
    store: Store, clock: VirtualClock, background: Background
) -> AsyncIterator[TestClient]:
    app = web.Application()
    polls = {"dk": POLL, "nl": POLL}
    app.add_routes([metrics_route(Counters(), store, clock, background, polls, connected)])
    async with TestClient(TestServer(app, host="127.0.0.1")) as browser:
        yield browser


@pytest.fixture
def ask(browser: TestClient) -> Ask:
    async def ask() -> Samples:
        response = await browser.get("/metrics")
        assert response.status == 200
        return samples(await response.text())

    return ask


def samples(text: str) -> Samples:
    """Every value by its name and labels, as `name{a=1}`, without our prefix."""
    return {
        sample.name.removeprefix("chargehand_")
        + "".join(f"{{{key}={word}}}" for key, word in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
async def tower(store: Store, clock: VirtualClock) -> Tower:
    tower = Tower(store, clock, Cloud("dk", clock))
    tower.add_many(40, sites=20)
    await tower.sweep()
    return tower


async def test_an_empty_bot_has_a_page(ask: Ask):
    found = await ask()

    assert found["store_up"] == 1
    assert found["slack_up"] == 1
    assert found["outbox_depth"] == 0
    assert found["outbox_oldest_seconds"] == 0
    assert found["tasks"] == 0


async def test_alerts_are_counted_by_condition_and_state(ask: Ask, tower: Tower):
    tower.offline("ch00000", "ch00001", "ch00002")
    await tower.run(10)
    group_of = {one.members[0].alert.subject.charger_id: one.group for one in await tower.groups()}
    await tower.alerts.acknowledge(group_of["ch00001"].id, by="U1")
    await tower.alerts.silence(
        {"charger": ("ch00002",)},
        by="U1",
        reason="works",
        ends_at=tower.clock.now() + timedelta(hours=1),
    )
    tower.offline("ch00003")
    await tower.sweep()

    found = await ask()

    states = ("pending", "firing", "acknowledged", "hidden")
    assert [found[f"alerts{{condition=offline}}{{state={state}}}"] for state in states] == [1] * 4
    assert found["outbox_depth"] > 0
    assert found["outbox_oldest_seconds"] > 0


async def test_accounts_tell_the_age_of_what_is_known_of_them(
    ask: Ask, tower: Tower, clock: VirtualClock
):
    tower.offline("ch00000")
    await tower.sweep()
    clock.jump(timedelta(minutes=2))
    found = await ask()

    assert found["chargers{account=dk}{connectivity=online}"] == 39
    assert found["chargers{account=dk}{connectivity=offline}"] == 1
    assert found["account_age_seconds{account=dk}"] == pytest.approx(120)
    assert found["account_stale{account=dk}"] == 0

    clock.jump(timedelta(minutes=2))
    assert (await ask())["account_stale{account=dk}"] == 1


async def test_an_account_that_was_never_seen_is_stale_and_has_no_age(ask: Ask, tower: Tower):
    found = await ask()

    assert found["account_stale{account=nl}"] == 1
    assert "account_age_seconds{account=nl}" not in found


async def test_requests_are_counted_by_decision_and_by_outcome(
    ask: Ask, store: Store, clock: VirtualClock
):
    desk = Desk(store, clock)
    await desk.ask(RegisterCharger(account="nl", charger=NewCharger(identity="AB123")))
    model = desk.models.add("Autel", "DL0120")
    await desk.ask(ArchiveStationModel(account="us", model_id=model.id, label="Autel"))

    found = await ask()

    assert found["approvals{state=approved}"] == 1
    assert found["approvals{state=pending}"] == 1
    assert found["operations{outcome=done}"] == 1


async def test_a_store_that_cannot_be_read_leaves_the_rest(ask: Ask, store: Store):
    await store.write(lambda tables: tables.meta._db.execute("drop table messages"))

    found = await ask()

    assert found["store_up"] == 0
    assert "outbox_depth" not in found
    assert "acknowledgement_seconds_count" in found


async def test_the_page_names_no_people_and_no_chargers(
    browser: TestClient, tower: Tower, store: Store, clock: VirtualClock
):
    desk = Desk(store, clock)
    await desk.ask(RegisterCharger(account="nl", charger=NewCharger(identity="AB123")))
    tower.offline("ch00000")
    await tower.run(10)

    text = await (await browser.get("/metrics")).text()

    for secret in ("AB123", "CH00000", "ch00000", "Harbour", "U0ANN", "C0ALERTS"):
        assert secret not in text


async def test_names_follow_prometheus_conventions(browser: TestClient, tower: Tower):
    """Our prefix, seconds as the unit, and a help text each."""
    text = await (await browser.get("/metrics")).text()

    for family in text_string_to_metric_families(text):
        assert family.name.startswith(("chargehand_", "process_")), family.name
        assert family.documentation.endswith("."), family.name
        assert not family.name.endswith(("_ms", "_minutes")), family.name


async def test_the_manual_has_every_metric_and_no_other(browser: TestClient):
    text = await (await browser.get("/metrics")).text()
    manual = (Path(__file__).parents[3] / "docs" / "deploy.md").read_text(encoding="utf-8")
    table = manual.partition("<!-- metrics -->")[2].partition("<!-- end -->")[0]

    told = set(re.findall(r"^# TYPE (chargehand_\w+)", text, re.MULTILINE))

    assert set(re.findall(r"`(chargehand_\w+)`", table)) == {
        name for name in told if not name.endswith("_created")
    }
