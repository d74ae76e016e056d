"""What one look proves; an answer that does not carry a field proves nothing about it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.alerts.findings import Evidence, Look, evidence, findings
from bot.alerts.model import Condition, fingerprint
from tests.bot.alerts.test_transitions import firing
from vendors.models import Charger, Connectivity, Connector, Fault, Status, Vendor

NOW = datetime(2026, 1, 10, tzinfo=UTC)
ONLINE, OFFLINE = Connectivity.ONLINE, Connectivity.OFFLINE
HOT = Fault(code="HighTemperature")


def look(*, before: Charger | None = None, **facts: object) -> Look:
    told = Charger(account="dk", vendor=Vendor.SPIRII, id="1", observed_at=NOW, **facts)
    return Look.of(told, told.updated_from(before), poll="sweep 1", at=NOW)


def plug(status: Status, fault: Fault | None = None, number: int = 1) -> Connector:
    return Connector(number=number, status=status, fault=fault)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({"connectivity": ONLINE}, [], id="well"),
        pytest.param({"connectivity": OFFLINE}, ["offline"], id="offline"),
        pytest.param({"connectivity": Connectivity.UNKNOWN}, [], id="unknown-is-not-offline"),
        pytest.param(
            {"connectivity": OFFLINE, "status": Status.FAULTED}, ["offline"], id="old-word"
        ),
        pytest.param({"connectivity": Connectivity.NEVER_SEEN}, ["never_connected"], id="never"),
        pytest.param({"connectivity": ONLINE, "status": Status.FAULTED}, ["fault"], id="codeless"),
        pytest.param(
            {"connectivity": ONLINE, "status": Status.AVAILABLE, "fault": Fault(code="NoError")},
            [],
            id="no-error",
        ),
        pytest.param(
            {"connectivity": Connectivity.UNKNOWN, "connectors": (plug(Status.FAULTED, HOT),)},
            ["fault"],
            id="a-vendor-without-connectivity",
        ),
        pytest.param(
            {
                "connectivity": ONLINE,
                "status": Status.FAULTED,
                "fault": HOT,
                "connectors": (plug(Status.FAULTED, HOT),),
            },
            ["fault"],
            id="box-and-plug-say-the-same-once",
        ),
        pytest.param(
            {
                "connectivity": ONLINE,
                "connectors": (plug(Status.FAULTED, HOT), plug(Status.FAULTED, HOT, 2)),
            },
            ["fault", "fault"],
            id="two-plugs",
        ),
    ],
)
def test_what_is_wrong_with_a_charger(facts: dict[str, object], expected: list[str]):
    assert [finding.condition.value for finding in findings(look(**facts))] == expected


FAULT_ALERT = replace(firing(), condition=Condition.FAULT, connector="1", code="HighTemperature")
FAULT_ALERT = replace(
    FAULT_ALERT,
    fingerprint=fingerprint(
        Condition.FAULT, FAULT_ALERT.subject, connector="1", code="HighTemperature:"
    ),
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({"connectors": (plug(Status.FAULTED, HOT),)}, Evidence.BAD, id="still"),
        pytest.param({"connectors": (plug(Status.AVAILABLE),)}, Evidence.GOOD, id="mended"),
        pytest.param({"connectors": (plug(Status.UNAVAILABLE),)}, Evidence.UNKNOWN, id="off"),
        pytest.param({}, Evidence.UNKNOWN, id="not-carried"),
        pytest.param({"connectors": ()}, Evidence.UNKNOWN, id="plug-not-listed"),
        pytest.param(
            {"connectivity": OFFLINE, "connectors": (plug(Status.AVAILABLE),)},
            Evidence.UNKNOWN,
            id="offline",
        ),
    ],
)
def test_what_a_look_proves_about_a_fault(facts: dict[str, object], expected: Evidence):
    assert evidence(FAULT_ALERT, look(**{"connectivity": ONLINE, **facts})) is expected


def test_an_old_code_beside_a_fresh_working_status_opens_nothing():
    """The list tells the status, and not that the code of last week is gone."""
    before = look(connectivity=ONLINE, status=Status.FAULTED, fault=HOT).charger

    now = look(before=before, connectivity=ONLINE, status=Status.AVAILABLE)

    assert now.charger.fault == HOT
    assert findings(now) == []


@pytest.mark.parametrize(
    ("connectivity", "expected"),
    [
        (OFFLINE, Evidence.BAD),
        (ONLINE, Evidence.GOOD),
        (Connectivity.UNKNOWN, Evidence.UNKNOWN),
        (Connectivity.NEVER_SEEN, Evidence.UNKNOWN),
    ],
)
def test_only_online_proves_that_offline_is_over(connectivity, expected):
    assert evidence(firing(), look(connectivity=connectivity)) is expected
