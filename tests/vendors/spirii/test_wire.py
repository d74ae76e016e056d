"""Spirii's JSON in our words."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from pydantic import ValidationError

from tests.vendors.distorted import broken, harmless
from tests.vendors.leaves import changed
from tests.vendors.recorded import recorded
from vendors.errors import OutcomeUnknownError, RejectedError
from vendors.models import Connectivity, Fault, NewCharger, PowerType, Status, Vendor
from vendors.spirii import wire

NOW = datetime(2025, 3, 11, 10, 6, tzinfo=UTC)
SEEN = {"account": "dk", "vendor": Vendor.SPIRII, "observed_at": NOW}


def charger(name, **changes):
    return wire.ChargeBox.from_body(recorded("spirii", name) | changes).to_charger(SEEN)


def plug_with(**changes):
    body = recorded("spirii", "charge_box_charging")
    body["evses"][0]["connectors"][0] |= changes
    return wire.ChargeBox.from_body(body).to_charger(SEEN).connectors[0]


def full_box():
    """A charge box with every field of the documents at once, as their sample has it."""
    box = recorded("spirii", "charge_box_faulted") | {"deletedAt": "2025-03-12 00:00:00"}
    box["evses"][0]["connectors"][0]["deletedAt"] = "2025-03-12 00:00:01"
    return box


@pytest.mark.parametrize("path", sorted(changed(full_box())))
def test_no_documented_value_of_a_charge_box_is_lost(path):
    """Whichever value changes, our charger changes, but for an EVSE's echo of its box's id."""
    as_it_was = wire.ChargeBox.from_body(full_box()).to_charger(SEEN)

    now = wire.ChargeBox.from_body(changed(full_box())[path]).to_charger(SEEN)

    assert (now == as_it_was) is (path == "evses.0.chargeboxId")


def test_every_field_of_a_charge_box_has_a_home():
    box = charger("charge_box_charging")

    assert (box.account, box.vendor, box.id, box.observed_at) == ("dk", Vendor.SPIRII, "81230", NOW)
    assert (box.identity, box.serial_number) == ("DK.SPI.001230", "HYC-40021")
    assert (box.connectivity, box.raw_connectivity) == (Connectivity.ONLINE, "isOnline: true")
    assert (box.site_id, box.customer_id, box.firmware_version) == ("5120", "77", "2.31.4")
    assert box.created_at == datetime(2024, 1, 15, 12, 0, 0, tzinfo=UTC)
    assert box.updated_at == datetime(2025, 3, 11, 10, 2, 9, tzinfo=UTC)
    assert box.last_connection_event_at == datetime(2025, 3, 10, 22, 41, 17, tzinfo=UTC)
    assert charger("charge_box_deleted").deleted_at == datetime(2025, 2, 1, 16, 0, tzinfo=UTC)


def test_every_field_of_a_model_has_a_home():
    model = charger("charge_box_charging").station_model

    assert (model.id, model.make, model.name) == ("207", "Alpitronic", "HYC300")
    assert model.description == "300 kW, two outlets"
    assert (model.plug_and_charge_validated, model.firmware_management_validated) == (True, False)
    assert model.created_at == datetime(2023, 2, 1, 7, 0, 30, tzinfo=UTC)
    assert model.updated_at == datetime(2024, 11, 4, 8, 15, tzinfo=UTC)


def test_every_field_of_a_connector_has_a_home():
    plug = charger("charge_box_faulted").connectors[0]

    assert (plug.number, plug.key) == (1, "640021/1")
    assert (plug.evse.uid, plug.evse.evse_id) == ("640021", "DK.SPI.Z640021*1")
    assert (plug.status, plug.raw_status) == (Status.FAULTED, "OUTOFORDER")
    assert (plug.standard, plug.format) == ("IEC_62196_T2_COMBO", "CABLE")
    assert plug.power_type is PowerType.DC
    assert (plug.max_power_w, plug.max_current_a, plug.max_voltage_v) == (150_000, 500, 1000)
    assert plug.tariff_ids == ("7d0a4c52-2f0e-4a53-9c1d-0d4b7d2f9e11",)
    assert plug.fault == Fault(code="GroundFailure", info="RCD_TRIPPED", vendor_code="268435456")


def test_connectors_of_two_evses_keep_apart():
    """Spirii numbers connectors anew in each EVSE."""
    box = charger("charge_box_charging")

    assert [plug.key for plug in box.connectors] == ["640011/1", "640012/1", "640012/2"]
    assert [plug.status for plug in box.connectors] == [
        Status.CHARGING,
        Status.AVAILABLE,
        Status.AVAILABLE,
    ]
    assert box.is_charging
    assert box.is_dc


def test_kilowatts_become_watts_without_noise():
    assert plug_with(maxElectricPower=7.4).max_power_w == 7400
    assert plug_with(maxElectricPower=" 22.08 ").max_power_w == 22_080
    assert plug_with(maxElectricPower="-").max_power_w is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("charge_box_charging", Connectivity.ONLINE),
        ("charge_box_offline", Connectivity.OFFLINE),
        ("charge_box_never_seen", Connectivity.NEVER_SEEN),
    ],
)
def test_connectivity_is_read_from_two_fields(name, expected):
    assert charger(name).connectivity is expected


def test_an_unsaid_is_online_is_unknown_not_offline():
    assert charger("charge_box_offline", isOnline=None).connectivity is Connectivity.UNKNOWN


def test_online_in_a_create_reply_proves_nothing():
    """Spirii's sample of a charge box that was made a moment ago says `isOnline: true`."""
    box = wire.ChargeBox.from_body(recorded("spirii", "charge_box_created"))

    assert box.is_online
    assert box.to_new_charger(SEEN).connectivity is Connectivity.NEVER_SEEN


