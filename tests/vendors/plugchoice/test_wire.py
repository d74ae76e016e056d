"""Plugchoice's JSON in our words."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.vendors.distorted import broken, harmless
from tests.vendors.leaves import changed
from tests.vendors.recorded import recorded
from vendors.errors import OutcomeUnknownError, RejectedError
from vendors.models import (
    Connectivity,
    Fault,
    Licenses,
    Permissions,
    PowerType,
    SmartChargingMode,
    Status,
    Vendor,
)
from vendors.plugchoice import wire
from vendors.volt_cloud import wire as common
from vendors.volt_cloud.pages import Rows
from vendors.wire_model import Listing

NOW = datetime(2026, 1, 10, 1, 14, 32, tzinfo=UTC)
SEEN = {"account": "nl", "vendor": Vendor.PLUGCHOICE, "observed_at": NOW}
WORDS = {"connection_status", "status", "power_type", "smart_charging", "error"}


def charger(name):
    return wire.ChargerWire.from_body(recorded("plugchoice", name)).to_charger(SEEN)


def team_rows():
    page = Rows[wire.ChargerWire].from_body(recorded("plugchoice", "team_chargers_first_page"))
    return [row.to_charger(SEEN) for row in page.data]


def at(day, hour=1):
    return datetime(2026, 1, day, hour, 14, 32, tzinfo=UTC)


def test_every_field_of_a_charger_has_a_home():
    box = charger("charger")

    assert box.ref == ("nl", "0e9b7c1a-2d3e-4f50-8a6b-7c8d9e0f1a2b")
    assert (box.identity, box.numeric_id, box.reference) == ("NL-VLT-000041", 41, "Gate 3, left")
    assert box.pincode.get_secret_value() == "0473"
    assert (box.connectivity, box.raw_connectivity) == (Connectivity.ONLINE, "online")
    assert (box.status, box.raw_status, box.fault) == (Status.AVAILABLE, "Available", None)
    assert (box.firmware_version, box.parsed_firmware_version) == ("vt-2.4.1+b77", "2.4.1")
    assert (box.server, box.max_current_a) == ("ocpp-3.eu", 32)
    assert (box.last_connection_at, box.last_disconnection_at) == (at(9, 2), at(9))
    assert (box.last_heartbeat_at, box.created_at, box.updated_at) == (at(10), at(2), at(9))
    assert (box.setup_pending, box.setup_completed, box.blocked) == (False, True, False)
    assert box.licenses == Licenses(smart=True, pro=False)
    assert box.permissions == Permissions(basic=True, sensitive=True, full=True)
    model = box.station_model
    assert (model.id, model.make, model.name, model.is_dc) == ("17", "Volt Time", "Source 2", False)


def full_charger():
    """A charger with every field of the documents filled at once."""
    return recorded("plugchoice", "charger_faulted")["data"] | {"pincode": "0473"}


@pytest.mark.parametrize("path", sorted(changed(full_charger())))
def test_no_documented_value_of_a_charger_is_lost(path):
    """Whichever value changes, our charger changes, but for a connector's echo of its charger."""
    as_it_was = wire.ChargerWire.from_body(full_charger()).to_charger(SEEN)

    now = wire.ChargerWire.from_body(changed(full_charger())[path]).to_charger(SEEN)

    assert (now == as_it_was) is (path == "connectors.0.charger_id")


@pytest.mark.parametrize("name", ["charger", "charger_created", "charger_bare"])
def test_the_full_charger_has_every_documented_key(name):
    body = recorded("plugchoice", name)

    assert body.get("data", body).keys() <= full_charger().keys()


def test_a_connectors_number_and_its_row_are_never_mixed():
    """Every path takes the number; the row is what its sessions refer to."""
    body = recorded("plugchoice", "charger_bare")

    for field, ours in (("id", "row_id"), ("connector_id", "number")):
        changed_plug = body["connectors"][0] | {field: 977}
        now = wire.ChargerWire.from_body(body | {"connectors": [changed_plug]}).to_charger(SEEN)
        (plug,) = now.connectors
        assert [str(plug.number), plug.row_id].count("977") == 1
        assert str(getattr(plug, ours)) == "977"
        assert plug.key == str(plug.number)


