"""What a message about alerts says, for as long as it stands."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alerts.availability import Figures
from bot.alerts.findings import Finding
from bot.alerts.groups import STORM_KEY, Group, Line
from bot.alerts.model import Condition, Mute, MuteKind, Phase, Subject
from bot.alerts.reasons import Reason, Stage
from bot.alerts.records import Explanation, GroupState, LineRecord, Watched, Why
from bot.alerts.reports import Digest, Durations, Report, SiteReport
from bot.store.verdicts import Verdict
from handlers.blocks import alerts, reports
from tests.handlers.blocks.test_worst_input import NOW, a_record, an_alert
from vendors.models import Ref

MENTIONS = ("<!subteam^S0ONCALL>", "<@U0LEAD>")
SILENCED = Mute(MuteKind.SILENCE, "silence:1", NOW, NOW)
HIDDEN = Mute(MuteKind.INHIBITION, "alr_1", NOW, None)


def shown(message):
    return json.dumps(message, ensure_ascii=False)


@pytest.mark.parametrize("state", [GroupState.FIRING, GroupState.ACKNOWLEDGED])
def test_a_message_says_since_when_and_never_for_how_long(state):
    """It may stand unedited for hours, so a duration would grow stale."""
    said = shown(alerts.group(a_record(state, [an_alert()])))

    assert f"since <!date^{int((NOW - timedelta(days=3)).timestamp())}^" in said
    assert "3 d" not in said
    assert "ago" not in said
    assert "just now" not in said


@pytest.mark.parametrize(
    ("state", "calls"),
    [
        pytest.param(GroupState.FIRING, True, id="firing"),
        pytest.param(GroupState.ACKNOWLEDGED, False, id="somebody-has-it"),
        pytest.param(GroupState.RESOLVED, False, id="over"),
    ],
)
def test_a_message_that_is_posted_late_wakes_nobody_for_nothing(state, calls):
    """Slack may take the first post only when all is over, or somebody deleted the message."""
    said = shown(alerts.group(a_record(state, [an_alert()])))

    assert all((mention in said) is calls for mention in MENTIONS)


@pytest.mark.parametrize("closed_at", [None, NOW], ids=["open", "over"])
def test_a_line_that_is_posted_late_wakes_nobody_for_nothing(closed_at):
    group = Group("g1", "default", "C0ALERTS", "key", NOW, closed_at=closed_at)
    line = Line(1, "g1", NOW, Reason.ESCALATED, "", ("S0ONCALL",), {})

    said = shown(alerts.line(LineRecord(line, group, ())))

    assert ("S0ONCALL" in said) is (closed_at is None)


def test_details_end_with_how_many_there_are_besides():
    box = Subject("nl", "plugchoice", charger_id="1", charger="CH-1")
    facts = {"subject": box, "info": "", "connector": "1", "code": "InternalError"}
    many = [an_alert(n, **facts, vendor_code="") for n in range(alerts.MOST_DETAILED + 3)]

    said = shown(alerts.details(a_record(GroupState.FIRING, many), NOW))

    assert "… and 3 more" in said


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"known_at_start": True}, "so since I began watching", id="known"),
        pytest.param({"mutes": (SILENCED,)}, "silenced", id="silenced"),
        pytest.param({"mutes": (HIDDEN,)}, "part of a wider alert", id="hidden"),
    ],
)
def test_a_list_says_why_an_alert_is_quiet(changes, words):
    assert words in shown(alerts.entry(an_alert(phase=Phase.FIRING, **changes)))


def a_report(figures, *sites):
    none = Durations(0, None, None)
    begun = NOW - timedelta(days=1)
    return Report(begun, NOW, figures, sites, 0, none, none, offenders=(), outages=())


def test_a_report_names_what_is_on_no_site():
    figures = Figures(up=3600)
    report = a_report(figures, SiteReport(Ref("nl", ""), "", figures, {}))

    assert "Without a site" in shown(reports.report(report))
    assert "nl/" not in shown(reports.report(report))
    assert "Without a site: 100.0 %" in reports.spoken(report)


def test_a_digest_claims_nothing_of_what_was_not_seen():
    """`0.0 %` after a night in which the vendor was silent would be nobody's outage."""
    blind = Digest(a_report(Figures(unknown=3600)), (), silences_ending=1)

    said = shown(reports.digest(blind))

    assert "seen too little" in said
    assert "0.0 % (strict)" not in said
    assert "1 silence ends within a day" in said


