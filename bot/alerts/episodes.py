"""What the history says was wrong, and from when until when: the same that sweeps found live."""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from bot.alerts import inhibition
from bot.alerts.codes import canonical, is_nothing
from bot.alerts.findings import Finding
from bot.alerts.model import Condition, Subject
from bot.alerts.transitions import POLLS_TO_CONFIRM
from bot.store.history import WHOLE_CHARGER, Span
from vendors.models import Connectivity, Ref, Status


class Episode(NamedTuple):
    """Something that was wrong for a while."""

    finding: Finding
    began: datetime
    ended: datetime | None


class Fleet(NamedTuple):
    """What is known of the fleet today: history keeps states, not the fleet's shape."""

    subjects: Mapping[Ref, Subject]
    chargers: Mapping[str, int]
    """By account."""
    chargers_at: Mapping[Ref, int]
    """By site."""
    vendors: Mapping[str, str]

    def subject(self, span: Span) -> Subject:
        """Of a charger, also of one that is forgotten by now."""
        return self.subjects.get(span.ref) or Subject(
            span.account,
            self.vendors.get(span.account, ""),
            span.site_id,
            charger_id=span.charger_id,
            charger=span.charger_id,
        )


def episodes(spans: Sequence[Span], fleet: Fleet, untrusted: Container[str] = ()) -> list[Episode]:
    """Of chargers, and of the sites, accounts and connections that follow from those.

    What sweeps saw that are `untrusted` makes no charger unstable: it was the vendor.
    """
    trusted = (span for span in spans if span.evidence not in untrusted)
    found = [e for span in spans for e in _of_charger(span, fleet)]
    offline = [e for e in found if e.finding.condition is Condition.OFFLINE]
    return [
        *found,
        *_of_sites(offline, fleet),
        *_of_accounts(offline, fleet),
        *_unstable(trusted, fleet),
    ]


def fires_at(
    episode: Episode, looks: Sequence[datetime], hold: timedelta, gap: timedelta
) -> datetime | None:
    """When it would have fired, confirmed and held; `None` where it was over before.

    `looks` are the ends of the complete sweeps. Two that are further apart than `gap` prove
    nothing of the time between, so it is counted anew.
    """
    needs = POLLS_TO_CONFIRM if episode.finding.condition in _SUSPECTED_FIRST else 1
    counting, polls, before = episode.began, 0, episode.began
    ahead = looks[bisect_left(looks, episode.began) :]
    for look, after in pairwise([*ahead, None]):
        if look is None or (episode.ended is not None and look >= episode.ended):
            return None
        if look - before > gap:
            counting, polls = look, 0
        polls, before = polls + 1, look
        moment = max(counting + hold, look if needs > 1 else counting)
        is_over = episode.ended is not None and moment >= episode.ended
        is_in_sight = after is None or (moment < after and after - look <= gap)
        if polls >= needs and not is_over and is_in_sight:
            return moment
    return None


_SUSPECTED_FIRST = (Condition.OFFLINE, Condition.SITE_OFFLINE, Condition.ACCOUNT_OFFLINE)


def _of_charger(span: Span, fleet: Fleet) -> Iterator[Episode]:
    subject, state = fleet.subject(span), span.state
    if span.connector == WHOLE_CHARGER and state.connectivity == Connectivity.OFFLINE:
        yield Episode(Finding(Condition.OFFLINE, subject), span.began, span.ended)
    if span.connector == WHOLE_CHARGER and state.connectivity == Connectivity.NEVER_SEEN:
        yield Episode(Finding(Condition.NEVER_CONNECTED, subject), span.began, span.ended)
    is_heard = state.connectivity in (Connectivity.ONLINE, Connectivity.UNKNOWN)
    is_faulted = state.status == Status.FAULTED
    if is_heard and (is_faulted or state.vendor_code or not is_nothing(state.code)):
        fault = Finding(
            Condition.FAULT,
            subject,
            connector=span.connector,
            code=canonical(state.code),
            vendor_code=state.vendor_code,
            is_warning=not is_faulted,
        )
        yield Episode(fault, span.began, span.ended)