def test_every_field_of_a_connector_has_a_home():
    plug = charger("charger_faulted").connectors[0]

    assert (plug.number, plug.row_id, plug.key) == (1, "91", "1")
    assert (plug.status, plug.raw_status) == (Status.FAULTED, "Faulted")
    assert plug.fault == Fault(
        code="GroundFailure", info="RCD tripped", vendor_id="com.volttime", vendor_code="0x21"
    )
    assert (plug.max_current_a, plug.max_voltage_v) == (32, 230)
    assert (plug.standard, plug.format, plug.phase_rotation) == ("IEC_62196_T2", "SOCKET", "RST")
    assert plug.power_type is PowerType.AC_3_PHASE
    assert (plug.created_at, plug.updated_at) == (at(2), at(9))


def test_an_envelope_makes_no_difference():
    """The documents show a charger bare in one place and enveloped in another."""
    assert charger("charger_bare") == charger("charger")


def test_a_charger_that_was_just_created_has_never_been_seen():
    box = charger("charger_created")

    assert (box.connectivity, box.status, box.fault) == (Connectivity.NEVER_SEEN, None, None)
    assert "pincode" not in box.model_fields_set


def test_a_stale_status_does_not_hide_that_a_charger_is_offline():
    box = charger("charger_offline")

    assert (box.connectivity, box.status) == (Connectivity.OFFLINE, Status.AVAILABLE)


def test_a_fault_is_kept_whole():
    assert charger("charger_faulted").fault == Fault(
        code="GroundFailure", info="RCD tripped", vendor_id="com.volttime", vendor_code="0x21"
    )


def test_a_faulted_charger_without_a_code_keeps_the_vendors_details():
    body = recorded("plugchoice", "charger_faulted")["data"]
    box = wire.ChargerWire.from_body(body | {"error": "NoError"}).to_charger(SEEN)

    assert (box.fault.code, box.fault.vendor_code) == ("NoError", "0x21")


def test_a_row_of_the_team_erases_nothing_that_a_direct_read_told():
    """The row has no reference, fault, times; and little of each connector and of the model."""
    full, row = charger("charger_faulted"), team_rows()[0]
    merged = row.updated_from(full)

    assert merged.reference == "Gate 3, left"
    assert merged.fault == full.fault
    assert merged.site_name == "Harbour garage"
    assert merged.connectors[0].status is Status.CHARGING
    assert merged.connectors[0].max_current_a == 32
    assert merged.station_model.is_dc is False
    assert merged.station_model.sku == "VT-S2-22"
    assert merged.observed_at == row.observed_at


def test_a_row_without_a_model_of_its_own_does_not_erase_the_one_that_is_known():
    """The listing's `internal_model` is another than `model`, which tells whether it is DC."""
    full = charger("charger_faulted")
    body = recorded("plugchoice", "team_chargers_first_page")["data"][0] | {"internal_model": None}
    row = wire.ChargerWire.from_body(body).to_charger(SEEN)

    assert row.updated_from(full).station_model == full.station_model


def test_a_model_of_which_only_the_current_is_known_is_one():
    body = recorded("plugchoice", "charger_bare") | {"model_id": None, "model": {"is_dc": False}}

    assert wire.ChargerWire.from_body(body).to_charger(SEEN).is_dc is False


def test_a_charger_without_a_model_says_so():
    body = recorded("plugchoice", "charger_bare") | {"model_id": None, "model": None}
    box = wire.ChargerWire.from_body(body).to_charger(SEEN)

    assert box.updated_from(charger("charger")).station_model is None


def test_a_row_of_the_team_tells_that_a_charger_is_on_no_site():
    row = team_rows()[1]

    assert (row.site_id, row.connectors) == (None, ())
    assert {"site_id", "connectors"} <= row.model_fields_set


def test_lost_rights_do_not_erase_a_pincode():
    merged = charger("charger_without_rights").updated_from(charger("charger"))

    assert merged.pincode is not None


