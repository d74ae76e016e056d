"""Which policy a request falls under."""

from datetime import timedelta

import pytest

from bot.approvals.policies import CAR_IS_CHARGING, policy_for
from bot.config.settings import PolicySettings
from bot.operations.archive_station_model import ArchiveStationModel
from bot.operations.base import Charging, Precheck
from bot.operations.import_chargers import ImportChargers
from bot.operations.restart_charger import RestartCharger
from bot.operations.set_reference import SetReference
from bot.store import Store
from tests.bot.desk import Desk
from tests.bot.operations.cases import CASES, EVERYTHING_ASKED
from tests.clock import START, VirtualClock
from vendors.models import NewCharger

LEADS = ("S0LEADS",)
RESTART = RestartCharger(account="nl", charger_id="ch1", label="AB123")
REFERENCE = SetReference(account="nl", charger_id="ch1", label="AB123", reference="x")


def settings(kind: str, needed: int = 1, **more: object) -> PolicySettings:
    return PolicySettings.model_validate(
        {"operations": (kind,), "approvals_needed": needed, "approvers": LEADS, **more}
    )


def test_without_a_policy_one_approval_by_the_usual_approvers_is_needed():
    policy = policy_for(RESTART, None, (), LEADS)

    assert (policy.approvals_needed, policy.approvers) == (1, LEADS)
    assert not policy.self_approval


def test_the_first_policy_that_matches_wins():
    found = policy_for(
        RESTART,
        None,
        (
            settings("set_reference", 3),
            settings("restart_charger", 2, accounts=("dk",)),
            settings("restart_charger", 0, expires="2h"),
            settings("restart_charger", 5),
        ),
        LEADS,
    )

    assert (found.approvals_needed, found.expires) == (0, timedelta(hours=2))


@pytest.mark.parametrize(("rows", "needed"), [(9, 1), (10, 2)])
def test_a_policy_may_be_for_many_chargers_only(rows: int, needed: int):
    operation = ImportChargers(
        account="nl", rows=tuple(NewCharger(identity=f"AB{number}") for number in range(rows))
    )
    policies = (settings("import_chargers", 2, min_chargers=10), settings("import_chargers", 1))

    assert policy_for(operation, None, policies, LEADS).approvals_needed == needed


def test_the_size_that_was_read_counts_once_it_is_known():
    policies = (settings("set_reference", 2, min_chargers=10), settings("set_reference", 0))
    site_of_ten = Precheck(checked_at=START, chargers=10)

    assert policy_for(REFERENCE, None, policies, LEADS).approvals_needed == 0
    assert policy_for(REFERENCE, site_of_ten, policies, LEADS).approvals_needed == 2


def test_what_may_become_strict_is_asked_for_as_if_it_were():
    """How many chargers are of a model is read after the form: too late to ask for a reason."""
    archive = ArchiveStationModel(account="us", model_id="m1", label="Autel")
    policies = (
        settings("archive_station_model", 2, min_chargers=10, reason="required"),
        settings("archive_station_model", 0),
    )

    asked = policy_for(archive, None, policies, LEADS)
    few, many = (
        policy_for(archive, Precheck(checked_at=START, chargers=number), policies, LEADS)
        for number in (9, 10)
    )

    assert (asked.approvals_needed, asked.reason_required) == (2, True)
    assert (few.approvals_needed, few.reason_required) == (0, False)
    assert (many.approvals_needed, many.reason_required) == (2, True)


@pytest.mark.parametrize("kind", CASES)
async def test_a_size_that_is_known_beforehand_is_the_one_that_is_read(
    store: Store, clock: VirtualClock, kind: str
):
    """Or a form would be sent under one policy, and judged under another."""
    desk = Desk(store, clock, policies=(EVERYTHING_ASKED,))
    operation = CASES[kind](desk)

    request = await desk.ask(operation)

    assert operation.size in (None, request.precheck.chargers)


def test_a_car_that_charges_needs_an_approver_only_where_it_would_be_cut_off():
    charging = Precheck(checked_at=START, charging=(Charging(connector="1"),))
    at_once = (settings("restart_charger", 0), settings("set_reference", 0))

    restart = policy_for(RESTART, charging, at_once, LEADS)
    reference = policy_for(REFERENCE, charging, at_once, LEADS)

    assert (restart.approvals_needed, restart.raised_because) == (1, CAR_IS_CHARGING)
    assert (reference.approvals_needed, reference.raised_because) == (0, None)


def test_a_stricter_policy_is_not_softened_by_a_car_that_charges():
    charging = Precheck(checked_at=START, charging=(Charging(connector="1"),))

    policy = policy_for(RESTART, charging, (settings("restart_charger", 3),), LEADS)

    assert (policy.approvals_needed, policy.raised_because) == (3, None)
