"""Ids of the seeded fleet as each vendor spells them, and bodies that are in order."""

from typing import Any

from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.identifiers import uuid_of
from bot.sandbox.vendors.lynkwell.rows import model_id
from bot.sandbox.vendors.world import World

TEAM = "a4855dc5-0acb-33c3-b921-f4291f719ca0"
UNKNOWN_UUID = "c90237e9-ced5-3af6-88ea-84aeaa148878"
SLOTERDIJK, KOP_VAN_ZUID = uuid_of("site", 1), uuid_of("site", 3)
STRIJP = "/teams/12/sites/34"
MODELS = "/asset-management/v1/charging-station-models"

ADDRESS: dict[str, Any] = {
    "name": "Binckhorst",
    "street": "Regulusweg",
    "house_number": 5,
    "postal_code": "2516 AC",
    "city": "Den Haag",
    "country": "NL",
}
SETTINGS = {"timezone": "Europe/Amsterdam", "smart_charging": "disabled"}
BOX = {"serialNumber": "SN-9", "locationId": 123, "modelId": 6}
MODEL: dict[str, Any] = {
    "vendor": "Longhorn EV",
    "model": "DL0240",
    "powerType": "DC",
    "connectors": [
        {
            "id": 1,
            "connectionType": "SAE_J3400",
            "format": "CABLE",
            "maxAmperage": 300,
            "maxVoltage": 1000,
            "maxPowerWatts": 240000,
        }
    ],
    "configurationKeys": {"ocppUrl": "wss://ocpp.example.net"},
}


def uuid(world: World, identity: str) -> str:
    return uuid_of("charger", world.charger(identity).number)


def number(world: World, identity: str) -> int:
    return world.charger(identity).number


def model(world: World, name: str) -> str:
    return next(model_id(one) for one in world.models.values() if one.name == name)


def token_request(clouds: VendorClouds, **changes: str) -> dict[str, str]:
    return {
        "client_id": clouds.lynkwell.client_id,
        "client_secret": clouds.lynkwell.client_secret,
        "audience": "https://api.lynkwell.com",
        "grant_type": "client_credentials",
    } | changes
