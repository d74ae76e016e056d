"""What is told at the field, before anything is sent."""

import pytest

from bot.operations.new_charger import complaints
from vendors.models import Need, NewCharger, Registration

BY_IDENTITY = Registration(identity=Need.REQUIRED, identity_max=45, site=Need.OPTIONAL)
BY_SERIAL = Registration(
    identity=Need.OPTIONAL,
    serial_number=Need.REQUIRED,
    site=Need.REQUIRED,
    station_model=Need.REQUIRED,
)


@pytest.mark.parametrize(
    ("identity", "words"),
    [
        pytest.param("", "missing", id="empty"),
        pytest.param("A" * 46, "at most 45", id="too long"),
        pytest.param("AB 123", "no spaces", id="blank inside"),
        pytest.param("AB123 ", "no spaces", id="blank behind"),
        pytest.param("AB/123", "no slashes", id="slash"),
        pytest.param("AB\\123", "no slashes", id="backslash"),
    ],
)
def test_an_identity_that_no_charger_can_have_is_refused(identity: str, words: str):
    """It becomes part of a websocket address."""
    found = complaints(NewCharger(identity=identity), BY_IDENTITY)

    assert set(found) == {"identity"}
    assert words in found["identity"]


@pytest.mark.parametrize("identity", ["A", "A" * 45, "DK.SPI.000001", "21c4122b-4a1e", "VT_Ü"])
def test_a_good_identity_is_taken(identity: str):
    assert complaints(NewCharger(identity=identity), BY_IDENTITY) == {}


def test_every_missing_field_is_named_at_once():
    assert set(complaints(NewCharger(), BY_SERIAL)) == {
        "serial_number",
        "site_id",
        "station_model_id",
    }


def test_a_field_that_the_vendor_does_not_take_is_named():
    found = complaints(NewCharger(identity="A", serial_number="SN1"), BY_IDENTITY)

    assert found == {"serial_number": "This vendor takes no serial number."}
