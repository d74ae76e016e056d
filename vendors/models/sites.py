"""Sites, how they charge, and their load balancing groups."""

from datetime import datetime
from enum import StrEnum

from vendors.models.base import Permissions, Value, VendorObject


class SmartChargingMode(StrEnum):
    """When a site charges (Plugchoice, VoltTime)."""

    DISABLED = "disabled"
    OFF_PEAK = "off_peak"
    DAY_AHEAD_PRICING = "day_ahead_pricing"
    UNKNOWN = "unknown"


class Site(VendorObject):
    """A place with chargers."""

    name: str
    numeric_id: int | None = None
    street: str | None = None
    house_number: str | None = None
    house_number_addition: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None
    """ISO 3166 alpha-2."""
    address: str | None = None
    """The vendor's own one-line address."""
    latitude: float | None = None
    longitude: float | None = None
    timezone: str | None = None
    smart_charging: SmartChargingMode | None = None
    raw_smart_charging: str | None = None
    chargers_count: int | None = None
    can_smart_charge: bool | None = None
    can_balance_load: bool | None = None
    phases: int | None = None
    main_fuse_a: float | None = None
    permissions: Permissions | None = None
    parking_type: str | None = None
    owner_id: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class NewSite(Value):
    """A site to create (Plugchoice, VoltTime)."""

    name: str
    street: str
    house_number: int
    house_number_addition: str | None = None
    postal_code: str
    city: str
    country: str


class SmartCharging(Value):
    """The smart charging settings of a site (Plugchoice, VoltTime)."""

    mode: SmartChargingMode
    raw_mode: str | None = None
    timezone: str | None = None
    """IANA; a vendor may answer with none and yet demand one in every update."""
    strategy: str | None = None
    """`automatic` or `manual`, for day-ahead prices."""
    threshold: int | None = None
    smart_mode_price: float | None = None
    off_peak_start: str | None = None
    """`HH:MM`; the period may cross midnight."""
    off_peak_end: str | None = None


class Group(Value):
    """A load balancing group of a site; it has no name, only an id."""

    id: str
    site_id: str | None = None
    parent_id: str | None = None
    meter_id: str | None = None
    total_current_a: float | None = None
    net_type: str | None = None
    method: str | None = None
    solar_additional_current_a: float | None = None
    solar_always_charge: bool | None = None
    solar_always_charge_current_a: float | None = None
    charges_on_solar_export: bool | None = None
    peak_shaving_enabled: bool | None = None
    peak_shaving_threshold: float | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class GroupMeter(Value):
    """The meter of a group; negative is export; `None` where the vendor has no reading."""

    id: str
    type: str | None = None
    at: datetime | None = None
    l1_a: float | None = None
    l2_a: float | None = None
    l3_a: float | None = None
    power_w: float | None = None
    l1_power_w: float | None = None
    l2_power_w: float | None = None
    l3_power_w: float | None = None