def test_a_create_reply_with_a_connection_event_is_believed():
    box = wire.ChargeBox.from_body(recorded("spirii", "charge_box_charging"))

    assert box.to_new_charger(SEEN).connectivity is Connectivity.ONLINE


def test_what_a_reply_does_not_carry_stays_unset():
    """An absent field never erases a known one."""
    fresh = charger("charge_box_created")
    older = charger("charge_box_created", firmwareVersion="1.0", customer={"id": 5})

    assert not {"firmware_version", "customer_id", "status", "deleted_at"} & fresh.model_fields_set
    assert fresh.updated_from(older).firmware_version == "1.0"
    assert fresh.updated_from(older).customer_id == "5"


@pytest.mark.parametrize(("word", "status"), wire.STATUSES.items())
def test_every_documented_status_has_a_meaning(word, status):
    body = recorded("spirii", "evse") | {"status": word}

    assert wire.EvseRow.from_body(body).to_connectors()[0].status is status


def test_a_status_of_tomorrow_is_unknown_and_shown_raw():
    body = recorded("spirii", "evse") | {"status": "LEVITATING"}

    plug = wire.EvseRow.from_body(body).to_connectors()[0]

    assert (plug.status, plug.raw_status) == (Status.UNKNOWN, "LEVITATING")


def test_no_error_is_no_fault_and_a_deleted_connector_is_removed():
    sound, deleted = charger("charge_box_offline").connectors

    assert (sound.fault, sound.status) == (None, Status.AVAILABLE)
    assert (deleted.status, deleted.raw_status) == (Status.REMOVED, "AVAILABLE")
    assert deleted.deleted_at == datetime(2024, 5, 5, 5, 5, 5, tzinfo=UTC)


def test_an_error_without_a_code_is_still_a_fault():
    assert plug_with(error={"vendorErrorCode": "77"}).fault == Fault(
        code="OtherError", vendor_code="77"
    )
    assert plug_with(error={}).fault is None


@pytest.mark.parametrize("text", ["2025-01-27 09:38:41", "2025-01-27T09:38:41Z"])
def test_times_with_and_without_a_zone_are_utc(text):
    assert charger("charge_box_offline", updatedAt=text).updated_at == datetime(
        2025, 1, 27, 9, 38, 41, tzinfo=UTC
    )


@pytest.mark.parametrize("end", [None, "", " ", "-", "null", "undefined"])
def test_a_listing_ends_without_a_cursor_worth_the_name(end):
    body = {"data": [], "nextPageCursor": end}

    assert wire.CursorPage[wire.ChargeBox].from_body(body).next_cursor is None
    assert wire.CursorPage[wire.ChargeBox].from_body({"data": []}).next_cursor is None


