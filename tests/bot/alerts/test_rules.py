"""Which rule decides a finding, and how bad it is then."""

from datetime import timedelta

import pytest

from bot.alerts.codes import explanation
from bot.alerts.model import Condition, Subject, labels
from bot.alerts.rules import BUILT_IN, Rule, fault_severity, matches, rule_for, rules_from
from bot.config import RuleSettings
from bot.severity import Severity

CHARGER = Subject(
    "nl", "plugchoice", "S1", "Harbour East", "c-1", "NL-001", names=("SN42",), power="dc"
)
LABELS = labels(CHARGER, condition="offline", severity="high", code="OtherError")


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ({}, True),
        ({"account": ("nl",)}, True),
        ({"account": ("dk",)}, False),
        ({"account": ("dk", "nl")}, True),
        ({"site": ("Harbour*",)}, True),
        ({"site": ("S1",)}, True),
        ({"charger": ("sn42",)}, True),
        ({"charger": ("NL-*",), "power": ("ac",)}, False),
        ({"code": ("Other*",)}, True),
        ({"vendor_code": ("*",)}, True),
    ],
)
def test_all_keys_must_match_and_one_value_of_each(match, expected):
    assert matches(match, LABELS) is expected


def test_the_first_rule_that_matches_decides():
    mine = Rule("rules[0]", Condition.OFFLINE, timedelta(), Severity.LOW, {"account": ("nl",)})

    assert rule_for(Condition.OFFLINE, LABELS, (mine, *BUILT_IN)) is mine


@pytest.mark.parametrize(
    ("power", "minutes", "severity"),
    [("dc", 5, Severity.HIGH), ("ac", 15, Severity.MEDIUM), ("", 15, Severity.MEDIUM)],
)
def test_offline_is_worse_and_sooner_for_dc(power, minutes, severity):
    asked = labels(CHARGER._replace(power=power))

    rule = rule_for(Condition.OFFLINE, asked, BUILT_IN)

    assert (rule.hold, rule.severity) == (timedelta(minutes=minutes), severity)


@pytest.mark.parametrize("condition", Condition)
def test_there_is_a_rule_for_everything(condition):
    assert rule_for(condition, LABELS, rules_from(())).condition is condition


def test_configured_rules_come_before_the_built_in_ones():
    wanted = RuleSettings.model_validate(
        {"condition": "offline", "match": {"power": "dc"}, "for": "10s", "severity": "critical"}
    )

    rule = rule_for(Condition.OFFLINE, LABELS, rules_from([wanted]))

    assert (rule.name, rule.hold) == ("rules[0]", timedelta(seconds=10))


def _fault_rule(severity):
    return Rule("r", Condition.FAULT, timedelta(), severity)


def test_no_rule_plays_danger_down():
    words = explanation("GroundFailure")

    assert fault_severity(_fault_rule(Severity.NONE), words, is_warning=True) is Severity.CRITICAL


def test_a_warning_is_never_above_high():
    words = explanation("HighTemperature")

    chosen = fault_severity(_fault_rule(Severity.CRITICAL), words, is_warning=True)

    assert chosen is Severity.HIGH