def test_the_pincode_is_in_no_repr():
    wired = wire.ChargerWire.from_body(recorded("plugchoice", "charger"))

    assert "0473" not in repr(wired) + repr(wired.to_charger(SEEN)) + str(wired.model_dump())


def test_a_pincode_that_comes_as_a_number_is_text_all_the_same():
    body = recorded("plugchoice", "charger_bare") | {"pincode": 4711}

    box = wire.ChargerWire.from_body(body).to_charger(SEEN)
    assert box.pincode.get_secret_value() == "4711"


def test_every_field_of_a_site_has_a_home():
    site = wire.SiteWire.from_body(recorded("plugchoice", "site")).to_site(SEEN)

    assert (site.id, site.numeric_id) == ("5b0f3f52-9f0b-4f8e-8a8c-0b6f5f4d3a21", 34)
    assert (site.name, site.address) == ("Harbour garage", "Kade 12 b, Delft")
    assert (site.street, site.house_number, site.house_number_addition) == ("Kade", "12", "b")
    assert (site.postal_code, site.city, site.country) == ("2611 AB", "Delft", "NL")
    assert (site.latitude, site.longitude) == (52.011, 4.357)
    assert (site.smart_charging, site.raw_smart_charging) == (
        SmartChargingMode.OFF_PEAK,
        "off_peak",
    )
    assert (site.chargers_count, site.can_smart_charge, site.can_balance_load) == (2, True, True)
    assert site.permissions == Permissions(basic=True)
    assert (site.created_at, site.updated_at) == (at(1), at(3))


def test_live_values_are_read_through_padding_and_dashes():
    reply = common.PowerUsageReply.from_body(recorded("plugchoice", "power_usage"))
    usage = reply.to_power_usage(2)

    assert (usage.connector, usage.l1_a, usage.l2_a, usage.l3_a) == (2, 10.5, 10.4, None)
    assert usage.power_w == 7360
    assert usage.at == datetime(2026, 1, 10, 1, 14, 26, 628000, tzinfo=UTC)


def test_every_field_of_a_group_has_a_home():
    reply = Listing[common.GroupRow].from_body(recorded("plugchoice", "groups"))
    group = reply.data[0].to_group("S")

    assert (group.id, group.site_id, group.parent_id, group.meter_id) == ("5", "S", "4", "8")
    assert (group.total_current_a, group.net_type, group.method) == (63, "TN", "boost")
    assert (group.solar_additional_current_a, group.solar_always_charge) == (6, True)
    assert (group.solar_always_charge_current_a, group.charges_on_solar_export) == (6, False)
    assert (group.peak_shaving_enabled, group.peak_shaving_threshold) == (True, 17)
    assert (group.created_at, group.updated_at) == (at(1), at(2))


def test_groups_come_bare_too():
    rows = recorded("plugchoice", "groups")["data"]

    assert len(Listing[common.GroupRow].from_body(rows).data) == 1


def test_a_meter_reads_amperes_and_negative_is_export():
    meter = common.MeterReply.from_body(recorded("plugchoice", "group_meter")).to_group_meter()

    assert (meter.type, meter.l1_a, meter.l2_a, meter.l3_a) == ("ct_meter", 4.8, 2.2, -19)
    assert (meter.power_w, meter.l1_power_w, meter.l3_power_w) == (-2760, 1104, -4370)
    assert meter.at == datetime(2026, 1, 10, 1, 14, 28, tzinfo=UTC)


def test_a_meter_without_readings_says_nothing():
    """It has a sentence for its power and a dash for its time."""
    reply = recorded("plugchoice", "group_meter_silent")
    meter = common.MeterReply.from_body(reply).to_group_meter()

    assert (meter.at, meter.l1_a, meter.power_w) == (None, None, None)