@pytest.mark.parametrize("envelope", [lambda rows: rows, lambda rows: {"data": rows}])
def test_models_are_read_in_an_envelope_and_bare(envelope):
    """Which of them it is stands nowhere."""
    body = envelope(recorded("spirii", "models"))

    page = wire.CursorPage[wire.Model].from_body(body)

    first, second = (row.to_station_model(SEEN) for row in page.data)
    assert (first.id, first.make, first.name) == ("207", "Alpitronic", "HYC300")
    assert second.firmware_management_validated
    assert second.description == "AC, up to 22 kW"


def test_a_location_is_a_site():
    page = wire.CursorPage[wire.Location].from_body(recorded("spirii", "locations"))

    site = page.data[0].to_site(SEEN)

    assert (site.id, site.name, site.address) == ("5120", "Havnen P1", "Havnegade 12")
    assert (site.postal_code, site.city, site.country) == ("8000", "Aarhus C", "DK")
    assert (site.latitude, site.longitude) == (56.1551, 10.2135)
    assert (site.parking_type, site.owner_id) == ("PARKING_LOT", "77")
    assert site.updated_at == datetime(2025, 3, 1, 12, 30, tzinfo=UTC)


def test_a_polite_refusal_is_a_refusal():
    reply = wire.CommandReply.from_body(recorded("spirii", "reset_rejected"))

    with pytest.raises(RejectedError, match="Charge box is not connected"):
        reply.to_receipt()


@pytest.mark.parametrize("word", ["Failed", "NotSupported", "Scheduled"])
def test_a_word_that_no_document_has_is_no_success(word):
    """New words are announced to come without warning, and this one may mean no."""
    reply = wire.CommandReply.from_body({"status": word})

    with pytest.raises(OutcomeUnknownError, match=word):
        reply.to_receipt()


def test_a_blank_identity_is_left_out():
    """Spirii makes one up only where the key is missing."""
    new = NewCharger(identity="  ", serial_number="SN-1", site_id="123", station_model_id="1234")

    assert wire.new_charge_box(new) == {
        "serialNumber": "SN-1",
        "locationId": 123,
        "modelId": 1234,
    }


@pytest.mark.parametrize("bad", [None, "", "Havnen", "1.5", "-3", "٣"])
def test_an_id_that_is_no_number_is_refused_at_its_field(bad):
    new = NewCharger(serial_number="SN-1", site_id=bad, station_model_id="1234")

    with pytest.raises(RejectedError) as caught:
        wire.new_charge_box(new)

    assert caught.value.fields == {"site_id": ("the location id must be a number",)}


REQUIRED = frozenset(
    [
        "id",
        "chargeBoxIdentity",
        "serialNumber",
        "isOnline",
        "locationId",
        "updatedAt",
        "createdAt",
        "evses",
        "model",
    ]
)
REQUIRED_WITHIN = frozenset(
    ["uid", "evseId", "chargeboxId", "status", "connectors", "vendor", "name"]
)
WORDS = frozenset({"status", "standard", "format", "powerType", "errorCode"})


@pytest.mark.parametrize("field", sorted(REQUIRED))
def test_a_missing_required_field_is_named(field):
    body = recorded("spirii", "charge_box_charging")
    del body[field]

    with pytest.raises(ValidationError) as caught:
        wire.ChargeBox.from_body(body)

    assert caught.value.errors()[0]["loc"] == (field,)


@given(
    harmless(
        recorded("spirii", "charge_box_faulted"), required=REQUIRED | REQUIRED_WITHIN, words=WORDS
    )
)
def test_what_may_be_missing_or_new_does_no_harm(body):
    box = wire.ChargeBox.from_body(body).to_charger(SEEN)

    assert box.id == "81231"
    assert box.connectors[0].evse.uid == "640021"


@given(broken(recorded("spirii", "charge_box_faulted")))
def test_a_broken_reply_raises_nothing_but_what_the_client_expects(body):
    with suppress(ValidationError):
        assert wire.ChargeBox.from_body(body).to_charger(SEEN).id


def test_a_location_may_tell_neither_where_it_is_nor_whose():
    row = recorded("spirii", "locations")["data"][0] | {"coordinates": None, "owner": None}

    site = wire.Location.from_body(row).to_site(SEEN)

    assert {"latitude", "longitude", "owner_id"} & site.model_fields_set == set()
