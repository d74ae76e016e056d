"""What a sweep saw becomes events: chargers one by one, then the account as a whole."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot import topics
from bot.alerts import inhibition
from bot.alerts.availability import GAP_IN_POLLS, Coverage
from bot.alerts.findings import Evidence, Finding, Look, evidence, findings, subject_of
from bot.alerts.model import Alert, Condition, Confirmation, Level, Phase, Subject
from bot.alerts.pipeline import Round
from bot.alerts.transitions import Event, Happening, is_confirmed_by_polls
from bot.store.chargers import Counts
from bot.store.sweeps import SweepKind
from bot.store.watches import Watch
from vendors.models import Charger, Connectivity, Ref

DIRECT_READS = 20
OFFLINE = (Condition.OFFLINE,)
STEADY_SHARE = 0.9
"""So much of the last hour must have been seen to call a charger steady."""
WHOLE_WITHIN = timedelta(hours=3)
"""Three of the full sweeps of an account whose vendor can filter."""


class Contact(StrEnum):
    """How an account answered a sweep."""

    ANSWERED = "answered"
    UNREACHABLE = "unreachable"
    REJECTED = "rejected"
    HINDERED = "hindered"
    """It answered, and yet not all could be read: too many requests, an unreadable page."""


class Outcome(NamedTuple):
    """How a sweep of an account ended."""

    account: str
    vendor: str
    sweep: int
    kind: SweepKind
    contact: Contact
    is_complete: bool
    poll_interval: timedelta
    trouble: str = ""
    was_baseline: bool = False

    @property
    def poll(self) -> str:
        """How alerts know this sweep."""
        return f"sweep {self.sweep}"

    @property
    def subject(self) -> Subject:
        """The account as what an alert is about."""
        return Subject(self.account, self.vendor)


class Conclusion(NamedTuple):
    """What a sweep led to."""

    suspects: tuple[Ref, ...]
    """To be read directly before they count as offline; at most 20."""
    is_trusted: bool


def see(
    round_: Round,
    looks: Sequence[Look],
    *,
    is_baseline: bool,
    sight_gap: timedelta,
) -> None:
    """Hold looks at chargers of one account against the alerts that are open on them."""
    if not looks:
        return
    account = looks[0].charger.account
    is_unseen = round_.open_wide(account, Condition.ACCOUNT_OFFLINE) is not None
    open_alerts: dict[str, list[Alert]] = {}
    stored = round_.tables.alerts.open_of_chargers(account, [look.charger.id for look in looks])
    for alert in stored:
        open_alerts.setdefault(alert.subject.charger_id, []).append(alert)
    for look in looks:
        known = open_alerts.get(look.charger.id, [])
        _see_one(round_, look, known, is_baseline, is_unseen, sight_gap)
    _first_connections(round_, account, [look.charger for look in looks])


def turned(round_: Round, chargers: Iterable[Charger]) -> None:
    """Chargers whose connectivity has just changed: do they come and go?"""
    for charger in chargers:
        is_flap_news = charger.connectivity in (Connectivity.ONLINE, Connectivity.OFFLINE)
        if is_flap_news and _is_flapping(round_, charger.ref, already=False):
            finding = Finding(Condition.UNSTABLE, subject_of(charger))
            open_alerts = round_.tables.alerts.open_of_chargers(charger.account, [charger.id])
            if all(alert.condition is not Condition.UNSTABLE for alert in open_alerts):
                round_.open(finding, poll="")


def check_flapping(round_: Round, alert: Alert, poll: timedelta) -> None:
    """End an unstable alert once its charger was seen to be steady; unseen proves nothing."""
    ref = alert.subject.ref
    if ref is None or _is_flapping(round_, ref, already=True):
        return
    since = round_.now - inhibition.FLAP_WINDOW
    sweeps = round_.tables.sweeps.between(ref.account, since, round_.now)
    seen = Coverage(sweeps, GAP_IN_POLLS * poll).seconds(since, round_.now)
    if seen >= inhibition.FLAP_WINDOW.total_seconds() * STEADY_SHARE:
        round_.happen(alert, Happening(Event.GOOD, round_.now, is_certain=True))


def removed(round_: Round, account: str, ids: Collection[str]) -> None:
    """Chargers that the account no longer has."""
    for alert in round_.tables.alerts.open_of_chargers(account, ids):
        round_.happen(alert, Happening(Event.REMOVED, round_.now))


def conclude(round_: Round, outcome: Outcome) -> Conclusion:
    """After a sweep: the account itself, its sites, and who is to be read directly."""
    _judge_contact(round_, outcome)
    if outcome.is_complete and (outcome.kind is SweepKind.FULL or _is_whole_fresh(round_, outcome)):
        _judge(round_, outcome, Condition.ACCOUNT_STALE, is_bad=False, is_good=True)
    if outcome.contact not in (Contact.ANSWERED, Contact.HINDERED):
        return Conclusion((), is_trusted=True)
    offline = round_.tables.alerts.offline_since(outcome.account)
    is_gone = _judge_account(round_, outcome, offline)
    if is_gone:
        return Conclusion((), is_trusted=False)
    _judge_sites(round_, outcome, offline)
    return Conclusion(_suspects(round_, outcome), is_trusted=True)


def confirm(round_: Round, refs: Iterable[Ref], confirmation: Confirmation) -> None:
    """Suspects that are offline for certain."""
    for ref in refs:
        for alert in round_.tables.alerts.open_of_chargers(ref.account, [ref.id]):
            if alert.condition is Condition.OFFLINE and alert.phase is Phase.PENDING:
                _confirm(round_, alert, confirmation)


def _see_one(
    round_: Round,
    look: Look,
    known: Sequence[Alert],
    is_baseline: bool,
    is_unseen: bool,
    sight_gap: timedelta,
) -> None:
    """Hold one look against the alerts of its charger.

    Until the account was seen whole, what is bad at first sight was so before; whatever was well
    then and is bad now is news, however long it takes to see all the rest.
    """
    found = {finding.fingerprint: finding for finding in findings(look)}
    if is_unseen:
        found = {key: f for key, f in found.items() if f.condition not in OFFLINE}
    was_known = is_baseline and (look.is_first or any(alert.known_at_start for alert in known))
    for alert in known:
        finding = found.pop(alert.fingerprint, None)
        if finding is not None:
            _still_bad(round_, alert, finding, look, sight_gap)
        elif _is_named_now(alert, found.values()):
            was_known = was_known or alert.known_at_start
            round_.happen(alert, Happening(Event.GOOD, look.at, poll=look.poll, is_certain=True))
        else:
            proven = evidence(alert, look)
            event = Event.GOOD if proven in (Evidence.GOOD, Evidence.GONE) else Event.UNKNOWN
            is_gone = proven is Evidence.GONE
            round_.happen(alert, Happening(event, look.at, poll=look.poll, is_gone=is_gone))
    for finding in found.values():
        round_.open(finding, poll=look.poll, known_at_start=was_known)


def _is_named_now(alert: Alert, found: Iterable[Finding]) -> bool:
    """Whether a fault without a code has one by now, under which it is told from here on."""
    is_nameless = alert.condition is Condition.FAULT and not (alert.code or alert.vendor_code)
    places = ("", alert.connector) if alert.connector else None  # the box speaks for its connectors
    return is_nameless and any(
        other.condition is Condition.FAULT
        and (other.code or other.vendor_code)
        and (places is None or other.connector in places)
        for other in found
    )


def _still_bad(
    round_: Round, alert: Alert, finding: Finding, look: Look, sight_gap: timedelta
) -> None:
    ruling = round_.ruling(finding, alert.labels)
    what = Happening(
        Event.BAD,
        look.at,
        poll=look.poll,
        severity=ruling.severity,
        rule=ruling.rule,
        hold=ruling.hold,
        is_warning=finding.is_warning,
        is_safety=ruling.is_safety,
        info=finding.info,
        sight_gap=sight_gap,
    )
    alert = round_.happen(alert, what)
    if look.is_direct and alert.phase is Phase.PENDING and alert.condition is Condition.OFFLINE:
        _confirm(round_, alert, Confirmation.DIRECT_READ)


def _confirm(round_: Round, alert: Alert, confirmation: Confirmation) -> None:
    if not is_confirmed_by_polls(alert):
        return
    what = Happening(Event.CONFIRMED, round_.now, confirmation=confirmation)
    round_.mature(round_.happen(alert, what))


def _is_flapping(round_: Round, ref: Ref, *, already: bool) -> bool:
    since = round_.now - inhibition.FLAP_WINDOW
    transitions = round_.tables.history.transitions(ref, since)
    return inhibition.is_flapping(transitions, already=already)


def _judge_contact(round_: Round, outcome: Outcome) -> None:
    """Whether the account answers us, and whether it accepts us."""
    _judge(
        round_,
        outcome,
        Condition.ACCOUNT_UNREACHABLE,
        is_bad=outcome.contact is Contact.UNREACHABLE,
        is_good=outcome.contact is not Contact.UNREACHABLE,
    )
    _judge(
        round_,
        outcome,
        Condition.ACCOUNT_REJECTED,
        is_bad=outcome.contact is Contact.REJECTED,
        is_good=outcome.contact in (Contact.ANSWERED, Contact.HINDERED),
    )


def _is_whole_fresh(round_: Round, outcome: Outcome) -> bool:
    """Whether all of it was seen lately, so that a look at what is in trouble is enough."""
    whole = round_.tables.sweeps.newest(outcome.account, kind=SweepKind.FULL)
    ended_at = whole.ended_at if whole else None
    return ended_at is not None and round_.now - ended_at <= WHOLE_WITHIN


def _judge_account(round_: Round, outcome: Outcome, offline: dict[str, list[datetime]]) -> bool:
    """Half of an account at once is more likely the vendor than the chargers."""
    since = [moment for site in offline.values() for moment in site]
    total = round_.tables.chargers.total(outcome.account)
    is_open = round_.open_wide(outcome.account, Condition.ACCOUNT_OFFLINE) is not None
    still = _still_offline(round_, outcome) if is_open else len(since)
    is_bad = (
        inhibition.account_is_offline(still, total)
        if is_open
        else inhibition.account_went_offline(since, total)
    )
    _judge(round_, outcome, Condition.ACCOUNT_OFFLINE, is_bad=is_bad, is_good=not is_bad)
    return round_.open_wide(outcome.account, Condition.ACCOUNT_OFFLINE) is not None


def _still_offline(round_: Round, outcome: Outcome) -> int:
    """What the vendor says of its chargers, whatever we believe; but for those long dead."""
    offline = round_.tables.chargers.counts().get(outcome.account, Counts()).offline
    return offline - round_.tables.alerts.offline_from_start(outcome.account)


def _judge_sites(round_: Round, outcome: Outcome, offline: dict[str, list[datetime]]) -> None:
    """Two chargers and half of a site at once is more likely its power or its router."""
    open_sites = {
        alert.subject.site_id
        for alert in round_.tables.alerts.open_of_level(Level.SITE, outcome.account)
    }
    for site_id in sorted((set(offline) | open_sites) - {""}):
        since = offline.get(site_id, [])
        if site_id not in open_sites and len(since) < inhibition.SITE_AT_LEAST:
            continue
        total = round_.tables.chargers.total(outcome.account, site_id)
        is_bad = (
            inhibition.site_is_offline(len(since), total)
            if site_id in open_sites
            else inhibition.site_went_offline(since, total)
        )
        if not is_bad and site_id not in open_sites:
            continue
        _judge(
            round_,
            outcome,
            Condition.SITE_OFFLINE,
            is_bad=is_bad,
            is_good=not is_bad,
            subject=_site_subject(round_, outcome, site_id),
        )


def _site_subject(round_: Round, outcome: Outcome, site_id: str) -> Subject:
    site = round_.tables.sites.known(Ref(outcome.account, site_id))
    name = site.name if site else _site_name_by_charger(round_, outcome.account, site_id)
    return Subject(outcome.account, outcome.vendor, site_id, name)


def _site_name_by_charger(round_: Round, account: str, site_id: str) -> str:
    where = {"account": account, "site_id": site_id}
    rows, _ = round_.tables.chargers.listed(where, troubled=False, offset=0, limit=1)
    return (rows[0].charger.site_name if rows else None) or site_id


def _judge(
    round_: Round,
    outcome: Outcome,
    condition: Condition,
    *,
    is_bad: bool,
    is_good: bool,
    subject: Subject | None = None,
) -> None:
    subject = subject or outcome.subject
    finding = Finding(condition, subject, info=outcome.trouble)
    alert = round_.open_wide(outcome.account, condition, subject.site_id)
    if alert is None:
        if is_bad:
            round_.open(finding, poll=outcome.poll)
    elif is_bad:
        ruling = round_.ruling(finding, alert.labels)
        what = Happening(
            Event.BAD,
            round_.now,
            poll=outcome.poll,
            severity=ruling.severity,
            rule=ruling.rule,
            hold=ruling.hold,
            sight_gap=max(timedelta(minutes=15), 3 * outcome.poll_interval),
        )
        alert = round_.happen(alert, what)
        if alert.phase is Phase.PENDING:
            _confirm(round_, alert, Confirmation.SECOND_POLL)
    elif is_good:
        round_.happen(alert, Happening(Event.GOOD, round_.now, poll=outcome.poll))


def _suspects(round_: Round, outcome: Outcome) -> tuple[Ref, ...]:
    """The first 20 that two polls saw offline are read directly; the rest is believed.

    An account that hinders us is not asked more: what could be read of it counts all the same.
    """
    reads = DIRECT_READS if outcome.contact is Contact.ANSWERED else 0
    pending = [
        alert
        for alert in round_.tables.alerts.open_of_condition(Condition.OFFLINE, outcome.account)
        if alert.phase is Phase.PENDING
        and alert.confirmed is None
        and alert.poll == outcome.poll
        and is_confirmed_by_polls(alert)
    ]
    for alert in pending[reads:]:
        _confirm(round_, alert, Confirmation.SECOND_POLL)
    return tuple(ref for alert in pending[:reads] if (ref := alert.subject.ref))


def _first_connections(round_: Round, account: str, chargers: Sequence[Charger]) -> None:
    """Tell who registered a charger that it has connected."""
    watches = {watch.ref: watch for watch in round_.tables.watches.waiting(account)}
    if not watches:
        return
    for charger in chargers:
        watch = watches.get(charger.ref)
        if watch is not None and charger.connectivity is Connectivity.ONLINE:
            has_connected(round_, watch)


def has_connected(round_: Round, watch: Watch) -> None:
    """Tell who registered a charger of its first connection."""
    round_.tables.watches.connected(watch.id, round_.now)
    round_.tables.messages.say(
        key=f"first_connection:{watch.id}",
        destination=watch.asked_by,
        topic=topics.FIRST_CONNECTION,
        subject=str(watch.id),
        now=round_.now,
    )