def test_every_field_of_a_transaction_has_a_home():
    page = Rows[common.TransactionRow].from_body(recorded("plugchoice", "transactions"))
    session = page.data[0].to_transaction()

    assert (session.id, session.charger_id) == ("2", "0e9b7c1a-2d3e-4f50-8a6b-7c8d9e0f1a2b")
    assert (session.charger_identity, session.connector) == ("NL-VLT-000041", 1)
    assert (session.connector_row_id, session.reservation_id) == ("91", "8203")
    assert session.id_tag.get_secret_value() == "TAG-MARKED-55"
    assert "TAG-MARKED-55" not in repr(session) + repr(page)
    assert (session.meter_start_wh, session.meter_stop_wh, session.energy_kwh) == (30387, None, 0)
    assert (session.started_at, session.stopped_at, session.stop_reason) == (at(10), None, None)
    assert session.is_valid


@pytest.mark.parametrize(
    ("status", "error"),
    [("Rejected", RejectedError), ("Unknown", OutcomeUnknownError), ("?", OutcomeUnknownError)],
)
def test_a_success_that_is_none_is_an_error(status, error):
    """HTTP 200 proves nothing about an action."""
    with pytest.raises(error):
        common.ActionReply(status=status).to_receipt("plugchoice")


def test_a_new_word_is_unknown_and_shown_raw_and_logged_once(caplog):
    body = recorded("plugchoice", "charger_bare") | {"connection_status": "asleep-in-v4"}

    boxes = [wire.ChargerWire.from_body(body).to_charger(SEEN) for _ in range(3)]

    assert boxes[0].connectivity is Connectivity.UNKNOWN
    assert boxes[0].raw_connectivity == "asleep-in-v4"
    assert [record.word for record in caplog.records] == ["asleep-in-v4"]


MODELS = [
    pytest.param(
        wire.ChargerWire, "charger", {"data", "uuid", "identity", "connector_id"}, id="charger"
    ),
    pytest.param(
        Rows[wire.ChargerWire],
        "team_chargers_first_page",
        {"data", "uuid", "identity", "connector_id"},
        id="team-chargers",
    ),
    pytest.param(
        Rows[wire.ConnectorOfSite],
        "site_connectors",
        {"data", "uuid", "identity", "connector_id", "charger"},
        id="connectors",
    ),
    pytest.param(wire.SiteWire, "site", {"data", "uuid", "name"}, id="site"),
    pytest.param(Rows[wire.SiteWire], "team_sites", {"data", "uuid", "name"}, id="sites"),
    pytest.param(
        common.SmartChargingReply, "smart_charging", {"data", "smart_charging"}, id="smart-charging"
    ),
    pytest.param(common.PowerUsageReply, "power_usage", set(), id="power-usage"),
    pytest.param(Listing[common.GroupRow], "groups", {"data", "id"}, id="groups"),
    pytest.param(common.MeterReply, "group_meter", {"data", "uuid", "id"}, id="meter"),
    pytest.param(Rows[common.TransactionRow], "transactions", {"data", "id"}, id="transactions"),
    pytest.param(common.ActionReply, "action_accepted", {"status"}, id="action"),
]


def ours(reply):
    """Everything that the reply means to us."""
    if isinstance(reply, Listing):
        return [ours(row) for row in reply.data]
    for name, args in {
        "to_charger": (SEEN,),
        "to_site": (SEEN,),
        "to_pair": (SEEN,),
        "to_power_usage": (1,),
        "to_group": ("S",),
        "to_group_meter": (),
        "to_transaction": (),
        "to_smart_charging": (),
        "to_receipt": ("plugchoice",),
    }.items():
        if hasattr(reply, name):
            return getattr(reply, name)(*args)
    raise AssertionError(reply)


@pytest.mark.parametrize(("model", "name", "required"), MODELS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_must_not_matter_does_not(model, name, required, data):
    """Fields missing, null, padded, floats for integers, new words, new fields."""
    own = {"site": {"smart_charging"}, "action_accepted": {"status"}}  # no words, in these two
    words = WORDS - own.get(name, set())
    body = data.draw(harmless(recorded("plugchoice", name), required=required, words=words))

    assert ours(model.from_body(body))


@pytest.mark.parametrize(("model", "name", "required"), MODELS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_nonsense_is_refused_or_read_but_never_crashes(model, name, required, data):
    body = data.draw(broken(recorded("plugchoice", name)))

    with suppress(ValidationError, RejectedError, OutcomeUnknownError):
        ours(model.from_body(body))
