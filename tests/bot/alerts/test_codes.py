"""Every code has plain words; danger is never played down."""

import pytest

from bot.alerts.codes import MREC, OCPP, Restart, canonical, explanation, is_nothing
from bot.severity import Severity

OCPP_CODES = {
    "ConnectorLockFailure", "EVCommunicationError", "GroundFailure", "HighTemperature",
    "InternalError", "LocalListConflict", "NoError", "OtherError", "OverCurrentFailure",
    "OverVoltage", "PowerMeterFailure", "PowerSwitchFailure", "ReaderFailure", "ResetFailure",
    "UnderVoltage", "WeakSignal",
}  # fmt: skip
MREC_NUMBERS = [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 14, 15, 17, 18, 19, 20, 22, 23, 24, 25, 26]


def test_all_codes_of_the_two_lists_are_explained():
    assert {entry.code for entry in OCPP} == OCPP_CODES
    assert [entry.code for entry in MREC] == [f"CX{number:03}" for number in MREC_NUMBERS]


@pytest.mark.parametrize("entry", [*OCPP, *MREC], ids=lambda entry: entry.code)
def test_every_explanation_is_whole(entry):
    assert entry.meaning.endswith(".")
    assert entry.first_action.endswith(".")
    if entry.is_safety:
        assert (entry.severity, entry.warning_severity) == (Severity.CRITICAL, Severity.CRITICAL)
        assert entry.restart is Restart.NEVER
        assert "not to touch" in entry.first_action
    else:
        assert Severity.CRITICAL not in (entry.severity, entry.warning_severity)


@pytest.mark.parametrize(
    ("code", "vendor_code", "expected"),
    [
        pytest.param("WeakSignalLevel", "", "WeakSignal", id="two-spellings-of-one"),
        pytest.param("groundfailure", "", "GroundFailure", id="any-case"),
        pytest.param("OtherError", "CX015", "CX015", id="the-vendor-code-says-more"),
        pytest.param("OtherError", "CX003, CX022", "CX022", id="danger-in-a-list"),
        pytest.param("GroundFailure", "CX009", "GroundFailure", id="danger-wins"),
        pytest.param("OtherError", "E-77", "OtherError", id="a-maker's-own"),
    ],
)
def test_the_words_that_matter_are_chosen(code, vendor_code, expected):
    assert explanation(code, vendor_code).code == expected


def test_a_code_that_nobody_has_explained_is_shown_as_it_came():
    found = explanation("Frobnicated", "")

    assert not found.is_known
    assert "Frobnicated" in found.meaning


def test_a_vendors_own_words_can_mean_danger():
    assert explanation("OtherError", "", "Water ingress detected").is_safety


@pytest.mark.parametrize("code", [None, "", " ", "NoError", "noerror"])
def test_no_code_is_no_fault(code):
    assert is_nothing(code)


def test_an_unknown_code_keeps_its_spelling():
    assert canonical(" Strange ") == "Strange"
