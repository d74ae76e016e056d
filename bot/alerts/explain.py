"""Why somebody was told of a charger, or not: what each stage said, and what comes next."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.alerts.findings import Look, findings, subject_of
from bot.alerts.groups import Group
from bot.alerts.inhibition import ACCOUNT_UNSEEN
from bot.alerts.model import ALERT_ID, Alert, Level, Phase, labels
from bot.alerts.pipeline import severity_of
from bot.alerts.reasons import Reason
from bot.alerts.records import Explanation, Watched, Why
from bot.alerts.rules import Rule, matches, rule_for
from bot.alerts.silences import Silence
from bot.severity import Severity
from bot.store import Tables
from bot.store.verdicts import Verdict
from vendors.models import Charger, Ref

OVER_SHOWN = 5


def why(tables: Tables, ref: Ref, now: datetime, rules: Sequence[Rule]) -> Why:
    """The whole story of a charger, its site and its account."""
    row = tables.chargers.known(ref)
    charger = row.charger if row else None
    wide = _wide_alerts(tables, ref, charger)
    own = tables.alerts.of_charger(ref)
    alerts = [
        *wide,
        *(alert for alert in own if alert.phase.is_open),
        *[alert for alert in own if not alert.phase.is_open][:OVER_SHOWN],
    ]
    newest = tables.sweeps.newest(ref.account)
    return Why(
        ref=ref,
        charger=charger,
        seen_at=row.seen_at if row else None,
        account_trouble=tuple(alert for alert in wide if alert.condition in ACCOUNT_UNSEEN),
        silences=_silences(tables, charger, now),
        explanations=tuple(explain(tables, alert) for alert in alerts),
        watched=tuple(_watched(charger, alerts, rules, now)) if charger else (),
        last_sweep_at=newest.ended_at if newest else None,
    )


def explain(tables: Tables, alert: Alert) -> Explanation:
    """What each stage said of one alert."""
    groups = tables.alerts.groups_of([alert.id]).get(alert.id, [])
    next_at, reason = next_step(alert, groups)
    verdicts = tuple(_named(tables, verdict) for verdict in tables.verdicts.of([alert.id]))
    return Explanation(alert, verdicts, tuple(groups), next_at, reason)


def _named(tables: Tables, verdict: Verdict) -> Verdict:
    """A verdict with what hid the alert in the place of the id of that."""
    hider = tables.alerts.alert(verdict.rule) if verdict.rule.startswith(ALERT_ID) else None
    return verdict._replace(rule=hider.condition.value) if hider else verdict


def _watched(
    charger: Charger, alerts: Sequence[Alert], rules: Sequence[Rule], now: datetime
) -> Iterator[Watched]:
    """What is wrong with a charger now, and makes no alert because its rule says so."""
    known = {alert.fingerprint for alert in alerts if alert.phase.is_open}
    for finding in findings(Look.of(charger, charger, poll="", at=now)):
        asked = labels(
            finding.subject,
            condition=finding.condition,
            code=finding.code,
            vendor_code=finding.vendor_code,
        )
        rule = rule_for(finding.condition, asked, rules)
        is_watched = severity_of(finding, rule) is Severity.NONE
        if is_watched and finding.fingerprint not in known:
            yield Watched(finding, rule.name)


def next_step(alert: Alert, groups: list[Group]) -> tuple[datetime | None, Reason]:
    """What will happen by itself, and when; without a time it waits for something to change."""
    if not alert.phase.is_open:
        return None, Reason.ALREADY_OVER
    if alert.phase is Phase.PENDING:
        if alert.confirmed is None:
            return alert.fires_at, Reason.SUSPECTED
        return alert.next_at or alert.fires_at, Reason.HOLDING
    if alert.mutes:
        ends = [mute.until for mute in alert.mutes]
        is_open_ended = None in ends
        until = max((end for end in ends if end is not None), default=None)
        return (None if is_open_ended else until), Reason.HIDDEN
    due = [group for group in groups if group.next_at is not None]
    if not due:
        return None, Reason.NOTHING_NEW
    first = min(due, key=lambda group: group.next_at or group.opened_at)
    return first.next_at, first.next_reason


def _wide_alerts(tables: Tables, ref: Ref, charger: Charger | None) -> list[Alert]:
    site_id = charger.site_id if charger else None
    sites = tables.alerts.open_of_level(Level.SITE, ref.account)
    return [
        *tables.alerts.open_of_level(Level.ACCOUNT, ref.account),
        *(alert for alert in sites if alert.subject.site_id == site_id),
    ]


def _silences(tables: Tables, charger: Charger | None, now: datetime) -> tuple[Silence, ...]:
    """Those that would hide at least something of this charger."""
    if charger is None:
        return ()
    subject = subject_of(charger)
    about = {
        "account": (subject.account,),
        "site": (subject.site_id, subject.site_name),
        "charger": (subject.charger, subject.charger_id, *subject.names),
    }
    return tuple(
        silence
        for silence in tables.silences.active(now)
        if matches({key: v for key, v in silence.match.items() if key in about}, about)
    )
