"""Alertmanager's webhook, version 4: any pager that knows it understands us."""

import json

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
