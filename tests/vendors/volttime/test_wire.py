"""VoltTime's JSON in our words; what it shares with Plugchoice is tested there."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.vendors.distorted import broken, harmless
from tests.vendors.leaves import changed
from tests.vendors.recorded import recorded
from vendors.models import Connectivity, Status, Vendor
from vendors.volt_cloud import wire as common
from vendors.volt_cloud.pages import Rows
from vendors.volttime import wire

NOW = datetime(2026, 1, 10, 1, 14, 32, tzinfo=UTC)
SEEN = {"account": "legacy", "vendor": Vendor.VOLTTIME, "observed_at": NOW}
WORDS = {"connection_status", "status", "power_type", "error"}


def charger(name):
    return wire.ChargerWire.from_body(recorded("volttime", name)).to_charger(SEEN)


def test_every_field_of_a_charger_has_a_home():
    box = charger("charger_created")

    assert box.deprecation == "charger.id is deprecated. Use charger.uuid instead."
    assert (box.id, box.numeric_id) == ("0e9b7c1a-2d3e-4f50-8a6b-7c8d9e0f1a2b", 102)
    assert (box.identity, box.reference) == ("NL-OLD-000102", None)
    assert (box.connectivity, box.status, box.fault) == (Connectivity.NEVER_SEEN, None, None)
    assert box.created_at == box.updated_at == datetime(2025, 3, 31, 12, 18, 52, tzinfo=UTC)


@pytest.mark.parametrize("enveloped", [True, False])
def test_an_older_generation_knows_numbers_only(enveloped):
    """Its paths take them, and it says nothing of deprecation."""
    body = recorded("volttime", "charger_created_with_number")
    box = wire.ChargerWire.from_body(body if enveloped else body["data"]).to_charger(SEEN)

    assert (box.id, box.numeric_id) == ("103", 103)
    assert "deprecation" not in box.model_fields_set


def test_a_direct_read_tells_model_and_connectors():
    box = charger("charger")

    assert (box.station_model.make, box.station_model.is_dc) == ("Volt Time", False)
    assert [(plug.number, plug.row_id) for plug in box.connectors] == [(1, "36")]
    assert box.connectors[0].status is Status.AVAILABLE


def test_every_field_of_a_site_has_a_home():
    site = wire.SiteWire.from_body(recorded("volttime", "site")).to_site(SEEN)

    assert (site.id, site.numeric_id, site.name) == ("34", 34, "Old harbour")
    assert (site.street, site.house_number, site.house_number_addition) == ("Kade", "12", None)
    assert (site.postal_code, site.city, site.country) == ("2611 AB", "Delft", "NL")
    assert (site.phases, site.main_fuse_a, site.can_balance_load) == (3, 63, True)


@pytest.mark.parametrize("load_management", ["dynamic", {}, None, 1])
def test_what_was_never_documented_may_be_anything(load_management):
    body = recorded("volttime", "site")["data"] | {
        "load_management": load_management,
        "phase": "three",
        "main_fuse_amperage": [],
    }
    site = wire.SiteWire.from_body(body).to_site(SEEN)

    assert (site.can_balance_load, site.phases, site.main_fuse_a) == (None, None, None)


def test_every_field_of_a_transaction_has_a_home():
    page = Rows[common.TransactionRow].from_body(recorded("volttime", "transactions"))
    session = page.data[0].to_transaction()

    assert (session.id, session.charger_id, session.connector_row_id) == ("27", "98", "36")
    assert (session.reservation_id, session.energy_kwh) == ("5719", 9.12)
    assert session.connector is None
    assert (session.meter_start_wh, session.meter_stop_wh) == (34891, 44009)
    assert (session.start_cost, session.kwh_cost) == (0.35, 0.29)
    assert (session.total_kwh_cost, session.total_cost) == (2.6448, 2.99)
    assert session.stop_reason == "EVDisconnected"
    assert (session.started_at.hour, session.stopped_at.hour) == (2, 7)
    assert "TAG-MARKED" not in repr(session) + repr(page)


def test_pages_tell_in_three_ways_whether_there_is_more():
    """`links.next`, `next_page_url`, or nothing at all."""
    rows = Rows[wire.SiteWire]

    assert rows.from_body({"data": [], "links": {"next": "https://x"}}).more is True
    assert rows.from_body({"data": [], "links": {"next": None}}).more is False
    assert rows.from_body({"data": [], "next_page_url": "https://x"}).more is True
    assert rows.from_body({"data": [], "next_page_url": None}).more is False
    assert rows.from_body({"data": []}).more is None
    assert rows.from_body([]).more is None


MODELS = [
    pytest.param(wire.ChargerWire, "charger", {"data", "uuid", "identity", "connector_id"}),
    pytest.param(
        Rows[wire.ChargerWire], "team_chargers", {"data", "uuid", "id", "identity", "connector_id"}
    ),
    pytest.param(Rows[wire.SiteWire], "sites", {"data", "id", "name"}),
    pytest.param(
        Rows[wire.ConnectorOfSite],
        "site_connectors",
        {"data", "uuid", "identity", "connector_id", "charger"},
    ),
    pytest.param(Rows[common.TransactionRow], "transactions", {"data", "id"}),
]


def ours(reply):
    """Everything that the reply means to us."""
    if isinstance(reply, Rows):
        return [ours(row) for row in reply.data]
    for name in ("to_charger", "to_site", "to_pair"):
        if hasattr(reply, name):
            return getattr(reply, name)(SEEN)
    return reply.to_transaction()


@pytest.mark.parametrize(("model", "name", "required"), MODELS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_must_not_matter_does_not(model, name, required, data):
    """Fields missing, null, padded, floats for integers, new words, new fields."""
    body = data.draw(harmless(recorded("volttime", name), required=required, words=WORDS))

    assert ours(model.from_body(body))


@pytest.mark.parametrize(("model", "name", "required"), MODELS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_nonsense_is_refused_or_read_but_never_crashes(model, name, required, data):
    with suppress(ValidationError):
        ours(model.from_body(data.draw(broken(recorded("volttime", name)))))


def full_charger():
    """A charger with every field of the document filled at once."""
    trouble = {"status": "Faulted", "error": "GroundFailure", "error_info": "RCD tripped"}
    return recorded("volttime", "charger_created")["data"] | trouble | {"reference": "Gate 3"}


@pytest.mark.parametrize("path", sorted(changed(full_charger())))
def test_no_documented_value_of_a_charger_is_lost(path):
    as_it_was = wire.ChargerWire.from_body(full_charger()).to_charger(SEEN)

    now = wire.ChargerWire.from_body(changed(full_charger())[path]).to_charger(SEEN)

    assert now != as_it_was
