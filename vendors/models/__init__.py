"""Chargers, sites and station models in our words, whichever cloud they come from.

Units stand in the names: `_w` watts, `_a` amperes, `_v` volts, `_kwh` kilowatt-hours, `_at` an
aware time in UTC. A field that an endpoint does not carry is left unset by `wire.py`, never set to
`None`: `updated_from` then keeps what an earlier and fuller answer said.
"""

from vendors.models.base import (
    Permissions,
    PowerType,
    Ref,
    Value,
    Vendor,
    VendorObject,
)
from vendors.models.chargers import (
    Charger,
    Connectivity,
    Connector,
    Evse,
    Fault,
    Licenses,
    ModelRef,
    Need,
    NewCharger,
    Receipt,
    Registration,
    Reset,
    Status,
)
from vendors.models.sites import (
    Group,
    GroupMeter,
    NewSite,
    Site,
    SmartCharging,
    SmartChargingMode,
)
from vendors.models.station_models import (
    ModelConnector,
    NewStationModel,
    StationModel,
)
from vendors.models.usage import (
    PowerUsage,
    Transaction,
)

__all__ = [
    "Charger",
    "Connectivity",
    "Connector",
    "Evse",
    "Fault",
    "Group",
    "GroupMeter",
    "Licenses",
    "ModelConnector",
    "ModelRef",
    "Need",
    "NewCharger",
    "NewSite",
    "NewStationModel",
    "Permissions",
    "PowerType",
    "PowerUsage",
    "Receipt",
    "Ref",
    "Registration",
    "Reset",
    "Site",
    "SmartCharging",
    "SmartChargingMode",
    "StationModel",
    "Status",
    "Transaction",
    "Value",
    "Vendor",
    "VendorObject",
]
