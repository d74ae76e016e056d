"""What connectors draw now, and the sessions that vendors book."""

from datetime import datetime

from pydantic import SecretStr

from vendors.models.base import Value


class PowerUsage(Value):
    """What a connector draws now; `None` where the vendor has no reading."""

    connector: int
    at: datetime | None = None
    l1_a: float | None = None
    l2_a: float | None = None
    l3_a: float | None = None
    power_w: float | None = None


class Transaction(Value):
    """One charging session as the vendor books it; active while `stopped_at` is `None`."""

    id: str
    charger_id: str | None = None
    charger_identity: str | None = None
    connector: int | None = None
    """OCPP connector number, where the vendor gives it."""
    connector_row_id: str | None = None
    reservation_id: str | None = None
    id_tag: SecretStr | None = None
    meter_start_wh: float | None = None
    meter_stop_wh: float | None = None
    energy_kwh: float | None = None
    start_cost: float | None = None
    kwh_cost: float | None = None
    total_kwh_cost: float | None = None
    total_cost: float | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    stop_reason: str | None = None
    is_valid: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
