"""Alertmanager's webhook, version 4: any pager that knows it understands us."""

import json
from datetime import timedelta

from bot.alerts.webhook import body
from tests.bot.tower import Tower

KEYS = {
    "version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels",
    "commonLabels", "commonAnnotations", "externalURL", "alerts",
}  # fmt: skip


async def test_a_group_is_told_as_alertmanager_would(tower: Tower):
    tower.offline("ch00000")
    await tower.run(8)
    (record,) = await tower.groups()

    told = body(record)

    (alert,) = told["alerts"]
    assert set(told) == KEYS
    assert (told["version"], told["status"]) == ("4", "firing")
    assert alert["labels"]["alertname"] == "offline"
    assert alert["labels"]["charger"] == "CH00000"
    assert (alert["startsAt"][-1], alert["endsAt"]) == ("Z", "0001-01-01T00:00:00Z")
    assert json.loads(json.dumps(told)) == told


async def test_a_resolved_group_keeps_its_key_and_fingerprints(tower: Tower):
    tower.offline("ch00000")
    await tower.run(8)
    (before,) = await tower.groups()
    tower.online("ch00000")
    await tower.run(3)
    after = await tower.alerts.group(before.group.id)

    assert after is not None
    first, last = body(before), body(after)
    assert (first["groupKey"], last["status"]) == (last["groupKey"], "resolved")
    assert first["alerts"][0]["fingerprint"] == last["alerts"][0]["fingerprint"]


async def test_a_pager_rings_once_for_a_site_and_not_for_each_of_its_chargers(tower: Tower):
    """Many pagers open an incident for each alert in the body."""
    tower.offline("ch00000", "ch00020")
    await tower.run(8)
    (record,) = await tower.groups()

    told = body(record)

    assert len(record.firing) == 3
    assert [alert["labels"]["alertname"] for alert in told["alerts"]] == ["site_offline"]
    assert (told["status"], told["truncatedAlerts"]) == ("firing", 0)


async def test_what_somebody_silenced_rings_no_more(tower: Tower):
    tower.fault("ch00000", "HighTemperature")
    tower.fault("ch00020", "HighTemperature")
    await tower.run(2)
    ends = tower.clock.now() + timedelta(hours=1)
    await tower.alerts.silence({"charger": ("ch00000",)}, by="U1", reason="works", ends_at=ends)
    (record,) = await tower.groups()

    assert [alert["labels"]["charger"] for alert in body(record)["alerts"]] == ["CH00020"]
