"""One operation of each kind, ready to be asked for."""

from collections.abc import Callable

from bot.config.settings import PolicySettings
from bot.operations.archive_station_model import ArchiveStationModel
from bot.operations.attach_charger import AttachCharger
from bot.operations.base import Operation
from bot.operations.create_site import CreateSite
from bot.operations.create_station_model import CreateStationModel
from bot.operations.delete_charger import DeleteCharger
from bot.operations.detach_charger import DetachCharger
from bot.operations.import_chargers import ImportChargers
from bot.operations.kinds import KINDS
from bot.operations.register_charger import RegisterCharger
from bot.operations.rename_station_model import RenameStationModel
from bot.operations.restart_charger import RestartCharger
from bot.operations.set_reference import SetReference
from bot.operations.update_smart_charging import UpdateSmartCharging
from tests.bot.desk import Desk
from vendors.models import (
    ModelConnector,
    NewCharger,
    NewSite,
    NewStationModel,
    PowerType,
    SmartCharging,
    SmartChargingMode,
)

PINCODE = "0042"

EVERYTHING_AT_ONCE = PolicySettings(operations=tuple(KINDS), approvals_needed=0)
EVERYTHING_ASKED = PolicySettings(
    operations=tuple(KINDS), approvals_needed=1, approvers=("S0LEADS",)
)


def register(_desk: Desk) -> Operation:
    return RegisterCharger(account="nl", charger=NewCharger(identity="AB123", site_id="si1"))


def import_two(_desk: Desk) -> Operation:
    rows = (NewCharger(identity="AB1"), NewCharger(identity="AB2"))
    return ImportChargers(account="nl", rows=rows)


def attach(desk: Desk) -> Operation:
    desk.chargers.add("AB123")
    desk.chargers.pincodes["AB123"] = PINCODE
    return AttachCharger(account="nl", site_id="si1", site_name="Depot", identity="AB123")


def detach(desk: Desk) -> Operation:
    charger = desk.chargers.add("AB123", site_id="si1")
    return DetachCharger(account="nl", charger_id=charger.id, label="AB123", site_id="si1")


def delete(desk: Desk) -> Operation:
    return DeleteCharger(account="nl", charger_id=desk.chargers.add("AB123").id, label="AB123")


def reference(desk: Desk) -> Operation:
    charger = desk.chargers.add("AB123", reference="old")
    return SetReference(account="nl", charger_id=charger.id, label="AB123", reference="new")


def site(_desk: Desk) -> Operation:
    new = NewSite(
        name="Depot",
        street="Main street",
        house_number=12,
        house_number_addition="A",
        postal_code="1234 AB",
        city="Utrecht",
        country="NL",
    )
    return CreateSite(account="nl", site=new)


def smart_charging(desk: Desk) -> Operation:
    place = desk.chargers.add_site("Depot", chargers_count=3)
    settings = SmartCharging(
        mode=SmartChargingMode.OFF_PEAK,
        timezone="Europe/Amsterdam",
        off_peak_start="23:00",
        off_peak_end="07:00",
    )
    return UpdateSmartCharging(account="nl", site_id=place.id, site_name="Depot", settings=settings)


def station_model(_desk: Desk) -> Operation:
    plug = ModelConnector(
        number=1,
        connection_type="SAE_J3400",
        format="CABLE",
        max_current_a=300,
        max_voltage_v=1000,
        max_power_w=120_000,
    )
    new = NewStationModel(
        make="Autel",
        name="DL0120",
        power_type=PowerType.DC,
        connectors=(plug,),
        ocpp_url="wss://ocpp.example.net",
    )
    return CreateStationModel(account="us", station_model=new)


def rename(desk: Desk) -> Operation:
    model = desk.models.add("Autel", "DL0120", friendly_name="old")
    return RenameStationModel(account="us", model_id=model.id, label="old", friendly_name="new")


def archive(desk: Desk) -> Operation:
    model = desk.models.add("Autel", "DL0120", friendly_name="Autel 120 kW")
    return ArchiveStationModel(account="us", model_id=model.id, label="Autel 120 kW")


def restart(desk: Desk) -> Operation:
    charger = desk.chargers.add("AB123")
    return RestartCharger(account="nl", charger_id=charger.id, label="AB123")


CASES: dict[str, Callable[[Desk], Operation]] = {
    "register_charger": register,
    "import_chargers": import_two,
    "attach_charger": attach,
    "detach_charger": detach,
    "delete_charger": delete,
    "set_reference": reference,
    "create_site": site,
    "update_smart_charging": smart_charging,
    "create_station_model": station_model,
    "rename_station_model": rename,
    "archive_station_model": archive,
    "restart_charger": restart,
}
