"""What is known is not erased by what was not said."""

from datetime import UTC, datetime, timedelta

import pytest

from vendors.models import (
    Charger,
    Connector,
    Evse,
    Fault,
    ModelRef,
    PowerType,
    Ref,
    Status,
    Vendor,
)

NOW = datetime(2026, 1, 10, 1, 14, 32, tzinfo=UTC)


def charger(**fields) -> Charger:
    return Charger(
        **{"account": "nl", "vendor": Vendor.PLUGCHOICE, "id": "C1", "observed_at": NOW, **fields}
    )


def test_an_absent_field_never_erases_a_known_one():
    older = charger(reference="Gate 3", fault=Fault(code="GroundFailure"), blocked=True)
    newer = charger(observed_at=NOW + timedelta(minutes=1), blocked=False)

    merged = newer.updated_from(older)

    assert (merged.reference, merged.fault, merged.blocked) == ("Gate 3", older.fault, False)
    assert merged.observed_at == newer.observed_at


def test_a_field_that_is_said_to_be_nothing_is_nothing():
    assert charger(reference=None).updated_from(charger(reference="Gate 3")).reference is None


def test_the_first_observation_stands_alone():
    assert charger(reference="x").updated_from(None) == charger(reference="x")


def test_connectors_are_completed_one_by_one():
    """A listing tells less of each than a direct read."""
    older = charger(
        connectors=(
            Connector(number=1, status=Status.AVAILABLE, max_current_a=32),
            Connector(number=2, status=Status.AVAILABLE, max_current_a=16),
        )
    )
    newer = charger(connectors=(Connector(number=2, status=Status.CHARGING),))

    (plug,) = newer.updated_from(older).connectors

    assert (plug.number, plug.status, plug.max_current_a) == (2, Status.CHARGING, 16)


def test_connectors_of_different_evses_are_not_mixed():
    older = charger(connectors=(Connector(number=1, evse=Evse(uid="a"), max_current_a=32),))
    newer = charger(connectors=(Connector(number=1, evse=Evse(uid="b")),))

    assert newer.updated_from(older).connectors[0].max_current_a is None


def test_a_station_model_is_completed():
    older = charger(station_model=ModelRef(make="Volt Time", name="Source 2", is_dc=False))
    newer = charger(station_model=ModelRef(name="Source 2", sku="VT-S2"))

    model = newer.updated_from(older).station_model

    assert (model.make, model.is_dc, model.sku) == ("Volt Time", False, "VT-S2")


def test_a_merged_observation_can_be_merged_again():
    first = charger(reference="Gate 3").updated_from(charger(server="s"))

    merged = charger(blocked=True).updated_from(first)

    assert (merged.reference, merged.server, merged.blocked) == ("Gate 3", "s", True)


@pytest.mark.parametrize(
    ("fields", "is_dc"),
    [
        ({}, None),
        ({"station_model": ModelRef(is_dc=True)}, True),
        ({"connectors": (Connector(number=1, power_type=PowerType.DC),)}, True),
        ({"connectors": (Connector(number=1, power_type=PowerType.AC_3_PHASE),)}, False),
        ({"connectors": (Connector(number=1),)}, None),
    ],
)
def test_whether_a_charger_is_dc(fields, is_dc):
    assert charger(**fields).is_dc is is_dc


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"identity": "I", "serial_number": "S", "name": "N"}, "I"),
        ({"serial_number": "S", "name": "N"}, "S"),
        ({"name": "N"}, "N"),
        ({}, "C1"),
    ],
)
def test_what_people_call_a_charger(fields, label):
    assert charger(**fields).label == label


def test_a_reference_reads_back_what_it_writes():
    assert Ref.parse(str(Ref("nl", "a/b"))) == ("nl", "a/b")
    for wrong in ("nl", "/x", "nl/"):
        with pytest.raises(ValueError, match="reference"):
            Ref.parse(wrong)