def test_whoever_is_asked_can_answer_where_they_are_asked():
    group = Group("g1", "default", "C0ALERTS", "key", NOW)
    line = Line(1, "g1", NOW, Reason.ACKNOWLEDGEMENT_STALE, "", ("U0LEAD",), {})
    asked = a_record(GroupState.ACKNOWLEDGED, [an_alert()], is_asked=True)

    assert "I still have it" in shown(alerts.line(LineRecord(line, group, ())))
    assert "I still have it" in shown(alerts.group(asked))
    assert "I still have it" not in shown(alerts.group(a_record(asked.state, [an_alert()])))


def test_why_says_what_an_alert_waits_for_and_what_hides_it():
    verdicts = (
        Verdict("1", Stage.INHIBIT, Reason.INHIBITED, "site_offline", NOW, {}),
        Verdict("1", Stage.SILENCE, Reason.SILENCED, "silence:3", NOW, {}),
    )
    hidden = Explanation(an_alert(mutes=(HIDDEN,)), verdicts, (), None, Reason.HIDDEN)
    box = Subject("nl", "plugchoice", charger_id="1", charger="CH-1")
    watched = Watched(Finding(Condition.OFFLINE, box), "rules[0]")
    answer = Why(Ref("nl", "1"), None, NOW, (), (), (hidden,), NOW, (watched,))

    said = shown(alerts.why(answer, NOW))

    assert "the alert site offline" in said
    assert "silence #3" in said
    assert "Next: it is told once nothing hides it any more" in said
    assert "Offline: only watched and never told, by rule 1" in said


@pytest.mark.parametrize(
    ("code", "vendor_code", "words"),
    [
        pytest.param("OtherError", "0x1F", "`OtherError`, vendor code `0x1F`", id="both"),
        pytest.param("", "0x1F", "fault vendor code `0x1F`", id="the-makers-own"),
        pytest.param("", "", "its code is not known yet", id="none"),
    ],
)
def test_a_fault_is_named_by_all_that_names_it(code, vendor_code, words):
    alert = an_alert(code=code, vendor_code=vendor_code, info="lost L2", connector="1")

    said = shown(alerts.group(a_record(GroupState.FIRING, [alert])))

    assert words in said
    assert "lost L2" in said


def test_a_message_says_at_which_site():
    """The name of a box alone sends nobody anywhere."""
    group = Group("g1", "default", "C0ALERTS", "key", NOW, account="nl", site_name="Harbour")
    box = Subject("nl", "plugchoice", "S1", "Harbour", "1", "CH-1")
    one = an_alert(subject=box)
    storm = replace(group, key=STORM_KEY, account="", site_name="")

    of_site = alerts.group(a_record(GroupState.FIRING, [one], group=group))["blocks"][1]
    of_storm = shown(alerts.group(a_record(GroupState.FIRING, [one, one], group=storm)))

    assert of_site["text"]["text"].splitlines()[0].endswith(" · Harbour · nl")
    assert "`CH-1` (Harbour) fault" in of_storm
    assert "·  ·" not in of_storm


def test_the_thread_says_who_silenced_what_until_when_and_why():
    """Who wonders where the alert went should not have to ask around."""
    group = Group("g1", "default", "C0ALERTS", "key", NOW)
    facts = {"reason": "The electrician is at work", "until": NOW.isoformat()}
    line = Line(1, "g1", NOW, Reason.SILENCED, "U0LEAD", (), facts)

    said = shown(alerts.line(LineRecord(line, group, ())))

    assert "<@U0LEAD> silenced this." in said
    assert f"Until <!date^{int(NOW.timestamp())}^" in said
    assert "The electrician is at work" in said


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        pytest.param(Condition.OFFLINE, "the vendor says since <!date", id="offline"),
        pytest.param(Condition.NEVER_CONNECTED, "registered <!date", id="never-connected"),
    ],
)
def test_what_the_vendor_s_time_is_of_is_said(condition, words):
    record = a_record(GroupState.FIRING, [an_alert(condition=condition)])

    assert words in shown(alerts.group(record))
