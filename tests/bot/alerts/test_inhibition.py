"""What hides what, and when a site or an account counts as gone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alerts import inhibition
from bot.alerts.model import Alert, Condition, Subject
from tests.bot.alerts.test_transitions import NOW, firing

SITE = Subject("dk", "spirii", "S1", "Harbour")


def wide(condition: Condition, subject: Subject = SITE) -> Alert:
    return replace(firing(), id="alr_wide", condition=condition, subject=subject)


CHARGER = replace(firing(), subject=SITE._replace(charger_id="1", charger="One"))
FAULT = replace(CHARGER, condition=Condition.FAULT)


@pytest.mark.parametrize(
    ("wider", "narrower", "expected"),
    [
        (wide(Condition.SITE_OFFLINE), CHARGER, True),
        (wide(Condition.SITE_OFFLINE, SITE._replace(site_id="S2")), CHARGER, False),
        (wide(Condition.ACCOUNT_UNREACHABLE), CHARGER, True),
        (wide(Condition.ACCOUNT_OFFLINE), wide(Condition.SITE_OFFLINE), True),
        (wide(Condition.ACCOUNT_OFFLINE, SITE._replace(account="nl")), CHARGER, False),
        (wide(Condition.ACCOUNT_STALE), CHARGER, False),
        (wide(Condition.SITE_OFFLINE), FAULT, False),
        (CHARGER, wide(Condition.SITE_OFFLINE), False),
    ],
)
def test_the_wider_hides_the_narrower_and_only_what_it_explains(wider, narrower, expected):
    assert inhibition.hides(wider, narrower) is expected


def test_danger_is_never_hidden():
    danger = replace(CHARGER, is_safety=True)

    assert inhibition.mutes_by_alerts(danger, [wide(Condition.ACCOUNT_UNREACHABLE)], NOW) == ()


@pytest.mark.parametrize(
    ("minutes", "chargers", "expected"),
    [
        ([0, 1], 4, True),
        ([0, 1], 5, False),
        ([0], 1, False),
        ([0, 6], 4, False),
        ([0, 4, 8], 4, True),
    ],
)
def test_a_site_is_gone_when_two_and_half_of_it_went_inside_five_minutes(
    minutes, chargers, expected
):
    since = [NOW + timedelta(minutes=n) for n in minutes]

    assert inhibition.site_went_offline(since, chargers) is expected


@pytest.mark.parametrize(
    ("offline", "chargers", "expected"), [(10, 20, True), (9, 10, False), (10, 21, False)]
)
def test_an_account_is_gone_when_ten_and_half_of_it_went(offline, chargers, expected):
    assert inhibition.account_went_offline([NOW] * offline, chargers) is expected


@pytest.mark.parametrize(
    ("transitions", "already", "expected"),
    [(3, False, False), (4, False, True), (2, True, True), (1, True, False)],
)
def test_flapping_begins_at_four_and_ends_below_two(transitions, already, expected):
    assert inhibition.is_flapping(transitions, already=already) is expected
