"""Lynkwell's JSON in our words."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from pydantic import ValidationError

from tests.vendors.distorted import broken, harmless
from tests.vendors.leaves import changed
from tests.vendors.recorded import recorded
from vendors.lynkwell import wire
from vendors.models import (
    Connectivity,
    ModelConnector,
    NewStationModel,
    PowerType,
    Status,
    Vendor,
)

SEEN = {
    "account": "us",
    "vendor": Vendor.LYNKWELL,
    "observed_at": datetime(2025, 3, 11, 10, 6, tzinfo=UTC),
}


def asset(name):
    return wire.Page[wire.Asset].from_body(recorded("lynkwell", name)).items[0].to_charger(SEEN)


def plug_with(**changes):
    body = recorded("lynkwell", "assets_first_page")["data"]["items"][0]
    body["chargingStation"]["connectors"][0] |= changes
    return wire.Asset.from_body(body).to_charger(SEEN).connectors[0]


def model_with(**changes):
    return wire.Model.from_body(recorded("lynkwell", "station_model") | changes)


@pytest.mark.parametrize("path", sorted(changed(recorded("lynkwell", "station_model"))))
def test_no_documented_value_of_a_station_model_is_lost(path):
    """Whichever value changes, our station model changes."""
    as_it_was = model_with().to_station_model(SEEN)

    body = changed(recorded("lynkwell", "station_model"))[path]

    assert wire.Model.from_body(body).to_station_model(SEEN) != as_it_was


def test_every_field_of_a_station_model_has_a_home():
    model = model_with().to_station_model(SEEN)

    assert (model.account, model.vendor, model.id) == ("us", Vendor.LYNKWELL, "csm_01")
    assert (model.make, model.name, model.friendly_name) == ("Autel", "DL0120", "Autel 120 kW")
    assert model.power_type is PowerType.DC
    assert model.connectors[0] == ModelConnector(
        number=1,
        connection_type="SAE_J3400",
        format="CABLE",
        max_current_a=300,
        max_voltage_v=1000,
        max_power_w=120_000,
    )
    assert model.ocpp_url == "wss://ocpp.example.com/v16"
    assert model.image_url == "https://img.example.com/x.png"
    assert model.is_archived is False
    assert model.created_at == datetime(2024, 2, 20, 15, 4, 5, tzinfo=UTC)
    assert model.updated_at == datetime(2025, 1, 8, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["station_model", "station_model_created", "station_model_renamed"]
)
def test_a_station_model_is_read_bare_and_in_an_envelope(name):
    assert wire.Model.from_body(recorded("lynkwell", name)).to_station_model(SEEN).id


def test_connector_numbers_are_whole():
    """They come as `1.0`."""
    numbers = [plug.number for plug in model_with().to_station_model(SEEN).connectors]

    assert numbers == [1, 2]
    assert all(type(number) is int for number in numbers)


def test_a_power_type_of_tomorrow_is_unknown():
    assert model_with(powerType="AC_9_PHASE").to_station_model(SEEN).power_type is PowerType.UNKNOWN


def test_what_a_reply_does_not_carry_stays_unset():
    body = recorded("lynkwell", "station_model")
    for name in ("friendlyName", "imageUrl", "isArchived", "configurationKeys"):
        del body[name]

    model = wire.Model.from_body(body).to_station_model(SEEN)

    unset = {"friendly_name", "image_url", "is_archived", "ocpp_url"}
    assert not unset & model.model_fields_set


@pytest.mark.parametrize(
    ("make", "name", "expected"),
    [
        (None, None, True),
        ("autel", None, True),
        (None, "dl0120", True),
        ("Autel", "DL", False),
        ("Delta", "DL0120", False),
    ],
)
def test_a_model_goes_by_its_make_and_name_in_any_case(make, name, expected):
    assert model_with().is_called(make, name) is expected


def test_an_asset_is_a_charger():
    charger = asset("assets_first_page")

    assert (charger.id, charger.name, charger.serial_number) == ("as_01", "Depot 1", "DL-77-0001")
    assert (charger.network_id, charger.site_id, charger.protocol) == ("nw_1", "ag_7", "OCPP_1_6")
    assert (charger.latitude, charger.longitude) == (42.8142, -73.9442)
    assert charger.firmware_version == "1.48.00"  # the API writes firwareVersion
    assert (charger.meter_type, charger.meter_serial_number) == ("AC_METER", "MTR-5519")
    assert charger.sim_iccid == "8900000000000000001"
    assert (charger.station_model.make, charger.station_model.name) == ("Autel", "DL0120")
    assert charger.is_dc
    assert charger.created_at == datetime(2024, 3, 1, 8, tzinfo=UTC)
    assert charger.updated_at == datetime(2025, 3, 11, 7, 30, tzinfo=UTC)


def test_firmware_is_read_in_either_spelling():
    info = wire.ManufacturingInfo.from_body({"firmwareVersion": "2.0"})

    assert info.firmware_version == "2.0"


def test_a_connector_of_an_asset_keeps_both_its_words():
    plug = plug_with(status="SuspendedEVSE", rawStatus="SuspendedEVSE (derated)")

    assert (plug.status, plug.raw_status) == (Status.SUSPENDED_EVSE, "SuspendedEVSE (derated)")
    assert (plug.number, plug.standard, plug.format) == (1, "SAE_J3400", "CABLE")
    assert (plug.max_current_a, plug.max_voltage_v, plug.is_active) == (300, 1000, True)
    assert plug.power_type is PowerType.DC
    assert plug.updated_at == datetime(2025, 3, 11, 7, 29, 58, tzinfo=UTC)


@pytest.mark.parametrize(("word", "status"), wire.STATUSES.items())
def test_every_ocpp_word_has_a_meaning(word, status):
    assert plug_with(status=word).status is status


def test_a_status_of_tomorrow_is_unknown_and_shown_raw():
    plug = plug_with(status="Levitating", rawStatus=None)

    assert (plug.status, plug.raw_status) == (Status.UNKNOWN, "Levitating")


def test_a_connector_that_is_not_active_counts_as_removed():
    assert plug_with(isActive=False).status is Status.REMOVED


@pytest.mark.parametrize("name", ["assets_first_page", "assets_last_page"])
def test_connectivity_is_never_inferred(name):
    """No answer of Lynkwell says whether a charger is connected."""
    charger = asset(name)

    assert charger.connectivity is Connectivity.UNKNOWN
    assert "raw_connectivity" not in charger.model_fields_set


def test_the_life_of_an_asset_is_told_from_its_connectors():
    planned = asset("assets_last_page")

    assert (planned.status, planned.raw_status) == (Status.PLANNED, "PLANNED")
    assert not planned.is_dc


def test_a_word_about_the_life_of_an_asset_is_no_word_about_its_state():
    """An older `planned` must go, yet nothing is known instead of it."""
    active = asset("assets_first_page")

    assert (active.status, active.raw_status) == (None, "ACTIVE")
    assert "status" in active.model_fields_set


def test_a_charger_without_a_serial_number_goes_by_its_boot_notification():
    body = recorded("lynkwell", "assets_first_page")["data"]["items"][0]
    del body["chargingStation"]["serialNumber"]
    del body["chargingStation"]["manufacturingInfo"]["chargePointSerialNumber"]

    assert wire.Asset.from_body(body).to_charger(SEEN).serial_number == "CB-77-0001"


def test_an_asset_that_is_no_charging_station_is_no_charger():
    assert wire.Asset.from_body({"id": "as_1", "type": "chargingStation"}).is_charger
    assert not wire.Asset.from_body({"id": "as_2", "type": "panel"}).is_charger


def test_an_asset_group_is_a_site():
    groups = wire.Page[wire.AssetGroup].from_body(recorded("lynkwell", "asset_groups"))

    site = groups.items[0].to_site(SEEN)

    assert (site.id, site.name, site.timezone) == ("ag_7", "Depot North", "America/New_York")
    assert (site.street, site.house_number) == ("Foundry Road", "41")
    assert site.house_number_addition == "Gate B"
    assert (site.postal_code, site.city, site.country) == ("12305", "Schenectady", "US")
    assert (site.latitude, site.longitude) == (42.8142, -73.9442)
    assert site.parking_type == "PARKING_LOT"


def test_a_place_without_a_name_is_called_by_its_id():
    assert wire.AssetGroup.from_body({"id": "ag_9"}).to_site(SEEN).name == "ag_9"


@pytest.mark.parametrize("empty", [None, ""])
def test_a_new_station_model_leaves_out_what_is_empty(empty):
    model = NewStationModel(
        make="Autel",
        name="DL0120",
        friendly_name=empty,
        image_url=empty,
        power_type=PowerType.AC_3_PHASE,
        connectors=(
            ModelConnector(
                number=1,
                connection_type="IEC_62196_T2",
                format="SOCKET",
                max_current_a=32,
                max_voltage_v=400,
                max_power_w=22_000,
            ),
        ),
        ocpp_url="wss://ocpp.example.com",
    )

    assert wire.new_station_model(model) == {
        "vendor": "Autel",
        "model": "DL0120",
        "powerType": "AC_3_PHASE",
        "connectors": [
            {
                "id": 1,
                "connectionType": "IEC_62196_T2",
                "format": "SOCKET",
                "maxAmperage": 32,
                "maxVoltage": 400,
                "maxPowerWatts": 22_000,
            }
        ],
        "configurationKeys": {"ocppUrl": "wss://ocpp.example.com"},
    }


MODEL_REQUIRED = frozenset({"id", "vendor", "model", "powerType", "connectors"})
CONNECTOR_REQUIRED = frozenset(
    {"connectionType", "format", "maxAmperage", "maxVoltage", "maxPowerWatts"}
)
WORDS = frozenset({"powerType", "connectionType", "status", "rawStatus", "parkingType", "type"})


@pytest.mark.parametrize("field", sorted(MODEL_REQUIRED))
def test_a_missing_required_field_of_a_station_model_is_named(field):
    body = recorded("lynkwell", "station_model")
    del body[field]

    with pytest.raises(ValidationError) as caught:
        wire.Model.from_body(body)

    assert caught.value.errors()[0]["loc"] == (field,)


@given(
    harmless(
        recorded("lynkwell", "station_model"),
        required=MODEL_REQUIRED | CONNECTOR_REQUIRED,
        words=WORDS,
    )
)
def test_what_may_be_missing_or_new_in_a_station_model_does_no_harm(body):
    model = wire.Model.from_body(body).to_station_model(SEEN)

    assert (model.id, model.connectors[0].number) == ("csm_01", 1)


@given(
    harmless(
        recorded("lynkwell", "assets_first_page")["data"]["items"][0],
        required=frozenset({"id"}),
        words=WORDS,
    )
)
def test_what_may_be_missing_or_new_in_an_asset_does_no_harm(body):
    assert wire.Asset.from_body(body).to_charger(SEEN).id == "as_01"


@given(broken(recorded("lynkwell", "station_models_first_page")))
def test_a_broken_listing_raises_nothing_but_what_the_client_expects(body):
    with suppress(ValidationError):
        for row in wire.Page[wire.Model].from_body(body).items:
            assert row.to_station_model(SEEN).id


@given(broken(recorded("lynkwell", "assets_first_page")["data"]["items"][0]))
def test_a_broken_asset_raises_nothing_but_what_the_client_expects(body):
    with suppress(ValidationError):
        assert wire.Asset.from_body(body).to_charger(SEEN).id
