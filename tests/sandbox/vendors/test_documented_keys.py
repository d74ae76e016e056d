"""Every reply of every cloud has the keys that its vendor documents, no more and no fewer."""

import pytest

from bot.sandbox.vendors.entities import Vendor
from tests.sandbox.vendors.documented_keys import DOCUMENTED, differences
from tests.sandbox.vendors.ids import (
    ADDRESS,
    BOX,
    MODEL,
    MODELS,
    SETTINGS,
    SLOTERDIJK,
    TEAM,
    model,
    number,
    token_request,
    uuid,
)

ATTACHMENT = {"identity": "LOOSE", "pincode": 417}
BODIES = {
    ("plugchoice", "POST", "/chargers"): {"identity": "NEW"},
    ("plugchoice", "PUT", "/chargers/{charger}"): {"reference": "Bay 9"},
    ("plugchoice", "POST", "/sites"): ADDRESS,
    ("plugchoice", "PUT", "/sites/{site}"): {"name": "Sloterdijk"},
    ("plugchoice", "POST", "/sites/{site}/chargers"): ATTACHMENT,
    ("plugchoice", "PUT", "/sites/{site}/smart-charging"): SETTINGS,
    ("volttime", "POST", "/teams/{team}/sites"): ADDRESS,
    ("volttime", "POST", "/teams/{team}/sites/{site}/chargers"): {"identity": "NEW"},
    ("volttime", "POST", "/teams/{team}/sites/{site}/attach-charger"): ATTACHMENT,
    ("volttime", "PUT", "/teams/{team}/sites/{site}/smart-charging"): SETTINGS,
    ("volttime", "POST", "/teams/{team}/chargers"): {"identity": "NEWER"},
    ("spirii", "POST", "/chargeboxes"): BOX,
    ("spirii", "POST", "/chargeboxes/{id}/reset"): {"type": "Soft"},
    ("lynkwell", "POST", MODELS): MODEL,
    ("lynkwell", "PATCH", MODELS + "/{model}"): {"friendlyName": "Big"},
}


@pytest.fixture
def filled_in(world, clouds):
    """Paths with the ids of one charger and one site of each vendor."""
    connector = world.charger("VT_40010001").connectors[0].number
    values = {
        "plugchoice": {
            "team": TEAM,
            "site": SLOTERDIJK,
            "charger": uuid(world, "NL-AMS-0001"),
            "connector": 1,
            "group": 1,
        },
        "volttime": {
            "team": 12,
            "site": 34,
            "charger": uuid(world, "VT_40010001"),
            "connector": connector,
            "group": world.shares[Vendor.VOLTTIME].sites[34].groups[0].number,
        },
        "spirii": {
            "id": number(world, "DK.SPI.000001"),
            "uid": world.charger("DK.SPI.000001").connectors[0].number,
        },
        "lynkwell": {"model": model(world, "DL0120")},
    }
    return lambda vendor, template: template.format(**values[vendor])


@pytest.mark.parametrize("vendor", DOCUMENTED)
async def test_replies_have_the_documented_keys(vendor, clouds, world, caller_at, filled_in):
    """A key that a cloud made up would teach the clients a vendor that does not exist."""
    documented = DOCUMENTED[vendor]
    for maker in (Vendor.PLUGCHOICE, Vendor.VOLTTIME):
        world.add_charger(maker, "LOOSE", world.models[1], pincode="0417")
    wrong = []

    for method, template in sorted(documented, key=lambda pair: ("DELETE" in pair, pair)):
        body = BODIES.get((vendor, method, template))
        if template == "/oauth/token":
            body = token_request(clouds)
        answer = await caller_at(vendor).request(method, filled_in(vendor, template), json=body)
        shape = documented[method, template]
        assert answer.is_success, (method, template, answer.text)
        assert (shape is None) == (answer.status_code == 204), template
        if shape is not None:
            wrong += differences(shape, answer.json(), f"{method} {template}")

    assert wrong == []


@pytest.mark.parametrize("vendor", DOCUMENTED)
def test_every_path_is_written_down(vendor, clouds):
    served = {(one.method, one.path) for one in clouds.by_vendor[Vendor(vendor)].endpoints()}

    assert served == set(DOCUMENTED[vendor])


def test_a_missing_and_an_added_key_are_both_found():
    """The comparison itself must be able to fail."""
    shape = {"data": [{"id": None, "name?": None}]}

    assert differences(shape, {"data": [{"id": 1}]}) == []
    assert differences(shape, {"data": [{"uuid": 1}]}) == [
        ".data[].uuid: not documented",
        ".data[].id: missing",
    ]
    assert differences(shape, {"data": []}) == [".data: a list with rows was expected"]
