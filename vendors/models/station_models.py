"""Station models: product types of chargers."""

from datetime import datetime

from vendors.models.base import PowerType, Value, VendorObject


class ModelConnector(Value):
    """A connector that a station model has."""

    number: int
    connection_type: str
    """As Lynkwell writes it, e.g. `SAE_J3400`."""
    format: str
    max_current_a: float
    max_voltage_v: float
    max_power_w: float


class StationModel(VendorObject):
    """A product type."""

    make: str
    """The manufacturer; our `vendor` is the cloud."""
    name: str
    friendly_name: str | None = None
    description: str | None = None
    power_type: PowerType = PowerType.UNKNOWN
    connectors: tuple[ModelConnector, ...] = ()
    ocpp_url: str | None = None
    image_url: str | None = None
    is_archived: bool = False
    plug_and_charge_validated: bool | None = None
    firmware_management_validated: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def label(self) -> str:
        """What people call it."""
        return self.friendly_name or f"{self.make} {self.name}"


class NewStationModel(Value):
    """A station model to create (Lynkwell)."""

    make: str
    name: str
    friendly_name: str | None = None
    power_type: PowerType
    connectors: tuple[ModelConnector, ...]
    ocpp_url: str
    image_url: str | None = None
