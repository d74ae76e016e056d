"""The rule clock: what becomes due because time has passed, and nothing else has happened."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import NamedTuple

from bot import topics
from bot.alerts import observe
from bot.alerts.findings import Finding
from bot.alerts.inhibition import ACCOUNT_UNSEEN
from bot.alerts.model import Alert, Condition, Phase, Subject
from bot.alerts.pipeline import Round
from bot.alerts.reasons import Reason
from bot.alerts.silences import WARNING_BEFORE_END, Silence, SilenceState, warning_is_due
from bot.alerts.transitions import Event, Happening
from bot.store.sweeps import SweepKind
from vendors.models import Connectivity

BATCH = 500
"""At most so many alerts in one transaction, so that nobody waits long for the store."""
STALE_AFTER_POLLS = 3


class Left(NamedTuple):
    """What is still due after a transaction of the rule clock."""

    alerts: bool
    """Then their groups are better told when all have been looked at."""
    groups: bool


def tick(round_: Round, polls: Mapping[str, timedelta], vendors: Mapping[str, str]) -> Left:
    """Do what is due; answers whether there is more."""
    _notice_silences(round_)
    _warn_of_ends(round_)
    _let_go(round_, round_.tables.alerts.accounts() - set(polls))
    for account, poll in polls.items():
        _judge_age(round_, Subject(account, vendors.get(account, "")), poll)
    due = round_.tables.alerts.due(round_.now, BATCH)
    for alert in due:
        _alert_is_due(round_, alert, polls)
    groups = round_.tables.alerts.due_groups(round_.now, BATCH)
    round_.touch(groups)
    _remind_watchers(round_)
    return Left(alerts=len(due) == BATCH, groups=len(groups) == BATCH)


def _alert_is_due(round_: Round, alert: Alert, polls: Mapping[str, timedelta]) -> None:
    if alert.phase is Phase.PENDING:
        unseen = round_.is_account_unseen(alert.subject.account)
        round_.mature(alert, is_account_unseen=unseen)
        return
    if alert.is_test:
        round_.happen(alert, Happening(Event.GOOD, round_.now, is_certain=True))
        return
    alert = round_.mature(alert)
    poll = polls.get(alert.subject.account)
    if alert.condition is Condition.UNSTABLE and poll is not None:
        observe.check_flapping(round_, alert, poll)


def _notice_silences(round_: Round) -> None:
    """Silences begin and end by the clock; the alerts that fire meanwhile learn of it here."""
    for silence, state in round_.tables.silences.unnoticed(round_.now):
        notice_silence(round_, silence)
        round_.tables.silences.noticed(silence.id, state)


def notice_silence(round_: Round, silence: Silence) -> None:
    """Let the firing alerts know that a silence has begun or ended."""
    is_active = silence.state(round_.now) is SilenceState.ACTIVE
    event = Event.SILENCE_BEGINS if is_active else Event.SILENCE_ENDS
    changed = []
    for alert in round_.tables.alerts.firing():
        is_muted = any(mute.source == silence.source for mute in alert.mutes)
        if is_muted != is_active and (is_muted or silence.hides(alert)):
            changed.append(round_.happen(alert, Happening(event, round_.now, mute=silence.mute())))
    if is_active:
        facts = {"reason": silence.reason, "until": silence.ends_at}
        round_.note(changed, Reason.SILENCED, by=silence.author, facts=facts)


def _warn_of_ends(round_: Round) -> None:
    """Tell authors that their silences end soon."""
    soon = round_.now + WARNING_BEFORE_END
    for silence in round_.tables.silences.unwarned(round_.now, soon):
        if warning_is_due(silence, round_.now):
            round_.tables.messages.say(
                key=f"silence_warning:{silence.id}",
                destination=silence.author,
                topic=topics.SILENCE_WARNING,
                subject=str(silence.id),
                now=round_.now,
            )
        round_.tables.silences.warned(silence.id)


def _judge_age(round_: Round, subject: Subject, poll: timedelta) -> None:
    """No complete sweep for three polls, while the account answers, is a trouble of its own."""
    is_old = _is_old(round_, subject.account, poll)
    is_explained = any(round_.open_wide(subject.account, one) for one in ACCOUNT_UNSEEN)
    known = round_.open_wide(subject.account, Condition.ACCOUNT_STALE)
    if is_old and not is_explained and known is None:
        latest = round_.tables.sweeps.newest(subject.account, complete=False)
        info = (latest.trouble or "") if latest else ""
        round_.open(Finding(Condition.ACCOUNT_STALE, subject, info=info), poll="")


def _let_go(round_: Round, unwatched: Collection[str]) -> None:
    """End the alerts of accounts that are configured no more: no sweep would ever end them."""
    for account in unwatched:
        for alert in round_.tables.alerts.open_of_account(account):
            if not alert.is_test:
                round_.happen(alert, Happening(Event.REMOVED, round_.now))


def _is_old(round_: Round, account: str, poll: timedelta) -> bool:
    """Whether the last complete look is long ago, or the last one at the whole account.

    An account that was never seen whole counts from when we first tried.
    """
    sweeps = round_.tables.sweeps
    newest, whole = sweeps.newest(account), sweeps.newest(account, kind=SweepKind.FULL)
    began = sweeps.first_at(account) if whole is None else None
    within = STALE_AFTER_POLLS * poll
    looked_at = newest.ended_at if newest else began
    seen_whole_at = whole.ended_at if whole else began
    is_late = looked_at is not None and round_.now - looked_at > within
    is_partial = seen_whole_at is not None and round_.now - seen_whole_at > max(
        within, observe.WHOLE_WITHIN
    )
    return is_late or is_partial


def _remind_watchers(round_: Round) -> None:
    """Tell who registered a charger that it still has not connected, or did so unseen.

    A charger that was online before anybody watched for it never turns online.
    """
    for watch in round_.tables.watches.waiting():
        is_due = watch.reminded_at is None and watch.remind_at <= round_.now
        known = round_.tables.chargers.known(watch.ref) if is_due else None
        if known is not None and known.charger.connectivity is Connectivity.ONLINE:
            observe.has_connected(round_, watch)
        elif is_due:
            round_.tables.messages.say(
                key=f"first_connection:{watch.id}:late",
                destination=watch.asked_by,
                topic=topics.FIRST_CONNECTION,
                subject=str(watch.id),
                now=round_.now,
            )
            round_.tables.watches.reminded(watch.id, round_.now)
