"""Which vendor can do what."""

import pytest
from pydantic import SecretStr

from vendors import ports
from vendors.capabilities import CAPABILITIES, CLIENTS, is_capable, table
from vendors.connect import AccountSpec, connect
from vendors.models import Vendor


def spec(vendor):
    secret = SecretStr("made up")
    if vendor is Vendor.LYNKWELL:
        return AccountSpec(name="us", vendor=vendor, client_id=secret, client_secret=secret)
    team = None if vendor is Vendor.SPIRII else "12"
    return AccountSpec(name="x", vendor=vendor, token=secret, team=team)


@pytest.mark.parametrize("vendor", Vendor)
async def test_a_class_and_its_clients_can_do_the_same(vendor):
    """The table asks the class, the program asks the client."""
    client = connect(spec(vendor))

    for capability in CAPABILITIES:
        assert is_capable(type(client), capability) is isinstance(client, capability), capability
    await client.aclose()


def test_every_vendor_is_in_the_table():
    assert [client.vendor for client in CLIENTS.values()] == list(Vendor)


@pytest.mark.parametrize("capability", CAPABILITIES, ids=lambda capability: capability.__name__)
def test_no_capability_is_without_a_vendor(capability):
    """A protocol that nobody satisfies is a promise to nobody."""
    assert any(is_capable(client, capability) for client in CLIENTS.values())


def test_what_no_vendor_offers_is_not_marked():
    row = next(line for line in table().splitlines() if "`ArchivesStationModels`" in line)

    assert ports.ArchivesStationModels in CAPABILITIES
    assert [cell.strip() for cell in row.split("|")[3:-1]] == ["", "", "", "●"]
