"""When people are told, and why: one table over a group, its members and the time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alerts.decide import Notice, decide
from bot.alerts.groups import Group, Member
from bot.alerts.model import Alert, Phase
from bot.alerts.reasons import Reason
from bot.alerts.routes import Escalation, Route
from bot.severity import Severity
from tests.bot.alerts.test_transitions import MUTES, NOW, firing, pending

ROUTE = Route(
    "default",
    "C0",
    mention=("S0ONCALL",),
    escalate=(
        Escalation(timedelta(minutes=15), ("S0LEADS",)),
        Escalation(timedelta(minutes=30), ("U0BOSS",)),
    ),
)
GROUP = Group("grp_1", "default", "C0", "dk|S1|connectivity", NOW)
POSTED = replace(GROUP, posted_at=NOW, told_at=NOW, escalating_from=NOW)
KEPT = replace(
    POSTED, reminded_at=NOW + timedelta(minutes=240), kept_at=NOW + timedelta(minutes=250)
)
ALERT = firing()
ACKED = replace(ALERT, acknowledged_by="U1", acknowledged_at=NOW)
CRITICAL = replace(ALERT, severity=Severity.CRITICAL)
OVER = replace(ALERT, phase=Phase.RESOLVED, ended_at=NOW)
MUTED = replace(ALERT, mutes=MUTES[:1])


def told(alert: Alert) -> Member:
    return Member(alert, NOW, NOW)


def untold(alert: Alert, minutes: float = 0) -> Member:
    return Member(alert, NOW + timedelta(minutes=minutes), None)


@pytest.mark.parametrize(
    ("group", "members", "minutes", "notice", "reason"),
    [
        pytest.param(GROUP, [untold(ALERT)], 0, "nothing", "WAITING_FOR_COMPANY", id="waits"),
        pytest.param(GROUP, [untold(ALERT)], 0.5, "post", "FIRST_NOTICE", id="first"),
        pytest.param(GROUP, [untold(CRITICAL)], 0, "post", "FIRST_NOTICE", id="critical-first"),
        pytest.param(GROUP, [untold(OVER)], 1, "drop", "OVER_BEFORE_NOTICE", id="over-before"),
        pytest.param(GROUP, [untold(MUTED)], 9, "nothing", "HIDDEN", id="hidden"),
        pytest.param(GROUP, [untold(pending())], 9, "drop", "OVER_BEFORE_NOTICE", id="none-fires"),
        pytest.param(POSTED, [told(OVER)], 1, "close", "ALL_RESOLVED", id="all-over"),
        pytest.param(POSTED, [told(ALERT)], 10, "nothing", "ESCALATED", id="escalation-ahead"),
        pytest.param(POSTED, [told(ALERT)], 15, "escalate", "ESCALATED", id="escalates"),
        pytest.param(
            replace(POSTED, steps_done=2), [told(ALERT)], 240, "repeat", "REPEATED", id="repeats"
        ),
        pytest.param(
            replace(POSTED, steps_done=2), [told(CRITICAL)], 60, "repeat", "REPEATED", id="hourly"
        ),
        pytest.param(POSTED, [told(ACKED)], 239, "nothing", "ACKNOWLEDGEMENT_STALE", id="held"),
        pytest.param(POSTED, [told(ACKED)], 240, "remind", "ACKNOWLEDGEMENT_STALE", id="stale"),
        pytest.param(
            replace(POSTED, reminded_at=NOW + timedelta(minutes=240)),
            [told(ACKED)],
            270,
            "unacknowledge",
            "UNACKNOWLEDGED",
            id="taken-back",
        ),
        pytest.param(KEPT, [told(ACKED)], 489, "nothing", "ACKNOWLEDGEMENT_STALE", id="kept"),
        pytest.param(KEPT, [told(ACKED)], 490, "remind", "ACKNOWLEDGEMENT_STALE", id="asked-again"),
        pytest.param(POSTED, [told(MUTED)], 999, "nothing", "HIDDEN", id="silenced-after"),
        pytest.param(
            POSTED, [told(ALERT), untold(ALERT, 1)], 1, "nothing", "NEW_ALERTS", id="in-good-time"
        ),
        pytest.param(
            POSTED, [told(ALERT), untold(ALERT, 1)], 5, "announce", "NEW_ALERTS", id="more"
        ),
        pytest.param(
            POSTED, [told(ALERT), untold(CRITICAL, 1)], 1, "announce", "NEW_ALERTS", id="worse"
        ),
    ],
)
def test_what_a_group_needs(group, members, minutes, notice, reason):
    decision = decide(group, members, ROUTE, NOW + timedelta(minutes=minutes))

    assert (decision.notice, decision.reason) == (Notice(notice), Reason[reason])


def test_the_first_notice_mentions_and_an_ordinary_newcomer_does_not():
    """An edit pings nobody, so the mention stands in the message itself."""
    first = decide(GROUP, [untold(ALERT)], ROUTE, NOW + timedelta(minutes=1))
    more = decide(POSTED, [told(ALERT), untold(ALERT)], ROUTE, NOW + timedelta(minutes=6))

    assert (first.mention, more.mention) == (("S0ONCALL",), ())


def test_a_test_waits_for_no_company():
    """It ends by itself after five minutes, which a patient route would let pass in silence."""
    patient = replace(ROUTE, group_wait=timedelta(minutes=10))

    decision = decide(GROUP, [untold(replace(ALERT, is_test=True))], patient, NOW)

    assert decision.notice is Notice.POST


def test_a_newcomer_that_is_worse_than_all_that_was_told_wakes_people():
    """A site without power is no detail below a charger that comes and goes."""
    mild = replace(ALERT, severity=Severity.MEDIUM)
    later = NOW + timedelta(minutes=6)

    worse = decide(POSTED, [told(mild), untold(ALERT)], ROUTE, later)
    milder = decide(POSTED, [told(ALERT), untold(mild)], ROUTE, later)

    assert (worse.mention, milder.mention) == (("S0ONCALL",), ())


def test_a_newcomer_to_what_somebody_has_wakes_people_again():
    later = NOW + timedelta(minutes=6)

    decision = decide(POSTED, [told(ACKED), untold(ALERT)], ROUTE, later)

    assert (decision.notice, decision.mention) == (Notice.ANNOUNCE, ("S0ONCALL",))


def test_a_quiet_group_says_when_it_will_speak_again():
    decision = decide(POSTED, [told(ALERT)], ROUTE, NOW + timedelta(minutes=1))

    assert decision.at == NOW + timedelta(minutes=15)


def test_configured_timings_win_over_what_fits_the_severity():
    patient = replace(ROUTE, group_wait=timedelta(minutes=2))

    decision = decide(GROUP, [untold(CRITICAL)], patient, NOW)

    assert decision.at == NOW + timedelta(minutes=2)
