"""What the acceptance tests of Plugchoice's and VoltTime's rows have in common."""

from pydantic import SecretStr

from bot.sandbox.vendors.api_faults import ApiTrouble
from bot.sandbox.vendors.clouds import SandboxAccount
from bot.sandbox.vendors.entities import Vendor as SandboxVendor
from vendors.connect import AccountSpec
from vendors.models import Connectivity, NewSite, SmartCharging, SmartChargingMode, Vendor

OUR_NEW_SITE = NewSite(
    name="Test yard",
    street="Kade",
    house_number=12,
    house_number_addition="b",
    postal_code="2611 AB",
    city="Delft",
    country="NL",
)
SITE_BODY = {
    "name": "Test yard",
    "street": "Kade",
    "house_number": 12,
    "house_number_addition": "b",
    "postal_code": "2611 AB",
    "city": "Delft",
    "country": "NL",
}
OFF_PEAK = SmartCharging(
    mode=SmartChargingMode.OFF_PEAK,
    timezone="Europe/Amsterdam",
    strategy="automatic",
    off_peak_start="22:00",
    off_peak_end="06:30",
)
OFF_PEAK_BODY = {
    "timezone": "Europe/Amsterdam",
    "smart_charging": "off_peak",
    "day_ahead_pricing_strategy": "automatic",
    "off_peak_start": "22:00",
    "off_peak_end": "06:30",
}


def spec(account: SandboxAccount, **more) -> AccountSpec:
    """As the settings of an installation would say it."""
    return AccountSpec(
        name=account.name,
        vendor=Vendor(account.vendor),
        base_url=account.base_url,
        token=SecretStr(account.token),
        team=account.team,
        requests_per_minute=6000,
        **more,
    )


def arrived(cloud, method, template):
    """The one call of this kind, which came from us, properly signed."""
    (call,) = cloud.calls.matching(method, template)
    signed(call)
    return call


def signed(call):
    assert call.headers["Accept"] == "application/json"
    assert call.headers["User-Agent"].startswith("Chargehand")
    assert call.headers["Authorization"] in (
        "Bearer (token of plugchoice)",
        "Bearer (token of volttime)",
    )


async def listed(listing):
    return [row async for page in listing for row in page]


def fleet_of(world, vendor):
    return [charger for charger in world.shares[vendor].fleet if not charger.deleted_at]


def nl_fleet(world):
    return fleet_of(world, SandboxVendor.PLUGCHOICE)


def legacy_fleet(world):
    return fleet_of(world, SandboxVendor.VOLTTIME)


def nl_box(world, **traits):
    return box_in(nl_fleet(world), **traits)


def legacy_box(world, **traits):
    return box_in(legacy_fleet(world), **traits)


def box_in(fleet, **traits):
    """A charger with these traits, on a site."""
    return next(
        box
        for box in fleet
        if box.site and all(getattr(box, name) == is_ for name, is_ in traits.items())
    )


def connectivity_of(box):
    if not box.seen:
        return Connectivity.NEVER_SEEN
    return Connectivity.ONLINE if box.online else Connectivity.OFFLINE


LOST = [ApiTrouble.LOST_ANSWER, ApiTrouble.LOST_REQUEST, ApiTrouble.GARBAGE]
"""Troubles after which nobody knows whether a write was done."""