def _of_sites(offline: Iterable[Episode], fleet: Fleet) -> Iterator[Episode]:
    by_site: dict[Ref, list[Episode]] = defaultdict(list)
    for episode in offline:
        subject = episode.finding.subject
        if subject.site_id:
            by_site[Ref(subject.account, subject.site_id)].append(episode)
    for site, members in by_site.items():
        first = members[0].finding.subject
        subject = Subject(first.account, first.vendor, first.site_id, first.site_name)
        finding = Finding(Condition.SITE_OFFLINE, subject)
        chargers = fleet.chargers_at.get(site, 0)
        yield from _together(
            finding, members, chargers, inhibition.site_went_offline, inhibition.site_is_offline
        )


def _of_accounts(offline: Iterable[Episode], fleet: Fleet) -> Iterator[Episode]:
    by_account: dict[str, list[Episode]] = defaultdict(list)
    for episode in offline:
        by_account[episode.finding.subject.account].append(episode)
    for account, members in by_account.items():
        finding = Finding(
            Condition.ACCOUNT_OFFLINE, Subject(account, fleet.vendors.get(account, ""))
        )
        chargers = fleet.chargers.get(account, 0)
        yield from _together(
            finding,
            members,
            chargers,
            inhibition.account_went_offline,
            inhibition.account_is_offline,
        )


def _together(
    finding: Finding,
    members: Sequence[Episode],
    chargers: int,
    began_with: Callable[[Sequence[datetime], int], bool],
    goes_on_with: Callable[[int, int], bool],
) -> Iterator[Episode]:
    """When enough of them were offline at once, and until when."""
    turns = [(e.began, 1, e.began) for e in members]
    turns += [(e.ended, 0, e.began) for e in members if e.ended is not None]
    open_: list[datetime] = []
    since: datetime | None = None
    for moment, is_beginning, began in sorted(turns):
        if is_beginning:
            open_.append(began)
        else:
            open_.remove(began)
        if since is None and is_beginning and began_with(open_, chargers):
            since = moment
        elif since is not None and not goes_on_with(len(open_), chargers):
            yield Episode(finding, since, moment)
            since = None
    if since is not None:
        yield Episode(finding, since, None)


def _unstable(spans: Iterable[Span], fleet: Fleet) -> Iterator[Episode]:
    by_charger: dict[Ref, list[Span]] = defaultdict(list)
    for span in spans:
        is_told = span.state.connectivity in (Connectivity.ONLINE, Connectivity.OFFLINE)
        if span.connector == WHOLE_CHARGER and is_told:
            by_charger[span.ref].append(span)
    for own in by_charger.values():
        turns = [b.began for a, b in pairwise(own) if a.state.connectivity != b.state.connectivity]
        finding = Finding(Condition.UNSTABLE, fleet.subject(own[0]))
        yield from (Episode(finding, began, ended) for began, ended in _flapping(turns))


def _flapping(turns: Sequence[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """From the fourth turn within an hour, until fewer than two are left in one."""
    recent: deque[datetime] = deque()
    since: datetime | None = None
    steady_at: datetime | None = None
    for turn in turns:
        if since is not None and steady_at is not None and turn >= steady_at:
            yield since, steady_at
            since = None
        recent.append(turn)
        while turn - recent[0] >= inhibition.FLAP_WINDOW:
            recent.popleft()
        if since is None and inhibition.is_flapping(len(recent), already=False):
            since = turn
        if len(recent) >= inhibition.FLAPS_TO_STAY:
            steady_at = recent[-inhibition.FLAPS_TO_STAY] + inhibition.FLAP_WINDOW
    if since is not None and steady_at is not None:
        yield since, steady_at
