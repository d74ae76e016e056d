"""The fleet that a newcomer meets, and fleets of any size for tests of size."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.sandbox.vendors.entities import (
    Charger,
    Fault,
    Group,
    Site,
    SmartCharging,
    Status,
    Tenant,
    Vendor,
)
from bot.sandbox.vendors.products import add_products, product
from bot.sandbox.vendors.traffic import Traffic
from bot.sandbox.vendors.world import World

HISTORY = timedelta(days=2)
"""How long the seeded fleet has been at work when it is first seen."""

NEIGHBOURS_CHARGER = "NL-UTR-0900"
NEIGHBOURS_PINCODE = "0417"
"""A charger of another tenant; only this pincode brings it to us."""


@dataclass(frozen=True)
class Place:
    """A site to be built, and the chargers on it: `identities` is a pattern with a number."""

    number: int
    vendor: Vendor
    name: str
    street: str
    house_number: int
    postal_code: str
    city: str
    country: str
    latitude: float
    longitude: float
    timezone: str
    identities: str
    models: tuple[str, ...]
    first: int = 1
    house_number_addition: str | None = None
    data_access: bool = True
    smart_charging: SmartCharging = field(default_factory=SmartCharging)


AMSTERDAM, COPENHAGEN, NEW_YORK = "Europe/Amsterdam", "Europe/Copenhagen", "America/New_York"

PLACES = (
    Place(
        1, Vendor.PLUGCHOICE, "P+R Sloterdijk", "Piarcoplein", 1, "1043 DW", "Amsterdam", "NL",
        52.3889, 4.8378, AMSTERDAM, "NL-AMS-{:04}",
        ("PE-22D", "PE-22D", "PE-22D", "PE-11", "PE-11", "PE-11", "NL-50", "NL-150"),
        smart_charging=SmartCharging(AMSTERDAM, "off_peak"),
    ),
    Place(
        2, Vendor.PLUGCHOICE, "Science Park, garage B", "Leuvenlaan", 19, "3584 CE", "Utrecht",
        "NL", 52.0853, 5.1698, AMSTERDAM, "NL-UTR-{:04}",
        ("PE-11", "PE-11", "PE-11", "PE-22D", "NL-50"), house_number_addition="B",
    ),
    Place(
        3, Vendor.PLUGCHOICE, "Kop van Zuid", "Wilhelminakade", 85, "3072 AP", "Rotterdam", "NL",
        51.9054, 4.4868, AMSTERDAM, "NL-RTM-{:04}", ("PE-22D", "PE-22D", "PE-11", "PE-7"),
        data_access=False,
    ),
    Place(
        34, Vendor.VOLTTIME, "Strijp-S", "Torenallee", 20, "5617 BC", "Eindhoven", "NL",
        51.4482, 5.4556, AMSTERDAM, "VT_{:08}", ("PE-11", "PE-11", "PE-7", "PE-22D"), 40010001,
    ),
    Place(
        35, Vendor.VOLTTIME, "Hanzeland", "Lübeckplein", 34, "8017 JS", "Zwolle", "NL",
        52.5028, 6.0907, AMSTERDAM, "VT_{:08}", ("PE-11", "PE-7", "PE-22D"), 40010101,
    ),
    Place(
        123, Vendor.SPIRII, "Ørestad Syd", "Robert Jacobsens Vej", 81, "2300", "København S", "DK",
        55.6189, 12.5731, COPENHAGEN, "DK.SPI.{:06}",
        ("KP_22", "KP_22", "KP_22_DUO", "KP_22_DUO", "KP_300", "KP_300"),
    ),
    Place(
        124, Vendor.SPIRII, "Dokk1", "Hack Kampmanns Plads", 2, "8000", "Aarhus C", "DK",
        56.1536, 10.2142, COPENHAGEN, "DK.SPI.{:06}", ("KP_22", "KP_22", "KP_22_DUO", "NL-50"), 101,
    ),
    Place(
        201, Vendor.LYNKWELL, "Kendall Square Garage", "Binney Street", 50, "02142", "Cambridge",
        "US", 42.3656, -71.0799, NEW_YORK, "US-BOS-{:04}",
        ("GC-40", "GC-40", "GC-80", "GC-N48", "DL0060", "DL0120"),
    ),
)  # fmt: skip


def seeded_world(now: datetime, *, seed: int = 1, history: timedelta = HISTORY) -> World:
    """40 chargers over 8 sites with `history` behind them, and some trouble."""
    world = World(now - history, seed=seed)
    add_products(world)
    for place in PLACES:
        _build(world, place)
    _neighbour(world)
    Traffic(world).start()
    _long_standing_trouble(world)
    world.advance(now)
    _fresh_trouble(world)
    return world


def generated_world(
    now: datetime,
    chargers: int,
    *,
    seed: int = 1,
    troubled: int = 30,
    shares: Mapping[Vendor, float] | None = None,
    traffic: bool = True,
) -> World:
    """`chargers` of them on sites of 20, spread over the vendors by `shares`.

    `troubled` are offline or, every third, faulted; the others are online and well.
    """
    world = World(now, seed=seed)
    add_products(world)
    for vendor, count in _counts(chargers, shares or SHARES).items():
        _populate(world, vendor, count)
    everybody = [charger for share in world.shares.values() for charger in share.fleet]
    step = max(1, len(everybody) // troubled) if troubled else 0
    for index in range(min(troubled, len(everybody))):
        _spoil(world, everybody[index * step], faulted=index % 3 == 2)
    if traffic:
        Traffic(world).start()
    return world


SHARES = {
    Vendor.PLUGCHOICE: 0.7,
    Vendor.VOLTTIME: 0.05,
    Vendor.SPIRII: 0.2,
    Vendor.LYNKWELL: 0.05,
}
PER_SITE = 20


def _build(world: World, place: Place) -> Site:
    site = world.add_site(_site(world, place))
    for offset, name in enumerate(place.models):
        charger = world.add_charger(
            place.vendor,
            place.identities.format(place.first + offset),
            product(world, name),
            site=site,
            reference=f"Bay {offset + 1}" if offset % 2 == 0 else None,
        )
        world.connect(charger)
    return site


def _site(world: World, place: Place) -> Site:
    main = Group(world.number("group"), total_amps=80, metered=True, created_at=world.now)
    bare = Group(
        world.number("group"),
        total_amps=32,
        metered=False,
        created_at=world.now,
        parent=main.number,
    )
    return Site(
        number=place.number,
        vendor=place.vendor,
        name=place.name,
        street=place.street,
        house_number=place.house_number,
        house_number_addition=place.house_number_addition,
        postal_code=place.postal_code,
        city=place.city,
        country=place.country,
        latitude=place.latitude,
        longitude=place.longitude,
        timezone=place.timezone,
        data_access=place.data_access,
        smart_charging=replace(place.smart_charging),
        groups=[main, bare],
        created_at=world.now,
        updated_at=world.now,
    )


def _neighbour(world: World) -> None:
    charger = world.add_charger(
        Vendor.PLUGCHOICE,
        NEIGHBOURS_CHARGER,
        product(world, "PE-11"),
        tenant=Tenant.NEIGHBOUR,
        pincode=NEIGHBOURS_PINCODE,
    )
    world.connect(charger)


def _long_standing_trouble(world: World) -> None:
    world.disconnect(world.charger("NL-AMS-0006"))
    world.disconnect(world.charger("DK.SPI.000103"))
    mute = world.charger("NL-UTR-0003")
    mute.online, mute.connected_at, mute.firmware = False, None, None
    for connector in mute.connectors:
        connector.status = None
    asleep = world.charger("VT_40010103")
    asleep.inoperative = True
    for connector in asleep.connectors:
        connector.status = Status.UNAVAILABLE
    for charger in (mute, asleep):
        world.look_at(charger)


def _fresh_trouble(world: World) -> None:
    world.disconnect(world.charger("US-BOS-0005"))
    lock = Fault("ConnectorLockFailure", info="Lock did not close", vendor_code="CX001")
    world.fault(world.charger("NL-AMS-0002").connectors[1], lock)
    dim = Fault("WeakSignal", Status.AVAILABLE, info="RSSI -109 dBm")
    world.fault(world.charger("DK.SPI.000002").connectors[0], dim)


def _counts(chargers: int, shares: Mapping[Vendor, float]) -> dict[Vendor, int]:
    counts = {vendor: int(chargers * share) for vendor, share in shares.items()}
    counts[next(iter(counts))] += chargers - sum(counts.values())
    return counts


def _populate(world: World, vendor: Vendor, count: int) -> None:
    patterns = [place for place in PLACES if place.vendor is vendor]
    for number in range(-(-count // PER_SITE)):
        pattern = patterns[number % len(patterns)]
        index = number // len(patterns)
        left = min(PER_SITE, count - number * PER_SITE)
        place = replace(
            pattern,
            number=pattern.number + index * 1000,
            name=f"{pattern.name} {index + 1}",
            first=number * PER_SITE + 1,
            models=(pattern.models * PER_SITE)[:left],
            identities=WIDE.get(pattern.identities, pattern.identities),
        )
        _build(world, place)


WIDE = {place.identities: place.identities.replace(":04", ":06") for place in PLACES}


def _spoil(world: World, charger: Charger, *, faulted: bool) -> None:
    if faulted:
        world.fault(charger.connectors[0], Fault("InternalError", vendor_code="0x17"))
    else:
        world.disconnect(charger)
