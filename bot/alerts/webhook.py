"""The body of Alertmanager's webhook, version 4: the bridge to whatever pager is there."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.alerts.model import Alert
from bot.alerts.records import GroupRecord, MemberRecord

VERSION = "4"
NEVER = "0001-01-01T00:00:00Z"
"""How Alertmanager writes the end of what has not ended."""
MOST_ALERTS = 200


def body(record: GroupRecord) -> dict[str, Any]:
    """What a receiver of Alertmanager's webhook understands.

    As there, what is silenced or explained by a wider alert is left out: it must ring nowhere. Only
    where that is all there is it is told of, so that a body is never empty.
    """
    heard = [one for one in record.members if not (one.alert.is_firing and one.alert.mutes)]
    wanted = heard or record.members
    shown = wanted[:MOST_ALERTS]
    alerts = [_alert(member) for member in shown]
    return {
        "version": VERSION,
        "groupKey": f"{record.group.route}:{{{record.group.key}}}",
        "truncatedAlerts": len(wanted) - len(shown),
        "status": "firing" if record.firing else "resolved",
        "receiver": record.group.route,
        "groupLabels": _without_blanks(
            {
                "account": record.group.account,
                "site": record.group.site_name,
                "family": record.group.family.value,
            }
        ),
        "commonLabels": _common([alert["labels"] for alert in alerts]),
        "commonAnnotations": _common([alert["annotations"] for alert in alerts]),
        "externalURL": "",
        "alerts": alerts,
    }


def _alert(member: MemberRecord) -> dict[str, Any]:
    alert = member.alert
    return {
        "status": "firing" if alert.is_firing else "resolved",
        "labels": labels(alert),
        "annotations": {
            "summary": member.words.meaning,
            "description": member.words.first_action,
            **({"acknowledged_by": alert.acknowledged_by} if alert.acknowledged_by else {}),
        },
        "startsAt": _moment(alert.since),
        "endsAt": _moment(alert.ended_at) if alert.ended_at else NEVER,
        "generatorURL": "",
        "fingerprint": hashlib.sha256(alert.fingerprint.encode()).hexdigest()[:16],
    }


def labels(alert: Alert) -> dict[str, str]:
    """The labels of one alert, with Alertmanager's usual `alertname` among them."""
    subject = alert.subject
    return _without_blanks(
        {
            "alertname": alert.condition.value,
            "severity": alert.severity.value,
            "account": subject.account,
            "vendor": subject.vendor,
            "site": subject.site_name or subject.site_id,
            "charger": subject.charger,
            "charger_id": subject.charger_id,
            "connector": alert.connector,
            "power": subject.power,
            "code": alert.code,
            "vendor_code": alert.vendor_code,
            "test": "true" if alert.is_test else "",
        }
    )


def _without_blanks(values: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in values.items() if value}


def _common(maps: list[dict[str, str]]) -> dict[str, str]:
    """What is the same in all of them."""
    if not maps:
        return {}
    first, *rest = maps
    return {key: v for key, v in first.items() if all(other.get(key) == v for other in rest)}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
