"""Sixteen station models of invented makers, European and North American."""

from datetime import UTC, datetime
from typing import NamedTuple

from bot.sandbox.vendors.entities import Plug, StationModel
from bot.sandbox.vendors.world import World

CCS2, CCS1 = "IEC_62196_T2_COMBO", "IEC_62196_T1_COMBO"
TYPE2, TYPE1 = "IEC_62196_T2", "IEC_62196_T1"
CHADEMO, NACS = "CHADEMO", "SAE_J3400"
EUROPEAN = frozenset({CCS2, TYPE2, CHADEMO})


class Product(NamedTuple):
    """One line of a catalogue; `plugs` lists standards, one plug each."""

    maker: str
    name: str
    friendly_name: str | None
    power_type: str
    plugs: tuple[str, ...]
    current_a: int
    voltage_v: int
    power_w: int


AC3, AC1, DC = "AC_3_PHASE", "AC_1_PHASE", "DC"

CATALOGUE = (
    Product("Polder Electric", "PE-11", "Polder wall 11 kW", AC3, (TYPE2,), 16, 400, 11_000),
    Product("Polder Electric", "PE-22D", "Polder twin 22 kW", AC3, (TYPE2, TYPE2), 32, 400, 22_000),
    Product("Polder Electric", "PE-7", "Polder home 7 kW", AC1, (TYPE2,), 32, 230, 7_400),
    Product("Noordlicht", "NL-50", "Noordlicht 50", DC, (CCS2, CHADEMO), 125, 500, 50_000),
    Product("Noordlicht", "NL-150", "Noordlicht 150", DC, (CCS2, CCS2), 350, 920, 150_000),
    Product("Kattegat Power", "KP_22", "Kattegat 22", AC3, (TYPE2,), 32, 400, 22_000),
    Product("Kattegat Power", "KP_22_DUO", "Kattegat 22 Duo", AC3, (TYPE2, TYPE2), 32, 400, 22_000),
    Product("Kattegat Power", "KP_300", "Kattegat hub 300", DC, (CCS2, CCS2), 500, 1000, 300_000),
    Product("Granite Charge", "GC-40", "Granite 9.6 kW", AC1, (TYPE1,), 40, 240, 9_600),
    Product("Granite Charge", "GC-80", "Granite 19.2 kW", AC1, (TYPE1,), 80, 240, 19_200),
    Product("Granite Charge", "GC-N48", "Granite NACS 11.5 kW", AC1, (NACS,), 48, 240, 11_500),
    Product("Longhorn EV", "DL0060", "Longhorn 60 kW", DC, (CCS1, CHADEMO), 200, 920, 60_000),
    Product("Longhorn EV", "DL0120", "Longhorn 120 kW", DC, (CCS1, NACS), 300, 1000, 120_000),
    Product("Longhorn EV", "DL0180", "Longhorn 180 kW", DC, (CCS1, CCS1), 400, 1000, 180_000),
    Product("Longhorn EV", "DL0350", None, DC, (CCS1, NACS), 500, 1000, 350_000),
    Product("Bayline", "B1-retired", "Bayline (first series)", AC1, (TYPE1,), 32, 240, 7_700),
)
BY_NAME = {product.name: number for number, product in enumerate(CATALOGUE, start=1)}
ON_THE_MARKET_SINCE = datetime(2024, 3, 4, 10, 0, 0, tzinfo=UTC)


def add_products(world: World) -> None:
    """Put the sixteen on the market; the last is no longer sold."""
    for product in CATALOGUE:
        number = world.number("model")
        world.add_model(
            StationModel(
                number=number,
                maker=product.maker,
                name=product.name,
                friendly_name=product.friendly_name,
                power_type=product.power_type,
                plugs=_plugs(product),
                ocpp_url="wss://ocpp.sandbox.invalid/1.6",
                image_url=f"https://images.sandbox.invalid/{product.name.lower()}.png",
                archived=number == len(CATALOGUE),
                created_at=ON_THE_MARKET_SINCE,
                updated_at=ON_THE_MARKET_SINCE,
            )
        )


def product(world: World, name: str) -> StationModel:
    """A station model of the catalogue by its name."""
    return world.models[BY_NAME[name]]


def unknown_product(world: World) -> StationModel:
    """What a charger is built like whose vendor asks for nothing but its identity."""
    return product(world, "PE-11")


def _plugs(product: Product) -> tuple[Plug, ...]:
    one_car_at_a_time = CHADEMO in product.plugs
    return tuple(
        Plug(
            number=number,
            standard=standard,
            format="SOCKET" if standard == TYPE2 else "CABLE",
            power_type=product.power_type,
            max_current_a=product.current_a,
            max_voltage_v=product.voltage_v,
            max_power_w=product.power_w,
            evse=1 if one_car_at_a_time else number,
        )
        for number, standard in enumerate(product.plugs, start=1)
    )
